"""How sizes, lengths and heights are spread: bins between round numbers, so that a person reads them."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from .facts import Bin, Distribution, Measure
from .shapes import Floats

MOST_BINS = 12
_SHARE = 97.5  # percent of the objects that lie within the closed bins; the few beyond would squeeze them
_FINEST = 1e-9
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def distribution_of(measure: Measure, values: Floats) -> Optional[Distribution]:
    """Return how `values` are spread; None where there is none. Those that are no number are left out."""
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    least, greatest = float(known.min()), float(known.max())
    return Distribution(
        measure,
        int(known.size),
        least,
        float(known.mean()),
        float(np.median(known)),
        greatest,
        _bins(known, least, greatest),
    )


def _bins(known: Floats, least: float, greatest: float) -> tuple[Bin, ...]:
    low = min(least, 0.0) if least < 0 or least < greatest / 2 else least
    high = float(np.percentile(known, _SHARE))
    step = _round_step((max(high, low) - low) / (MOST_BINS - 1), max(abs(low), abs(greatest)))
    start = math.floor(low / step)
    needed = math.floor(greatest / step) - start + 1
    is_all = needed <= MOST_BINS
    count = needed if is_all else max(1, min(MOST_BINS - 1, math.floor(high / step) - start + 1))
    edges = [float(f"{(start + place) * step:.12g}") for place in range(count + 1)]
    counts = np.histogram(np.maximum(known, edges[0]), [*edges[:-1], np.nextafter(edges[-1], -np.inf)])[
        0
    ].tolist()
    bins = [Bin(a, b, int(n)) for a, b, n in zip(edges, edges[1:], counts)]
    beyond = int(np.count_nonzero(known >= edges[-1]))
    return (*bins, Bin(edges[-1], None, beyond)) if beyond else tuple(bins)


def _round_step(wanted: float, magnitude: float) -> float:
    """Return the next larger round number; of equal values, one that fits their magnitude."""
    if wanted <= magnitude * 1e-9:
        wanted = magnitude / 10 if magnitude else 1.0
    wanted = max(wanted, _FINEST)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(step * power for step in _STEPS if step * power >= wanted * (1 - 1e-9))
