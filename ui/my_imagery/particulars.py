"""All that is known of a mosaic or image in a dialog; of an image that failed, the service is asked why."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Union

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QWidget

from ...api import imagery
from ...api.http.replies import LatestReply
from ...api.imagery_records import Image, Mosaic, Preparation
from ...text.translation import translate
from ..widgets.notice import DetailsDialog
from .tree.nodes import details

if TYPE_CHECKING:
    from ...api.imagery_records import ImageStatus
    from ...api.session import Session
    from .tree.model import ImageryTree


class Particulars(QObject):
    """Makes the dialog; what the service answers is put into it, and kept in the tree."""

    def __init__(self, session: Session, tree: ImageryTree, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._tree = tree
        self._window = window
        self._status = LatestReply()

    def dialog(self, node: Union[Mosaic, Image]) -> DetailsDialog:
        """The dialog on `node`, to be opened."""
        self._stop()
        dialog = DetailsDialog(translate("MyImagery", "Details"), self._text(node), self._window)
        if isinstance(node, Image) and node.preparation is Preparation.FAILED and not node.problem:
            waiting = translate("MyImagery", "Asking the service why…")
            dialog.text_view.setPlainText(f"{self._text(node)}\n\n{waiting}")
            reply = imagery.image_status(self._session.client, node.id)
            self._status.follow(
                reply,
                partial(self._on_status, dialog, node),
                lambda _error: dialog.text_view.setPlainText(self._text(node)),
            )
            dialog.finished.connect(self._stop)
        return dialog

    def _on_status(self, dialog: DetailsDialog, node: Image, status: ImageStatus) -> None:
        told = dataclasses.replace(node, problem=status.problem)
        dialog.text_view.setPlainText(self._text(told))
        known = self._tree.known.image(node.id)
        if known is not None:
            self._tree.put_image(dataclasses.replace(known, problem=status.problem))

    def _text(self, node: Union[Mosaic, Image]) -> str:
        return details(node, self._tree.pixel_metres(node) if isinstance(node, Image) else None)

    def _stop(self, _result: int = 0) -> None:
        self._status.abort()
