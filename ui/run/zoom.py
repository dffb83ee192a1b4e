"""Which zoom levels of a provider a model can work with, and which one is best."""

from __future__ import annotations

from typing import Optional

from ...api.account import Model, Provider, ZoomBounds
from ...text.server_text import bounded
from ...text.translation import translate

_MAX_NAME = 60


def fitting_zooms(provider: Provider, model: Optional[Model]) -> tuple[Optional[int], ...]:
    """The zoom levels to choose from, ascending; (None,) leaves it to the service, () means that nothing fits."""
    needed = ZoomBounds() if model is None else model.required_zoom
    offered = provider.zooms()
    if offered:
        return tuple(zoom for zoom in offered if needed.contains(zoom))
    if needed.minimum is not None and needed.maximum is not None:
        return tuple(range(needed.minimum, needed.maximum + 1))
    return (None,)


def best_zoom(zooms: tuple[Optional[int], ...], model: Optional[Model]) -> Optional[int]:
    """The one of `zooms` the model works best at: its best zoom, or the nearest to it, or a recommended one."""
    numbers = [zoom for zoom in zooms if zoom is not None]
    if not numbers:
        return None
    if model is not None and model.best_zoom is not None:
        best = model.best_zoom
        return min(numbers, key=lambda zoom: (abs(zoom - best), zoom))
    if model is not None:
        numbers = [zoom for zoom in numbers if model.recommended_zoom.contains(zoom)] or numbers
    return numbers[0]


def why_nothing_fits(provider: Provider, model: Model) -> str:
    """A sentence for a provider whose zoom levels the model cannot use."""
    return translate(
        "Run", "{provider} offers zoom {offered}, and {model} needs zoom {needed}. Choose other imagery."
    ).format(
        provider=bounded(provider.title, _MAX_NAME),
        offered=_levels_text(provider.zooms()),
        model=bounded(model.name, _MAX_NAME),
        needed=_bounds_text(model.required_zoom),
    )


def _levels_text(zooms: tuple[int, ...]) -> str:
    if len(zooms) > 2 and zooms == tuple(range(zooms[0], zooms[-1] + 1)):
        return f"{zooms[0]}–{zooms[-1]}"
    return ", ".join(str(zoom) for zoom in zooms)


def _bounds_text(bounds: ZoomBounds) -> str:
    if bounds.maximum is None:
        return translate("Run", "{zoom} or more").format(zoom=bounds.minimum)
    if bounds.minimum is None:
        return translate("Run", "{zoom} or less").format(zoom=bounds.maximum)
    return str(bounds.minimum) if bounds.minimum == bounds.maximum else f"{bounds.minimum}–{bounds.maximum}"
