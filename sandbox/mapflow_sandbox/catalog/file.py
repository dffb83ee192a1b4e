"""The catalog's SQLite file with its R-tree: made once for each number of pictures, and only read from then on."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import mkstemp

import shapely

from ..source_version import source_version
from .archive import Bounds
from .records import CatalogRecord, Preview
from .seeding import seeded

_HERE = Path(__file__).parent
_MAKERS = ["archive", "file", "offers", "records", "seeding"]
_COLUMNS = tuple(field.name for field in fields(CatalogRecord))


def prepare(assets: Path, scene: Bounds, count: int) -> Path:
    """The file with `count` pictures, made first where it is missing; it appears whole or not at all."""
    schema = _schema()
    version = source_version([_HERE / f"{name}.py" for name in _MAKERS], f"{schema}{scene}")
    path = assets / f"catalog-{version}-{count}.sqlite"
    if not path.is_file():
        handle, scratch = mkstemp(dir=assets, prefix=".catalog-")
        os.close(handle)
        try:
            with closing(sqlite3.connect(scratch)) as connection:
                connection.executescript(schema)
                insert(connection, seeded(count, scene))
                connection.commit()
            os.replace(scratch, path)
        finally:
            Path(scratch).unlink(missing_ok=True)
    return path


def opened(path: Path) -> sqlite3.Connection:
    """A connection for reading, which has a table `own` beside `records` for what one account has; it is empty."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
    )
    connection.row_factory = sqlite3.Row
    connection.execute("pragma temp_store = memory")
    connection.execute("create temp table own as select * from records where 0")
    return connection


def insert(connection: sqlite3.Connection, records: Iterable[CatalogRecord], table: str = "records") -> None:
    """Add `records`; with the boxes of their parts, where the table is the catalog's own."""
    columns = ("number", *_COLUMNS, "instant")
    statement = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
    boxes: list[tuple[float | int, ...]] = []
    rows = []
    for number, record in enumerate(records, start=1):
        values = [getattr(record, name) for name in _COLUMNS]
        rows.append((number, *values, _instant(record.acquired)))
        for part in shapely.get_parts(record.geometry):
            west, south, east, north = part.bounds
            boxes.append((len(boxes) + 1, west, east, south, north, number))
    connection.executemany(statement, rows)
    if table == "records":
        connection.executemany("insert into boxes values (?, ?, ?, ?, ?, ?)", boxes)


def record_of(row: sqlite3.Row) -> CatalogRecord:
    """The picture in a row."""
    values = {name: row[name] for name in _COLUMNS}
    for name in ("is_mosaic", "is_available", "needs_order"):
        values[name] = bool(values[name])
    return CatalogRecord(**{**values, "preview": Preview(values["preview"])})


def _instant(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


def _schema() -> str:
    return files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
