"""One layer of a result, or one for each sort of its objects, written by GDAL.

Made for a worker thread: no Qt, no QGIS objects, every GDAL object opened and closed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from ...text.disk import disk_full
from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..gdal_errors import ConversionCancelledError, ConversionError, Report
from ..styles.classes import CLASS_FIELDS
from ..tables import Family, Table
from .classes_found import classes_in, holds_numbers
from .formats import GEOPACKAGE, OutputFormat, Split

STAGE = "stage"
# nothing is guessed from text that looks like a date, and lists stay what they are
AS_WRITTEN = ("DATE_AS_STRING=YES", "ARRAY_AS_STRING=YES")
_BATCH = 100_000  # features a transaction
_LONGEST_NAME = 40
_LONGEST_REASON = 160
_TOO_WIDE = "record length limit"  # of a shapefile
NO_WAY = "Cannot find coordinate operations"  # what GDAL says where no transformation is known
_SAID = " failed: "  # how GDAL puts what SQLite said
_FULL = ("disk is full", "no space left", "disk full")
_FAMILY_OF_TYPE = {
    ogr.wkbPolygon: Family.POLYGONS,
    ogr.wkbMultiPolygon: Family.POLYGONS,
    ogr.wkbLineString: Family.LINES,
    ogr.wkbMultiLineString: Family.LINES,
    ogr.wkbPoint: Family.POINTS,
    ogr.wkbMultiPoint: Family.POINTS,
}
_SQL_TYPES = {
    Family.POLYGONS: ("POLYGON", "MULTIPOLYGON"),
    Family.LINES: ("LINESTRING", "MULTILINESTRING"),
    Family.POINTS: ("POINT", "MULTIPOINT"),
}
_MULTI_TYPE = {
    Family.POLYGONS: "MULTIPOLYGON",
    Family.LINES: "MULTILINESTRING",
    Family.POINTS: "MULTIPOINT",
}


class NotMadeError(Exception):
    """GDAL reads the GeoJSON not, or not whole, or cannot write it as it is; the argument says what it complains of."""


@dataclass(frozen=True)
class Sort:
    """Objects that share a table: of one type as the service says, "" for none, and one family of geometries."""

    object_type: str
    family: Family
    where: str  # in SQL, of the stage
    name: str


class TableWriter:
    """Writes the layers of one result to files named `stem`… in `folder`."""

    def __init__(
        self, folder: Path, stem: str, output: OutputFormat, report: Report, errors: list[str]
    ) -> None:
        self._folder = folder
        self._stem = stem
        self._output = output
        self._report = report
        self._errors = errors
        self._leaves_out = False

    def write(
        self, source: Path, types: Sequence[str], type_field: str, has_placeless: bool
    ) -> tuple[Table, ...]:
        """Write a table for each of the `types` and each family of geometries, as far as the format has several.

        `types` are the values of `type_field`, "" for what has none. Objects without a place, of which there are some
        if `has_placeless`, are left out where the format does not keep them. Raises NotMadeError or ConversionError.
        """
        self._leaves_out = has_placeless and not self._output.keeps_placeless
        opened = self._opened_source(source)
        layer = opened.GetLayer(0)
        family = _FAMILY_OF_TYPE.get(ogr.GT_Flatten(layer.GetGeomType()))
        if layer.GetFeatureCount() == 0:
            # a layer of no type is shown as a table, and a shapefile of none is no shapefile
            family = Family.POLYGONS
        if self._output.split is Split.NONE or (family is not None and len(types) < 2):
            only = types[0] if len(types) == 1 else ""
            return (self._table(opened, family, (0.0, 1.0), object_type=only),)
        return tuple(self._tables_of_sorts(opened, types, type_field))

    def _opened_source(self, source: Path) -> Any:
        opened = open_vector(source, ["GeoJSON"], self._errors, AS_WRITTEN)
        if opened is None or self._errors:
            raise NotMadeError("\n".join(self._errors) or f"{source.name} cannot be opened")
        return opened

    def _tables_of_sorts(self, source: Any, types: Sequence[str], type_field: str) -> Iterator[Table]:
        """Write a table for each sort of objects there is: first all into one place, then each its own."""
        stage = self._folder / f"{self._stem}_{STAGE}.gpkg"
        staged = self._staged(stage, source, (0.0, 0.5))
        sorts = self._sorts(staged, types, type_field)
        for index, sort in enumerate(sorts):
            span = (0.5 + 0.5 * index / len(sorts), 0.5 + 0.5 * (index + 1) / len(sorts))
            table = self._table(
                staged, sort.family, span, sort.where, sort.name, sort.object_type, len(types) > 1
            )
            yield table
        staged = None  # closes the file
        stage.unlink()

    def _sorts(self, staged: Any, types: Sequence[str], type_field: str) -> list[Sort]:
        """Return what there is, objects without a place with the first others of their type."""
        kind = f'ST_GeometryType("{staged.GetLayer(0).GetGeometryColumn()}")'
        sorts = []
        names: set[str] = set()
        for object_type in types or [""]:
            of_type = _of_type(object_type, types, type_field)
            conditions = {family: _of_family(kind, family) for family in Family}
            found = [family for family in Family if _count(staged, _both(of_type, conditions[family]))]
            placeless = f"{kind} IS NULL"
            if not found and _count(staged, _both(of_type, placeless)):
                found = [Family.POLYGONS]
            for place, family in enumerate(found):
                condition = conditions[family] if place else f"({conditions[family]} OR {placeless})"
                suffix = [_plain(object_type)] if len(types) > 1 else []
                suffix += [family.value] if len(found) > 1 else []
                name = _free(suffix, names)
                sorts.append(Sort(object_type, family, _both(of_type, condition), name))
        return sorts

    def _table(
        self,
        source: Any,
        family: Optional[Family],
        span: tuple[float, float],
        where: str = "",
        suffix: str = "",
        object_type: str = "",
        is_one_of_types: bool = False,
    ) -> Table:
        """Write one layer."""
        name = f"{self._stem}{suffix}"
        path = self._folder / (name if self._output.split is Split.FILES else self._stem)
        path = path.with_name(path.name + self._output.suffix)
        options: dict[str, Any] = {
            "format": self._output.driver,
            "layerName": name,
            "dim": "XY",
            "layerCreationOptions": self._layer_options(source),
        }
        if family is not None:
            is_typed = not where and source.GetLayer(0).GetFeatureCount() > 0
            options["geometryType"] = "PROMOTE_TO_MULTI" if is_typed else _MULTI_TYPE[family]
        if where:
            options["where"] = where
        elif self._leaves_out:
            options["where"] = (
                "OGR_GEOMETRY IS NOT NULL"  # GDAL 3.10 takes the first one for a failure of all
            )
        if path.exists():
            options["accessMode"] = "update"
        if _is_wgs84_with_heights(source.GetLayer(0).GetSpatialRef()):
            options["dstSRS"], options["reproject"] = "EPSG:4326", False  # heights are left out
        self._translate(path, source, span, options)
        return self._described(path, name, family, object_type, is_one_of_types)

    def _staged(self, stage: Path, source: Any, span: tuple[float, float]) -> Any:
        options = {
            "format": "GPKG",
            "layerName": STAGE,
            "dim": "XY",
            "geometryType": "GEOMETRY",
            "layerCreationOptions": ["SPATIAL_INDEX=NO", *_gpkg_columns(source)],
        }
        self._translate(stage, source, span, options)
        return open_vector(stage, ["GPKG"], self._errors)

    def _layer_options(self, source: Any) -> list[str]:
        """Return the format's options; the result's own "fid" and "geom" stay attributes of that name."""
        options = list(self._output.layer_options)
        return [*options, *_gpkg_columns(source)] if self._output.driver == "GPKG" else options

    def _translate(
        self, target: Path, source: Any, span: tuple[float, float], options: dict[str, Any]
    ) -> None:
        start, end = span
        stopped = []

        def on_progress(fraction: float, _message: str, _data: object) -> int:
            if self._report(start + (end - start) * fraction):
                return 1
            stopped.append(True)
            return 0

        switches = ["-unsetFid", "-gt", str(_BATCH)]
        settings = gdal.VectorTranslateOptions(options=switches, callback=on_progress, **options)
        try:
            made = gdal.VectorTranslate(str(target), source, options=settings)
            is_whole = made is not None
            made = None  # closes the file, which writes what is left
        except RuntimeError as error:  # where someone has switched GDAL's exceptions on
            self._errors.append(str(error))
            is_whole = False
        if stopped or not self._report(end):
            raise ConversionCancelledError
        if not is_whole or self._errors:
            detail = "\n".join(self._errors)
            if _is_full(detail):
                raise not_written(detail, self._folder)
            if _TOO_WIDE in detail.lower():
                raise too_wide(source.GetLayer(0).GetLayerDefn().GetFieldCount())
            raise NotMadeError(detail)

    def _described(
        self, path: Path, name: str, family: Optional[Family], object_type: str, is_one_of_types: bool
    ) -> Table:
        made = open_vector(path, [self._output.driver], self._errors)
        layer = None if made is None else made.GetLayerByName(name) or made.GetLayer(0)
        if layer is None:
            raise not_written("\n".join(self._errors) or f"{path.name} cannot be opened", self._folder)
        definition = layer.GetLayerDefn()
        fields = tuple(definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount()))
        class_field = next((candidate for candidate in CLASS_FIELDS if candidate in fields), "")
        is_asked = bool(class_field) and self._output is GEOPACKAGE
        classes, is_plain = classes_in(made, layer, class_field) if is_asked else ((), False)
        return Table(
            path=path,
            name=layer.GetName(),
            family=family,
            count=int(layer.GetFeatureCount()),
            geometry_column=layer.GetGeometryColumn(),
            fields=fields,
            class_field=class_field if classes else "",
            classes=classes,
            object_type=object_type,
            is_one_of_types=is_one_of_types,
            has_plain_classes=is_plain,
            numbers=tuple(name for i, name in enumerate(fields) if holds_numbers(definition.GetFieldDefn(i))),
        )


def open_vector(
    path: Path, drivers: list[str], errors: list[str], options: Sequence[str] = ()
) -> Optional[Any]:
    """Return a file opened by GDAL; None where it cannot be, or has no layer."""
    try:
        opened = gdal.OpenEx(
            str(path),
            gdal.OF_VECTOR | gdal.OF_READONLY,
            allowed_drivers=drivers,
            open_options=list(options),
        )
    except RuntimeError as error:
        errors.append(str(error))
        return None
    return opened if opened is not None and opened.GetLayerCount() else None


def count_nowhere(table: Table, driver: str) -> int:
    """Return how many objects of a written table have no place."""
    opened = open_vector(table.path, [driver], [])
    layer = None if opened is None else opened.GetLayerByName(table.name) or opened.GetLayer(0)
    if layer is None:
        return 0
    if driver == "GPKG":
        column = layer.GetGeometryColumn()
        # GDAL 3.10 takes an outline that it cannot read for an empty one
        layer.SetAttributeFilter(f'"{column}" IS NULL OR ST_IsEmpty("{column}")')
    else:
        layer.SetAttributeFilter('"OGR_GEOMETRY" IS NULL')
    return int(layer.GetFeatureCount())


def _gpkg_columns(source: Any) -> list[str]:
    definition = source.GetLayer(0).GetLayerDefn()
    taken = {definition.GetFieldDefn(i).GetName().lower() for i in range(definition.GetFieldCount())}
    columns = []
    for option, name in (("FID", "fid"), ("GEOMETRY_NAME", "geom")):
        free = name
        while free in taken:
            free = f"object_{free}"
        columns.append(f"{option}={free}")
    return columns


def _is_wgs84_with_heights(system: Any) -> bool:
    """Whether it is the system that GDAL gives GeoJSON with heights, which other programs know less."""
    return system is not None and system.GetAuthorityCode(None) == "4979"


def _of_type(object_type: str, types: Sequence[str], type_field: str) -> str:
    """Return the SQL condition for objects of a type; "" stands for all that have none of the `types`."""
    if len(types) < 2:
        return ""
    column = type_field.replace('"', '""')
    if object_type:
        return f"\"{column}\" = '{_sql_text(object_type)}'"
    named = ", ".join(f"'{_sql_text(each)}'" for each in types if each)
    return f'("{column}" IS NULL OR "{column}" NOT IN ({named}))'


def _sql_text(value: str) -> str:
    return value.replace("'", "''")


def _both(one: str, other: str) -> str:
    return f"{one} AND {other}" if one and other else one or other


def _of_family(kind: str, family: Family) -> str:
    types = ", ".join(f"'{name}'" for name in _SQL_TYPES[family])
    return f"{kind} IN ({types})"


def _plain(object_type: str) -> str:
    return re.sub(r"\W+", "_", object_type.lower()).strip("_")[:_LONGEST_NAME] or "other"


def _free(parts: Sequence[str], taken: set[str]) -> str:
    """Return a suffix of a table's name that none before has."""
    name = "".join(f"_{part}" for part in parts)
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free


def _count(staged: Any, condition: str) -> int:
    layer = staged.GetLayer(0)
    layer.SetAttributeFilter(condition)
    count = int(layer.GetFeatureCount())
    layer.SetAttributeFilter(None)
    return count


def too_wide(count: int) -> ConversionError:
    """Return the error of a result with `count` attributes, which a shapefile cannot hold."""
    text = translate(
        "Results",
        "The file cannot hold the {count} attributes of the result: they are too many, or too long. Save it as a "
        "GeoPackage instead.",
    )
    return ConversionError(text.format(count=number_text(count, 0)))


def not_written(detail: str, folder: Path) -> ConversionError:
    """The error of a result that was read, and could not be written."""
    if _is_full(detail):
        return ConversionError(disk_full(folder), detail)
    if NO_WAY in detail:
        text = translate(
            "Results",
            "The result is in a coordinate reference system from which no way leads to longitude and latitude, and a "
            "GeoJSON file holds nothing else. Save it as a GeoPackage instead.",
        )
        return ConversionError(text, detail)
    said = detail.rpartition(_SAID)[2] or detail  # not the whole SQL before it
    reason = bounded(" ".join(said.split()), _LONGEST_REASON)
    text = translate(
        "Results", "The result could not be written: {reason}. Try another format, or another folder."
    )
    return ConversionError(text.format(reason=reason.rstrip(".")), detail)


def _is_full(detail: str) -> bool:
    return any(mark in detail.lower() for mark in _FULL)
