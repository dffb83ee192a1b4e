"""Which zoom levels of one's own source a model can work with, and which one is best."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from ...api.account import Model, ZoomBounds
from ...api.own_sources.kinds import ZOOMS
from ...api.own_sources.source import OwnSource
from ...text.server_text import bounded
from ...text.translation import translate

_MAX_NAME = 60
_USUAL_ZOOM = 18  # where neither the source nor the model names one


def source_zooms(source: OwnSource, model: Optional[Model]) -> tuple[Optional[int], ...]:
    """What there is to choose from: None, which leaves it to the service, and the levels, ascending.

    The level the source is kept with is among them, also where the model cannot use it.
    """
    if not source.kind.is_tiled:
        return (None,)
    needed = ZoomBounds() if model is None else model.required_zoom
    fitting = {zoom for zoom in range(ZOOMS[0], ZOOMS[1] + 1) if needed.contains(zoom)}
    return (None, *sorted(fitting | ({source.zoom} if source.zoom is not None else set())))


def best_source_zoom(model: Optional[Model]) -> int:
    """The level a model works best at, as far as that is known."""
    if model is None:
        return _USUAL_ZOOM
    if model.best_zoom is not None:
        return model.best_zoom
    for bounds in (model.recommended_zoom, model.required_zoom):
        if bounds.minimum is not None or bounds.maximum is not None:
            return _nearest(_USUAL_ZOOM, bounds)
    return _USUAL_ZOOM


def zoom_fit_problem(source: OwnSource, model: Optional[Model]) -> str:
    """Why the model cannot use the source at its zoom, with the better choice; "" when it can."""
    if model is None or source.zoom is None or not source.kind.is_tiled:
        return ""
    if model.required_zoom.contains(source.zoom):
        return ""
    return translate(
        "OwnSources", "{model} needs zoom {needed}, and zoom {zoom} is chosen. Choose {best} under Zoom."
    ).format(
        model=bounded(model.title, _MAX_NAME),
        needed=bounds_text(model.required_zoom),
        zoom=source.zoom,
        best=best_source_zoom(model),
    )


def at_zoom(source: OwnSource, zoom: Optional[int]) -> OwnSource:
    """The source as it is used at a zoom."""
    return replace(source, zoom=zoom)


def zoom_text(zoom: Optional[int], model: Optional[Model]) -> str:
    """A zoom level as a list offers it; None leaves it to the service."""
    if zoom is None:
        return translate("OwnSources", "Automatic")
    if model is not None and zoom == model.best_zoom:
        return translate("OwnSources", "{zoom} (best)").format(zoom=zoom)
    return str(zoom)


def bounds_text(bounds: ZoomBounds) -> str:
    """A range of zoom levels in words; "" where it is open on both sides."""
    if bounds.minimum is None and bounds.maximum is None:
        return ""
    if bounds.maximum is None:
        return translate("OwnSources", "{zoom} or more").format(zoom=bounds.minimum)
    if bounds.minimum is None:
        return translate("OwnSources", "{zoom} or less").format(zoom=bounds.maximum)
    return str(bounds.minimum) if bounds.minimum == bounds.maximum else f"{bounds.minimum}–{bounds.maximum}"


def _nearest(zoom: int, bounds: ZoomBounds) -> int:
    least = ZOOMS[0] if bounds.minimum is None else bounds.minimum
    most = ZOOMS[1] if bounds.maximum is None else bounds.maximum
    return max(least, min(most, zoom))
