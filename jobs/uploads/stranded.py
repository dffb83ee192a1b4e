"""Uploads that failed for want of a network go on once the service answers again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject

from ...api.http.errors import Fault
from ...text.translation import translate
from .stage import Stage

if TYPE_CHECKING:
    from ...api.session import Session
    from ..job import JobError
    from .batch import Upload
    from .list import UploadList

MOST_TIMES = 3  # a way that lets everything through but this file must not carry it for ever


class StrandedUploads(QObject):
    """Watches whether the service answers, and hands what can go on to `retry`."""

    def __init__(
        self, session: Session, uploads: UploadList, retry: Callable[[Iterable[int]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._uploads = uploads
        self._retry = retry
        session.reachable_changed.connect(self._on_reachable)

    @staticmethod
    def sentence(upload: Upload, error: JobError) -> str:
        """Why `upload` failed, and that it goes on by itself where it does."""
        if not _is_stranded(upload, error):
            return error.sentence
        hope = translate("Uploads", "It goes on by itself once Mapflow can be reached.")
        return f"{error.sentence} {hope}"

    def _on_reachable(self, is_reachable: bool) -> None:
        if not is_reachable:
            return
        ready = [upload for upload in self._uploads if goes_on_by_itself(upload)]
        for upload in ready:
            upload.times_resumed += 1
        if ready:
            self._retry([upload.id for upload in ready])


def goes_on_by_itself(upload: Upload) -> bool:
    """Whether `upload` failed, and is tried again once the service answers."""
    is_failed = upload.stage is Stage.FAILED and upload.error is not None
    return is_failed and _is_stranded(upload, upload.error)  # type: ignore[arg-type]  # there is one


def _is_stranded(upload: Upload, error: JobError) -> bool:
    cause = error.cause
    return cause is not None and cause.fault is Fault.NETWORK and upload.times_resumed < MOST_TIMES
