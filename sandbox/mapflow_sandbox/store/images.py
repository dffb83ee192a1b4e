"""Uploaded images: what is known of each, and how far its preparation is."""

from __future__ import annotations

import enum
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import clock
from . import mosaics
from .database import Database
from .mosaics import NewMosaic

# Pixel sizes that differ by no more than this share are the same: producers round them differently.
SAME_PIXEL = 0.01


class ImageState(enum.StrEnum):
    """How far an uploaded image is, in the words of the deployed service."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True)
class RasterFacts:
    """What a raster file says of itself.

    `crs` is an EPSG code or else WKT, `pixel_size` (width, height) in its units, `pixel_m` the longer side of a pixel
    in metres on the ground.
    """

    crs: str
    width: int
    height: int
    count: int
    dtypes: tuple[str, ...]
    pixel_size: tuple[float, float]
    pixel_m: float
    nodata: float | None


@dataclass(frozen=True)
class NewImage:
    """An upload that passed its checks; `file_size` in bytes and `checksum` (SHA-1) are of the file as it came."""

    id: str
    filename: str
    file_size: int
    checksum: str
    facts: RasterFacts


@dataclass(frozen=True)
class Image:
    """One image. `footprint` is WKT in EPSG:4326, known once the image is ready."""

    id: str
    mosaic_id: str
    account_id: str
    filename: str
    file_size: int
    checksum: str
    facts: RasterFacts
    state: ImageState
    error: str | None
    footprint: str | None
    uploaded: str

    @property
    def is_ready(self) -> bool:
        """Whether its pixels can be read."""
        return self.state is ImageState.READY


class NoMosaic(Exception):
    """The mosaic is not there for this account."""


class NoRoom(Exception):
    """The account's storage is too small; `available` bytes are left."""

    def __init__(self, available: int) -> None:
        super().__init__(f"{available} bytes are left")
        self.available = available


class UnlikeMosaic(Exception):
    """The image differs from those of its mosaic in a parameter that all of them share."""

    def __init__(self, parameter: str, got: object, expected: object) -> None:
        super().__init__(f"{parameter} is {got} and not {expected}")
        self.parameter, self.got, self.expected = parameter, got, expected


def add(
    database: Database, account_id: str, new: NewImage, mosaic: str | NewMosaic, memory_limit: int | None
) -> Image:
    """Put an image into a mosaic, or into a new one that appears with it, or raise and change nothing.

    Raises NoMosaic, NoRoom (`memory_limit` in bytes) or UnlikeMosaic.
    """
    with database.writing() as connection:
        used = _used(connection, account_id)
        if memory_limit is not None and used + new.file_size > memory_limit:
            raise NoRoom(max(0, memory_limit - used))
        if isinstance(mosaic, NewMosaic):
            mosaic_id = mosaics.insert(connection, account_id, mosaic)
        else:
            mosaic_id = mosaic
            _check_fits(connection, account_id, mosaic_id, new.facts)
        facts = new.facts
        connection.execute(
            "insert into images (id, mosaic_id, account_id, filename, file_size, checksum, crs, width, height, count,"
            " dtypes, pixel_width, pixel_height, pixel_m, nodata, state, uploaded)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (new.id, mosaic_id, account_id, new.filename, new.file_size, new.checksum, facts.crs, facts.width,
             facts.height, facts.count, json.dumps(facts.dtypes), *facts.pixel_size, facts.pixel_m, facts.nodata,
             ImageState.PENDING.value, clock.now()),
        )  # fmt: skip
    (image,) = _select(database, "id = ?", (new.id,))
    return image


def fetch(database: Database, account_id: str, image_id: str) -> Image | None:
    """One image, or None when it is not there for this account."""
    return next(iter(_select(database, "id = ? and account_id = ?", (image_id, account_id))), None)


def of_mosaic(database: Database, mosaic_id: str) -> list[Image]:
    """A mosaic's images, the oldest first."""
    return _select(database, "mosaic_id = ?", (mosaic_id,))


def of_account(database: Database, account_id: str) -> list[Image]:
    """All the account's images, the oldest first."""
    return _select(database, "account_id = ?", (account_id,))


def anyones(database: Database, image_id: str) -> Image | None:
    """One image whoever owns it: for those whom a signed link lets in."""
    return next(iter(_select(database, "id = ?", (image_id,))), None)


def unprepared(database: Database) -> list[Image]:
    """The images of all accounts whose preparation is still to be done, the oldest first."""
    return _select(database, "state in (?, ?)", (ImageState.PENDING.value, ImageState.IN_PROGRESS.value))


def all_ids(database: Database) -> set[str]:
    """The ids of every account's images."""
    return {row["id"] for row in database.reader.execute("select id from images")}


def used_bytes(database: Database, account_id: str) -> int:
    """Bytes of all the account's images, as they were uploaded."""
    return _used(database.reader, account_id)


def begin(database: Database, image_id: str) -> bool:
    """The preparation has begun; False when the image is not there any more."""
    return _change(database, image_id, "state = ?", (ImageState.IN_PROGRESS.value,))


def finish(database: Database, image_id: str, footprint: str | None, error: str | None) -> bool:
    """The preparation is done, or has failed with `error`; False when the image is not there any more."""
    state = ImageState.READY if error is None else ImageState.FAILED
    return _change(database, image_id, "state = ?, footprint = ?, error = ?", (state.value, footprint, error))


def rename(database: Database, image_id: str, filename: str) -> bool:
    """Change the name an image is shown by; False when it is not there any more."""
    return _change(database, image_id, "filename = ?", (filename,))


def delete(database: Database, account_id: str, image_id: str) -> bool:
    """Delete an image; False when it is not there for this account."""
    with database.writing() as connection:
        gone = connection.execute(
            "delete from images where id = ? and account_id = ?", (image_id, account_id)
        )
    return gone.rowcount > 0


def delete_failed(database: Database, mosaic_id: str) -> list[str]:
    """Delete the images of a mosaic whose preparation failed; says their ids."""
    with database.writing() as connection:
        gone = connection.execute(
            "delete from images where mosaic_id = ? and state = ? returning id",
            (mosaic_id, ImageState.FAILED.value),
        )
        return [row["id"] for row in gone.fetchall()]


def _used(connection: sqlite3.Connection, account_id: str) -> int:
    (used,) = connection.execute(
        "select coalesce(sum(file_size), 0) from images where account_id = ?", (account_id,)
    ).fetchone()
    return int(used)


def _check_fits(connection: sqlite3.Connection, account_id: str, mosaic_id: str, facts: RasterFacts) -> None:
    """API reference, "Upload Images to Mosaic": one CRS, one number of bands, one resolution."""
    if not connection.execute(
        "select 1 from mosaics where id = ? and account_id = ?", (mosaic_id, account_id)
    ).fetchone():
        raise NoMosaic
    row = connection.execute(
        "select * from images where mosaic_id = ? order by uploaded, id limit 1", (mosaic_id,)
    ).fetchone()
    if row is None:
        return
    first = _facts(row)
    if facts.crs != first.crs:
        raise UnlikeMosaic("crs", facts.crs, first.crs)
    if facts.count != first.count:
        raise UnlikeMosaic("count", facts.count, first.count)
    pairs = zip(facts.pixel_size, first.pixel_size, strict=True)
    if any(abs(got - expected) > SAME_PIXEL * expected for got, expected in pairs):
        raise UnlikeMosaic("pixel_size", list(facts.pixel_size), list(first.pixel_size))


def _change(database: Database, image_id: str, assignments: str, values: Sequence[object]) -> bool:
    with database.writing() as connection:
        changed = connection.execute(f"update images set {assignments} where id = ?", (*values, image_id))
    return changed.rowcount > 0


def _select(database: Database, condition: str, values: Iterable[object]) -> list[Image]:
    rows = database.reader.execute(
        f"select * from images where {condition} order by uploaded, id", tuple(values)
    )
    return [_image(row) for row in rows.fetchall()]


def _image(row: sqlite3.Row) -> Image:
    return Image(
        id=row["id"],
        mosaic_id=row["mosaic_id"],
        account_id=row["account_id"],
        filename=row["filename"],
        file_size=row["file_size"],
        checksum=row["checksum"],
        facts=_facts(row),
        state=ImageState(row["state"]),
        error=row["error"],
        footprint=row["footprint"],
        uploaded=row["uploaded"],
    )


def _facts(row: sqlite3.Row) -> RasterFacts:
    return RasterFacts(
        crs=row["crs"],
        width=row["width"],
        height=row["height"],
        count=row["count"],
        dtypes=tuple(json.loads(row["dtypes"])),
        pixel_size=(row["pixel_width"], row["pixel_height"]),
        pixel_m=row["pixel_m"],
        nodata=row["nodata"],
    )
