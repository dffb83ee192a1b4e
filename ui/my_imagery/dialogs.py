"""The dialogs of the page: a new mosaic, tags, and all that is known of a mosaic or image."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Optional, Union

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QWidget

from ...api import imagery
from ...api.http.replies import LatestReply
from ...api.imagery_records import Image, Mosaic, Preparation
from ...api.lost_answers.create import create_mosaic
from ...text.facts import Fact
from ...text.translation import translate
from ..widgets.facts.dialog import FactsDialog
from ..widgets.guide import Chapter
from .mosaic_dialog import MosaicDialog, TagsDialog
from .tree.nodes import facts

if TYPE_CHECKING:
    from ...api.imagery_records import ImageStatus
    from ...api.session import Session
    from .tree.model import ImageryTree


class ImageryDialogs(QObject):
    """Opens one dialog at a time; another one takes its place."""

    mosaic_made = pyqtSignal(object)  # Mosaic
    new_mosaic_closed = pyqtSignal()  # a request that was dropped with the dialog may have been carried out
    tags_decided = pyqtSignal(object)  # list of (Mosaic, its new tags)

    def __init__(self, session: Session, tree: ImageryTree, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._tree = tree
        self._window = window
        self._status = LatestReply()
        self._dialog: Optional[QDialog] = None

    def new_mosaic(self) -> None:
        """Ask for the name and tags of a mosaic, and make it."""
        client = self._session.client
        dialog = MosaicDialog(lambda name, tags: create_mosaic(client, name, tags), self._window)
        dialog.saved.connect(self.mosaic_made)
        dialog.finished.connect(self.new_mosaic_closed)
        self._open(dialog)

    def edit_tags(self, mosaics: Sequence[Mosaic]) -> None:
        """Ask for the tags of mosaics."""
        dialog = TagsDialog(mosaics, self._window)
        dialog.decided.connect(self.tags_decided)
        self._open(dialog)

    def show_details(self, node: Union[Mosaic, Image]) -> None:
        """Show all that is known of `node`; of an image that failed, the service is asked why."""
        self._open(self._details(node))

    def close(self) -> None:
        """Close what is open."""
        if self._dialog is not None:
            self._dialog.reject()

    def _open(self, dialog: QDialog) -> None:
        self.close()
        self._dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self, _result: int = 0) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    # details

    def _details(self, node: Union[Mosaic, Image]) -> FactsDialog:
        self._stop()
        title = translate("MyImagery", "Details")
        dialog = FactsDialog(title, self._facts(node), Chapter.MY_IMAGERY, self._window)
        if isinstance(node, Image) and node.preparation is Preparation.FAILED and not node.problem:
            waiting = translate("MyImagery", "Asking the service why…")
            dialog.set_facts([*self._facts(node), Fact("", waiting)])
            reply = imagery.image_status(self._session.client, node.id)
            self._status.follow(
                reply,
                partial(self._on_status, dialog, node),
                lambda _error: dialog.set_facts(self._facts(node)),
            )
            dialog.finished.connect(self._stop)
        return dialog

    def _on_status(self, dialog: FactsDialog, node: Image, status: ImageStatus) -> None:
        told = dataclasses.replace(node, problem=status.problem)
        dialog.set_facts(self._facts(told))
        known = self._tree.known.image(node.id)
        if known is not None:
            self._tree.put_image(dataclasses.replace(known, problem=status.problem))

    def _facts(self, node: Union[Mosaic, Image]) -> list[Fact]:
        return facts(node, self._tree.pixel_metres(node) if isinstance(node, Image) else None)

    def _stop(self, _result: int = 0) -> None:
        self._status.abort()
