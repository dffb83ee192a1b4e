"""What a result sums up to: plain figures in m², m and numbers of objects, for whoever shows or writes them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional

from ..styles.kinds import Kind
from .source import Scope


class Measure(enum.Enum):
    """What a histogram is of."""

    AREA = "area"  # m²
    LENGTH = "length"  # m
    HEIGHT = "height"  # m


class Ground(enum.Enum):
    """What density is told by."""

    PROCESSING = "processing"  # the area that was processed
    BOX = "box"  # the box around the result, where the processing's area is not known
    VIEW = "view"  # what the map shows within the box around the result
    NONE = "none"  # a selection has no area of its own


@dataclass(frozen=True)
class Totals:
    """Number of objects, area of polygons in m², length of lines, or of roads, in m."""

    count: int
    area_m2: float
    length_m: float


@dataclass(frozen=True)
class ClassTotals:
    """The objects of one class; `code` is the service's, None for those without one, `title` what people read.

    With `is_rest`, it stands for all the classes that are too many to be named.
    """

    code: Optional[str]
    title: str
    totals: Totals
    is_rest: bool = False


@dataclass(frozen=True)
class Bin:
    """The objects from `low` to below `high`; the last one may have no end."""

    low: float
    high: Optional[float]
    count: int


@dataclass(frozen=True)
class Distribution:
    """How a measure is spread over the objects it is known of: `known` of them."""

    measure: Measure
    known: int
    least: float
    mean: float
    median: float
    greatest: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class LayerSummary:
    """One layer. Areas and lengths are of the parts on the map where the map's extent is summed up.

    `is_length_estimated` says that roads came as polygons. `placeless` objects have no geometry, `unreadable` ones a
    geometry that makes no sense; both are counted, and nothing of them is measured. `crossing` ones go over the edge
    of the map. `told_area_m2` is the sum of the service's own field of areas, None where it has none or not for all.
    """

    title: str
    kind: Kind
    totals: Totals
    classes: tuple[ClassTotals, ...]
    distributions: tuple[Distribution, ...]
    is_length_estimated: bool = False
    placeless: int = 0
    unreadable: int = 0
    crossing: int = 0
    told_area_m2: Optional[float] = None

    def distribution(self, measure: Measure) -> Optional[Distribution]:
        """Return how `measure` is spread; None where it is known of no object."""
        return next((each for each in self.distributions if each.measure is measure), None)


@dataclass(frozen=True)
class ResultSummary:
    """All the layers of a result; `ground_m2` is what density is told by, None where there is no such thing."""

    scope: Scope
    layers: tuple[LayerSummary, ...]
    ground: Ground
    ground_m2: Optional[float]

    @property
    def count(self) -> int:
        """How many objects there are in all."""
        return sum(each.totals.count for each in self.layers)

    def density(self, count: int) -> Optional[float]:
        """Return how many of `count` objects there are on a km²; None where that has no meaning."""
        return count / (self.ground_m2 / 1e6) if self.ground_m2 else None
