"""How far the sandbox's clock is from the real one, kept with what happened by it."""

from __future__ import annotations

from datetime import timedelta

from .. import clock
from .database import Database


def restore(database: Database) -> None:
    """Let this process's clock go as it went when the server was last stopped."""
    row = database.reader.execute("select moved_s from clock").fetchone()
    clock.move(timedelta(seconds=row["moved_s"] if row else 0.0))


def move(database: Database, moved: timedelta) -> None:
    """Let the clock go `moved` before the real one (behind it where that is negative), now and after a restart."""
    with database.writing() as connection:
        connection.execute("delete from clock")
        connection.execute("insert into clock (moved_s) values (?)", (moved.total_seconds(),))
    clock.move(moved)
