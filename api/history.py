"""What the account has run so far, over all projects (POST /processings/stats)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from .http.errors import ApiError, MalformedReply
from .http.fields import Fields, as_text, listed, readable
from .http.reply import ApiReply
from .processings import Status, read_status

if TYPE_CHECKING:
    from .http.client import Client

_PATH = "/processings/stats"
_SORTS = ("created:desc", "created,desc")  # the reference's way, and that of the service's own samples
_MAX_PER_PAGE = 1_000


@dataclass(frozen=True)
class HistoryEntry:
    """One processing of the past; area in m², cost in credits, times in UTC."""

    name: str
    project_name: str = ""
    email: str = ""
    model_name: str = ""
    status: Status = Status.UNKNOWN
    area_m2: Optional[float] = None
    cost: Optional[float] = None
    created: Optional[datetime] = None
    completed: Optional[datetime] = None
    provider_name: str = ""
    is_archived: bool = False
    map_link: str = ""


@dataclass(frozen=True)
class HistoryPage:
    """Some of the history, newest first, and the number and sums of all that match; None where they are not told."""

    entries: tuple[HistoryEntry, ...]
    total: Optional[int] = None
    total_cost: Optional[float] = None
    total_area_m2: Optional[float] = None
    skipped: int = 0


def history(client: Client, page: int = 1, per_page: int = 50, status: Optional[Status] = None) -> ApiReply:
    """Ask for a page of the history, from 1 on; succeeds with a `HistoryPage`."""
    return _asked(client, page, per_page, status, "JSON")


def history_csv(client: Client, status: Optional[Status] = None, page: int = 1) -> ApiReply:
    """Ask for the history as CSV, a thousand rows a page; succeeds with its text."""
    return _asked(client, page, _MAX_PER_PAGE, status, "CSV")


def read_history(value: object) -> HistoryPage:
    """A page of the history; raises MalformedReply where there is no list."""
    entries, skipped = readable(listed(value, "history"), _read_entry)
    sums = Fields(value, "history") if isinstance(value, dict) else Fields({}, "history")
    return HistoryPage(
        entries,
        sums.whole("total"),
        sums.number("totalCost"),
        sums.number("totalArea"),
        skipped,
    )


def _asked(client: Client, page: int, per_page: int, status: Optional[Status], form: str) -> ApiReply:
    is_csv = form == "CSV"

    def ask(sort: str) -> ApiReply:
        body: dict[str, object] = {"page": page, "perPage": per_page, "sort": sort}
        if status is not None:
            body["filter"] = f"status={status.value}"
        read = _read_csv if is_csv else read_history
        return client.send("POST", _PATH, read, body, (("type", form),), repeatable=True, as_text=is_csv)

    def ask_otherwise(error: ApiError) -> None:
        if error.status in {400, 422, 500}:
            reply.follow(ask(_SORTS[1]))
        else:
            reply.fail(error)

    reply = client.keep(ApiReply())
    reply.follow(ask(_SORTS[0]), on_failure=ask_otherwise)
    return reply


def _read_csv(value: object) -> str:
    if not isinstance(value, str):
        raise MalformedReply("history: a text was expected")
    return value


def _read_entry(value: object) -> HistoryEntry:
    entry = Fields.of(value, "history entry")
    return HistoryEntry(
        name=entry.text("name"),
        project_name=entry.text("projectName"),
        email=entry.text("email"),
        model_name=entry.text("scenario"),
        status=read_status(entry.required_text("status")),
        area_m2=entry.number("area"),
        cost=entry.number("cost"),
        created=entry.time("created"),
        completed=entry.time("completionDate"),
        provider_name=as_text(entry.data.get("dataProvider")),
        is_archived=entry.flag("archived"),
        map_link=entry.text("linkToMap"),
    )
