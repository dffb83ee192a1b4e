"""States that are set from outside: by the people of the service there, by tests and whoever tries things here.

Money, parts and results follow: what has no result is not paid for, and what is put to work again is paid for again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from .. import clock
from . import accounts, ledger, queue
from .database import Database
from .processings import RUNNING, Message, written_messages

UNEXPLAINED = Message("inference.internalError")


class NoSuchPart(Exception):
    """The area has `count` parts, and not the one that was named."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} parts")
        self.count = count


class NoResult(Exception):
    """Not every part has a result, which a finished processing has."""


@dataclass(frozen=True)
class State:
    """What a processing, or its `part` (counted from 1), is to be in; `messages` None leaves them to the state."""

    status: str
    messages: tuple[Message, ...] | None = None
    part: int | None = None


def put(database: Database, processing_id: str, state: State) -> tuple[str, ...]:
    """Put a processing into a state and say which parts have lost their result by it.

    The parts that have no result change with it, and all of them where all have one. Any word that is none of the
    service's states is one that work rests in. Raises NoSuchPart, NoResult, accounts.NoCredits, and changes nothing.
    """
    with database.writing() as connection:
        row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
        parts = connection.execute(
            "select * from aois where processing_id = ? order by position", (processing_id,)
        ).fetchall()
        chosen = _chosen(parts, state.part)
        if state.status == "FAILED":
            return _fail(connection, row, chosen, state.messages)
        if state.status in RUNNING:
            lost = _begin_again(connection, row, chosen, state.status)
        elif state.status == "CANCELLED":
            lost = _leave(connection, chosen, "CANCELLED")
            _cancel(connection, row)
        elif state.status == "REFUNDED":
            lost = _leave(
                connection, [part for part in parts if part["status"] in queue.UNDER_WAY], "CANCELLED"
            )
            refund(connection, row)
        elif state.status == "OK":
            lost = _finish(connection, row, parts)
        else:
            lost = _rest(connection, row, parts, state.status)
        said = written_messages(state.messages or ())
        connection.execute("update processings set messages = ? where id = ?", (said, processing_id))
        return lost


def set_percent(database: Database, processing_id: str, percent: int | None) -> None:
    """Let a processing be so far, from 0 to 100, or say nothing of it."""
    with database.writing() as connection:
        connection.execute(
            "update processings set percent = ?, updated = ? where id = ?",
            (percent, clock.now(), processing_id),
        )


def refund(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """End a processing with all of its price given back, within a transaction."""
    ledger.give_back(connection, row["id"], row["cost"] - row["refunded"])
    at = clock.now()
    connection.execute(
        "update processings set status = 'REFUNDED', refunded = cost, updated = ?, completed = coalesce(completed, ?),"
        " review_status = case when review_status is null then null else 'REFUNDED' end where id = ?",
        (at, at, row["id"]),
    )


def _chosen(parts: list[sqlite3.Row], number: int | None) -> list[sqlite3.Row]:
    if number is not None:
        if not 1 <= number <= len(parts):
            raise NoSuchPart(len(parts))
        return [parts[number - 1]]
    return [part for part in parts if part["status"] != "OK"] or parts


def _fail(
    connection: sqlite3.Connection,
    row: sqlite3.Row,
    chosen: list[sqlite3.Row],
    messages: tuple[Message, ...] | None,
) -> tuple[str, ...]:
    """Fail parts. Where others still run, the processing fails when they have ended."""
    lost = _leave(connection, chosen, "FAILED", (UNEXPLAINED,) if messages is None else messages)
    connection.execute(
        "update processings set review_status = null, review_until = null where id = ?", (row["id"],)
    )
    queue.settle(connection, row["id"])
    return lost


def _cancel(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    parts = connection.execute("select * from aois where processing_id = ?", (row["id"],)).fetchall()
    connection.execute(
        "update processings set percent = ?, review_status = null, review_until = null where id = ?",
        (int(queue.percent_of(parts)), row["id"]),
    )
    queue.end(connection, row, "CANCELLED", [])


def _begin_again(
    connection: sqlite3.Connection, row: sqlite3.Row, chosen: list[sqlite3.Row], status: str
) -> tuple[str, ...]:
    """Put parts back to be worked on: at once, or when their imagery is there, or when they are told to."""
    lost = _leave(connection, chosen, "UNPROCESSED")
    ledger.take(connection, row["id"], row["payer_id"], row["refunded"])
    connection.execute(
        "update processings set status = ?, refunded = 0, completed = null, review_status = null, review_until = null"
        " where id = ?",
        (status, row["id"]),
    )
    queue.settle(connection, row["id"])
    return lost


def _finish(connection: sqlite3.Connection, row: sqlite3.Row, parts: list[sqlite3.Row]) -> tuple[str, ...]:
    if any(part["status"] != "OK" for part in parts):
        raise NoResult
    ledger.take(connection, row["id"], row["payer_id"], row["refunded"])
    connection.execute(
        "update processings set refunded = 0,"
        " review_status = case when review_status = 'REFUNDED' then 'ACCEPTED' else review_status end where id = ?",
        (row["id"],),
    )
    queue.settle(connection, row["id"])
    return ()


def _rest(
    connection: sqlite3.Connection, row: sqlite3.Row, parts: list[sqlite3.Row], status: str
) -> tuple[str, ...]:
    lost = _leave(connection, [part for part in parts if part["status"] == "IN_PROGRESS"], "UNPROCESSED")
    connection.execute(
        "update processings set status = ?, updated = ? where id = ?", (status, clock.now(), row["id"])
    )
    return lost


def _leave(
    connection: sqlite3.Connection,
    parts: list[sqlite3.Row],
    status: str,
    messages: tuple[Message, ...] = (),
) -> tuple[str, ...]:
    """Take parts from whoever works on them, and their results from those that have one; says which had."""
    lost = [part for part in parts if part["status"] == "OK"]
    if lost:
        (payer,) = connection.execute(
            "select payer_id from processings where id = ?", (lost[0]["processing_id"],)
        ).fetchone()
        for part in lost:
            accounts.add_processed(connection, payer, -part["area_m2"])
    connection.executemany(
        "update aois set status = ?, messages = ?, percent = 0, attempts = 0, feature_count = null, claim = null"
        " where id = ?",
        [(status, written_messages(messages), part["id"]) for part in parts],
    )
    return tuple(part["id"] for part in lost)
