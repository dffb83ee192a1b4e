"""Writes a result's GeoJSON anew: so plain that GDAL has nothing to guess, or as the standard says.

Both read and write one object at a time, whatever the size of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, TextIO

from osgeo import ogr

from ...text.translation import translate
from ..gdal_errors import ConversionCancelledError, ConversionError, Report, collect_gdal_errors
from .features import FeatureReader
from .formats import OutputFormat, Split
from .positions import is_empty, is_in_degrees, positions
from .survey import Survey, cut, is_writable, writable

_STEP = 1000  # objects between two reports
_INFINITE = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity')  # or a text, within which that is none
_MULTI_OF = {"Polygon": "MultiPolygon", "LineString": "MultiLineString", "Point": "MultiPoint"}


@dataclass
class Written:
    """How many objects were written, and how many of them without a place that cannot be read, or a part of it."""

    count: int = 0
    without_place: int = 0
    partly: int = 0
    nowhere: int = 0  # all that have no place, those included


def id_name(survey: Survey) -> str:
    """Return the attribute that holds what the objects have as ids beside their properties."""
    taken = {name.lower() for name in survey.names().values()}
    return next(
        name for name in ("id", "feature_id", "mapflow_feature_id", "own_feature_id") if name not in taken
    )


class PlainWriter:
    """Writes the objects with attributes of one type each, under names that differ in more than case.

    A collection of geometries becomes an object for each type where the format has layers for them. `is_strict` leaves
    out places that GDAL cannot read, so that the object and all others stay.
    """

    def __init__(self, survey: Survey, output: OutputFormat, is_strict: bool) -> None:
        self._names = survey.names(output.longest_name)
        self._longest_text = output.longest_text
        self._has_json = output.has_json
        self._texts = {name for name, column in survey.columns.items() if column.becomes_text}
        self._id_name = id_name(survey) if survey.ids == "own" else ""
        self._is_id_text = survey.id_column.becomes_text
        self._takes_apart = output.split is not Split.NONE
        self._is_strict = is_strict
        self._unknown_crs = "" if survey.is_known_crs else survey.crs
        self._crs = survey.crs if survey.is_known_crs else ""
        self._written = Written()

    def write(self, source: Path, target: Path, report: Report) -> Written:
        """Write `target`; raises ConversionError or ConversionCancelledError."""
        members: dict[str, Any] = {"type": "FeatureCollection"}
        if self._crs:
            members["crs"] = {"type": "name", "properties": {"name": self._crs}}
        reader = FeatureReader(source)
        objects = (plain for feature in reader for plain in self._plain(feature))
        write_features(target, members, objects, _progress(reader, source, report))
        return self._written

    def _plain(self, feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
        properties = feature.get("properties")
        own = properties if isinstance(properties, dict) else {}
        attributes = {self._names[name]: self._value(name, value) for name, value in own.items()}
        if self._id_name:
            value = feature.get("id")
            attributes[self._id_name] = as_text(value) if self._is_id_text else value
        for geometry in self._places(feature.get("geometry")):
            self._written.count += 1
            self._written.nowhere += geometry is None
            yield {"type": "Feature", "properties": attributes, "geometry": geometry}

    def _value(self, name: str, value: Any) -> Any:
        if name in self._texts or (isinstance(value, (dict, list)) and not self._has_json):
            value = as_text(value)
        return cut(value, self._longest_text) if isinstance(value, str) else value

    def _places(self, geometry: Any) -> list[Any]:
        if not isinstance(geometry, dict) or is_empty(geometry):
            return [None]
        if self._unknown_crs and not is_in_degrees(geometry):
            raise _unknown_crs(self._unknown_crs)
        is_collection = geometry.get("type") == "GeometryCollection"
        parts = _by_type(geometry) if self._takes_apart or is_collection else [geometry]
        # GDAL drops a part of a collection that it cannot read, and a place that it cannot read brings down all
        readable: list[Any] = [
            part for part in parts if not (self._is_strict or is_collection) or _is_readable(part)
        ]
        if len(readable) < len(parts) or not parts:
            self._written.without_place += not readable
            self._written.partly += bool(readable)
        elif is_collection and not self._takes_apart:
            return [geometry]
        if len(readable) > 1 and not self._takes_apart:
            readable = [{"type": "GeometryCollection", "geometries": readable}]
        return readable or [None]


def write_standard(source: Path, target: Path, report: Report, unknown_crs: str = "") -> int:
    """Write the GeoJSON as RFC 7946 says, and all else as it came; returns the number of objects.

    Longitude and latitude are meant without a "crs" member, and exterior rings run anticlockwise. A system that nobody
    knows is passed over where the coordinates are degrees. Raises ConversionError or ConversionCancelledError.
    """
    count = 0
    reader = FeatureReader(source)

    def objects() -> Iterator[dict[str, Any]]:
        nonlocal count
        for feature in reader:
            count += 1
            if isinstance(feature.get("geometry"), dict):
                if unknown_crs and not is_in_degrees(feature["geometry"]):
                    raise _unknown_crs(unknown_crs)
                feature["geometry"] = _wound(feature["geometry"])
            yield feature

    write_features(
        target, {"type": "FeatureCollection"}, objects(), _progress(reader, source, report), reader.members
    )
    return count


def as_text(value: Any) -> Optional[str]:
    """Return a property's value as text that any file can hold; None stays a missing one."""
    if value is None:
        return None
    return writable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _progress(reader: FeatureReader, source: Path, report: Report) -> Callable[[], None]:
    size = max(1, source.stat().st_size)

    def tell() -> None:
        if not report(min(1.0, reader.bytes_read / size)):
            raise ConversionCancelledError

    return tell


def write_features(
    target: Path,
    members: dict[str, Any],
    features: Iterator[dict[str, Any]],
    tell: Callable[[], None],
    more: Optional[dict[str, Any]] = None,
) -> None:
    """Write a feature collection, an object a line; `tell` is called now and then, `more` are members after them."""
    with target.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(_dumped(members)[:-1] + ', "features": [\n')
        for number, feature in enumerate(features):
            if number:
                stream.write(",\n")
            stream.write(_dumped(feature))
            if number % _STEP == 0:
                tell()
        stream.write("\n]")
        _write_members(
            stream, {name: value for name, value in (more or {}).items() if name not in {"type", "crs"}}
        )
        stream.write("}\n")


def _write_members(stream: TextIO, members: dict[str, Any]) -> None:
    stream.writelines(f",\n{_dumped(name)}: {_dumped(value)}" for name, value in members.items())


def _dumped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if not is_writable(text):
        text = json.dumps(value)  # half a character stays an escape
    # a number beyond all others stays one: JSON has no name for it
    return _INFINITE.sub(_as_number, text) if "Infinity" in text else text


def _as_number(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else found[0].replace("Infinity", "1e999")


def _by_type(geometry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a collection as one geometry for each type in it; any other geometry as it is."""
    if geometry.get("type") != "GeometryCollection":
        return [geometry]
    found: dict[str, list[Any]] = {}
    for part in _flat(geometry):
        kind, coordinates = str(part.get("type")), part.get("coordinates")
        several = (
            coordinates if kind in _MULTI_OF.values() and isinstance(coordinates, list) else [coordinates]
        )
        found.setdefault(_MULTI_OF.get(kind, kind), []).extend(several)
    return [{"type": kind, "coordinates": coordinates} for kind, coordinates in found.items()]


def _flat(geometry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    parts = geometry.get("geometries")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("type") == "GeometryCollection":
            yield from _flat(part)
        elif isinstance(part, dict):
            yield part


def _is_readable(geometry: dict[str, Any]) -> bool:
    with collect_gdal_errors() as errors:
        try:
            read = ogr.CreateGeometryFromJson(json.dumps(geometry))
        except RuntimeError:
            return False
    return (
        read is not None and not errors and _point_count(read) >= sum(1 for _each in positions(geometry)) > 0
    )


def _point_count(geometry: Any) -> int:
    inner = geometry.GetGeometryCount()
    if not inner:
        return int(geometry.GetPointCount())
    return sum(_point_count(geometry.GetGeometryRef(number)) for number in range(inner))


def _unknown_crs(name: str) -> ConversionError:
    text = translate(
        "Results",
        "The result says that its coordinate reference system is {crs}, which is not known here, and its coordinates "
        "are not longitude and latitude. Ask the service's support which system it is in.",
    )
    return ConversionError(text.format(crs=name[:80]))


def _wound(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry whose exterior rings run anticlockwise, and its holes clockwise."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    try:
        if kind == "Polygon":
            return {**geometry, "coordinates": _wound_rings(coordinates)}
        if kind == "MultiPolygon":
            return {**geometry, "coordinates": [_wound_rings(rings) for rings in coordinates or []]}
        if kind == "GeometryCollection":
            return {**geometry, "geometries": [_wound(part) for part in geometry["geometries"]]}
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        return geometry  # broken: it stays as it came
    return geometry


def _wound_rings(rings: Any) -> list[Any]:
    return [
        ring if (_doubled_area(ring) >= 0) == (index == 0) else ring[::-1] for index, ring in enumerate(rings)
    ]


def _doubled_area(ring: Any) -> float:
    west, south = ring[0][:2]
    return float(
        sum(
            (one[0] - west) * (other[1] - south) - (other[0] - west) * (one[1] - south)
            for one, other in zip(ring, ring[1:])
        )
    )
