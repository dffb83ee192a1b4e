"""Tells of uploads that failed, and takes that back once each of them goes on, or has left the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.uploads.stage import Stage
from ...jobs.uploads.stranded import goes_on_by_itself
from ...text.translation import translate

if TYPE_CHECKING:
    from ...jobs.uploads.list import UploadList
    from ..widgets.elsewhere_notices import ElsewhereNotices
    from ..widgets.notice import Notice


class FailureNotices(QObject):
    """Each notice is about its first failed upload; `settled` names what needs no telling any more."""

    settled = pyqtSignal(str)  # as Notice.about

    def __init__(self, uploads: UploadList, notices: ElsewhereNotices, parent: QObject) -> None:
        super().__init__(parent)
        self._uploads = uploads
        self._notices = notices
        self._told: dict[str, list[int]] = {}
        self.settled.connect(notices.settle)
        uploads.updated.connect(self._look)
        uploads.removed.connect(self._look)

    def tell(self, notice: Notice, failed: list[int], retry: Callable[[Iterable[int]], None]) -> None:
        """Tell of the `failed` ones, with a button that tries them again."""
        if self._notices.is_in_view() and all(map(goes_on_by_itself, self._uploads.of(failed))):
            return  # their rows say so, and that the service cannot be reached is said once
        about = f"upload {failed[0]}"
        self._told[about] = failed
        again = translate("Uploads", "Try Again")
        self._notices.tell(replace(notice, action=again, on_action=lambda: retry(failed), about=about))

    def _look(self, _changed: object) -> None:
        for about, ids in list(self._told.items()):
            if not any(upload.stage is Stage.FAILED for upload in self._uploads.of(ids)):
                del self._told[about]
                self.settled.emit(about)
