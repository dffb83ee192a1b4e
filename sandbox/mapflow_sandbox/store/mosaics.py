"""Mosaics: named collections of an account's images."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from .. import clock
from .database import Database


@dataclass(frozen=True)
class NewMosaic:
    """What a mosaic is to be called and tagged."""

    name: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mosaic:
    """One mosaic."""

    id: str
    account_id: str
    name: str
    tags: tuple[str, ...]
    created: str


def create(database: Database, account_id: str, new: NewMosaic) -> str:
    """Make an empty mosaic and say its id."""
    with database.writing() as connection:
        return insert(connection, account_id, new)


def insert(connection: sqlite3.Connection, account_id: str, new: NewMosaic) -> str:
    """Make an empty mosaic within a transaction and say its id."""
    mosaic_id = str(uuid.uuid4())
    connection.execute(
        "insert into mosaics (id, account_id, name, tags, created) values (?, ?, ?, ?, ?)",
        (mosaic_id, account_id, new.name, _as_text(new.tags), clock.now()),
    )
    return mosaic_id


def of_account(database: Database, account_id: str, tags: Sequence[str] = ()) -> list[Mosaic]:
    """The account's mosaics that carry all of `tags`, the oldest first."""
    rows = database.reader.execute(
        "select * from mosaics where account_id = ? order by created, id", (account_id,)
    )
    found = [_mosaic(row) for row in rows]
    return [mosaic for mosaic in found if set(tags) <= set(mosaic.tags)]


def fetch(database: Database, account_id: str, mosaic_id: str) -> Mosaic | None:
    """One mosaic, or None when it is not there for this account."""
    row = database.reader.execute(
        "select * from mosaics where id = ? and account_id = ?", (mosaic_id, account_id)
    ).fetchone()
    return _mosaic(row) if row else None


def update(database: Database, mosaic_id: str, name: str | None, tags: Sequence[str] | None) -> None:
    """Change what is not None; tags are replaced as a whole."""
    with database.writing() as connection:
        connection.execute(
            "update mosaics set name = coalesce(?, name), tags = coalesce(?, tags) where id = ?",
            (name, None if tags is None else _as_text(tags), mosaic_id),
        )


def delete(database: Database, account_id: str, mosaic_id: str) -> list[str] | None:
    """Delete a mosaic with its images and say the images' ids; None when it is not there for this account."""
    with database.writing() as connection:
        if not connection.execute(
            "select 1 from mosaics where id = ? and account_id = ?", (mosaic_id, account_id)
        ).fetchone():
            return None
        gone = connection.execute("delete from images where mosaic_id = ? returning id", (mosaic_id,))
        ids = [row["id"] for row in gone.fetchall()]
        connection.execute("delete from mosaics where id = ?", (mosaic_id,))
    return ids


def _as_text(tags: Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(tags)), ensure_ascii=False)


def _mosaic(row: sqlite3.Row) -> Mosaic:
    return Mosaic(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        tags=tuple(json.loads(row["tags"])),
        created=row["created"],
    )
