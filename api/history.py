"""What the account has run so far, over all projects (POST /processings/stats)."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Callable, Optional

from .http.errors import ApiError, MalformedReply
from .http.fields import Fields, as_text, listed, readable
from .http.reply import ApiReply
from .processings import Status, read_status

if TYPE_CHECKING:
    from .http.client import Client

_PATH = "/processings/stats"
_SEPARATORS = (":", ",")  # of field and direction: the reference's way, and that of the service's own samples
_NOT_UNDERSTOOD = {400, 422, 500}
_MARKS = frozenset("&=")
MOST_PER_PAGE = 1_000

_separator_of: dict[str, str] = {}  # by server: the one it took


class HistoryField(enum.Enum):
    """What the history is sorted by; the values are the service's names."""

    CREATED = "created"
    NAME = "name"
    PROJECT = "projectName"
    MODEL = "scenario"
    STATUS = "status"
    AREA = "area"
    COST = "cost"
    PROVIDER = "dataProvider"
    EMAIL = "email"
    COMPLETED = "completionDate"


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
class HistoryQuery:
    """What of the history is wanted, and in which order; None and "" leave a condition out."""

    status: Optional[Status] = None
    model_name: str = ""
    project_name: str = ""
    is_archived: Optional[bool] = None
    sort_by: HistoryField = HistoryField.CREATED
    ascending: bool = False

    @property
    def conditions(self) -> Mapping[str, str]:
        """The conditions as the service's names and values."""
        told = {
            "status": None if self.status is None else self.status.value,
            "scenario": self.model_name,
            "projectName": self.project_name,
            "archived": None if self.is_archived is None else str(self.is_archived).lower(),
        }
        return {name: value for name, value in told.items() if value}

    @property
    def is_tellable(self) -> bool:
        """Whether a filter can name all the values: a condition is "name=value", and several are joined by "&"."""
        return not any(_MARKS & set(value) for value in self.conditions.values())

    def fits(self, entry: HistoryEntry) -> bool:
        """Whether `entry` meets the conditions."""
        return (
            self.status in (None, entry.status)
            and self.model_name in ("", entry.model_name)
            and self.project_name in ("", entry.project_name)
            and self.is_archived in (None, entry.is_archived)
        )


@dataclass(frozen=True)
class HistoryPage:
    """Some of the history, and the number and sums of all that match; None where they are not told.

    `received` records came: `skipped` of them could not be read, and those that do not meet the conditions are left
    out. `has_more` says whether to ask for the next page.
    """

    entries: tuple[HistoryEntry, ...]
    total: Optional[int] = None
    total_cost: Optional[float] = None
    total_area_m2: Optional[float] = None
    skipped: int = 0
    received: int = 0
    has_more: bool = False


def history(
    client: Client, query: Optional[HistoryQuery] = None, page: int = 1, per_page: int = 50
) -> ApiReply:
    """Ask for a page of the history, from 1 on; succeeds with a `HistoryPage`."""
    wanted = query or HistoryQuery()

    def read(value: object) -> HistoryPage:
        return read_history(value, wanted, page, per_page)

    return client.keep(_Question(client, wanted, {"page": page, "perPage": per_page}, read).reply)


def history_csv(client: Client, query: Optional[HistoryQuery] = None, page: int = 1) -> ApiReply:
    """Ask for the history as the service's own CSV, a thousand rows a page; succeeds with its text.

    What the service cannot be asked for is an error there: its rows are taken as they are.
    """
    paging = {"page": page, "perPage": MOST_PER_PAGE}
    return client.keep(_Question(client, query or HistoryQuery(), paging, None).reply)


def read_history(
    value: object, query: Optional[HistoryQuery] = None, page: int = 1, per_page: int = MOST_PER_PAGE
) -> HistoryPage:
    """A page of the history; raises MalformedReply where there is no list."""
    records = listed(value, "history")
    entries, skipped = readable(records, _read_entry)
    fitting = entries if query is None else tuple(entry for entry in entries if query.fits(entry))
    sums = Fields(value, "history") if isinstance(value, dict) else Fields({}, "history")
    total = sums.whole("total")
    came = (page - 1) * per_page + len(records)
    is_asked_for_more = len(fitting) < len(entries)  # the sums count what is not wanted, too
    return HistoryPage(
        fitting,
        None if is_asked_for_more else total,
        None if is_asked_for_more else sums.number("totalCost"),
        None if is_asked_for_more else sums.number("totalArea"),
        skipped,
        len(records),
        bool(records) and (len(records) >= per_page if total is None else came < total),
    )


class _Question:
    """Asks in one form after the other until the service understands: as JSON that `read` reads, or as CSV."""

    def __init__(
        self,
        client: Client,
        query: HistoryQuery,
        paging: Mapping[str, int],
        read: Optional[Callable[[object], HistoryPage]] = None,
    ) -> None:
        self.reply = ApiReply()
        self._client = client
        self._query = query
        self._paging = paging
        self._read = read
        self._forms = self._all_forms()
        self._ask(None)

    def _all_forms(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Separators and conditions to try: of JSON, what the service does not narrow is narrowed here."""
        known = _separator_of.get(self._client.server)
        separators = _SEPARATORS if known is None else (known,)
        conditions = {
            name: value for name, value in self._query.conditions.items() if not _MARKS & set(value)
        }
        for separator in separators:
            yield separator, conditions
        if self._read is not None and conditions.keys() - {"status"}:  # the reference shows no other one
            for separator in separators:
                yield separator, {name: value for name, value in conditions.items() if name == "status"}

    def _ask(self, refusal: Optional[ApiError]) -> None:
        separator, conditions = next(self._forms, (None, {}))
        if separator is None:
            if refusal is not None:
                self.reply.fail(refusal)
            return

        def answered(answer: object) -> None:
            _separator_of[self._client.server] = separator
            self.reply.succeed(answer)

        def refused(error: ApiError) -> None:
            if error.status in _NOT_UNDERSTOOD:
                self._ask(refusal or error)
            else:
                self.reply.fail(error)

        self.reply.follow(self._send(separator, conditions), answered, refused)

    def _send(self, separator: str, conditions: Mapping[str, str]) -> ApiReply:
        direction = "asc" if self._query.ascending else "desc"
        body: dict[str, object] = {
            **self._paging,
            "sort": f"{self._query.sort_by.value}{separator}{direction}",
        }
        if conditions:
            body["filter"] = "&".join(f"{name}={value}" for name, value in conditions.items())
        is_csv = self._read is None
        read = self._read or _read_csv
        form = (("type", "CSV" if is_csv else "JSON"),)
        return self._client.send("POST", _PATH, read, body, form, repeatable=True, as_text=is_csv)


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
