"""Images picked from the catalog on the Run page: which they are, whether the model can use them, what they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ...api.account import Account, Model
from ...api.models.fit import found_misfit, zoom_misfit, zoom_of_found
from ...api.sources import SearchSource
from ...jobs.cost import ImageryPrice
from ...layers.footprints.outlines import united
from ...text.quantities import local_date_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..my_imagery.fit import pixel_problem
from ..own_sources.fit import bounds_text

if TYPE_CHECKING:
    from ...api.catalog.records import CatalogImage
    from ...jobs.catalog.search import FoundImage

_MAX_NAME = 60


class FoundImagery(QWidget):
    """Holds the images that were picked; `search_wanted` when others are to be picked."""

    changed = pyqtSignal()
    named = pyqtSignal(object)  # SearchSource, of whose images only the ids are known
    search_wanted = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("foundImagery")
        self._found: tuple[FoundImage, ...] = ()
        self._named: Optional[SearchSource] = (
            None  # the images a processing names; `_found` is what is known of them
        )
        self._kept_for: Optional[Model] = None  # the model that is to read them as the processing did
        self._account: Optional[Account] = None
        self._owner = ("", "")  # whose catalog the images are of
        self._model: Optional[Model] = None
        self._ground: Optional[QgsGeometry] = None
        self.foundLabel = QLabel(self)
        self.foundLabel.setObjectName("foundLabel")
        self.foundLabel.setTextFormat(Qt.TextFormat.PlainText)
        self.foundLabel.setWordWrap(True)
        self.searchImagesButton = QPushButton(translate("Run", "Search…"), self)
        self.searchImagesButton.setObjectName("searchImagesButton")
        self.searchImagesButton.setAutoDefault(False)
        self.searchImagesButton.setAccessibleName(translate("Run", "Search the catalog for images"))
        self.searchImagesButton.clicked.connect(self.search_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.foundLabel, 1)
        layout.addWidget(self.searchImagesButton, 0, Qt.AlignmentFlag.AlignTop)
        self._show()

    @property
    def held(self) -> tuple[tuple[FoundImage, ...], Optional[SearchSource]]:
        """The images as they are known, and how a processing names them where they are from one."""
        return self._found, self._named

    @property
    def ground(self) -> Optional[QgsGeometry]:
        """What the images cover (EPSG:4326); None where that is not known of all."""
        return self._ground

    @property
    def min_area_m2(self) -> float:
        """The smallest area of which the images can be had."""
        return max((each.image.min_area_m2 for each in self._found), default=0.0)

    @property
    def source(self) -> Optional[SearchSource]:
        """The images as a processing names them; None while there are none to use."""
        if self.problem:
            return None
        images = [each.image for each in self._found]
        if self._named is not None:
            return replace(self._named, zoom=self._zoom) if images else self._named
        return SearchSource(images[0].provider, tuple(image.id for image in images), self._zoom)

    @property
    def problem(self) -> str:
        """Why they cannot be used with the model, as a sentence; "" when they can."""
        if not self._found:
            return "" if self._named is not None else translate("Run", "Pick images under Search first.")
        model = self._model
        if model is None:
            return ""
        problems = (_unfit(each.image, model, must=True) for each in self._found)
        return next(filter(None, problems), "")

    @property
    def price(self) -> Optional[ImageryPrice]:
        """What they cost; None where the account does not say."""
        if self._account is None or not (self._found or self._named):
            return None
        name = self._found[0].image.provider if self._named is None else self._named.provider_name
        offers = (*self._account.search_providers, *self._account.providers)
        provider = next((each for each in offers if each.name == name), None)
        price = None if provider is None else provider.price(None)
        return None if price is None else ImageryPrice(price)

    def use(self, found: Sequence[FoundImage]) -> None:
        """Use these images, all of one provider."""
        self._take(found, None)

    def hold(self, found: Sequence[FoundImage], named: Optional[SearchSource]) -> None:
        """Take back what was `held`."""
        self._take(found, named)

    def keep_zoom(self) -> None:
        """Read them with the model as the processing did that used them, also where that left the zoom open."""
        self._kept_for = self._model

    def use_named(self, source: SearchSource) -> None:
        """Use images that a processing used; what they cover, and how fine they are, is not known yet."""
        self._kept_for = None
        self._take((), source)
        self.named.emit(source)

    def know(self, source: SearchSource, found: Sequence[FoundImage]) -> bool:
        """Use those of `source` that were `found`, where any were; False where others are meant by now."""
        if self._named != source:
            return False
        if found:
            ids = tuple(each.image.id for each in found)
            # old processings do not say whose they are
            provider = source.provider_name or found[0].image.provider
            self._take(found, replace(source, provider_name=provider, image_ids=ids))
        return True

    def set_model(self, model: Optional[Model]) -> None:
        """The model that is to use them."""
        self._model = model
        self._show()

    def set_account(self, account: Account, server: str) -> None:
        """Whose offers and prices hold; what another account picked, or one of another server, is dropped."""
        self._account = account
        owner = (server, account.email)
        if owner != self._owner:
            self._owner = owner
            if self._found or self._named is not None:
                self.use(())
        self._show()

    @property
    def _zoom(self) -> Optional[int]:
        """The zoom to ask at: that of the processing that used them, unless the model cannot work with it."""
        told = None if self._named is None else self._named.zoom
        if self._named is not None and self._model is not None and self._kept_for == self._model:
            return told
        if told is not None and zoom_misfit(self._model, told) is None:
            return told
        return zoom_of_found(self._model, [each.image.zoom for each in self._found])

    def _take(self, found: Sequence[FoundImage], named: Optional[SearchSource]) -> None:
        self._found, self._named = tuple(found), named
        grounds = [each.ground for each in found]
        is_known = bool(grounds) and not any(ground.isEmpty() for ground in grounds)
        self._ground = united(grounds) if is_known else None
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.foundLabel.setText(self.problem or self._text())

    def _text(self) -> str:
        images = [each.image for each in self._found]
        titles = {} if self._account is None else self._account.provider_titles
        if self._named is not None and not images:
            whose = self._named.provider_name
            count = translate("Run", "%Ln images", "1 image", len(self._named.image_ids))
            told = " · ".join(text for text in (count, bounded(titles.get(whose, whose), _MAX_NAME)) if text)
            return translate("Run", "{images}, as a processing used them").format(images=told)
        provider = bounded(titles.get(images[0].provider, images[0].provider), _MAX_NAME)
        if len(images) == 1:
            image = images[0]
            date = "" if image.acquired is None else local_date_text(image.acquired)
            name = bounded(image.sensor or image.id, _MAX_NAME)
            told = " · ".join(text for text in (name, date, provider) if text)
        else:
            told = translate("Run", "%Ln images", "1 image", len(images)) + " · " + provider
        if any(not image.is_mosaic for image in images):
            ordered = translate(
                "Run", "Scenes are ordered first: the processing waits until they are delivered."
            )
            told = f"{told}\n{ordered}"
        return "\n".join(text for text in (told, self._advice()) if text)

    def _advice(self) -> str:
        """What the model makes of images that it can use: a zoom of its own, or that it works less well with them."""
        model = self._model
        if model is None:
            return ""
        zoom = zoom_of_found(model, [each.image.zoom for each in self._found])
        if zoom is not None and zoom == self._zoom:
            return translate("Run", "Read at zoom {zoom}, the deepest that {model} works at.").format(
                zoom=zoom, model=bounded(model.title, _MAX_NAME)
            )
        advice = (_unfit(each.image, model, must=False) for each in self._found)
        return next(filter(None, advice), "")


def _unfit(image: CatalogImage, model: Model, must: bool) -> str:
    """Why an image is none for the model, by its pixels, or by its zoom where its pixels are not told."""
    name = image.sensor or image.id
    if image.resolution_m is not None:
        needs = model.required_raster if must else model.recommended_raster
        return pixel_problem(needs, model, name, image.resolution_m, must)
    misfit = found_misfit(model, image.zoom) if must else None
    if misfit is None:
        return ""
    return translate(
        "Run",
        "“{image}” is too coarse for {model}: its finest tiles are of zoom {zoom}, and zoom {needed} is needed. Pick "
        "finer images.",
    ).format(
        image=bounded(name, _MAX_NAME),
        model=bounded(model.title, _MAX_NAME),
        zoom=misfit.zoom,
        needed=bounds_text(misfit.needed),
    )
