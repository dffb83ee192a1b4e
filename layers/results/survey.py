"""What a downloaded result holds: found out before it is converted, by reading all of it as it is written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from osgeo import osr

from ..gdal_errors import ConversionCancelledError, Report, collect_gdal_errors
from .days import is_day
from .features import FeatureReader, NotFinite, type_name
from .formats import OutputFormat
from .positions import has_z, is_empty, is_off_the_earth

INT64 = 2**63
EXACT_FLOAT = 2**53  # whole numbers up to that are exact as floating-point numbers
_DBF_WIDTH, _DBF_DECIMALS = 24, 15  # of the numbers GDAL writes into a DBF file
_LONGEST_DBF_WHOLE = 18  # digits
_NOT_IN_DBF = re.compile("[\0-\x1f\x7f:]")  # in the name of an attribute
_STEP = 1000  # objects between two reports
_HARMLESS = (type(None), bool, float)
_LONE = re.compile("[\ud800-\udfff]")  # halves of characters
TYPE_FIELD = "object_type"
_TABLES_KNOW = frozenset({"type", "id", "geometry", "properties", "bbox"})  # of an object's members
_LAYERS_KNOW = frozenset({"type", "name", "crs", "bbox"})  # of a collection's
_MOST_BESIDE = 1000
# names of systems that GDAL would read from the network, or from a file of this computer
_LEADS_AWAY = re.compile(r"(?i)\s*(/|\.|[a-z]:[\\/]|\w+://(?!(www\.)?opengis\.net/def/))")


@dataclass
class Column:
    """One attribute of the objects, as far as formats differ in what they can hold of it."""

    name: str
    types: set[str] = field(default_factory=set)  # of null, bool, int, float, text, json
    has_large: bool = False  # whole numbers that are not exact as floating-point ones
    has_huge: bool = False  # whole numbers of more than 64 bits, wherever in the value
    has_unwritable: bool = False  # characters that text in files cannot have
    longest_text: int = 0  # bytes
    has_empty_text: bool = False
    has_outer_space: bool = False  # of a text
    has_fine_numbers: bool = False  # which a DBF file would round
    has_not_finite: bool = False  # NaN and infinities
    has_other_than_days: bool = False  # text that is no day of the calendar

    @property
    def holds(self) -> set[str]:
        """The types of its values, besides missing ones."""
        return self.types - {"null"}

    @property
    def becomes_text(self) -> bool:
        """Whether no one type of a table's column holds all its values, so that they are kept as text."""
        if self.has_huge or self.has_unwritable:
            return True
        if self.holds == {"int", "float"}:
            return self.has_large
        return len(self.holds) > 1

    @property
    def holds_days(self) -> bool:
        """Whether all its values are days, as far as they are not missing."""
        return self.holds == {"text"} and not self.has_other_than_days

    def look_at(self, value: Any) -> None:
        """Take notice of one more value."""
        kind = type_name(value)
        self.types.add(kind)
        if kind == "int":
            self.has_large = self.has_large or abs(value) > EXACT_FLOAT
            self.has_huge = self.has_huge or not -INT64 <= value < INT64
            self.has_fine_numbers = self.has_fine_numbers or len(str(abs(value))) > _LONGEST_DBF_WHOLE
        elif kind == "float":
            self.has_fine_numbers = self.has_fine_numbers or not _is_exact_in_dbf(value)
        elif kind == "text":
            self._look_at_text(value)
            self.has_not_finite = self.has_not_finite or type(value) is NotFinite
            self.has_other_than_days = self.has_other_than_days or not is_day(value)
        elif kind == "json":
            self._look_at_text(json.dumps(value, ensure_ascii=False))
            self.has_huge = self.has_huge or _holds_huge(value)

    def _look_at_text(self, value: str) -> None:
        encoded = value.encode("utf-8", "surrogatepass")
        self.longest_text = max(self.longest_text, len(encoded))
        self.has_empty_text = self.has_empty_text or not value
        self.has_outer_space = self.has_outer_space or value != value.strip()
        self.has_unwritable = self.has_unwritable or not is_writable(value)


@dataclass
class Survey:
    """What a result holds.

    `types` counts the objects of each `object_type`, "" for those without one; `geometries` those of each type of
    GeoJSON geometry, "" for those without one. `ids` are said of objects beside their properties: "" for none at all,
    "same" where the properties have them too, else "own". `crs` is as the "crs" member names it. `beside` names what
    else stands beside the properties of objects, or beside the objects.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    count: int = 0
    types: Counter[str] = field(default_factory=Counter)
    geometries: Counter[str] = field(default_factory=Counter)
    has_z: bool = False
    ids: str = ""
    id_column: Column = field(default_factory=lambda: Column("id"))
    broken: int = 0  # members of the list that are no objects
    crs: str = ""
    is_known_crs: bool = True
    is_crs_as_gdal_has_it: bool = True  # GDAL reads no other way of naming it, and one from the network
    is_off_the_earth: bool = False  # coordinates that are no longitude and latitude
    is_damaged: bool = False  # text that is not in UTF-8
    has_pairs: bool = False  # of escapes that are one letter, some of which GDAL replaces
    beside: set[str] = field(default_factory=set)

    @property
    def has_collections(self) -> bool:
        """Whether a geometry consists of several of other types."""
        return "GeometryCollection" in self.geometries

    @property
    def is_in_degrees(self) -> bool:
        """Whether its coordinates are longitude and latitude, as GeoJSON's are unless it says otherwise."""
        return not self.crs or not self.is_known_crs or is_wgs84(self.crs)

    def names(self, longest: int = 0) -> dict[str, str]:
        """Return the names of attributes in a table, of at most `longest` bytes, 0 for any number."""
        return table_names(self.columns, longest)

    def renamed(self, longest: int = 0) -> list[str]:
        """Return the attributes that need another name: a table takes "Area" and "area" for the same."""
        return [name for name, free in self.names(longest).items() if free != name]

    def is_plain_for(self, output: OutputFormat) -> bool:
        """Whether GDAL reads all of it as it is meant, and the format takes it as it is."""
        is_odd = (
            self.renamed(output.longest_name)
            or self.ids == "own"
            or self.broken
            or self.is_damaged
            or self.has_pairs
            or not (self.is_known_crs and self.is_crs_as_gdal_has_it)
        )
        return not (
            is_odd or self.has_collections or any(each.becomes_text for each in self.columns.values())
        )


def survey(path: Path, report: Report, in_detail: bool = True) -> Survey:
    """Look through a result; not `in_detail`, what only files other than GeoPackages lose is not looked for.

    Raises NotGeoJsonError or ConversionCancelledError.
    """
    found = _Surveying(in_detail)
    reader = FeatureReader(path)
    size = max(1, path.stat().st_size)
    for number, feature in enumerate(reader):
        found.look_at(feature, reader.has_escapes)
        if number % _STEP == 0 and not report(min(1.0, reader.bytes_read / size)):
            raise ConversionCancelledError
    result = found.survey
    result.broken = reader.broken
    result.beside |= reader.members.keys() - _LAYERS_KNOW
    result.is_damaged, result.has_pairs = reader.is_damaged, reader.has_pairs
    crs = reader.members.get("crs")
    result.crs = named_crs(crs)
    result.is_known_crs = not result.crs or _system(result.crs) is not None
    result.is_crs_as_gdal_has_it = not result.crs or (isinstance(crs, dict) and crs.get("type") == "name")
    return result


def named_crs(crs: Any) -> str:
    """Return what a "crs" member means, in whichever of the ways there were before RFC 7946; "" where there is none."""
    if not crs:
        return ""
    told = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(told, dict):
        return str(crs)
    if "code" in told and not told.get("name"):
        return f"EPSG:{told['code']}"
    return str(told.get("name") or told.get("urn") or told.get("href") or json.dumps(crs))


class _Surveying:
    """One pass over one file."""

    def __init__(self, in_detail: bool) -> None:
        self.survey = Survey()
        self._in_detail = in_detail
        self._shapes: dict[tuple[Any, ...], tuple[str, ...]] = {}

    def look_at(self, feature: dict[str, Any], has_escapes: bool) -> None:
        """Take notice of one object; without escapes in the file up to it, all its text can be written."""
        survey = self.survey
        survey.count += 1
        properties = feature.get("properties")
        if len(survey.beside) < _MOST_BESIDE:
            survey.beside |= feature.keys() - _TABLES_KNOW
        if not isinstance(properties, dict):
            if properties is not None:
                survey.beside.add("properties")
            properties = {}
        survey.types[type_of(properties)] += 1
        geometry = feature.get("geometry")
        if isinstance(geometry, dict) and not is_empty(geometry):
            survey.geometries[str(geometry.get("type"))] += 1
            survey.has_z = survey.has_z or has_z(geometry)
            survey.is_off_the_earth = survey.is_off_the_earth or is_off_the_earth(geometry)
        else:
            survey.geometries[""] += 1
        if "id" in feature:
            is_same = properties.get("id") == feature["id"] and type(properties.get("id")) is type(
                feature["id"]
            )
            survey.ids = "same" if is_same and survey.ids != "own" else "own"
            survey.id_column.look_at(feature["id"])
        self._look_at_properties(properties, has_escapes)

    def _look_at_properties(self, properties: dict[str, Any], has_escapes: bool) -> None:
        """Look at all values of properties not seen before in that shape, at those that may be trouble of others."""
        shape = (*properties, *map(type, properties.values()))
        names = self._shapes.get(shape)
        if names is None or self._in_detail:
            columns = self.survey.columns
            for name, value in properties.items():
                column = columns.get(name)
                if column is None:
                    column = columns[name] = Column(name)
                column.look_at(value)
            self._shapes[shape] = tuple(
                name for name, value in properties.items() if type(value) not in _HARMLESS
            )
            return
        for name in names:
            value, column = properties[name], self.survey.columns[name]
            if type(value) is int:
                is_news = not -EXACT_FLOAT < value < EXACT_FLOAT
            else:
                is_news = not isinstance(value, str) or (has_escapes and not is_writable(value))
                is_news = is_news or not (column.has_other_than_days or is_day(value))
            if is_news:
                column.look_at(value)


def type_of(properties: Mapping[str, Any]) -> str:
    """Return the `object_type` of an object; "" where it has none."""
    value = properties.get(TYPE_FIELD)
    return value if isinstance(value, str) else ""


def table_names(names: Iterable[str], longest: int = 0) -> dict[str, str]:
    """Return a name for each attribute that no other has in whatever case; its own where that is free and fits."""
    given = list(names)
    fitting = {name: _fitting(name, longest) or "field" for name in given}
    kept = {name.lower() for name in given if fitting[name] == name}
    used: set[str] = set()
    result = {}
    for name in given:
        free = fitting[name]
        number = 2
        while free.lower() in used or (free != name and free.lower() in kept):
            mark = f"_{number}"
            free = cut(fitting[name], max(0, longest - len(mark))) + mark
            number += 1
        used.add(free.lower())
        result[name] = free
    return result


def _fitting(name: str, longest: int) -> str:
    """Return a name as a table can have it; those of a DBF file, which are short, end with no space."""
    if not longest:
        return writable(name)
    return cut(_NOT_IN_DBF.sub("_", writable(name)), longest).rstrip()


def cut(text: str, longest: int) -> str:
    """Return the beginning of a text of at most `longest` bytes, without half a letter; all of it where that is 0."""
    encoded = text.encode("utf-8", "replace")
    return text if not longest or len(encoded) <= longest else encoded[:longest].decode("utf-8", "ignore")


def is_writable(value: Any) -> bool:
    """Whether a value has only characters that text in files can have."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if text.isascii():
        return "\0" not in text and (isinstance(value, str) or "\\u0000" not in text)
    return "\0" not in text and _LONE.search(text) is None


def writable(text: str) -> str:
    """Return a text with a replacement character for each that no file can hold."""
    return _LONE.sub("\ufffd", text.replace("\0", "\ufffd"))


def _is_exact_in_dbf(value: float) -> bool:
    written = f"{value:.{_DBF_DECIMALS}f}"
    return len(written) <= _DBF_WIDTH and float(written) == value


def _holds_huge(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_huge(each) for each in value.values())
    if isinstance(value, list):
        return any(_holds_huge(each) for each in value)
    return isinstance(value, int) and not -INT64 <= value < INT64


def _system(name: str) -> Optional[Any]:
    if _LEADS_AWAY.match(name) is not None:
        return None
    system = osr.SpatialReference()
    with collect_gdal_errors():
        try:
            failed = system.SetFromUserInput(name)
        except RuntimeError:
            return None
    return None if failed else system


def is_wgs84(name: str) -> bool:
    """Whether the name of a coordinate reference system means longitude and latitude on WGS 84."""
    system = _system(name)
    wgs84 = osr.SpatialReference()
    wgs84.ImportFromEPSG(4326)
    if system is None:
        return False
    for each in (system, wgs84):
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return bool(system.IsSame(wgs84)) or name.upper().endswith("CRS84")
