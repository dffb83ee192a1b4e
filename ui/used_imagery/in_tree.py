"""Shows which of one's own imagery a processing used: its mosaic, or images of it, are chosen in the tree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.http.errors import Fault
from ...api.http.replies import LatestReply
from ...api.imagery import fetch_image, list_images, list_mosaics
from ...text.translation import translate
from ..widgets.notice import Notice, from_error
from .own_images import UsedImages

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.imagery_records import Image, ImageListing, Mosaic
    from ...api.session import Session
    from ..my_imagery.loading import ImageryLoading
    from ..my_imagery.narrowing import Narrowing
    from ..my_imagery.tree.list import ImageryList


class UsedInTree(QObject):
    """Finds it by its ids. Where only images are named, the service says of which mosaic they are."""

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
        self._session = session
        self._shown = shown
        self._narrowing = narrowing
        self._reply = LatestReply()
        self._images = UsedImages(self, loading, self)
        self._images.told.connect(self._tell)

    def show(self, mosaic_id: str, image_ids: Sequence[str]) -> None:
        """Choose the mosaic, or the images of it where there are ids."""
        self._reply.abort()
        if mosaic_id or not image_ids:
            self._tell(self._images.choose(mosaic_id, image_ids))
        else:
            self._ask_home(tuple(image_ids), tuple(image_ids))

    def close(self) -> None:
        """Drop what was asked."""
        self._reply.abort()

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

    def _ask_home(self, image_ids: tuple[str, ...], untried: tuple[str, ...]) -> None:
        first, *others = untried
        self._reply.follow(
            fetch_image(self._session.client, first),
            partial(self._on_image, image_ids),
            partial(self._on_no_image, image_ids, tuple(others)),
        )

    def _on_image(self, image_ids: tuple[str, ...], image: Image) -> None:
        if image.mosaic_id:
            self._tell(self._images.choose(image.mosaic_id, image_ids))
            return
        # a service that does not say whose it is has to be asked for the images of each mosaic
        self._reply.follow(
            list_mosaics(self._session.client),
            lambda listing: self._look_into(image_ids, image.id, [each.id for each in listing.mosaics]),
            self._on_failed,
        )

    def _look_into(self, image_ids: tuple[str, ...], image_id: str, mosaic_ids: Sequence[str]) -> None:
        if not mosaic_ids:
            self._tell(self._images.choose("", image_ids))
            return
        first, *others = mosaic_ids

        def listed(listing: ImageListing) -> None:
            if any(image.id == image_id for image in listing.images):
                self._tell(self._images.choose(first, image_ids))
            else:
                self._look_into(image_ids, image_id, others)

        self._reply.follow(list_images(self._session.client, first), listed, self._on_failed)

    def _on_failed(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))

    def _on_no_image(self, image_ids: tuple[str, ...], untried: tuple[str, ...], error: ApiError) -> None:
        if error.fault is not Fault.NOT_FOUND:
            self._on_failed(error)
        elif untried:
            self._ask_home(image_ids, untried)
        else:
            self._tell(
                translate("UsedImagery", "The images that were used are not among your imagery any more.")
            )

    def _tell(self, sentence: str) -> None:
        if sentence:
            self.notice.emit(Notice(sentence, Qgis.MessageLevel.Warning))
