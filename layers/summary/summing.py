"""Sums up the layers of a result: the work of a task, a batch of objects at a time."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, Optional

import numpy as np
from qgis.core import QgsCsException, QgsGeometry, QgsRectangle

from ...text.translation import translate
from ..areas.measure import ellipsoidal_area
from ..gdal_errors import ConversionCancelledError, ConversionError, Report
from ..styles.classes import class_text, legend
from ..styles.kinds import Kind
from .facts import (
    ClassTotals,
    Distribution,
    Ground,
    LayerSummary,
    Measure,
    ResultSummary,
    Totals,
)
from .measure import Measures, measures_of, ribbon_length
from .reading import Batch, batches_of
from .shapes import Floats, Integers, shapes_of
from .source import Scope, SummaryRequest, SummarySource
from .spread import distribution_of
from .view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

_MANY = 300_000  # objects
MOST_CLASSES = 30  # more of them are no legend, and are told as one


def sum_up(request: SummaryRequest, report: Report) -> ResultSummary:
    """Sum up what is asked for; raises ConversionError with a sentence, or ConversionCancelledError."""
    view = View(request.view) if request.scope is Scope.EXTENT and request.view is not None else None
    layers = []
    for index, source in enumerate(request.sources):
        span = (index / len(request.sources), 1 / len(request.sources))
        try:
            layers.append(_LayerSum(source, view).run(report, span))
        except sqlite3.Error as error:
            text = translate(
                "Summary", "The file of “{layer}” cannot be read to its end. Add the result again."
            )
            raise ConversionError(text.format(layer=source.title), str(error)) from error
        except QgsCsException as error:
            text = translate(
                "Summary",
                "“{layer}” is in a coordinate reference system that does not lead to longitude and latitude. Set the "
                "right one in its properties.",
            )
            raise ConversionError(text.format(layer=source.title), str(error)) from error
    ground, area = _ground(request)
    return ResultSummary(request.scope, tuple(layers), ground, area)


def _ground(request: SummaryRequest) -> tuple[Ground, Optional[float]]:
    """Return what density is told by."""
    if request.scope is Scope.SELECTION:
        return Ground.NONE, None
    box = QgsRectangle()
    box.setMinimal()
    for source in request.sources:
        if source.box is not None:
            box.combineExtentWith(source.box)
    around = QgsGeometry.fromRect(box) if box.width() > 0 and box.height() > 0 else None
    if request.scope is Scope.EXTENT and request.view is not None:
        if around is None:
            return Ground.VIEW, None
        if not request.view.contains(around):
            shown = request.view.intersection(around)
            return Ground.VIEW, None if shown.isEmpty() else ellipsoidal_area(shown) or None
    if request.area_m2:
        return Ground.PROCESSING, request.area_m2
    return Ground.BOX, (ellipsoidal_area(around) or None) if around is not None else None


class _Sums:
    """Number, area and length, by class."""

    def __init__(self, is_flag: bool) -> None:
        self._told: Callable[[Any], Any] = bool if is_flag else _decoded
        self._codes: dict[Any, int] = {}
        self._texts: dict[str, int] = {}
        self._count = np.zeros(0)
        self._area = np.zeros(0)
        self._length = np.zeros(0)

    def add(self, classes: Sequence[Any], counted: Floats, area: Floats, length: Floats) -> None:
        """Add objects; those that are not `counted`, 0, have no area and no length."""
        places = self._places(classes, counted.size)
        size = max(1, len(self._texts))
        for name, values in (("_count", counted), ("_area", area), ("_length", length)):
            more = np.bincount(places, values, size)
            more[: getattr(self, name).size] += getattr(self, name)
            setattr(self, name, more)

    def _places(self, classes: Sequence[Any], count: int) -> Integers:
        if not classes:
            self._texts.setdefault("", 0)
            return np.zeros(count, dtype=np.int64)
        for value in set(classes) - self._codes.keys():
            text = "" if value is None else class_text(self._told(value))
            self._codes[value] = self._texts.setdefault(text, len(self._texts))
        return np.fromiter(map(self._codes.__getitem__, classes), np.int64, count)

    def by_class(self) -> dict[str, Totals]:
        """Return the totals of each class that has objects; "" are those without a class."""
        return {
            text: Totals(int(self._count[place]), float(self._area[place]), float(self._length[place]))
            for text, place in self._texts.items()
            if place < self._count.size and self._count[place]
        }


class _LayerSum:
    """Sums up one layer; `view` is what the map shows, None where that does not matter."""

    def __init__(self, source: SummarySource, view: Optional[View]) -> None:
        self._source = source
        self._view = view
        self._as_roads = source.kind is Kind.ROADS
        self._sums = _Sums(source.is_flag)
        self._areas: list[Floats] = []
        self._lengths: list[Floats] = []
        self._heights: list[Floats] = []
        self._placeless = self._unreadable = self._crossing = 0
        self._told = 0.0
        self._has_untold = False
        self._has_ribbons = False

    def run(self, report: Report, span: tuple[float, float]) -> LayerSummary:
        """Read and measure every object."""
        box = None if self._view is None else self._view.box_in(self._source.crs)
        done = 0
        for batch in batches_of(self._source, box):
            self._add(batch)
            done += len(batch.shapes)
            # how many there are is not known before: it is nearer to its end with each
            if not report(span[0] + span[1] * done / (done + _MANY)):
                raise ConversionCancelledError
        return self._summary()

    def _add(self, batch: Batch) -> None:
        shapes = shapes_of(batch.shapes)
        if self._source.needs_transform:
            shapes = shapes.moved(self._source.to_degrees())
        measures = measures_of(shapes, self._as_roads)
        area, length = measures.area, self._length_of(measures)
        sizes, extents = area, length
        counted = np.ones(shapes.count)
        if self._view is not None:
            inside, crossing = self._view.divided(shapes, batch.shapes, self._source)
            area, length = np.where(inside, area, 0.0), np.where(inside, length, 0.0)
            if crossing:
                places = np.array(list(crossing))
                area[places], length[places] = self._cut(list(crossing.values()), sizes[places])
                # what only touches the edge has nothing of its own on the map
                is_left_out = ((sizes > 0) | (extents > 0))[places] & (area[places] + length[places] == 0)
                inside[places[is_left_out]] = False
                self._crossing += int(np.count_nonzero(~is_left_out))
            counted[~inside] = 0.0
        seen = counted > 0
        self._sums.add(batch.classes, counted, area, length)
        self._areas.append(sizes[seen & (sizes > 0)])
        self._lengths.append(extents[seen & (extents > 0)])
        self._placeless += int(np.count_nonzero(shapes.is_empty & seen))
        self._unreadable += int(np.count_nonzero(shapes.is_broken & seen))
        if batch.heights:
            self._heights.append(_numbers(batch.heights)[seen])
        if batch.areas:
            told = _numbers(batch.areas)[seen & (sizes > 0)]
            self._has_untold = self._has_untold or not np.isfinite(told).all()
            self._told += float(np.nansum(told))

    def _cut(self, parts: list[bytes], whole_areas: Floats) -> tuple[Floats, Floats]:
        """Measure what lies in the map; the line in which a polygon touches its edge is no length."""
        measures = measures_of(shapes_of(parts), self._as_roads)
        length = np.where(whole_areas > 0, 0.0, measures.length)
        if self._as_roads:
            length = length + ribbon_length(measures.area, measures.outline)
        return measures.area, length

    def _length_of(self, measures: Measures) -> Floats:
        is_ribbon = measures.outline > 0
        if not is_ribbon.any():
            return measures.length
        self._has_ribbons = True
        return np.asarray(
            measures.length + np.where(is_ribbon, ribbon_length(measures.area, measures.outline), 0)
        )

    def _summary(self) -> LayerSummary:
        by_class = self._sums.by_class()
        is_told = bool(self._source.area_field) and not self._has_untold and self._view is None
        return LayerSummary(
            title=self._source.title,
            kind=self._source.kind,
            totals=_total(by_class.values()),
            classes=_classes(self._source.kind, by_class),
            distributions=self._distributions(),
            is_length_estimated=self._has_ribbons,
            placeless=self._placeless,
            unreadable=self._unreadable,
            crossing=self._crossing,
            told_area_m2=self._told if is_told else None,
        )

    def _distributions(self) -> tuple[Distribution, ...]:
        measured = (
            (Measure.AREA, [] if self._as_roads else self._areas),
            (Measure.LENGTH, self._lengths),
            (Measure.HEIGHT, self._heights),
        )
        found = (distribution_of(measure, np.concatenate(values)) for measure, values in measured if values)
        return tuple(each for each in found if each is not None)


def _total(parts: Iterable[Totals]) -> Totals:
    found = list(parts)
    return Totals(
        sum(each.count for each in found),
        math.fsum(each.area_m2 for each in found),
        math.fsum(each.length_m for each in found),
    )


def _classes(kind: Kind, by_class: dict[str, Totals]) -> tuple[ClassTotals, ...]:
    """Return the classes in the order of the legend, those without one last; none where nothing is classified."""
    named = {code: totals for code, totals in by_class.items() if code}
    if not named:
        return ()
    frequent = sorted(named, key=lambda code: -named[code].count)
    kept, rest = frequent[:MOST_CLASSES], frequent[MOST_CLASSES:]
    classes = [ClassTotals(each.value, each.title, named[each.value]) for each in legend(kind, kept)]
    if rest:
        text = translate("Summary", "%Ln other classes", "1 other class", len(rest))
        classes.append(ClassTotals(None, text, _total(named[code] for code in rest), is_rest=True))
    if "" in by_class:
        classes.append(ClassTotals(None, translate("Summary", "Not classified"), by_class[""]))
    return tuple(classes)


def _decoded(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _numbers(values: Sequence[Any]) -> Floats:
    """Return values as numbers; NaN for what is none."""
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in values])


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan
