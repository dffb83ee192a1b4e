"""What the user says of a result: accepted, rejected, rated; as the deployed service has it beyond the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional

from .http.addresses import path_segment
from .processings import read_processing_if_any

if TYPE_CHECKING:
    from .http.client import Client
    from .http.reply import ApiReply

LONGEST_COMMENT = 10_000  # characters


def accept(client: Client, processing_id: str) -> ApiReply:
    """Accept a result that is in review (PUT /processings/{id}/acceptation).

    Succeeds with the Processing, or None where the service does not tell. It is sent once: a result that was accepted
    already is not in review, and cannot be accepted again.
    """
    return client.send("PUT", _path(processing_id, "acceptation"), read_processing_if_any)


def reject(
    client: Client, processing_id: str, comment: str, corrections: Optional[Mapping[str, object]] = None
) -> ApiReply:
    """Reject a result that is in review (PUT /processings/{id}/rejection), and say why.

    `corrections` is a GeoJSON FeatureCollection in EPSG:4326 that shows where. Succeeds as `accept` does.
    """
    body: dict[str, object] = {"comment": comment}
    if corrections is not None:
        body["features"] = dict(corrections)
    return client.send("PUT", _path(processing_id, "rejection"), read_processing_if_any, body)


def rate(client: Client, processing_id: str, rating: int, feedback: str = "") -> ApiReply:
    """Rate a finished result, from 1 to 5 (PUT /processings/{id}/rate); a later rating replaces it.

    Succeeds with the Processing, or None where the service does not tell.
    """
    body = {"rating": rating, "feedback": feedback}
    return client.send("PUT", _path(processing_id, "rate"), read_processing_if_any, body, repeatable=True)


def _path(processing_id: str, what: str) -> str:
    return f"/processings/{path_segment(processing_id)}/{what}"
