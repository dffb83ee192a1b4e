"""Converts the downloaded GeoJSON with GDAL, which reads it as a stream and releases Python's lock.

It runs in a worker thread: it uses no Qt and no QGIS objects, and opens and closes every GDAL object itself.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr

from ...text.disk import disk_full
from ...text.translation import translate
from ..gdal_errors import ConversionCancelledError, ConversionError, Report, collect_gdal_errors
from ..tables import Family, Table

CLASS_FIELDS = ("class_id", "class", "building_class", "building_type", "kind", "category", "type")
MOST_CLASSES = 12  # a legend of more is hard to read
MULTI_STAGE = "stage"
_BATCH = 100_000  # features a transaction
_DISTINCT = (  # names are quoted: SQLite takes no parameters for them
    'SELECT DISTINCT CAST("%(field)s" AS TEXT) FROM "%(table)s" '
    'WHERE "%(field)s" IS NOT NULL ORDER BY 1 LIMIT %(most)d'
)
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


class Split(enum.Enum):
    """What a format does with several geometry types."""

    LAYERS = enum.auto()  # one file, a layer for each
    FILES = enum.auto()  # a file for each
    NONE = enum.auto()  # all in one layer


@dataclass(frozen=True)
class OutputFormat:
    """A vector format as GDAL writes it; `parts` are the suffixes of the files that make one up."""

    driver: str
    suffix: str
    split: Split
    layer_options: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sidecars: tuple[str, ...] = ()  # indexes that other programs made for an earlier file of that name


GEOPACKAGE = OutputFormat("GPKG", ".gpkg", Split.LAYERS, ("SPATIAL_INDEX=YES",))


@dataclass(frozen=True)
class Conversion:
    """The files that a conversion made."""

    tables: tuple[Table, ...]

    @property
    def count(self) -> int:
        """The number of objects in all tables."""
        return sum(table.count for table in self.tables)


def convert(source: Path, folder: Path, stem: str, output: OutputFormat, report: Report) -> Conversion:
    """Convert the GeoJSON file `source` to files named `stem`… in `folder`.

    Raises ConversionError or ConversionCancelledError.
    """
    run = _Run(folder, stem, output, report)
    with collect_gdal_errors() as errors:
        run.errors = errors
        opened = _opened(source, ["GeoJSON"], errors)
        layer = opened.GetLayer(0)
        family = _FAMILY_OF_TYPE.get(ogr.GT_Flatten(layer.GetGeomType()))
        if layer.GetFeatureCount() == 0:
            # QGIS shows a layer without a geometry type as a table, and a shapefile cannot be without one
            family = Family.POLYGONS
        if family is not None or output.split is Split.NONE:
            return Conversion((run.table(opened, family, (0.0, 1.0)),))
        return Conversion(tuple(run.tables_by_family(opened)))


class _Run:
    """One conversion."""

    def __init__(self, folder: Path, stem: str, output: OutputFormat, report: Report) -> None:
        self.folder = folder
        self.stem = stem
        self.output = output
        self.report = report
        self.errors: list[str] = []

    def table(
        self,
        source: Any,
        family: Optional[Family],
        span: tuple[float, float],
        where: str = "",
        suffix: str = "",
    ) -> Table:
        """Write one layer."""
        name = f"{self.stem}{suffix}"
        path = self.folder / (name if self.output.split is Split.FILES else self.stem)
        path = path.with_name(path.name + self.output.suffix)
        options: dict[str, Any] = {
            "format": self.output.driver,
            "layerName": name,
            "dim": "XY",
            "layerCreationOptions": self._layer_options(source),
        }
        if family is not None:
            is_typed = not where and not self._is_empty(source)
            options["geometryType"] = "PROMOTE_TO_MULTI" if is_typed else _MULTI_TYPE[family]
        if where:
            options["where"] = where
        if path.exists():
            options["accessMode"] = "update"
        self._translate(path, source, span, options)
        return self._described(path, name, family)

    def tables_by_family(self, source: Any) -> Iterator[Table]:
        """Write a layer for each geometry type: all objects go to one file first, then each type to its layer."""
        stage = self.folder / f"{self.stem}_{MULTI_STAGE}.gpkg"
        staged = self._staged(stage, source, (0.0, 0.4))
        kind = f'ST_GeometryType("{staged.GetLayer(0).GetGeometryColumn()}")'
        if _count(staged, f"{kind} = 'GEOMETRYCOLLECTION'"):
            staged = None  # closes the file
            stage.unlink()
            staged = self._staged(stage, source, (0.4, 0.5), "-explodecollections")
        found = [family for family in Family if _count(staged, _of_family(kind, family))]
        for index, family in enumerate(found):
            span = (0.5 + 0.5 * index / len(found), 0.5 + 0.5 * (index + 1) / len(found))
            suffix = f"_{family.value}" if len(found) > 1 else ""
            yield self.table(staged, family, span, _of_family(kind, family), suffix)
        staged = None
        stage.unlink()
        if not found:  # objects without a geometry are kept for their attributes
            yield self.table(source, Family.POLYGONS, (0.5, 1.0))

    def _staged(self, stage: Path, source: Any, span: tuple[float, float], *switches: str) -> Any:
        options = {
            "format": "GPKG",
            "layerName": MULTI_STAGE,
            "dim": "XY",
            "geometryType": "GEOMETRY",
            "layerCreationOptions": ["SPATIAL_INDEX=NO", *_gpkg_columns(source)],
        }
        self._translate(stage, source, span, options, *switches)
        return _opened(stage, ["GPKG"], self.errors)

    def _layer_options(self, source: Any) -> list[str]:
        """Return the format's options; attributes of the result that are named "fid" or "geom" keep their names."""
        if self.output.driver != "GPKG":
            return list(self.output.layer_options)
        return [*self.output.layer_options, *_gpkg_columns(source)]

    @staticmethod
    def _is_empty(source: Any) -> bool:
        return bool(source.GetLayer(0).GetFeatureCount() == 0)

    def _translate(
        self, target: Path, source: Any, span: tuple[float, float], options: dict[str, Any], *more: str
    ) -> None:
        start, end = span
        stopped = []

        def on_progress(fraction: float, _message: str, _data: object) -> int:
            if self.report(start + (end - start) * fraction):
                return 1
            stopped.append(True)
            return 0

        switches = ["-unsetFid", "-gt", str(_BATCH), *more]
        settings = gdal.VectorTranslateOptions(options=switches, callback=on_progress, **options)
        try:
            made = gdal.VectorTranslate(str(target), source, options=settings)
            is_whole = made is not None
            made = None  # closes the file, which writes what is left
        except RuntimeError as error:  # where someone has switched GDAL's exceptions on
            self.errors.append(str(error))
            is_whole = False
        if stopped or not self.report(end):
            raise ConversionCancelledError
        if not is_whole or self.errors:
            raise _not_converted(self.errors, self.folder)

    def _described(self, path: Path, name: str, family: Optional[Family]) -> Table:
        made = _opened(path, [self.output.driver], self.errors)
        layer = made.GetLayerByName(name) or made.GetLayer(0)
        definition = layer.GetLayerDefn()
        fields = tuple(definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount()))
        class_field = next((candidate for candidate in CLASS_FIELDS if candidate in fields), "")
        is_asked = bool(class_field) and self.output.driver == "GPKG"
        classes = _values(made, layer.GetName(), class_field) if is_asked else ()
        return Table(
            path=path,
            name=layer.GetName(),
            family=family,
            count=int(layer.GetFeatureCount()),
            geometry_column=layer.GetGeometryColumn(),
            fields=fields,
            class_field=class_field if classes else "",
            classes=classes,
        )


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


def _of_family(kind: str, family: Family) -> str:
    types = ", ".join(f"'{name}'" for name in _SQL_TYPES[family])
    return f"{kind} IN ({types})"


def _count(staged: Any, condition: str) -> int:
    layer = staged.GetLayer(0)
    layer.SetAttributeFilter(condition)
    count = int(layer.GetFeatureCount())
    layer.SetAttributeFilter(None)
    return count


def _values(opened: Any, table: str, field: str) -> tuple[str, ...]:
    """Return the values of a class field as text; none where there are too many for a legend."""
    names = {"field": field.replace('"', '""'), "table": table.replace('"', '""'), "most": MOST_CLASSES + 1}
    answer = opened.ExecuteSQL(_DISTINCT % names)
    if answer is None:
        return ()
    values = tuple(str(row.GetField(0)) for row in answer)
    opened.ReleaseResultSet(answer)
    return values if len(values) <= MOST_CLASSES else ()


def _opened(path: Path, drivers: list[str], errors: list[str]) -> Any:
    try:
        opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=drivers)
    except RuntimeError as error:
        errors.append(str(error))
        opened = None
    if opened is None or opened.GetLayerCount() == 0:
        detail = "\n".join(errors) or f"{path.name}: {_beginning(path)}"
        raise ConversionError(
            translate(
                "Results", "The result that was downloaded cannot be read: it is not whole, or not GeoJSON."
            ),
            detail,
        )
    return opened


def _beginning(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(200).decode("utf-8", "replace")


def _not_converted(errors: list[str], folder: Path) -> ConversionError:
    detail = "\n".join(errors)
    if any(mark in detail.lower() for mark in _FULL):
        return ConversionError(disk_full(folder), detail)
    if "json" in detail.lower():
        sentence = translate(
            "Results", "The result that was downloaded cannot be read: it is not whole, or not GeoJSON."
        )
        return ConversionError(sentence, detail)
    return ConversionError(
        translate("Results", "The result could not be written. See the details for the reason."), detail
    )
