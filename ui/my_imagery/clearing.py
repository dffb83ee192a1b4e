"""Clearing the images of a mosaic that the service could not prepare: asked about once, then deleted together."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api import imagery
from ...api.http.replies import Replies
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.notice import Notice, from_error
from ..widgets.question import Question, named
from .images_first import ImagesFirst
from .tree.nodes import Doing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.http.errors import ApiError
    from ...api.imagery_records import Image, Mosaic
    from ...api.session import Session
    from .changes import ImageryChanges
    from .loading import ImageryLoading


class FailedImages(QObject):
    """The *Clear Failed Images* of the page. A service that cannot clear them together deletes them one by one."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self, session: Session, loading: ImageryLoading, changes: ImageryChanges, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._loading = loading
        self._tree = loading.tree
        self._changes = changes
        self._first = ImagesFirst(session, loading.tree, self)
        self._first.notice.connect(self.notice)
        self._question = Question(window, Chapter.MY_IMAGERY)
        self._replies = Replies()

    def ask(self, mosaic: Mosaic) -> None:
        """Ask whether the failed images of a mosaic may go, once it is known which they are."""
        doing = translate("MyImagery", "Looking for its failed images")
        self._first.then([mosaic.id], doing, partial(self._ask_now, mosaic))

    def close(self) -> None:
        """Take back the question, and wait for no answer any more; what was sent may still happen on the service."""
        self._first.close()
        self._question.close()
        self._replies.abort()

    def _failed(self, mosaic: Mosaic) -> list[Image]:
        return [image for image in self._tree.known.images(mosaic.id) if image.is_failed]

    def _ask_now(self, mosaic: Mosaic) -> None:
        failed = self._failed(mosaic)
        counts = (self._tree.known.mosaic(mosaic.id) or mosaic).counts
        count = len(failed) or (counts.failed if counts is not None else 0)
        if not count:
            text = translate("MyImagery", "“{name}” has no failed images any more.")
            self.notice.emit(Notice(text.format(name=bounded(mosaic.name, 80)), Qgis.MessageLevel.Info))
            return
        text = translate(
            "MyImagery",
            "Clear %Ln failed images of “{name}”?",
            "Clear the failed image of “{name}”?",
            count,
        )
        more = [
            *named([image.name for image in failed]),
            "",
            translate(
                "MyImagery",
                "%Ln images will be deleted for good: they cannot be brought back. Files on this computer are kept.",
                "1 image will be deleted for good: it cannot be brought back. Files on this computer are kept.",
                count,
            ),
        ]
        self._question.ask(
            "clearFailedQuestion",
            text.format(name=bounded(mosaic.name, 80)),
            "\n".join(more).strip(),
            translate("MyImagery", "Cl&ear"),
            partial(self._clear, mosaic, failed),
        )

    def _clear(self, mosaic: Mosaic, failed: Sequence[Image]) -> None:
        self._tree.set_doing(mosaic.id, Doing(translate("MyImagery", "Clearing failed images")))
        reply = imagery.clear_failed(self._session.client, mosaic.id)
        self._replies.follow(
            reply, partial(self._on_cleared, mosaic, failed), partial(self._on_not_cleared, mosaic, failed)
        )
        reply.finished.connect(partial(self._tree.set_doing, mosaic.id, None))

    def _on_cleared(self, mosaic: Mosaic, failed: Sequence[Image], _answer: object) -> None:
        for image in failed:
            self._tree.deleted.note(image.id)
            self._tree.remove_image(image.id)
        self._loading.mosaic_changed(mosaic.id)

    def _on_not_cleared(self, mosaic: Mosaic, failed: Sequence[Image], error: ApiError) -> None:
        if error.is_unsupported and failed:
            self._changes.delete(failed)
            return
        if error.is_unsupported:
            why = translate("MyImagery", "This server does not clear them, and does not say which they are.")
            error = replace(error, sentence=why)
        text = translate("MyImagery", "The failed images of “{name}” could not be cleared. {reason}")
        self.notice.emit(
            replace(
                from_error(error),
                text=text.format(name=bounded(mosaic.name, 80), reason=error.sentence),
                action=translate("MyImagery", "Try Again"),
                on_action=partial(self.ask, mosaic),
            )
        )
        self._loading.mosaic_changed(mosaic.id)  # the answer may be what got lost
