"""What the form asks for, read from its sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ...api.account import Account
from ...api.processings import ProcessingRequest
from ...jobs.cost import Estimate, offline_estimate
from ...layers.areas.area import Area
from ...text.quantities import percent_text
from ...text.translation import translate
from ..own_sources.chooser import OwnSources
from .found_imagery import FoundImagery
from .reasons import Situation, why_not

if TYPE_CHECKING:
    from qgis.core import QgsGeometry

    from ...api.session import Session
    from .area_section import AreaSection
    from .imagery_section import ImagerySection
    from .model.section import ModelSection
    from .name_section import NameSection
    from .own_imagery import RunOwnImagery

_ALL_OF_IT = 0.995  # outlines of imagery are rounded, so a sliver may be missing


@dataclass(frozen=True)
class Order:
    """A processing as the form describes it.

    `reason` says what is to be put right before it can be started; then there is no `request`. `area_m2` is None
    while there is no area. `estimate` is what we think it costs.
    """

    reason: str = ""
    request: Optional[ProcessingRequest] = None
    area_m2: Optional[float] = None
    estimate: Optional[Estimate] = None


class OrderForm:
    """Puts together what the sections of the form say."""

    def __init__(
        self,
        session: Session,
        area: AreaSection,
        model: ModelSection,
        imagery: ImagerySection,
        own: RunOwnImagery,
        naming: NameSection,
    ) -> None:
        self._session = session
        self._area = area
        self._model = model
        self._imagery = imagery
        self._own = own
        self._naming = naming
        self._geojson: tuple[Optional[Area], dict[str, object]] = (None, {})

    def order(self) -> Order:
        """Return what the form asks for as it stands."""
        reason = why_not(self._situation(self._session.account))
        area = self._area.area
        if reason or area is None:
            return Order(reason, area_m2=None if area is None else area.area_m2)
        return Order(
            request=self._request(area),
            area_m2=area.area_m2,
            estimate=offline_estimate(area.area_m2, self._model.price_per_km2, self._imagery.price),
        )

    def coverage_note(self) -> str:
        """How much of the area the chosen imagery covers, where that is known and not all of it; or what may miss."""
        other = self._imagery.other
        if isinstance(other, OwnSources):
            return "" if other.chosen is None else other.readiness.doubt(other.chosen)
        area, ground = self._area.area, self._ground()
        whole = 0.0 if area is None else area.geometry.area()
        if area is None or ground is None or not whole:
            return ""
        share = ground.intersection(area.geometry).area() / whole
        if share >= _ALL_OF_IT:
            return ""
        return translate(
            "Run", "The chosen imagery covers {share} of the area; nothing can be found in the rest."
        ).format(share=percent_text(min(max(share * 100, 1), 99)))

    def _situation(self, account: Optional[Account]) -> Situation:
        other = self._imagery.other
        return Situation(
            account=account,
            project=self._session.project,
            area=self._area.area,
            is_drawing=self._area.is_drawing,
            model=self._model.model,
            provider=self._imagery.provider,
            imagery_fits=not self._imagery.problem,
            own_problem="" if self._imagery.other is None else self._imagery.problem,
            own_ground=self._ground(),
            least_m2=other.min_area_m2 if isinstance(other, FoundImagery) else 0.0,
        )

    def _ground(self) -> Optional[QgsGeometry]:
        """What the chosen imagery covers, where that is known."""
        other = self._imagery.other
        if isinstance(other, FoundImagery):
            return other.ground
        return self._own.ground if self._imagery.is_own else None

    def _request(self, area: Area) -> Optional[ProcessingRequest]:
        project, model, source = self._session.project, self._model.model, self._imagery.source
        if project is None or model is None or source is None:
            return None
        if self._geojson[0] is not area:
            self._geojson = (area, area.to_geojson())
        return ProcessingRequest(
            name=self._naming.name,
            project_id=project.id,
            model_id=model.id,
            geometry=self._geojson[1],
            source=source,
            blocks=self._model.blocks,
            description=self._naming.description,
            inference=self._model.parameters.values,
        )
