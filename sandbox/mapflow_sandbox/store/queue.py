"""The parts of processings as work: taken up, followed, ended, and paid for by what came of them.

The price of the whole area is taken when a processing starts. When it ends, the price of the parts without a result
goes back to the account that paid. A restart takes that again. So nothing is ever paid for twice.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import clock
from ..prices import Rates
from . import accounts, ledger
from .database import Database
from .processings import ENDED, Message, read_messages, written_messages

MOST_ATTEMPTS = 3
REVIEW_DAYS = 7
INTERRUPTED = Message("inference.internalError")
UNDER_WAY = ("UNPROCESSED", "IN_PROGRESS")


@dataclass(frozen=True)
class Task:
    """One part of a processing's area, taken up: all that is needed to work on it.

    What is reported of it counts as long as it is this `claim` that holds the part.
    """

    aoi_id: str
    claim: str
    processing_id: str
    account_id: str
    model_key: str
    blocks: frozenset[str]
    source: Mapping[str, Any]
    geometry: Mapping[str, Any]


class NotFailed(Exception):
    """Only a failed processing can be restarted."""


class NotAwaiting(Exception):
    """The processing waits for no imagery."""


def take(database: Database) -> Task | None:
    """Take up the part that has waited longest; None when there is no work."""
    with database.writing() as connection:
        row = connection.execute(
            "select a.id, a.processing_id, a.geometry, p.account_id, p.model_key, p.blocks, p.source"
            " from aois a join processings p on p.id = a.processing_id"
            " where a.status = 'UNPROCESSED' and p.archived = 0 and p.status = 'IN_PROGRESS'"
            " order by p.created, p.id, a.position limit 1"
        ).fetchone()
        if row is None:
            return None
        claim = str(uuid.uuid4())
        connection.execute(
            "update aois set status = 'IN_PROGRESS', attempts = attempts + 1, claim = ? where id = ?",
            (claim, row["id"]),
        )
    return Task(
        aoi_id=row["id"],
        claim=claim,
        processing_id=row["processing_id"],
        account_id=row["account_id"],
        model_key=row["model_key"],
        blocks=frozenset(name for name, enabled in json.loads(row["blocks"]) if enabled),
        source=json.loads(row["source"]),
        geometry=json.loads(row["geometry"]),
    )


def advance(database: Database, task: Task, percent: float) -> None:
    """A part that is being worked on has come to `percent`, 0 to 100."""
    with database.writing() as connection:
        if _change(connection, task.aoi_id, task.claim, "percent = :percent", percent=percent):
            settle(connection, task.processing_id)


def finish(database: Database, task: Task, feature_count: int, review: bool) -> bool:
    """A part has its result. False when nobody waits for it any more. With `review` the whole has to be accepted."""
    with database.writing() as connection:
        done = "status = 'OK', percent = 100, messages = '[]', feature_count = :count"
        if not _change(connection, task.aoi_id, task.claim, done, count=feature_count):
            return False
        (payer, area_m2) = connection.execute(
            "select p.payer_id, a.area_m2 from aois a join processings p on p.id = a.processing_id where a.id = ?",
            (task.aoi_id,),
        ).fetchone()
        accounts.add_processed(connection, payer, area_m2)
        settle(connection, task.processing_id, review)
        return True


def is_held(database: Database, task: Task) -> bool:
    """Whether a part is still the one that `task` took up."""
    row = database.reader.execute("select status, claim from aois where id = ?", (task.aoi_id,)).fetchone()
    return row is not None and (row["status"], row["claim"]) == ("IN_PROGRESS", task.claim)


def has_use_for_result(database: Database, aoi_id: str) -> bool:
    """Whether a part has its result, or is about to have it from another worker."""
    row = database.reader.execute("select status from aois where id = ?", (aoi_id,)).fetchone()
    return row is not None and row["status"] in {"OK", "IN_PROGRESS"}


def fail(database: Database, task: Task, message: Message) -> None:
    """A part has failed, and `message` says why."""
    with database.writing() as connection:
        _fail(connection, task.aoi_id, task.claim, message)


def give_back(database: Database, task: Task, counts: bool) -> None:
    """Work on a part was interrupted: it waits again, or has failed when that happened too often.

    An interruption that was nobody's fault does not count: a server that was asked to stop.
    """
    with database.writing() as connection:
        _give_back(connection, task.aoi_id, task.claim, counts)


def recover(database: Database) -> None:
    """What was being worked on when the server was killed waits again, or has failed when that happened too often."""
    with database.writing() as connection:
        interrupted = connection.execute("select id, claim from aois where status = 'IN_PROGRESS'").fetchall()
        for row in interrupted:
            _give_back(connection, row["id"], row["claim"], counts=True)


def restart(database: Database, processing_id: str, account_id: str) -> None:
    """Put the failed parts to work again, at the account's expense. Raises NotFailed, accounts.NoCredits."""
    with database.writing() as connection:
        row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
        if row["status"] != "FAILED":
            raise NotFailed
        ledger.take(connection, processing_id, account_id, row["refunded"])
        connection.execute(
            "update aois set status = 'UNPROCESSED', percent = 0, attempts = 0, messages = '[]'"
            " where processing_id = ? and status = 'FAILED'",
            (processing_id,),
        )
        connection.execute(
            "update processings set status = 'IN_PROGRESS', refunded = 0, payer_id = ?, messages = '[]',"
            " completed = null where id = ?",
            (account_id, processing_id),
        )
        settle(connection, processing_id)


def deliver(database: Database, processing_id: str) -> None:
    """The imagery a processing waited for is there: put it to work. Raises NotAwaiting."""
    with database.writing() as connection:
        changed = connection.execute(
            "update processings set status = 'IN_PROGRESS', updated = ? where id = ? and status = 'AWAITING'",
            (clock.now(), processing_id),
        )
        if not changed.rowcount:
            raise NotAwaiting


def refuse_order(database: Database, processing_id: str) -> None:
    """The imagery a processing waited for does not come: it is cancelled and not paid for. Raises NotAwaiting."""
    with database.writing() as connection:
        row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
        if row["status"] != "AWAITING":
            raise NotAwaiting
        _cancel(connection, row)


def withdraw(database: Database, processing_id: str) -> None:
    """Put a processing away; one that runs is cancelled, and the price of what is not done goes back."""
    with database.writing() as connection:
        _withdraw(connection, processing_id)


def withdraw_project(database: Database, project_id: str) -> list[str]:
    """Put a project and all its processings away; says their ids."""
    with database.writing() as connection:
        rows = connection.execute(
            "select id from processings where project_id = ? and archived = 0", (project_id,)
        )
        found = [row["id"] for row in rows.fetchall()]
        for processing_id in found:
            _withdraw(connection, processing_id)
        connection.execute(
            "update projects set archived = 1, updated = ? where id = ?", (clock.now(), project_id)
        )
    return found


def _withdraw(connection: sqlite3.Connection, processing_id: str) -> None:
    row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
    if row["status"] not in ENDED:
        _cancel(connection, row)
    connection.execute("update processings set archived = 1 where id = ?", (processing_id,))


def _cancel(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    connection.execute(
        "update aois set status = 'CANCELLED' where processing_id = ? and status in ('UNPROCESSED', 'IN_PROGRESS')",
        (row["id"],),
    )
    end(connection, row, "CANCELLED", [])


def _fail(connection: sqlite3.Connection, aoi_id: str, claim: str, message: Message) -> None:
    said = written_messages((message,))
    if _change(connection, aoi_id, claim, "status = 'FAILED', messages = :said", said=said):
        settle(connection, _owner(connection, aoi_id))


def _give_back(connection: sqlite3.Connection, aoi_id: str, claim: str, counts: bool) -> None:
    (attempts,) = connection.execute("select attempts from aois where id = ?", (aoi_id,)).fetchone()
    if counts and attempts >= MOST_ATTEMPTS:
        _fail(connection, aoi_id, claim, INTERRUPTED)
    else:
        waiting = "status = 'UNPROCESSED', percent = 0, attempts = :attempts"
        if _change(connection, aoi_id, claim, waiting, attempts=attempts if counts else attempts - 1):
            settle(connection, _owner(connection, aoi_id))


def _change(connection: sqlite3.Connection, aoi_id: str, claim: str, changes: str, **values: object) -> bool:
    """Change a part that `claim` works on; False when it does not, since it was taken from it meanwhile."""
    changed = connection.execute(
        f"update aois set {changes} where id = :id and claim = :claim and status = 'IN_PROGRESS'",
        {"id": aoi_id, "claim": claim, **values},
    )
    return changed.rowcount > 0


def _owner(connection: sqlite3.Connection, aoi_id: str) -> str:
    (processing_id,) = connection.execute("select processing_id from aois where id = ?", (aoi_id,)).fetchone()
    return str(processing_id)


def percent_of(parts: Sequence[sqlite3.Row]) -> float:
    """How much of an area is done, 0 to 100."""
    done = sum(part["area_m2"] * part["percent"] for part in parts)
    return float(done / sum(part["area_m2"] for part in parts))


def settle(connection: sqlite3.Connection, processing_id: str, review: bool = False) -> None:
    """Bring a processing in line with its parts: how far it is, and, when none is left to do, what came of it."""
    row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
    parts = connection.execute(
        "select * from aois where processing_id = ? order by position", (processing_id,)
    ).fetchall()
    done = percent_of(parts)
    if any(part["status"] in UNDER_WAY for part in parts):
        connection.execute(
            "update processings set percent = ?, updated = ? where id = ?",
            (min(99, int(done)), clock.now(), processing_id),
        )
        return
    is_whole = all(part["status"] == "OK" for part in parts)
    said = [message for part in parts for message in read_messages(part["messages"])]
    connection.execute("update processings set percent = ? where id = ?", (int(done), processing_id))
    end(connection, row, "OK" if is_whole else "FAILED", said)
    if is_whole and review:
        connection.execute(
            "update processings set review_status = 'IN_REVIEW', review_until = ? where id = ?",
            (clock.in_days(REVIEW_DAYS), processing_id),
        )


def end(connection: sqlite3.Connection, row: sqlite3.Row, status: str, said: list[Message]) -> None:
    """End a processing, and give back what was paid for parts that have no result and was not given back yet."""
    (ready_m2,) = connection.execute(
        "select coalesce(sum(area_m2), 0) from aois where processing_id = ? and status = 'OK'", (row["id"],)
    ).fetchone()
    refunded = max(row["refunded"], row["cost"] - _rates(row).cost(ready_m2))
    ledger.give_back(connection, row["id"], refunded - row["refunded"])
    different = {(message.code, tuple(sorted(message.parameters.items()))): message for message in said}
    at = clock.now()
    connection.execute(
        "update processings set status = ?, refunded = ?, messages = ?, updated = ?, completed = ? where id = ?",
        (status, refunded, written_messages(tuple(different.values())), at, at, row["id"]),
    )


def _rates(row: sqlite3.Row) -> Rates:
    return Rates(row["model_rate"], row["imagery_rate"])
