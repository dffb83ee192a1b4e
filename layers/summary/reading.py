"""Reads the objects of a layer in batches: from its GeoPackage by SQL, or as QGIS has them where that shows more.

Made for a worker thread. The file is opened for reading alone, by a connection of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsFeature, QgsFeatureRequest, QgsRectangle
from qgis.PyQt.QtCore import QUrl, QVariant

if TYPE_CHECKING:
    from .source import SummarySource

BATCH = 1_500  # objects: with more of them at a time QGIS waits longer for Python's lock
_COLUMN = "SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
_HAS_INDEX = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
_ALL = 'SELECT %(columns)s FROM "%(table)s" WHERE %(condition)s'
_WITHIN = (  # the index holds no object without a place
    '"%(table)s".rowid IN (SELECT id FROM "%(index)s" WHERE maxx >= :west AND minx <= :east AND maxy >= :south '
    "AND miny <= :north)"
)
_CHOSEN = '"%(table)s".rowid IN (SELECT id FROM temp.chosen)'
_MAKE_CHOSEN = "CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY)"
_CHOOSE = "INSERT INTO temp.chosen VALUES (?)"


class UnreadableFileError(Exception):
    """SQL does not read the file as QGIS does."""


@dataclass(frozen=True)
class Batch:
    """Some objects: their geometries in binary form, and what their fields say; () where there is no such field."""

    shapes: Sequence[Optional[bytes]]
    classes: Sequence[Any]
    heights: Sequence[Any]
    areas: Sequence[Any]


def batches_of(source: SummarySource, box: Optional[QgsRectangle]) -> Iterator[Batch]:
    """Yield the objects of `source`; with `box`, in its own system, at least all those that touch it."""
    if source.path is not None:
        try:
            yield from _by_sql(source, box)
        except UnreadableFileError:
            pass  # nothing was read yet
        else:
            return
    yield from _by_features(source, box)


def _by_sql(source: SummarySource, box: Optional[QgsRectangle]) -> Iterator[Batch]:
    """Raises UnreadableFileError before anything was read, and sqlite3.Error afterwards."""
    address = bytes(QUrl.fromLocalFile(str(source.path)).toEncoded()).decode()
    try:
        connection = sqlite3.connect(f"{address}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise UnreadableFileError from error
    with closing(connection):
        try:
            cursor = _asked(connection, source, box)
            rows = cursor.fetchmany(BATCH)
        except (sqlite3.Error, OverflowError) as error:
            raise UnreadableFileError from error
        while rows:
            yield _batch(source, list(zip(*rows)))
            rows = cursor.fetchmany(BATCH)


def _asked(
    connection: sqlite3.Connection, source: SummarySource, box: Optional[QgsRectangle]
) -> sqlite3.Cursor:
    row = connection.execute(_COLUMN, (source.table,)).fetchone()
    if row is None:
        raise UnreadableFileError
    table = source.table.replace('"', '""')
    columns = [row[0], *(each for each in _fields(source) if each)]
    conditions = [f"({source.condition})"] if source.condition else []
    values: dict[str, float] = {}
    index = f"rtree_{source.table}_{row[0]}"
    if box is not None and connection.execute(_HAS_INDEX, (index,)).fetchone()[0]:
        conditions.append(_WITHIN % {"table": table, "index": index.replace('"', '""')})
        values = {"west": box.xMinimum(), "east": box.xMaximum()}
        values |= {"south": box.yMinimum(), "north": box.yMaximum()}
    if source.chosen is not None:
        connection.execute(_MAKE_CHOSEN)
        connection.executemany(_CHOOSE, ((each,) for each in source.chosen))
        conditions.append(_CHOSEN % {"table": table})
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    names = {"columns": quoted, "table": table, "condition": " AND ".join(conditions) or "1"}
    connection.text_factory = bytes  # a text is decoded once, not for each object, and may be damaged
    return connection.execute(_ALL % names, values)


def _fields(source: SummarySource) -> tuple[str, str, str]:
    return source.class_field, source.height_field, source.area_field


def _batch(source: SummarySource, columns: list[Sequence[Any]]) -> Batch:
    rest = iter(columns[1:])
    return Batch(columns[0], *(next(rest) if name else () for name in _fields(source)))


def _by_features(source: SummarySource, box: Optional[QgsRectangle]) -> Iterator[Batch]:
    request = QgsFeatureRequest()
    if box is not None:
        request.setFilterRect(box)
    if source.chosen is not None:
        request.setFilterFids(list(source.chosen))
    fields = source.features.fields()
    places = [fields.lookupField(name) if name else -1 for name in _fields(source)]
    request.setSubsetOfAttributes([place for place in places if place >= 0])
    rows: list[tuple[Any, ...]] = []
    feature = QgsFeature()
    features = source.features.getFeatures(request)
    while features.nextFeature(feature):
        geometry = feature.geometry()
        blob = None if geometry.isNull() else bytes(geometry.asWkb().data())
        rows.append((blob, *(_plain(feature.attribute(place)) for place in places if place >= 0)))
        if len(rows) >= BATCH:
            yield _batch(source, list(zip(*rows)))
            rows = []
    if rows:
        yield _batch(source, list(zip(*rows)))


def _plain(value: Any) -> Any:
    return None if isinstance(value, QVariant) else value  # QGIS 3 has such a one for no value
