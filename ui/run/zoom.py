"""Which zoom levels of a provider a model can work with, and what they cost."""

from __future__ import annotations

from typing import Optional

from ...api.account import Model, Provider
from ...api.models.fit import zoom_needs
from ...jobs.cost import ImageryPrice
from ...text.server_text import bounded
from ...text.translation import translate
from ..own_sources.fit import bounds_text

_MAX_NAME = 60


def zoom_choices(provider: Provider, model: Optional[Model]) -> tuple[Optional[int], ...]:
    """Return what there is to choose from: None, which leaves it to the service, and then the levels, ascending.

    () means that the model can use none of the provider's zoom levels.
    """
    needed = zoom_needs(model).required
    offered = provider.zooms()
    if offered:
        fitting = tuple(zoom for zoom in offered if needed.contains(zoom))
        return (None, *fitting) if fitting else ()
    if needed.minimum is not None and needed.maximum is not None:
        return (None, *range(needed.minimum, needed.maximum + 1))
    return (None,)


def price_at(
    zoom: Optional[int], provider: Provider, choices: tuple[Optional[int], ...]
) -> Optional[ImageryPrice]:
    """Return the price at `zoom`; where the service chooses it, the lowest price it may choose. None: not known."""
    named = [each for each in choices if each is not None] if zoom is None else [zoom]
    zooms: list[Optional[int]] = [*named] or [None]  # without levels there is one price for any
    prices = [provider.price(each) for each in zooms]
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return None
    return ImageryPrice(min(known), is_least=min(known) < max(known))


def why_nothing_fits(provider: Provider, model: Model) -> str:
    """A sentence for a provider whose zoom levels the model cannot use."""
    return translate(
        "Run", "{provider} offers zoom {offered}, and {model} needs zoom {needed}. Choose other imagery."
    ).format(
        provider=bounded(provider.title, _MAX_NAME),
        offered=_levels_text(provider.zooms()),
        model=bounded(model.title, _MAX_NAME),
        needed=bounds_text(zoom_needs(model).required),
    )


def _levels_text(zooms: tuple[int, ...]) -> str:
    if len(zooms) > 2 and zooms == tuple(range(zooms[0], zooms[-1] + 1)):
        return f"{zooms[0]}–{zooms[-1]}"
    return ", ".join(str(zoom) for zoom in zooms)
