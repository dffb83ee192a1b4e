"""What the user says of a result: accepted, rejected, rated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import clock
from .database import Database


def accept(database: Database, processing_id: str) -> None:
    """The result is accepted."""
    _decide(database, processing_id, "ACCEPTED", None, None)


def reject(database: Database, processing_id: str, comment: str, features: Mapping[str, Any] | None) -> None:
    """The result is not accepted; `features` show where it is wrong."""
    _decide(
        database, processing_id, "NOT_ACCEPTED", comment, None if features is None else json.dumps(features)
    )


def rate(database: Database, processing_id: str, rating: int, feedback: str | None) -> None:
    """The result is rated 1 to 5; a later rating replaces it."""
    with database.writing() as connection:
        connection.execute(
            "update processings set rating = ?, rating_feedback = ?, updated = ? where id = ?",
            (rating, feedback, clock.now(), processing_id),
        )


def _decide(
    database: Database, processing_id: str, status: str, comment: str | None, features: str | None
) -> None:
    with database.writing() as connection:
        connection.execute(
            "update processings set review_status = ?, review_comment = ?, review_features = ?, updated = ?"
            " where id = ?",
            (status, comment, features, clock.now(), processing_id),
        )
