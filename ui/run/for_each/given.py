"""What stands in the form, as the parameters of the algorithm for many areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsExpression, QgsProcessingFeatureSourceDefinition

from ....api.sources import MyImagerySource, ProviderSource, SearchSource
from ....text.toolbox import (
    BY_FEATURE,
    DESCRIPTION,
    DIVISION,
    IMAGES,
    INPUT,
    MODEL,
    MOSAIC,
    NAME,
    NO_STEPS,
    OWN_SOURCE,
    PROJECT,
    PROVIDER,
    SEARCH_IMAGES,
    STEPS,
    ZOOM,
)
from ...own_sources.chooser import OwnSources

if TYPE_CHECKING:
    from ....api.projects import Project
    from ..chosen_area import ChosenArea
    from ..imagery_section import ImagerySection
    from ..model.section import ModelSection
    from ..name_section import NameSection


def given_in_form(
    chosen: ChosenArea,
    model: ModelSection,
    imagery: ImagerySection,
    naming: NameSection,
    project: Optional[Project],
) -> dict[str, Any]:
    """Return the parameters; what is not filled in is left out, and there is no login among them."""
    name, description = naming.filled
    wanted = model.model
    told: dict[str, Any] = {
        DIVISION: BY_FEATURE,
        MODEL: "" if wanted is None else wanted.name,
        STEPS: _steps(model),
        PROJECT: "" if project is None else project.id,
        NAME: f"{QgsExpression.quotedString(name)} || ' ' || $id" if name else "",
        DESCRIPTION: description,
        **_imagery(imagery),
    }
    layer = chosen.layer
    if layer is not None:
        told[INPUT] = QgsProcessingFeatureSourceDefinition(layer.id(), chosen.selected_only)
    return {name: value for name, value in told.items() if value not in ("", None)}


def _steps(model: ModelSection) -> str:
    enabled = [name for name, is_on in model.blocks if is_on]
    if model.blocks and not enabled:
        return NO_STEPS
    return ", ".join(enabled)


def _imagery(imagery: ImagerySection) -> dict[str, Any]:
    other = imagery.other
    if isinstance(other, OwnSources):
        own = other.chosen
        return {} if own is None else {OWN_SOURCE: own.name, ZOOM: own.zoom}
    source = imagery.source
    if isinstance(source, ProviderSource):
        return {PROVIDER: source.provider_name, ZOOM: source.zoom}
    if isinstance(source, MyImagerySource):
        if source.image_ids:
            return {IMAGES: ",".join(source.image_ids)}
        return {MOSAIC: source.mosaic_id}
    if isinstance(source, SearchSource):
        return {PROVIDER: source.provider_name, SEARCH_IMAGES: ",".join(source.image_ids)}
    return {}
