"""Accounts and their credits."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass

from .. import clock
from .database import Database


@dataclass(frozen=True)
class Account:
    """Who is signed in. Areas in m²."""

    id: str
    email: str
    credits: float
    processed_m2: float
    created: str


class NoCredits(Exception):
    """The account cannot pay; `needed` is what it takes, `remaining` what it has."""

    def __init__(self, needed: float, remaining: float) -> None:
        super().__init__(f"{needed} credits are needed, {remaining} remain")
        self.needed = needed
        self.remaining = remaining


def ensure(database: Database, email: str, initial_credits: float) -> None:
    """Make the account of `email` with its default project, unless it is there."""
    with database.writing() as connection:
        if connection.execute("select 1 from accounts where email = ?", (email,)).fetchone():
            return
        account_id, at = str(uuid.uuid4()), clock.now()
        connection.execute(
            "insert into accounts (id, email, credits, created) values (?, ?, ?, ?)",
            (account_id, email, initial_credits, at),
        )
        connection.execute(
            "insert into projects (id, owner_id, name, is_default, created, updated) values (?, ?, 'Default', 1, ?, ?)",
            (str(uuid.uuid4()), account_id, at, at),
        )


def by_email(database: Database, email: str) -> Account | None:
    """The account of `email`."""
    return _one(database.reader.execute("select * from accounts where email = ?", (email,)))


def by_id(database: Database, account_id: str) -> Account | None:
    """The account with this id."""
    return _one(database.reader.execute("select * from accounts where id = ?", (account_id,)))


def charge(connection: sqlite3.Connection, account_id: str, amount: float) -> None:
    """Take `amount` credits within a transaction. Raises NoCredits and takes nothing when there are too few."""
    taken = connection.execute(
        "update accounts set credits = credits - ? where id = ? and credits >= ?",
        (amount, account_id, amount),
    )
    if taken.rowcount == 0:
        (remaining,) = connection.execute(
            "select credits from accounts where id = ?", (account_id,)
        ).fetchone()
        raise NoCredits(amount, remaining)


def refund(connection: sqlite3.Connection, account_id: str, amount: float) -> None:
    """Give `amount` credits back within a transaction."""
    connection.execute("update accounts set credits = credits + ? where id = ?", (amount, account_id))


def add_processed(connection: sqlite3.Connection, account_id: str, area_m2: float) -> None:
    """Count `area_m2` as processed."""
    connection.execute(
        "update accounts set processed_m2 = processed_m2 + ? where id = ?", (area_m2, account_id)
    )


def _one(cursor: sqlite3.Cursor) -> Account | None:
    row = cursor.fetchone()
    return Account(**row) if row else None
