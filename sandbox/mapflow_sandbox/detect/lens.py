"""How finely a picture is looked at: the models of satellite imagery see pixels of 0.6 m, the aerial one of 0.3 m."""

from __future__ import annotations

from dataclasses import dataclass

CANONICAL_M = 0.6


@dataclass(frozen=True)
class Lens:
    """A size of pixels (`pixel_m` metres on the ground), and the classifier that was trained for it.

    It is trained on pictures painted at pixels of `painted_m` and seen through pixels of each of `seen_m`. The
    outermost `rim_m` metres of a roof are a class of their own.
    """

    name: str
    title: str
    pixel_m: float
    painted_m: float
    seen_m: tuple[float, ...]
    rim_m: float


SATELLITE = Lens("classifier", "classifier", CANONICAL_M, 0.5, (0.6, 1.2), 0.9)
AERIAL = Lens("aerial", "classifier of aerial pixels", 0.3, 0.2, (0.3, 0.5), 0.6)
LENSES = (SATELLITE, AERIAL)
