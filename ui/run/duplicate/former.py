"""What stands in the form of the Run page, so that it can be brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProject, QgsVectorLayer

if TYPE_CHECKING:
    from ....api.account import Provider
    from ....api.imagery_records import Image, Mosaic
    from ....api.sources import MyImagerySource, SearchSource
    from ....jobs.catalog.search import FoundImage
    from ..area_section import AreaSection
    from ..chosen_area import ChosenGround
    from ..imagery_section import ImagerySection
    from ..model.section import ModelSection
    from ..name_section import NameSection


@dataclass(frozen=True)
class FormerArea:
    """The layer or the ground that was the area."""

    layer_id: str
    selected_only: bool
    ground: Optional[ChosenGround]
    origin: str
    is_repaired: bool

    @classmethod
    def of(cls, section: AreaSection) -> FormerArea:
        """What `section` holds."""
        chosen, area = section.chosen, section.area
        layer = chosen.layer
        is_repaired = area is not None and area.before is not None
        layer_id = "" if layer is None else layer.id()
        return cls(layer_id, chosen.selected_only, chosen.ground, chosen.origin, is_repaired)

    def bring_back(self, section: AreaSection) -> None:
        """Let it be the area again; a layer that was removed meanwhile is none."""
        section.clear()
        layer = QgsProject.instance().mapLayer(self.layer_id)
        chosen, ground = section.chosen, self.ground
        if isinstance(layer, QgsVectorLayer):
            section.use_layer(layer)
            chosen.use_selected_only(self.selected_only)
        elif ground is not None and ground.is_extent:
            chosen.use_map_extent(ground.geometry, ground.crs, self.origin)
        elif ground is not None:
            chosen.use_ground(ground.geometry, ground.crs, self.origin, ground.is_of_map)
        if self.is_repaired:
            chosen.fix()


@dataclass(frozen=True)
class FormerImagery:
    """The kind of imagery that was meant, and what was chosen of each kind."""

    row: int
    provider: Optional[Provider]
    zoom: Optional[int]
    mosaic: Optional[Mosaic]
    images: tuple[Image, ...]
    given: Optional[MyImagerySource]
    found: Optional[tuple[tuple[FoundImage, ...], Optional[SearchSource]]]
    own_source: str
    own_zoom: Optional[int]

    @classmethod
    def of(cls, section: ImagerySection) -> FormerImagery:
        """What `section` holds."""
        own, found, sources = section.own, section.found, section.sources
        chosen = None if sources is None else sources.chosen
        return cls(
            row=section.sourceCombo.currentIndex(),
            provider=section.providerCombo.currentData(),
            zoom=section.zoom,
            mosaic=None if own is None else own.mosaic,
            images=() if own is None else own.picked,
            given=None if own is None else own.given,
            found=None if found is None else found.held,
            own_source="" if chosen is None else chosen.name,
            own_zoom=None if sources is None else sources.zoom,
        )

    def bring_back(self, section: ImagerySection) -> None:
        """Choose it all again; what is not there any more is left out."""
        if section.used_images is not None:
            section.used_images.forget()
        if self.provider is not None:
            about = {"providerName": self.provider.name, "zoom": self.zoom}
            section.show_source({"dataProvider": about})
        if section.own is not None and self.mosaic is not None:
            section.own.given = self.given
            section.own.choose(self.mosaic, self.images)
        if section.found is not None and self.found is not None:
            section.found.hold(*self.found)
        if section.sources is not None and section.sources.choose(self.own_source):
            section.sources.zoom = self.own_zoom
        section.sourceCombo.setCurrentIndex(self.row)


@dataclass(frozen=True)
class FormerForm:
    """All that can be chosen and typed."""

    area: FormerArea
    model_id: str
    options: dict[str, dict[str, bool]]
    parameters: tuple[str, Mapping[str, object]]
    imagery: FormerImagery
    texts: Sequence[str]

    @classmethod
    def of(
        cls, area: AreaSection, model: ModelSection, imagery: ImagerySection, naming: NameSection
    ) -> FormerForm:
        """What the sections hold."""
        return cls(
            FormerArea.of(area),
            "" if model.model is None else model.model.id,
            model.options,
            model.parameters.kept,
            FormerImagery.of(imagery),
            naming.filled,
        )

    def bring_back(
        self, area: AreaSection, model: ModelSection, imagery: ImagerySection, naming: NameSection
    ) -> None:
        """Fill the sections with it."""
        model.choose(self.model_id)
        model.options = self.options
        model.parameters.keep(*self.parameters)
        self.imagery.bring_back(imagery)
        self.area.bring_back(area)
        naming.fill(*self.texts)
