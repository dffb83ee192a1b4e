"""The processings of a project page by page, sorted and narrowed by the service (beyond the reference)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ..http.addresses import path_segment
from ..http.fields import Fields, listed, readable
from ..http.reply import ApiReply
from ..processings import Processing, ProcessingListing, list_by_project, read_processing

if TYPE_CHECKING:
    from ..http.client import Client
    from ..http.errors import ApiError

PAGE = 100  # processings: each record repeats its whole model


class SortBy(enum.Enum):
    """What the service can sort a page by; the values are its names."""

    NAME = "NAME"
    MODEL = "SCENARIO"
    AREA = "AREA"
    COST = "COST"
    CREATED = "CREATED"


@dataclass(frozen=True)
class PageQuestion:
    """Which processings are asked for: those whose name, model, project or starter's e-mail holds `term`, in order."""

    term: str = ""
    sort_by: SortBy = SortBy.CREATED
    is_rising: bool = False


@dataclass(frozen=True)
class ProcessingPage:
    """Some of the processings asked for; `total` counts all of them; one more than known where it is not told.

    `found` counts the records of the page, those that could not be read (`skipped`), too.
    """

    processings: tuple[Processing, ...]
    total: int
    found: int
    skipped: int = 0


def page(
    client: Client, project_id: str, question: PageQuestion, limit: int = PAGE, offset: int = 0
) -> ApiReply:
    """Ask for some processings (POST /projects/{id}/processings/v2/page); succeeds with a `ProcessingPage`.

    A service without pages answers with an error that `is_unsupported`, as it does where there is no such project.
    """

    def read_page(value: object) -> ProcessingPage:
        records = listed(value, "processings")
        count = len(records)
        found, skipped = readable(records, lambda record: read_processing(record, project_id))
        total = Fields(value, "processings").whole("total") if isinstance(value, Mapping) else None
        if total is None:  # behind a full page there may be another one
            total = offset + count + (1 if count >= limit else 0)
        return ProcessingPage(found, max(0, total), count, skipped)

    body: dict[str, object] = {
        "limit": limit,
        "offset": offset,
        "sortBy": question.sort_by.value,
        "sortOrder": "ASC" if question.is_rising else "DESC",
    }
    if question.term:
        body["terms"] = question.term
    path = f"/projects/{path_segment(project_id)}/processings/v2/page"
    return client.send("POST", path, read_page, body, repeatable=True)


def newest(client: Client, project_id: str, former: Iterable[Processing] = ()) -> ApiReply:
    """Ask for the newest processings of a project; succeeds with a `ProcessingListing`.

    It is a page, whose `total` tells of the others. A service without pages is asked for all of them, and not for a
    page again. A processing that is as it is in `former` is that very object.
    """

    def ask_for_all(error: Optional[ApiError] = None) -> None:
        if error is not None and not error.is_unsupported:
            reply.fail(error)
            return
        reply.follow(list_by_project(client, project_id, former), on_success=take_all)

    def take_all(listing: ProcessingListing) -> None:
        client.lacks_pages = True
        reply.succeed(listing)

    def take_page(found: ProcessingPage) -> None:
        known = {processing.id: processing for processing in former}
        rows = tuple(same_if_equal(known.get(made.id), made) for made in found.processings)
        reply.succeed(ProcessingListing(rows, found.skipped, total=found.total))

    reply = client.keep(ApiReply())
    if client.lacks_pages:
        ask_for_all()
    else:
        reply.follow(page(client, project_id, PageQuestion()), on_success=take_page, on_failure=ask_for_all)
    return reply


def same_if_equal(held: Optional[Processing], made: Processing) -> Processing:
    """`held` where nothing has changed: whoever shows it sees that at once."""
    return held if held is not None and held == made else made


def newer(held: Processing, made: Processing) -> Processing:
    """`made`, unless it was told before `held`."""
    is_older = held.updated is not None and made.updated is not None and made.updated < held.updated
    return held if is_older else made


def count_in_project(client: Client, project_id: str) -> ApiReply:
    """Ask how many processings a project has, running ones too; succeeds with an int.

    It is the total of a page (POST /projects/{id}/processings/v2/page). Where there are no pages, all are listed.
    """
    path = f"/projects/{path_segment(project_id)}/processings/v2"

    def read_total(value: object) -> int:
        return round(max(0.0, Fields.of(value, "processings").required_number("total")))

    def ask_for_all(error: ApiError) -> None:
        if error.is_unsupported:
            reply.follow(client.get(path, lambda value: len(listed(value, "processings"))))
        else:
            reply.fail(error)

    reply = client.keep(ApiReply())
    question = client.send("POST", f"{path}/page", read_total, {"limit": 1, "offset": 0}, repeatable=True)
    reply.follow(question, on_failure=ask_for_all)
    return reply
