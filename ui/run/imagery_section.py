"""The Imagery part of the Run page: a provider's tiles at a zoom, one's own images, found ones, or one's own source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from ...api.account import Model, Provider
from ...api.http.fields import as_whole
from ...api.models.fit import best_of, zoom_misfit
from ...api.sources import MyImagerySource, ProviderSource, SearchSource, UserSource
from ...jobs.cost import ImageryPrice
from ...text.quantities import area_text, credits_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..my_imagery.chooser import OwnImagery
from ..own_sources.fit import zoom_advice, zoom_text
from ..widgets.combos.refilling import refill
from .found_imagery import FoundImagery
from .zoom import price_at, why_nothing_fits, zoom_choices

if TYPE_CHECKING:
    from ...jobs.catalog.search import FoundImage
    from ..own_sources.chooser import OwnSources
    from ..used_imagery.own_images import UsedImages

_FORM = str(Path(__file__).with_name("imagery_section.ui"))

_PROVIDER = 0  # the row of the source combo; the other kinds of imagery come after it
# What the service documents for every account; offered where an account's own list of providers is not told.
DOCUMENTED_PROVIDERS = (
    Provider(name="Mapbox", title="Mapbox"),
    Provider(name="arcgis_world_imagery", title="ArcGIS World Imagery"),
)


Other = Union["OwnImagery", "FoundImagery", "OwnSources"]  # imagery that is no provider's


class ImagerySection(QgsCollapsibleGroupBox):
    """Offers providers and the zoom levels the model can use, and one's own imagery where `own` is given."""

    changed = pyqtSignal()
    preview_wanted = pyqtSignal(object, object)  # Provider, zoom (int, or None for any)

    imageryLayout: QGridLayout
    sourceLayout: QHBoxLayout
    sourceTitle: QLabel
    sourceCombo: QComboBox
    providerTitle: QLabel
    providerCombo: QComboBox
    zoomTitle: QLabel
    zoomCombo: QComboBox
    previewButton: QPushButton
    imageryLabel: QLabel

    def __init__(
        self,
        parent: Optional[QWidget] = None,
        own: Optional[OwnImagery] = None,
        found: Optional[FoundImagery] = None,
        sources: Optional[OwnSources] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.own = own
        self.found = found
        self.sources = sources
        self.used_images: Optional[UsedImages] = None  # what chooses one's own images by their ids
        self._others: list[Other] = []  # in the order of the source combo
        self._providers: Optional[tuple[Provider, ...]] = None
        self._are_told = True  # whether the account says which there are
        self._untold: tuple[Provider, ...] = ()  # that processings used, where the account does not say
        self._prices_shown = True
        self._model: Optional[Model] = None
        self._zooms: tuple[Optional[int], ...] = ()  # of the zoom combo, row by row
        self._picked_zoom: Optional[int] = None  # what the user chose, kept while it fits
        self._saving = 0.0
        self.providerCombo.currentIndexChanged.connect(self._on_provider)
        self.zoomCombo.currentIndexChanged.connect(self._on_zoom)
        self.zoomCombo.activated.connect(lambda _row: setattr(self, "_picked_zoom", self.zoom))
        self.previewButton.clicked.connect(self._on_preview)
        self.sourceCombo.addItem(translate("Run", "From a Provider"))
        if own is not None:
            self._offer(own, translate("Run", "My Imagery"))
            self.sourceLayout.addWidget(own.ownPreviewButton)  # where a provider's is
        if found is not None:
            self._offer(found, translate("Run", "Search Results"))
        if sources is not None:
            self._offer(sources, translate("Run", "My Sources"))
            self.sourceLayout.addWidget(sources.previewSourceButton)
        self.sourceTitle.setVisible(bool(self._others))
        self.sourceCombo.setVisible(bool(self._others))
        self.sourceCombo.currentIndexChanged.connect(self._on_source)
        self._show_source()
        self._show()

    @property
    def is_own(self) -> bool:
        """Whether one's own imagery is meant."""
        return self.other is not None and self.other is self.own

    @property
    def other(self) -> Optional[Other]:
        """The imagery that is meant, where that is not a provider's."""
        row = self.sourceCombo.currentIndex()
        return self._others[row - 1] if row > _PROVIDER else None

    @property
    def provider(self) -> Optional[Provider]:
        """The chosen provider; None where it is not a provider's imagery."""
        provider: Optional[Provider] = self.providerCombo.currentData()
        return None if self.other is not None else provider

    @property
    def zoom(self) -> Optional[int]:
        """The chosen zoom; None where the service chooses it, and where nothing fits (see `problem`)."""
        zoom: Optional[int] = self.zoomCombo.currentData()
        return zoom

    @property
    def source(self) -> Union[ProviderSource, MyImagerySource, SearchSource, UserSource, None]:
        """The imagery as a processing names it; None while there is none to use."""
        if self.other is not None:
            return self.other.source
        provider = self.provider
        return None if provider is None or self.problem else ProviderSource(provider.name, self.zoom)

    @property
    def problem(self) -> str:
        """Why this imagery cannot be used with this model, as a sentence; "" when it can."""
        if self.other is not None:
            return self.other.problem
        if self.provider is None:
            return translate("Run", "Choose the imagery to look at.")
        if not self._zooms and self._model is not None:
            return why_nothing_fits(self.provider, self._model)
        return ""

    @property
    def price(self) -> Optional[ImageryPrice]:
        """What the chosen imagery costs; None where it is not known. One's own costs nothing."""
        if self.other is not None:
            return self.other.price
        provider = self.provider
        return None if provider is None else price_at(self.zoom, provider, self._zooms)

    def set_providers(self, providers: tuple[Provider, ...], prices_shown: bool = True) -> None:
        """Offer `providers`; the chosen one stays chosen when it is among them."""
        self._are_told = bool(providers)
        providers = providers or (*DOCUMENTED_PROVIDERS, *self._untold)
        if (providers, prices_shown) == (self._providers, self._prices_shown):
            return
        self._providers, self._prices_shown = providers, prices_shown
        refill(self.providerCombo, ((provider.title, provider) for provider in providers))
        self._on_provider()

    def set_model(self, model: Optional[Model]) -> None:
        """The zoom levels are those this model can work with."""
        if model != self._model:
            self._model = model
            for other in self._others:
                other.set_model(model)
            self._on_provider()

    def show_saving(self, saving: float) -> None:
        """Say beside the zoom that the service would charge `saving` credits less if it chose the zoom."""
        if saving != self._saving:
            self._saving = saving
            self._show()

    def use_own(self) -> None:
        """Mean one's own imagery."""
        self.use(self.own)

    def use_found(self, found: Sequence[FoundImage]) -> None:
        """Mean these images of the catalog."""
        if self.found is not None:
            self.found.use(found)
            self.use(self.found)

    def use(self, other: Optional[Other]) -> None:
        """Mean that imagery; None: a provider's."""
        self.sourceCombo.setCurrentIndex(_PROVIDER if other is None else 1 + self._others.index(other))

    def show_source(self, source: Mapping[str, object]) -> str:
        """Fill in the imagery that a processing used, as `read_source` tells it.

        Return what there is to say where not all of it can be had again, as a sentence; "" where there is nothing.
        """
        kind, told = next(iter(source.items()), ("", {}))
        values = told if isinstance(told, Mapping) else {}
        if kind == "dataProvider":
            self.use(None)
            return self._show_provider(str(values.get("providerName") or ""), as_whole(values.get("zoom")))
        ids = values.get("imageIds")
        image_ids = tuple(str(each) for each in ids) if isinstance(ids, (list, tuple)) else ()
        if kind == "myImagery" and self.own is not None and self.used_images is not None:
            self.use(self.own)
            self.own.given = MyImagerySource(image_ids, str(values.get("mosaicId") or ""))
            return self.used_images.choose(str(values.get("mosaicId") or ""), image_ids)
        if kind == "imagerySearch" and self.found is not None and image_ids:
            provider = str(values.get("dataProvider") or "")
            self.found.use_named(SearchSource(provider, image_ids, as_whole(values.get("zoom"))))
            self.use(self.found)
            return ""
        if kind == "userDefined" and self.sources is not None:
            self.use(self.sources)
            return self.sources.show_given(values)
        return translate("Run", "The service does not say which imagery was used. Choose it under Imagery.")

    def _show_provider(self, name: str, zoom: Optional[int]) -> str:
        names = [self.providerCombo.itemData(row).name for row in range(self.providerCombo.count())]
        if name and name not in names and not self._are_told:
            self._untold = (*self._untold, Provider(name=name, title=name))
            self.set_providers((), self._prices_shown)
            names.append(name)
        if name not in names:
            text = translate(
                "Run", "Your account does not offer the imagery of {provider} any more. Choose other imagery."
            )
            return text.format(provider=bounded(name))
        self._picked_zoom = zoom
        self.providerCombo.setCurrentIndex(names.index(name))
        self._on_provider()
        if zoom is None or zoom in self._zooms:
            return ""
        return translate(
            "Run", "The processing used zoom {zoom}, which is not offered for this model. Choose another one."
        ).format(zoom=zoom)

    def _on_source(self, _row: int = 0) -> None:
        self._show_source()
        self._on_zoom()

    def _offer(self, other: Other, title: str) -> None:
        self._others.append(other)
        self.sourceCombo.addItem(title)
        self.imageryLayout.addWidget(other, 2 + len(self._others), 0, 1, 2)
        other.changed.connect(self._on_zoom)

    def _show_source(self) -> None:
        for widget in (
            self.providerTitle, self.providerCombo, self.zoomTitle, self.zoomCombo, self.previewButton
        ):  # fmt: skip
            widget.setVisible(self.other is None)
        for other in self._others:
            other.setVisible(other is self.other)
        if self.own is not None:
            self.own.ownPreviewButton.setVisible(self.is_own)
        if self.sources is not None:
            self.sources.previewSourceButton.setVisible(self.other is self.sources)

    def _on_provider(self) -> None:
        provider: Optional[Provider] = self.providerCombo.currentData()
        zooms = self._zooms = () if provider is None else zoom_choices(provider, self._model)
        combo = self.zoomCombo
        combo.blockSignals(True)
        combo.clear()
        for zoom in zooms:
            combo.addItem(zoom_text(zoom, self._model), zoom)
        if zooms:
            combo.setCurrentIndex(zooms.index(self._picked_zoom) if self._picked_zoom in zooms else 0)
        combo.blockSignals(False)
        combo.setEnabled(len(zooms) > 1)
        self._on_zoom()

    def _on_zoom(self) -> None:
        self._show()
        self.changed.emit()

    def _on_preview(self) -> None:
        if self.provider is not None:
            levels = [zoom for zoom in self._zooms if zoom is not None]
            zoom = self.zoom if self.zoom is not None else best_of(levels, self._model)
            self.preview_wanted.emit(self.provider, zoom)

    def _show(self) -> None:
        provider = self.provider
        can_preview = provider is not None and bool(provider.preview_url)
        self.previewButton.setEnabled(can_preview)
        text = self.problem if provider is not None else ""
        self.imageryLabel.setText("" if self.other is not None else text or self._terms_text())
        self.imageryLabel.setVisible(bool(self.imageryLabel.text()))

    def _terms_text(self) -> str:
        provider, price = self.provider, self.price
        terms = []
        if self._prices_shown and price is not None:
            terms.append(_price_text(price))
        if self._prices_shown and round(self._saving, 2) > 0:
            saving = translate("Run", "Automatic costs {saving} less")
            terms.append(saving.format(saving=credits_text(self._saving)))
        if provider is not None and provider.min_area_m2 > 0:
            terms.append(translate("Run", "areas from {area}").format(area=area_text(provider.min_area_m2)))
        misfit = zoom_misfit(self._model, self.zoom, must=False)
        advice = "" if misfit is None or self._model is None else zoom_advice(misfit, self._model)
        return "\n".join(text for text in (" · ".join(terms), advice) if text)


def _price_text(price: ImageryPrice) -> str:
    if price.is_least:
        return translate("Run", "from {price} per km²").format(price=credits_text(price.per_km2))
    if not price.per_km2:
        return translate("Run", "free")
    return translate("Run", "{price} per km²").format(price=credits_text(price.per_km2))
