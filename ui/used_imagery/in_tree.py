"""Shows which of one's own imagery a processing used: its mosaic, or images of it, are chosen in the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..widgets.notice import Notice
from .own_images import UsedImages

if TYPE_CHECKING:
    from ...api.imagery_records import Image, Mosaic
    from ...api.session import Session
    from ..my_imagery.loading import ImageryLoading
    from ..my_imagery.narrowing import Narrowing
    from ..my_imagery.tree.list import ImageryList


class UsedInTree(QObject):
    """Finds it by its ids."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self,
        session: Session,
        loading: ImageryLoading,
        shown: ImageryList,
        narrowing: Narrowing,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self._narrowing = narrowing
        self._images = UsedImages(session, self, loading, self)
        self._images.told.connect(self._tell)

    def show(self, mosaic_id: str, image_ids: Sequence[str]) -> None:
        """Choose the mosaic, or the images of it where there are ids."""
        self._tell(self._images.choose(mosaic_id, image_ids))

    def close(self) -> None:
        """Drop what was asked."""
        self._images.forget()

    def choose(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose these in the tree, and scroll to them."""
        ids = [image.id for image in images]
        if not self._shown.is_shown(mosaic.id):
            self._narrowing.clear()
        if ids:
            self._shown.open(mosaic.id)
            if not all(self._shown.is_shown(each) for each in ids):
                self._narrowing.clear()
        self._shown.choose(ids or [mosaic.id])

    def _tell(self, sentence: str) -> None:
        if sentence:
            self.notice.emit(Notice(sentence, Qgis.MessageLevel.Warning))
