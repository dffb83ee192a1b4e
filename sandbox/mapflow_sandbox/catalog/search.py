"""The search: filtered by SQLite and its R-tree, then by what is really covered, sorted and paged."""

from __future__ import annotations

import enum
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .file import insert, opened, record_of
from .overlap import covered
from .records import CatalogRecord

_MOST_BOXES = 50  # of an area's parts, looked up one by one; SQLite knows a limit, too
_SCENE_WORDS = {"scene", "image"}


class CatalogSort(enum.StrEnum):
    """What a search is sorted by; what is not known comes last, either way."""

    PROVIDER_NAME = "PROVIDER_NAME"
    SAT_ID = "SAT_ID"
    CLOUD_COVER = "CLOUD_COVER"
    OFF_NADIR_ANGLE = "OFF_NADIR_ANGLE"
    ACQUISITION_DATE = "ACQUISITION_DATE"
    ZOOM = "ZOOM"
    PIXEL_RESOLUTION = "PIXEL_RESOLUTION"


_SORTED_BY = {
    CatalogSort.PROVIDER_NAME: "provider",
    CatalogSort.SAT_ID: "sensor",
    CatalogSort.CLOUD_COVER: "cloud_cover",
    CatalogSort.OFF_NADIR_ANGLE: "off_nadir",
    CatalogSort.ACQUISITION_DATE: "instant",
    CatalogSort.ZOOM: "zoom",
    CatalogSort.PIXEL_RESOLUTION: "resolution",
}


@dataclass(frozen=True)
class Wanted:
    """What is searched; None sets no bound. A picture that does not tell a value fits every bound of it.

    `resolution` in metres and `angle` in degrees, whichever side it leans to, are the least and the most; `cloud` and
    `cover` have the scale of `per_cent`, which stands for all. `providers` are names, `kinds` words in small letters.
    """

    area: BaseGeometry
    since: datetime | None = None
    until: datetime | None = None
    resolution: tuple[float | None, float | None] = (None, None)
    angle: tuple[float | None, float | None] = (None, None)
    cloud: float | None = None
    cover: float | None = None
    per_cent: float = 100.0
    available_only: bool = False
    providers: frozenset[str] | None = None
    kinds: frozenset[str] = frozenset()
    sort: CatalogSort = CatalogSort.ACQUISITION_DATE
    ascending: bool = False


@dataclass(frozen=True)
class Found:
    """A page: pictures, each with the per cent of the area it covers; `total` counts all that fit."""

    page: tuple[tuple[CatalogRecord, float], ...]
    total: int


class Catalog:
    """One catalog file; a connection a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def find(self, image_ids: Sequence[str]) -> list[CatalogRecord]:
        """The pictures with these ids, in this order; those there are none of are left out."""
        rows = (
            self._connection.execute("select * from records where id = ?", (each,)).fetchone()
            for each in image_ids
        )
        return [record_of(row) for row in rows if row is not None]

    def search(self, wanted: Wanted, own: Sequence[CatalogRecord], limit: int, offset: int) -> Found:
        """What fits, among the catalog's pictures and an account's `own`."""
        connection = self._connection
        connection.execute("delete from own")
        insert(connection, own, "own")
        rows = _candidates(connection, wanted)
        if not rows:
            return Found((), 0)
        shares = covered(wanted.area, shapely.from_wkb([row["footprint"] for row in rows]))
        least = 0.0 if wanted.cover is None else wanted.cover
        fits = (shares > 0) & (shares * wanted.per_cent / 100 >= least)
        found = _sorted([(rows[index], float(shares[index])) for index in np.flatnonzero(fits)], wanted)
        page = tuple((_record(connection, row), share) for row, share in found[offset : offset + limit])
        return Found(page, len(found))

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = opened(self._path)
        return connection


def _candidates(connection: sqlite3.Connection, wanted: Wanted) -> list[sqlite3.Row]:
    """The rows that fit in all but what they cover, by the box alone."""
    conditions, values = _conditions(wanted)
    boxes = []
    parts = shapely.get_parts(wanted.area)
    for number, part in enumerate(parts if len(parts) <= _MOST_BOXES else [wanted.area]):
        edges = dict(zip(("w", "s", "e", "n"), part.bounds, strict=True))
        values.update({f"{edge}{number}": value for edge, value in edges.items()})
        boxes.append(
            f"select record from boxes where west <= :e{number} and east >= :w{number}"
            f" and south <= :n{number} and north >= :s{number}"
        )
    columns = f"number, id, footprint, {_SORTED_BY[wanted.sort]} as sorted_by"
    statement = (
        f"select 'records' as place, {columns} from records"
        f" where number in ({' union '.join(boxes)}) and {conditions}"
        f" union all select 'own', {columns} from own where {conditions}"
    )
    return connection.execute(statement, values).fetchall()


def _conditions(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    said: list[str] = ["true"]
    values: dict[str, Any] = {}
    for name, column, comparison, bound in (
        ("since", "instant", ">=", _timestamp(wanted.since)),
        ("until", "instant", "<=", _timestamp(wanted.until)),
        ("finest", "resolution", ">=", wanted.resolution[0]),
        ("coarsest", "resolution", "<=", wanted.resolution[1]),
        ("least_angle", "abs(off_nadir)", ">=", wanted.angle[0]),
        ("most_angle", "abs(off_nadir)", "<=", wanted.angle[1]),
        ("cloud", f"cloud_cover * {wanted.per_cent} / 100", "<=", wanted.cloud),
    ):
        if bound is not None:
            said.append(f"({column} is null or {column} {comparison} :{name})")
            values[name] = bound
    if wanted.available_only:
        said.append("is_available")
    if wanted.providers is not None:
        marks = {f"provider{number}": name for number, name in enumerate(sorted(wanted.providers))}
        said.append(f"provider in ({', '.join(f':{mark}' for mark in marks)})")
        values.update(marks)
    if wanted.kinds:
        marks = {f"kind{number}": word for number, word in enumerate(sorted(wanted.kinds))}
        known = [f"lower(product_type) in ({', '.join(f':{mark}' for mark in marks)})"]
        known += ["is_mosaic"] if "mosaic" in wanted.kinds else []
        known += ["not is_mosaic"] if _SCENE_WORDS & wanted.kinds else []
        said.append(f"({' or '.join(known)})")
        values.update(marks)
    return " and ".join(said), values


def _sorted(found: list[tuple[sqlite3.Row, float]], wanted: Wanted) -> list[tuple[sqlite3.Row, float]]:
    """By what is asked for, those without it last; like ones in the catalog's order, so that pages fit together."""
    found.sort(key=lambda each: (each[0]["place"] == "own", each[0]["number"]))
    told = [each for each in found if each[0]["sorted_by"] is not None]
    untold = [each for each in found if each[0]["sorted_by"] is None]
    told.sort(key=lambda each: each[0]["sorted_by"], reverse=not wanted.ascending)
    return told + untold


def _record(connection: sqlite3.Connection, row: sqlite3.Row) -> CatalogRecord:
    whole = connection.execute(f"select * from {row['place']} where number = ?", (row["number"],)).fetchone()
    return record_of(whole)


def _timestamp(instant: datetime | None) -> float | None:
    if instant is None:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
