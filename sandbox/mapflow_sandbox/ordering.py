"""From what a client asks for to what it costs and what is to be done: every check before a processing starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from . import areas
from .areas import Area
from .detect.catalog import MODELS, ModelSpec
from .faults import bad_request, not_found
from .imagery.source import Imagery, Source, SourceParams
from .prices import Rates
from .settings import M2_PER_KM2, Settings

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Description = Annotated[str, StringConstraints(max_length=10_000)]


class BlockChoice(BaseModel):
    """API reference, "Workflow Blocks"."""

    name: str
    enabled: bool


class ProcessingParams(BaseModel):
    """Where the pixels come from, and what the model is told."""

    sourceParams: SourceParams
    inferenceParams: dict[str, Any] | None = None


class CostParams(BaseModel):
    """What a cost depends on; without a source it is that of the model alone."""

    sourceParams: SourceParams | None = None
    inferenceParams: dict[str, Any] | None = None


AskedArea = Annotated[float, Field(gt=0, le=1e9)]  # km²


class CostRequest(BaseModel):
    """POST /processing/cost/v2; API reference, "Calculate cost (v2)"."""

    wdId: str
    geometry: dict[str, Any] | None = None
    areaSqKm: AskedArea | None = None
    params: CostParams | None = None
    blocks: list[BlockChoice] | None = None


class NewProcessing(BaseModel):
    """POST /processings/v2; API reference, "Create processing (v2)". Without `projectId` the default project has it."""

    name: Text
    projectId: UUID | None = None
    wdId: str | None = None
    wdName: str | None = None
    geometry: dict[str, Any]
    params: ProcessingParams
    blocks: list[BlockChoice] | None = None
    description: Description | None = None
    meta: dict[str, Any] | None = None


@dataclass(frozen=True)
class Offer:
    """What was asked for, found: the model, its steps, the imagery (None where none was named) and the rates."""

    model: ModelSpec
    blocks: tuple[tuple[str, bool], ...]
    source: Source | None
    rates: Rates


def model_of(wd_id: str | None, wd_name: str | None) -> ModelSpec:
    """The model with this id or name. Raises ApiFault 404 where there is none."""
    if not wd_id and not wd_name:
        raise bad_request("Either wdId or wdName is needed.")
    for model in MODELS:
        if wd_id == model.id or (not wd_id and wd_name == model.name):
            return model
    raise not_found("WorkflowDef", wd_id) if wd_id else not_found("WorkflowDef", wd_name, "name")


def offer(
    model: ModelSpec,
    blocks: Sequence[BlockChoice] | None,
    asked: SourceParams | None,
    imagery: Imagery,
    account_id: str,
) -> Offer:
    """Find the steps and the imagery of a request. Raises ApiFault."""
    chosen = _blocks(model, blocks or ())
    source = imagery.find(asked, model, account_id) if asked is not None else None
    enabled = {name for name, is_enabled in chosen if is_enabled}
    steps = sum(block.price for block in model.blocks if block.name in enabled)
    return Offer(
        model, chosen, source, Rates(model.price_per_km2 + steps, source.price_per_km2 if source else 0.0)
    )


def checked_area(geometry: dict[str, Any], settings: Settings, source: Source | None) -> Area:
    """The area of a request, within the limits of the account and of the imagery. Raises ApiFault."""
    area = areas.read(geometry)
    areas.check_limits(area, settings)
    check_least(area.area_m2, source)
    return area


def check_least(area_m2: float, source: Source | None) -> None:
    """Raises ApiFault `ProviderMinAreaError` for an area smaller than the provider sells. Parameters in m²."""
    if source is not None and area_m2 < source.min_area_m2:
        least = source.min_area_m2 / M2_PER_KM2
        raise bad_request(
            f"The data provider {source.name} does not sell less than {least:g} sq.km.",
            "ProviderMinAreaError",
            aoiArea=round(area_m2),
            providerName=source.name,
            providerMinArea=round(source.min_area_m2),
        )


def _blocks(model: ModelSpec, chosen: Sequence[BlockChoice]) -> tuple[tuple[str, bool], ...]:
    """Every step of the model and whether it runs; those the request does not name as they are by default."""
    known = {block.name: block for block in model.blocks}
    wanted = {choice.name: choice.enabled for choice in chosen}
    for name, enabled in wanted.items():
        if name not in known:
            raise bad_request(f"{model.name} has no block {name[:100]}.")
        if not enabled and not known[name].optional:
            raise bad_request(f"The block {name} of {model.name} cannot be left out.")
    return tuple((block.name, wanted.get(block.name, block.default_enabled)) for block in model.blocks)
