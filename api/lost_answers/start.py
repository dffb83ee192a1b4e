"""Starting a processing, which spends: sent once, and looked for among the project's processings if no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer

from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from ..own_sources.login import LoginUnavailableError
from ..own_sources.sending import with_login
from ..processings import (
    META_KEY,
    Processing,
    ProcessingListing,
    ProcessingRequest,
    fetch,
    list_by_project,
    read_processing,
    start_body,
)
from . import journal
from .journal import Entry
from .poll_until_known import Look, PollUntilKnown
from .sent_once import WrittenDown
from .sentences import Sentences, of_start, of_start_held_back

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 4  # the service may need a moment until what it took is in the list
_SETTLED = timedelta(minutes=1)  # after which one look is enough
_CLOCKS_DIFFER = timedelta(minutes=10)
_MAX_CANDIDATES = 5
_TOLD = "told"  # a fact: that it has ended was told to the user


def start(client: Client, request: ProcessingRequest) -> ApiReply:
    """Start `request` (POST /processings/v2); succeeds with the `Processing`.

    Sent once, since it spends. Where the answer is lost the project's processings are searched for the request's
    `client_id`; only when that does not settle it does it fail with LOST_ANSWER, whose code and sentence say whether
    it is safe to try again.
    """
    return client.keep(StartReply(client, request))


def find_unsettled(client: Client) -> list[ApiReply]:
    """Look for every processing that was started and not told of, by this QGIS or an earlier one.

    Each reply succeeds with a `Look`, whose `found` the user is to be told of; one that has ended is found once. What
    is known of a start of long ago is settled by that.
    """
    replies = []
    for entry in journal.unsettled(client, StartReply.KIND):
        if not entry.facts.get(_TOLD):
            reply = find_started(client, Sought.of(entry))
            reply.succeeded.connect(partial(_note_look, client, entry))
            replies.append(reply)
        elif not entry.is_recent:
            journal.settle(client, entry)
    return replies


def _note_look(client: Client, entry: Entry, look: Look) -> None:
    if not entry.is_recent and (look.found is not None or look.is_certain):
        journal.settle(client, entry)
    elif look.found is not None and look.found.status.is_final:
        journal.note(client, replace(entry, facts={**entry.facts, _TOLD: True}))


@dataclass(frozen=True)
class Sought:
    """What is known of a start by which its processing is found; `sent_at` in UTC."""

    client_id: str
    project_id: str
    name: str
    sent_at: datetime

    @staticmethod
    def of(entry: Entry) -> Sought:
        """What was written down."""
        return Sought(
            entry.id, str(entry.facts.get("project", "")), str(entry.facts.get("name", "")), entry.at
        )


def find_started(client: Client, sought: Sought) -> ApiReply:
    """Look for a start among its project's processings; succeeds with a `Look`.

    Asks GET /projects/{id}/processings/v2, and GET /processings/{id}/v2 for those that may be it.
    """
    is_settled = datetime.now(timezone.utc) - sought.sent_at > _SETTLED
    return client.keep(
        PollUntilKnown(
            client,
            ask=lambda: StartSearch(client, sought),
            judge=lambda look: look,
            looks=1 if is_settled else _LOOKS,
            is_urgent=is_settled,
        )
    )


class StartReply(WrittenDown):
    """One start, until it is known whether the processing is there."""

    KIND = "start"

    def __init__(self, client: Client, request: ProcessingRequest) -> None:
        super().__init__(client)
        self._wanted = request
        self._send()

    def _draft(self) -> Entry:
        wanted = self._wanted
        asked = {**start_body(wanted), "name": "", "description": "", "meta": {}}
        facts = {"project": wanted.project_id, "name": wanted.name}
        return Entry(wanted.client_id, self.KIND, journal.subject_of(asked), facts)

    def _request(self) -> ApiReply:
        wanted = self._wanted
        # a start that was lost before keeps its id: the list tells the two as one
        if self._entry is not None:
            wanted = replace(wanted, client_id=self._entry.id)
        try:
            sent = with_login(wanted.source)
        except LoginUnavailableError as problem:
            return _unsent(problem.sentence)
        body = start_body(wanted, sent.params)
        return self._client.send("POST", "/processings/v2", self._read, body, secrets=sent.secrets)

    def _read(self, value: object) -> Processing:
        return read_processing(value, self._wanted.project_id)

    def _search_for(self, entry: Entry) -> ApiReply:
        return find_started(self._client, Sought.of(entry))

    def _held_back(self, facts: Mapping[str, object]) -> str:
        return of_start_held_back(str(facts.get("name", "")))

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_start(self._wanted.name)


def _unsent(sentence: str) -> ApiReply:
    """A reply that fails once its caller listens: nothing is sent."""
    reply = ApiReply()
    error = ApiError(Fault.CREDENTIAL, sentence, unsent=True)
    QTimer.singleShot(0, partial(reply.fail, error))
    return reply


class StartSearch(ApiReply):
    """One look for a processing, by the id its request was made with and by its name; succeeds with a `Look`."""

    def __init__(self, client: Client, sought: Sought) -> None:
        super().__init__()
        self._client = client
        self._sought = sought
        self.follow(list_by_project(client, sought.project_id), on_success=self._search)

    def _search(self, listing: ProcessingListing) -> None:
        for processing in listing.processings:
            if self._is_ours(processing.meta):
                self.succeed(Look(processing))
                return
        candidates = [one for one in listing.processings if self._may_be_ours(one)]
        # of too many the newest are listed, and those that do not tell when they were made
        is_cut = listing.beyond > 0 and not any(self._is_earlier(one) for one in listing.processings)
        is_certain = listing.skipped == 0 and not is_cut and len(candidates) <= _MAX_CANDIDATES
        self._ask(candidates[:_MAX_CANDIDATES], is_certain)

    def _ask(self, candidates: list[Processing], is_certain: bool) -> None:
        """Ask for each candidate by itself: a list may leave out the id that its whole record has."""
        if not candidates:
            self.succeed(Look(is_certain=is_certain))
            return
        rest = candidates[1:]

        def compare(processing: Processing) -> None:
            if self._is_ours(processing.meta):
                self.succeed(Look(processing))
            else:
                self._ask(rest, is_certain and bool(processing.meta))

        closer = fetch(self._client, candidates[0].id)
        self.follow(closer, on_success=compare, on_failure=lambda _error: self._ask(rest, False))

    def _is_ours(self, meta: Mapping[str, object]) -> bool:
        return meta.get(META_KEY) == self._sought.client_id

    def _may_be_ours(self, processing: Processing) -> bool:
        is_called_so = processing.name.strip() in ("", self._sought.name.strip())
        return not processing.meta and is_called_so and not self._is_earlier(processing)

    def _is_earlier(self, processing: Processing) -> bool:
        created = processing.created
        return created is not None and created < self._sought.sent_at - _CLOCKS_DIFFER
