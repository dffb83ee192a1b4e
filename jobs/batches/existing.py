"""Which runs of a batch the project has already: nothing that is there is started again."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...api.lost_answers.poll_until_known import Look
from ...api.lost_answers.start import Sought, find_started
from ...api.processings import Processing, ProcessingListing, Status, fetch, list_by_project
from ..job import Job
from .key import run_key_of

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_AT_ONCE = 4  # questions
_BEST_FIRST = (
    Status.OK,
    Status.IN_PROGRESS,
    Status.UNPROCESSED,
    Status.AWAITING,
    Status.UNKNOWN,
    Status.FAILED,
)


@dataclass(frozen=True)
class Existing:
    """The processings of runs by their keys, and the runs of which it is not known whether they were started.

    `is_whole` is False where some processings of the project could not be read.
    """

    processings: Mapping[str, Processing]
    unclear: frozenset[str]
    is_whole: bool


class FindExisting(Job):
    """Looks through a project's processings; succeeds with an `Existing`.

    `names` are what the processings of runs are called, since a list may leave out what a processing carries, and then
    it is asked for by itself. `sought` are starts that are not known to have arrived.
    """

    def __init__(
        self, client: Client, project_id: str, names: frozenset[str], sought: Mapping[str, Sought]
    ) -> None:
        super().__init__()
        self._client = client
        self._project_id = project_id
        self._names = names
        self._sought = dict(sought)
        self._found: dict[str, list[Processing]] = {}
        self._unclear: set[str] = set()
        self._waiting: deque[tuple[str, object]] = deque()
        self._open = 0
        self._is_whole = True

    def _begin(self) -> None:
        self._follow(list_by_project(self._client, self._project_id), self._listed)

    def _listed(self, listing: ProcessingListing) -> None:
        self._is_whole = listing.skipped == 0 and listing.beyond == 0
        for processing in listing.processings:
            if run_key_of(processing) is not None:
                self._note(processing)
            elif not processing.meta and processing.name.strip() in self._names:
                self._waiting.append(("", processing.id))
        self._waiting.extend((key, sought) for key, sought in self._sought.items() if key not in self._found)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._open < _AT_ONCE:
            key, what = self._waiting.popleft()
            self._open += 1
            if isinstance(what, Sought):
                self._follow(find_started(self._client, what), partial(self._looked, key))
            else:
                self._follow(fetch(self._client, str(what)), self._fetched, self._not_fetched)
        if not self._waiting and not self._open:
            chosen = {key: min(found, key=_rank) for key, found in self._found.items()}
            self._succeed(Existing(chosen, frozenset(self._unclear - set(chosen)), self._is_whole))

    def _looked(self, key: str, look: Look) -> None:
        if look.found is not None and look.found.status in _BEST_FIRST:
            self._found.setdefault(key, []).append(look.found)
        elif look.found is None and not look.is_certain:
            self._unclear.add(key)
        self._one_less()

    def _fetched(self, processing: Processing) -> None:
        self._note(processing)
        self._one_less()

    def _not_fetched(self, error: ApiError) -> None:
        if error.status == 404:  # it was deleted in this moment
            self._one_less()
        else:
            self._fail_with(error)

    def _one_less(self) -> None:
        self._open -= 1
        self._go_on()

    def _note(self, processing: Processing) -> None:
        key = run_key_of(processing)
        if key is not None and processing.status in _BEST_FIRST:
            self._found.setdefault(key, []).append(processing)


def _rank(processing: Processing) -> tuple[int, str]:
    return _BEST_FIRST.index(processing.status), processing.id
