"""The state table: a GeoPackage with a row for each part of a batch, written before and after all that spends.

Each change is a transaction that is on the disk when the call returns. QGIS may have the table open meanwhile.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, ogr, osr
from qgis.core import QgsGeometry, QgsVectorLayer

from ...text.translation import translate
from ..gdal_errors import ConversionError, collect_gdal_errors
from .rows import PartRow, PartState

TABLE = "parts"
_FID = "part"
_WGS84 = 4326
_BUSY_S = 5.0  # that another program may hold the file
_TEXT, _REAL, _WHOLE, _TIME, _BYTES = (
    ogr.OFTString,
    ogr.OFTReal,
    ogr.OFTInteger64,
    ogr.OFTDateTime,
    ogr.OFTBinary,
)
_COLUMNS = {
    "name": _TEXT,
    "state": _TEXT,
    "message": _TEXT,
    "percent": _WHOLE,
    "estimate": _REAL,
    "cost": _REAL,
    "area_m2": _REAL,
    "source_id": _TEXT,
    "source": _TEXT,
    "processing_id": _TEXT,
    "planned": _TIME,
    "started": _TIME,
    "ended": _TIME,
    "attempts": _WHOLE,
    "run_key": _TEXT,
    "request": _TEXT,
    "plan": _TEXT,
    "own_ground": _BYTES,
}
_INSERT = """
    INSERT INTO parts (part, geom, name, state, message, percent, estimate, cost, area_m2, source_id, source,
        processing_id, planned, started, ended, attempts, run_key, request, plan, own_ground)
    VALUES (:part, :geom, :name, :state, :message, :percent, :estimate, :cost, :area_m2, :source_id, :source,
        :processing_id, :planned, :started, :ended, :attempts, :run_key, :request, :plan, :own_ground)
"""
_UPDATE = """
    UPDATE parts SET state = :state, message = :message, percent = :percent, estimate = :estimate, cost = :cost,
        processing_id = :processing_id, started = :started, ended = :ended, attempts = :attempts, request = :request
    WHERE part = :part
"""
_EXTENT = "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = 'parts'"
_READ = "SELECT * FROM parts ORDER BY part"
_PLAN = "SELECT plan FROM parts LIMIT 1"
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the kind of envelope in a geometry's head


def create(path: Path, plan: str, rows: Sequence[PartRow]) -> None:
    """Make the table of a batch, whole or not at all; `plan` says which batch it is. Raises ConversionError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new.gpkg")
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        _make(fresh)
        connection = _connected(fresh)
        try:
            with connection:
                connection.executemany(_INSERT, ({**_values(row), "plan": plan} for row in rows))
                box = QgsGeometry.collectGeometry([row.geometry for row in rows]).boundingBox()
                extent = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
                connection.execute(_EXTENT, extent)
        finally:
            connection.close()
        if path.exists():  # another program was quicker: its table may say what was paid for
            raise FileExistsError(str(path))
        os.replace(fresh, path)


def plan_of(path: Path) -> Optional[str]:
    """Return which batch the table is of; None where there is no file. Raises ConversionError where it is no table."""
    if not path.exists():
        return None
    try:
        connection = _connected(path)
        try:
            row = connection.execute(_PLAN).fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ConversionError(
            translate(
                "Batches", "{file} is not the state table of a batch. Choose another name for the table."
            ).format(file=path.name),
            str(error),
        ) from error
    return str(row["plan"]) if row is not None else ""


def layer(path: Path) -> QgsVectorLayer:
    """Return the table as a layer; for the main thread."""
    return QgsVectorLayer(f"{path}|layername={TABLE}", path.stem, "ogr")


class StateTable:
    """An open table; it belongs to the thread it was opened in. Methods raise ConversionError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _told(path):
            self._connection = _connected(path)

    def rows(self) -> list[PartRow]:
        """Return all parts by number."""
        with _told(self._path):
            return [_row(values) for values in self._connection.execute(_READ)]

    def write(self, rows: Iterable[PartRow]) -> None:
        """Write what became of parts; all of it is on the disk when this returns."""
        with _told(self._path), self._connection:
            self._connection.executemany(_UPDATE, [_standing(row) for row in rows])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, RuntimeError) as error:
        sentence = translate(
            "Batches",
            "The state table {file} could not be read or written. See that its folder can be written to and has "
            "room, then run the batch again.",
        )
        raise ConversionError(sentence.format(file=path.name), str(error)) from error


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), timeout=_BUSY_S)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _make(path: Path) -> None:
    """Make the file and its table; without a spatial index, whose triggers need functions that SQLite has not."""
    with collect_gdal_errors() as errors:
        made = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
        if made is None:
            raise OSError("; ".join(errors))
        system = osr.SpatialReference()
        system.ImportFromEPSG(_WGS84)
        options = ["SPATIAL_INDEX=NO", f"FID={_FID}", "GEOMETRY_NAME=geom"]
        table = made.CreateLayer(TABLE, system, ogr.wkbMultiPolygon, options)
        for name, kind in _COLUMNS.items():
            table.CreateField(ogr.FieldDefn(name, kind))
        table = made = None  # closes the file
        if errors:
            raise OSError("; ".join(errors))


def _standing(row: PartRow) -> dict[str, Any]:
    """What may become other while a batch runs."""
    return {
        "part": row.number,
        "state": row.state.value,
        "message": row.message,
        "percent": row.percent,
        "estimate": row.estimate,
        "cost": row.cost,
        "processing_id": row.processing_id,
        "started": _time_text(row.started),
        "ended": _time_text(row.ended),
        "attempts": row.attempts,
        "request": row.client_id,
    }


def _values(row: PartRow) -> dict[str, Any]:
    return {
        **_standing(row),
        "geom": _packed(row.geometry),
        "name": row.name,
        "area_m2": row.area_m2,
        "source_id": row.source_id,
        "source": json.dumps(dict(row.attributes), ensure_ascii=False, default=str),
        "planned": _time_text(row.planned),
        "run_key": row.key,
        "own_ground": bytes(row.core.asWkb()),
    }


def _row(values: sqlite3.Row) -> PartRow:
    return PartRow(
        number=values["part"],
        source_id=values["source_id"],
        name=values["name"],
        key=values["run_key"],
        client_id=values["request"],
        geometry=_from_wkb(_unpacked(values["geom"])),
        core=_from_wkb(values["own_ground"]),
        area_m2=values["area_m2"],
        attributes=json.loads(values["source"]),
        state=PartState(values["state"]),
        processing_id=values["processing_id"],
        estimate=values["estimate"],
        cost=values["cost"],
        percent=values["percent"],
        message=values["message"],
        attempts=values["attempts"],
        planned=_time(values["planned"]),
        started=_time(values["started"]),
        ended=_time(values["ended"]),
    )


def _packed(geometry: QgsGeometry) -> bytes:
    """Return a geometry as GeoPackage has it: a head of magic, version, flags (little-endian) and system, then WKB."""
    several = QgsGeometry(geometry)
    several.convertToMultiType()
    return b"GP\x00" + struct.pack("<Bi", 1, _WGS84) + bytes(several.asWkb())


def _unpacked(blob: bytes) -> bytes:
    return blob[8 + _ENVELOPES[blob[3] >> 1 & 7] :]


def _from_wkb(wkb: bytes) -> QgsGeometry:
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    return geometry


def _time_text(at: Optional[datetime]) -> Optional[str]:
    return None if at is None else at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _time(text: Optional[str]) -> Optional[datetime]:
    return None if not text else datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
