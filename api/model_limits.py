"""The zoom levels the service documents for its standard models, for accounts whose models do not name their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class DocumentedZoom:
    """The lowest and highest zoom a model works at, and the best one where one is named."""

    minimum: int
    maximum: int
    best: Optional[int] = None


_DOCUMENTED = {
    "buildings": DocumentedZoom(17, 19, 18),
    "buildings (aerial)": DocumentedZoom(19, 20),
    "buildings (aerial imagery)": DocumentedZoom(19, 20),
    "forest": DocumentedZoom(18, 20),
    "forest with heights": DocumentedZoom(18, 20),
    "roads": DocumentedZoom(17, 18),
    "construction": DocumentedZoom(17, 18),
    "construction sites": DocumentedZoom(17, 18),
}


def documented_zoom(model_name: str) -> Optional[DocumentedZoom]:
    """Return what is documented for the standard model of that name; None for any other. Emoji do not count."""
    return _DOCUMENTED.get(standard_name(model_name))


def standard_name(model_name: str) -> str:
    """Return what the documentation calls a standard model, in small letters: "buildings" for "🏠 Buildings"."""
    letters = "".join(letter for letter in model_name if letter.isalnum() or letter in " ()")
    return " ".join(letters.lower().split())
