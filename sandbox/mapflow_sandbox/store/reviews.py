"""What the user says of a result: accepted, rejected, rated; and what then becomes of it.

Who says nothing in time has accepted. What is rejected is refunded unless the service decides otherwise in time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import clock
from . import states
from .database import Database
from .queue import REVIEW_DAYS


class NotRejected(Exception):
    """The service decides on rejected results alone."""


def accept(database: Database, processing_id: str) -> None:
    """The result is accepted."""
    with database.writing() as connection:
        connection.execute(
            "update processings set review_status = 'ACCEPTED', updated = ? where id = ?",
            (clock.now(), processing_id),
        )


def reject(database: Database, processing_id: str, comment: str, features: Mapping[str, Any] | None) -> None:
    """The result is not accepted; `features` show where it is wrong."""
    said = None if features is None else json.dumps(features)
    with database.writing() as connection:
        connection.execute(
            "update processings set review_status = 'NOT_ACCEPTED', review_due = ?, review_comment = ?,"
            " review_features = ?, updated = ? where id = ?",
            (clock.in_days(REVIEW_DAYS), comment, said, clock.now(), processing_id),
        )


def decide(database: Database, processing_id: str, refunded: bool) -> None:
    """A rejected result is not paid for, or stands after all. Raises NotRejected."""
    with database.writing() as connection:
        row = connection.execute("select * from processings where id = ?", (processing_id,)).fetchone()
        if row["review_status"] != "NOT_ACCEPTED":
            raise NotRejected
        if refunded:
            states.refund(connection, row)
    if not refunded:
        accept(database, processing_id)


def decide_due(database: Database) -> None:
    """Decide what time decides: results nobody spoke of are accepted, rejections nobody decided on are refunded."""
    due = database.reader.execute(
        "select id, review_status from processings where archived = 0"
        " and (review_status = 'IN_REVIEW' and review_until < :now"
        "      or review_status = 'NOT_ACCEPTED' and review_due < :now)",
        {"now": clock.now()},
    ).fetchall()
    for row in due:
        if row["review_status"] == "IN_REVIEW":
            accept(database, row["id"])
        else:
            decide(database, row["id"], refunded=True)


def rate(database: Database, processing_id: str, rating: int, feedback: str | None) -> None:
    """The result is rated 1 to 5; a later rating replaces it."""
    with database.writing() as connection:
        connection.execute(
            "update processings set rating = ?, rating_feedback = ?, updated = ? where id = ?",
            (rating, feedback, clock.now(), processing_id),
        )
