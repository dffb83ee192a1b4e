"""What a processing costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .settings import M2_PER_KM2

LEAST_BILLED_KM2 = 1.0


@dataclass(frozen=True)
class Rates:
    """Credits per km²: of the model with its enabled optional steps, and of the imagery."""

    model: float
    imagery: float

    def cost(self, area_m2: float) -> float:
        """Credits for `area_m2`; nothing for no area, and a part of a credit or of the first km² counts whole."""
        if area_m2 <= 0:
            return 0.0
        billed = max(area_m2 / M2_PER_KM2, LEAST_BILLED_KM2)
        return float(_whole(billed * self.model) + _whole(billed * self.imagery))


def _whole(price: float) -> int:
    # what binary fractions add to a whole number is not a further credit
    return math.ceil(round(price, 6))
