"""Merges the results of parts into one GeoJSON file, object by object; only what lies near a seam is held in memory.

Made for a worker thread: it touches no layer and no project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import ogr
from qgis.core import QgsGeometry, QgsRectangle, QgsSpatialIndex, QgsWkbTypes

from ...areas.measure import ellipsoidal_area
from ...gdal_errors import ConversionCancelledError, Report
from ..conversion import not_readable
from ..features import FeatureReader, NotGeoJsonError
from ..positions import positions
from ..rewriting import write_features
from ..survey import TYPE_FIELD
from .alike import GAP_M, REACH_M, Found, are_told_apart, covers, likeness, seen
from .attributes import Attributes
from .frame import Frame
from .parts import Merged, ResultPart
from .seams import Seams, entry
from .uniting import united

_READ = 0.8  # of the whole work
_DECIMALS = 15  # all digits: outlines stay as they came, but for the cut
_ID = "id"  # the number of an object in its result, which several results have


@dataclass
class _Held:
    """An object near a seam; it goes out unless it was found twice, or was united with one before it."""

    feature: dict[str, Any]
    found: Found
    goes_out: bool = True


def merge(parts: Sequence[ResultPart], target: Path, report: Report) -> Merged:
    """Write the objects of all `parts` to `target`, each with the attributes of its part's feature.

    Of an object that two parts found on ground that both saw, the one is kept that is whole and lies more on its part's
    own ground. Objects that an edge has cut are united; they keep the attributes of their largest piece, but for the
    area, which is measured. Numbers in `id` are given anew where there are several parts. Raises ConversionError or
    ConversionCancelledError.
    """
    return _Merging(parts, report).run(target)


class _Merging:
    """One merging."""

    def __init__(self, parts: Sequence[ResultPart], report: Report) -> None:
        self._parts = parts
        self._report = report
        self._seams = Seams(parts)
        self._attributes = Attributes(_names(parts))
        self._held: list[_Held] = []
        self._united = 0
        self._doubles = 0
        self._count = 0

    def run(self, target: Path) -> Merged:
        """Do it."""
        write_features(target, {"type": "FeatureCollection"}, self._objects(), self._tell)
        if not self._report(1.0):
            raise ConversionCancelledError
        return Merged(self._count, self._united, self._doubles)

    def _objects(self) -> Iterator[dict[str, Any]]:
        for number, part in enumerate(self._parts):
            for feature in _features(part.path):
                if not self._is_held(number, feature):
                    yield self._finished(number, feature)
            self._go_on(_READ * (number + 1) / len(self._parts))
        self._settle()
        for held in self._held:
            if held.goes_out:
                yield self._finished(held.found.part, held.feature)

    def _finished(self, number: int, feature: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        properties = feature.get("properties")
        own = dict(properties) if isinstance(properties, dict) else {}
        if len(self._parts) > 1:
            if isinstance(own.get(_ID), int):
                own[_ID] = self._count
            if isinstance(feature.get(_ID), int):
                feature = {**feature, _ID: self._count}
        return {**feature, "properties": self._attributes.beside(own, self._parts[number].attributes)}

    def _is_held(self, number: int, feature: dict[str, Any]) -> bool:
        """Hold an object that may be cut, or be known to another part as well; False for all others."""
        geometry = feature.get("geometry")
        if len(self._parts) < 2 or not isinstance(geometry, dict):
            return False
        box = _box(geometry)
        if box is None or not self._seams.is_near(number, box, GAP_M + REACH_M):
            return False
        read = _read(geometry)
        if read is None:
            return False
        properties = feature.get("properties")
        kind = str(properties.get(TYPE_FIELD, "")) if isinstance(properties, dict) else ""
        self._held.append(_Held(feature, seen(number, kind, read, self._seams)))
        return True

    # what is held

    def _settle(self) -> None:
        """Leave out what was found twice, and unite what was cut."""
        doubled, cut = self._pairs()
        self._leave_out(doubled)
        for group in self._groups([pair for pair in cut if self._both_go_out(*pair)]):
            self._unite(group)

    def _pairs(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Return which are one: of the first pairs one is whole, of the second both are cut, the most alike first."""
        index = QgsSpatialIndex()
        for number, held in enumerate(self._held):
            index.addFeature(entry(number, held.found.geometry))
        doubled: list[tuple[int, int]] = []
        cut: list[tuple[float, int, int]] = []
        for number, held in enumerate(self._held):
            box = held.found.geometry.boundingBox()
            for other in sorted(index.intersects(Frame(box).around(box, GAP_M))):
                there = self._held[other].found
                is_new = other > number and self._is_of_another_part(held.found, there)
                alike = likeness(held.found, there, self._seams) if is_new else 0.0
                if alike > 0 and held.found.is_cut and there.is_cut:
                    cut.append((-alike, number, other))
                elif alike > 0:
                    doubled.append((number, other))
            if number % 100 == 0:
                self._go_on(_READ + (1 - _READ) * number / len(self._held))
        return doubled, [(number, other) for _alike, number, other in sorted(cut)]

    def _is_of_another_part(self, one: Found, other: Found) -> bool:
        groups = (self._parts[one.part].group, self._parts[other.part].group)
        return one.part != other.part and groups[0] == groups[1]

    def _leave_out(self, doubled: Sequence[tuple[int, int]]) -> None:
        """Keep of each pair the one that is whole, or else the one more at home; those at home are looked at first."""
        partners: dict[int, list[int]] = {}
        for one, other in doubled:
            partners.setdefault(one, []).append(other)
            partners.setdefault(other, []).append(one)
        for number in sorted(partners, key=self._rank):
            kept = self._held[number]
            if not kept.goes_out or kept.found.is_cut:
                continue
            for other in partners[number]:
                left = self._held[other]
                if not left.goes_out:
                    continue
                if left.found.is_cut and not covers(kept.found, left.found):
                    continue  # most of it goes on where the whole one is not
                left.goes_out = False
                self._doubles += 1

    def _rank(self, number: int) -> tuple[bool, float, int, int]:
        found = self._held[number].found
        return found.is_cut, -found.own_share, found.part, number

    def _both_go_out(self, one: int, other: int) -> bool:
        return self._held[one].goes_out and self._held[other].goes_out

    def _groups(self, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
        """Return what hangs together by pairs; a pair that would unite what a part tells apart is passed over."""
        groups: dict[int, list[int]] = {}
        for one, other in pairs:
            first, second = groups.get(one, [one]), groups.get(other, [other])
            if first is second or any(
                are_told_apart(self._held[mine].found, self._held[theirs].found)
                for mine in first
                for theirs in second
            ):
                continue
            together = [*first, *second]
            groups.update((member, together) for member in together)
        found = {id(group): sorted(group) for group in groups.values()}
        return sorted(found.values())

    def _unite(self, group: Sequence[int]) -> None:
        pieces = [self._held[number] for number in group]
        largest = max(pieces, key=lambda each: (_extent(each.found.geometry), -each.found.part))
        whole = united([each.found for each in pieces], self._seams)
        for piece in pieces:
            piece.goes_out = piece is largest
        properties = dict(largest.feature.get("properties") or {})
        _measure(properties, whole, [piece.feature.get("properties") or {} for piece in pieces])
        geometry = json.loads(whole.asJson(_DECIMALS))
        largest.feature = {**largest.feature, "geometry": _single(geometry), "properties": properties}
        self._united += 1

    def _tell(self) -> None:
        if not self._report(min(_READ, _READ * self._count / (self._count + 10_000))):
            raise ConversionCancelledError

    def _go_on(self, fraction: float) -> None:
        if not self._report(fraction):
            raise ConversionCancelledError


def _names(parts: Sequence[ResultPart]) -> set[str]:
    """Return the names of all attributes of objects; none where nothing is to be put beside them."""
    if not any(part.attributes for part in parts):
        return set()
    names: set[str] = set()
    for part in parts:
        for feature in _features(part.path):
            properties = feature.get("properties")
            names.update(properties if isinstance(properties, dict) else ())
    return names


def _features(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a result; raises ConversionError where it cannot be read."""
    try:
        yield from FeatureReader(path)
    except NotGeoJsonError as error:
        raise not_readable(path, str(error)) from error


def _measure(properties: dict[str, Any], whole: QgsGeometry, pieces: Sequence[Mapping[str, Any]]) -> None:
    """Set the area of an object that was put together, and the length, where objects have one."""
    if whole.type() == QgsWkbTypes.GeometryType.PolygonGeometry and _is_number(properties.get("area")):
        area = ellipsoidal_area(whole)
        properties["area"] = round(area) if isinstance(properties["area"], int) else area
    if all(_is_number(piece.get("length")) for piece in pieces):
        properties["length"] = sum(piece["length"] for piece in pieces)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _extent(geometry: QgsGeometry) -> float:
    is_polygon = geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry
    return float(geometry.area() if is_polygon else geometry.length())


def _single(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry of one part as that part."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    if kind.startswith("Multi") and isinstance(coordinates, list) and len(coordinates) == 1:
        return {"type": kind.removeprefix("Multi"), "coordinates": coordinates[0]}
    return geometry


def _box(geometry: Mapping[str, Any]) -> Optional[QgsRectangle]:
    """Return the box of a GeoJSON geometry; None where it has no place."""
    points = list(positions(geometry))
    if not points:
        return None
    x, y = [point[0] for point in points], [point[1] for point in points]
    return QgsRectangle(min(x), min(y), max(x), max(y))


def _read(geometry: Mapping[str, Any]) -> Optional[QgsGeometry]:
    """Return a GeoJSON geometry as QGIS has it, valid; None where it cannot be read."""
    try:
        read = ogr.CreateGeometryFromJson(json.dumps(geometry))
    except RuntimeError:
        return None
    if read is None or read.IsEmpty():
        return None
    made = QgsGeometry()
    made.fromWkb(bytes(read.ExportToWkb()))
    return made if made.isGeosValid() else made.makeValid()
