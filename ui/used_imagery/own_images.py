"""A mosaic and images of it, by their ids: chosen as soon as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Protocol

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.imagery.known import Listing
from ...text.translation import translate
from .homes import HomeOfImages, unknown_home

if TYPE_CHECKING:
    from ...api.imagery_records import Image, Mosaic
    from ...api.session import Session
    from ..my_imagery.loading import ImageryLoading


class Chooser(Protocol):
    """What shows one's own imagery, and lets some of it be chosen."""

    def choose(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        """Choose a mosaic, or images of it."""


class UsedImages(QObject):
    """Chooses in `chooser` what is named by ids; what does not exist any more is told of."""

    told = pyqtSignal(str)  # a sentence that could not be said at once

    def __init__(self, session: Session, chooser: Chooser, loading: ImageryLoading, parent: QObject) -> None:
        super().__init__(parent)
        self._home = HomeOfImages(session, self._on_home, self.told.emit)
        self._chooser = chooser
        self._loading = loading
        self._wanted: Optional[tuple[str, tuple[str, ...]]] = None
        loading.changed.connect(self._look_again)
        loading.images.came.connect(self._look_again)

    def choose(self, mosaic_id: str, image_ids: Sequence[str]) -> str:
        """Choose a mosaic, and images of it where there are ids; return what there is to say, "" where that is nothing.

        What is not known yet is asked for, and chosen when it has come.
        """
        self.forget()
        known = self._loading.tree.known
        if not mosaic_id and image_ids:
            homes = (each.id for each in known.mosaics() if self._has(each.id, image_ids))
            mosaic_id = next(homes, "")
        if not mosaic_id and image_ids:
            self._home.ask(image_ids)
            return ""
        if not mosaic_id:
            return unknown_home()
        self._wanted = (mosaic_id, tuple(image_ids))
        self._loading.load()
        return self._try()

    def forget(self) -> None:
        """Choose nothing of what is still asked for."""
        self._wanted = None
        self._home.give_up()

    def _on_home(self, mosaic_id: str, image_ids: Sequence[str]) -> None:
        sentence = self.choose(mosaic_id, image_ids)
        if sentence:
            self.told.emit(sentence)

    def _has(self, mosaic_id: str, image_ids: Sequence[str]) -> bool:
        return bool({image.id for image in self._loading.tree.known.images(mosaic_id)} & set(image_ids))

    def _look_again(self, *_what: object) -> None:
        if self._wanted is not None:
            sentence = self._try()
            if sentence:
                self.told.emit(sentence)

    def _try(self) -> str:
        """Choose what is wanted if it is known by now; return what there is to say of it."""
        if self._wanted is None:
            return ""
        mosaic_id, image_ids = self._wanted
        mosaic = self._loading.tree.known.mosaic(mosaic_id)
        if mosaic is not None:
            return self._choose(mosaic, image_ids)
        if self._loading.error is not None:
            self._wanted = None
            return self._loading.error.sentence
        if not self._loading.is_loaded:
            return ""
        self._wanted = None
        return translate(
            "UsedImagery",
            "The mosaic that was used does not exist any more. Choose other imagery, or upload it again.",
        )

    def _choose(self, mosaic: Mosaic, image_ids: Sequence[str]) -> str:
        known = self._loading.tree.known
        listing = known.listing(mosaic.id)
        if image_ids and listing in (Listing.NOT_ASKED, Listing.ASKED):
            self._chooser.choose(mosaic, ())
            self._loading.images.ask(mosaic.id)
            return ""
        self._wanted = None
        images = [image for image in known.images(mosaic.id) if image.id in image_ids]
        self._chooser.choose(mosaic, images)
        missing = len(set(image_ids)) - len(images)
        if not missing:
            return ""
        return translate(
            "UsedImagery",
            "%Ln of the images that were used do not exist any more. Pick others of the mosaic.",
            "One of the images that were used does not exist any more. Pick others of the mosaic.",
            missing,
        )
