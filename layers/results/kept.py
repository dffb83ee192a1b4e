"""Downloaded results as files: a GeoPackage says of itself which result is in it, and so is found again.

That stands in the file's own metadata, which goes along when the file is renamed, copied or moved. Made for a worker
thread: every GDAL object is opened and closed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsLayerMetadata, QgsProviderRegistry, QgsRectangle

from ...api.processings import Processing
from ...text.file_names import plain_stem
from ..gdal_errors import ConversionCancelledError, Report, collect_gdal_errors
from ..origin.metadata import RESULT_ROLE, Part, fill_metadata, place_metadata
from ..origin.record import from_record, to_record
from ..tables import Family, Table
from .files import MARK_LENGTH
from .formats import GEOPACKAGE
from .layers import layer_source
from .writing import not_written

_DOMAIN = "mapflow_dock"  # of the metadata of a file
_PROCESSING, _SERVER, _DOWNLOADED, _TABLES = "processing", "server", "downloaded", "tables"
_PART = "part"  # the id of the part of the area that a file is of; none in the file of a whole result
_MOST_FILES = 20_000  # of a folder: more are not looked through


@dataclass(frozen=True)
class KeptResult:
    """A result that is on the disk: `processing` as it was when the file was `downloaded` from `server`.

    `part_id` is the part of the area it is of; "" where it is of the whole.
    """

    processing: Processing
    server: str
    downloaded: Optional[datetime]
    tables: tuple[Table, ...]
    part_id: str = ""


def sign(
    tables: Sequence[Table],
    processing: Processing,
    server: str,
    downloaded: datetime,
    part: Optional[Part] = None,
) -> None:
    """Write into the file of `tables`, a GeoPackage, which result it is, and what QGIS shows as a layer's metadata.

    It is that of one `part` of the area, where there is one.
    Raises ConversionError.
    """
    for path in dict.fromkeys(table.path for table in tables):
        with collect_gdal_errors() as errors:
            opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"])
            if opened is None:
                raise not_written("\n".join(errors) or f"{path.name} cannot be opened", path.parent)
            extents = {table.name: _extent(opened.GetLayerByName(table.name)) for table in tables}
            told = {
                _PROCESSING: to_record(processing),
                _SERVER: server,
                _DOWNLOADED: downloaded.isoformat(timespec="seconds"),
                _TABLES: json.dumps([_told(table) for table in tables if table.path == path]),
            }
            if part is not None:
                told[_PART] = part.id
            opened.SetMetadata(told, _DOMAIN)
            opened = None  # closes the file
            if errors:
                raise not_written("\n".join(errors), path.parent)
        own = [table for table in tables if table.path == path]
        for table in own:
            metadata = QgsLayerMetadata()
            fill_metadata(metadata, processing, server, RESULT_ROLE, part)
            if len(own) > 1:  # in a GeoPackage no two tables are called the same
                metadata.setIdentifier(f"{metadata.identifier()}/{table.name}")
            _describe(table, metadata, *extents[table.name])


def find_kept(
    folders: Iterable[Path],
    processing_id: str,
    server: str,
    part_id: str = "",
    report: Report = lambda _share: True,
) -> Optional[KeptResult]:
    """Return the newest result of a processing in `folders`; None where there is none.

    It is that of the part of its area with that id; with "", of the whole area.
    Files whose names end as those of this plugin do are looked at first, the others where none of these is it.
    """
    mark = plain_stem(processing_id, "", MARK_LENGTH)
    paths = list(dict.fromkeys(path for folder in dict.fromkeys(folders) for path in _files(folder)))
    marked = [path for path in paths if mark and mark in path.stem]
    named = set(marked)
    for group in (marked, [path for path in paths if path not in named]):
        found = [kept for kept in _read_all(group, report) if _is_of(kept, processing_id, server, part_id)]
        if found:
            return max(found, key=_age)
    return None


def read_kept(path: Path) -> Optional[KeptResult]:
    """Return what a GeoPackage says of the result in it; None where it says nothing, or is none."""
    with collect_gdal_errors():
        try:
            opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
            told = {} if opened is None else dict(opened.GetMetadata(_DOMAIN) or {})
            there = set() if opened is None else _names(opened)
        except RuntimeError:  # where someone has switched GDAL's exceptions on
            return None
    processing = from_record(str(told.get(_PROCESSING, "")))
    tables = _tables(path, str(told.get(_TABLES, "")))
    # a table that somebody has removed since cannot be shown
    if processing is None or not tables or not {table.name for table in tables} <= there:
        return None
    server, part_id = str(told.get(_SERVER, "")), str(told.get(_PART, ""))
    return KeptResult(processing, server, _moment(told.get(_DOWNLOADED)), tables, part_id)


def _names(opened: Any) -> set[str]:
    return {opened.GetLayer(index).GetName() for index in range(opened.GetLayerCount())}


def _files(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() == GEOPACKAGE.suffix]
    except OSError:
        return []
    return sorted(found)[:_MOST_FILES]


def _read_all(paths: Iterable[Path], report: Report) -> Iterator[KeptResult]:
    for path in paths:
        if not report(0.0):
            raise ConversionCancelledError
        kept = read_kept(path)
        if kept is not None:
            yield kept


def _is_of(kept: KeptResult, processing_id: str, server: str, part_id: str) -> bool:
    return (kept.processing.id, kept.server, kept.part_id) == (processing_id, server, part_id)


def _age(kept: KeptResult) -> tuple[float, float]:
    made, downloaded = kept.processing.updated, kept.downloaded
    return (made.timestamp() if made else 0.0, downloaded.timestamp() if downloaded else 0.0)


def _told(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "family": None if table.family is None else table.family.value,
        "count": table.count,
        "geometry_column": table.geometry_column,
        "fields": list(table.fields),
        "class_field": table.class_field,
        "classes": list(table.classes),
        "object_type": table.object_type,
        "is_one_of_types": table.is_one_of_types,
        "has_plain_classes": table.has_plain_classes,
        "numbers": list(table.numbers),
    }


def _tables(path: Path, text: str) -> tuple[Table, ...]:
    """Return the tables that a file names; none where that is not as this plugin writes it."""
    families = {each.value: each for each in Family}
    try:
        return tuple(
            Table(
                path=path,
                name=str(told["name"]),
                family=families.get(told["family"]),
                count=int(told["count"]),
                geometry_column=str(told["geometry_column"]),
                fields=tuple(map(str, told["fields"])),
                class_field=str(told["class_field"]),
                classes=tuple(map(str, told["classes"])),
                object_type=str(told["object_type"]),
                is_one_of_types=bool(told["is_one_of_types"]),
                has_plain_classes=bool(told["has_plain_classes"]),
                numbers=tuple(map(str, told["numbers"])),
            )
            for told in json.loads(text or "[]")
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()


def _moment(value: object) -> Optional[datetime]:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _extent(layer: Any) -> tuple[str, QgsRectangle]:
    """Return the system of a layer as WKT, and where it lies; both empty where that is not known."""
    if layer is None:
        return "", QgsRectangle()
    system = layer.GetSpatialRef()
    west, east, south, north = layer.GetExtent() if layer.GetFeatureCount() else (0.0, 0.0, 0.0, 0.0)
    return (
        "" if system is None else _named_system(system),
        QgsRectangle(west, south, east, north) if west < east or south < north else QgsRectangle(),
    )


def _named_system(system: Any) -> str:
    name, code = system.GetAuthorityName(None), system.GetAuthorityCode(None)
    return f"{name}:{code}" if name and code else str(system.ExportToWkt())


def _describe(table: Table, metadata: QgsLayerMetadata, system: str, extent: QgsRectangle) -> None:
    place_metadata(metadata, QgsCoordinateReferenceSystem(system), extent)
    with collect_gdal_errors() as errors:
        is_saved, why = QgsProviderRegistry.instance().saveLayerMetadata("ogr", layer_source(table), metadata)
    if not is_saved or errors:
        raise not_written(str(why) or "\n".join(errors), table.path.parent)
