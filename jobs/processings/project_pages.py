"""What is read of one project's processings: page after page in the order of the service."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Callable, Optional

from ...api.http.replies import LatestReply
from ...api.listing.pages import PAGE, newest, page, same_if_equal
from ...api.processings import MOST_LISTED

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.listing.pages import ProcessingPage
    from ...api.processings import Processing, ProcessingListing
    from .question import ListQuestion

_FRESH_STARTS = 3  # rows that come and go meanwhile let it begin anew so often


class ProjectPages:
    """The processings of a project that were read so far; `changed` is called when an answer was taken.

    What was started or deleted meanwhile moves the others from one page to the next. So each page is asked for with
    the last row that is known: where that does not come first, all is read again.
    """

    def __init__(
        self, client: Client, project_id: str, question: ListQuestion, changed: Callable[[], None]
    ) -> None:
        self.project_id = project_id
        self.rows: list[Processing] = []
        self.total: Optional[int] = None  # how many the question has; None while that is not known
        self.skipped = 0  # records that could not be read
        self.beyond = 0  # older ones, which are too many to be listed
        self.is_complete = False  # all that were asked for are there
        self.is_whole = False  # all of the project are there, whatever is asked
        self.is_current = False  # the rows are those of the last question, not of one before it
        self.error: Optional[ApiError] = None  # why the last page did not come
        self._client = client
        self._question = question
        self._changed = changed
        self._answer = LatestReply()
        self._read = 0  # records of the service's order that were passed
        self._anchor = ""  # the id of the last of them; "" where that could not be read
        self._fresh: Optional[list[Processing]] = None  # what a reading from the start has found so far
        self._goal = 0  # how far that goes
        self._starts = 0
        self.is_due = False  # `go_on` has something to ask
        self.is_asking = False  # an answer is on its way
        self._gone: set[str] = set()  # deleted here: a late page may still have them
        self._heard: frozenset[str] = frozenset()  # the newest ones when they were last told

    @property
    def is_reading(self) -> bool:
        """Whether an answer is on its way, or wanted."""
        return self.is_due or self.is_asking

    @property
    def has_more(self) -> bool:
        """Whether there is something to read on."""
        return not self.is_complete and len(self.rows) < MOST_LISTED

    def ask(self, question: ListQuestion) -> None:
        """Read what `question` asks for; what was read for another one is kept until the first page comes."""
        before, self._question = self._question.page, question
        if self.is_whole:
            self.stop()
        elif question.page != before:
            self.is_current = False
            self._begin(0)

    def read_on(self) -> None:
        """Read the next page, or again the one that failed."""
        if self._fresh is None and self.total is None:
            self._begin(0)
        elif not self.is_reading and (self.has_more or self._fresh is not None):
            self.is_due = True

    def read_anew(self) -> None:
        """Read again as far as was read."""
        self._begin(len(self.rows))

    def go_on(self) -> None:
        """Ask what is due."""
        if self.is_due:
            self.is_due = False
            self._ask()

    def stop(self) -> None:
        """Wait for no answer any more."""
        self._answer.abort()
        self.is_due = self.is_asking = False
        self._fresh = None

    # what is heard otherwise

    def take_newest(self, listing: ProcessingListing) -> None:
        """The newest processings of the project are these: what is new, changed or gone among them is seen here."""
        if listing.is_whole:
            self._take_all(listing)
            return
        heard = {each.id: each for each in listing.processings if each.id not in self._gone}
        before, self._heard = self._heard, frozenset(heard)
        if self.total is None and self._question.is_newest_first and not self.is_reading:
            self.rows, self.is_current = list(heard.values()), True
            self._pass(len(listing.processings) + listing.skipped, listing.skipped)
            self._note_end(listing.total or 0, is_empty=False)
        elif self.total is None:
            self.read_on()
        else:
            self._merge(heard, before, listing.total or 0)
        self._changed()

    def put(self, processing: Processing) -> None:
        """There is news of one that was read."""
        for rows in (self.rows, self._fresh or []):
            for place, each in enumerate(rows):
                if each.id == processing.id:
                    rows[place] = processing

    def holds(self, processing_id: str) -> bool:
        """Whether one was read."""
        return any(each.id == processing_id for each in self.rows)

    def drop(self, processing_id: str) -> None:
        """One is not in the project any more."""
        self._gone.add(processing_id)
        self._take_out({processing_id})
        if self.total:
            self.total -= 1

    # inside

    def _take_out(self, gone: AbstractSet[str]) -> None:
        read = self._target
        self._read = max(0, self._read - sum(each.id in gone for each in read))
        for rows in (self.rows, self._fresh or []):
            rows[:] = [each for each in rows if each.id not in gone]
        if self._anchor in gone:
            self._anchor = read[-1].id if read else ""

    @property
    def _target(self) -> list[Processing]:
        """Where the next page belongs."""
        return self.rows if self._fresh is None else self._fresh

    def _merge(self, heard: dict[str, Processing], before: frozenset[str], total: int) -> None:
        """Take what changed, came or went among the newest ones; `before` were they when they were last told."""
        place_of = {processing.id: place for place, processing in enumerate(self.rows)}
        fresh = []
        for key, processing in heard.items():
            if key in place_of:
                self.rows[place_of[key]] = same_if_equal(self.rows[place_of[key]], processing)
            else:
                fresh.append(processing)
        since = min((each.created for each in heard.values() if each.created is not None), default=None)
        missing = before - heard.keys()
        gone = {
            each.id
            for each in self.rows
            if each.id in missing and each.created and since and each.created > since
        }
        self._take_out(gone)
        if not self._question.page.term or self.is_whole:
            self.total = total
        if self.is_whole or self._question.is_newest_first:  # they belong among those that were read
            self.rows[:0] = fresh
            self._read += len(fresh) if self._fresh is None else 0
            fresh = []
        is_other = self.is_whole and len(self.rows) + self.skipped != total  # an old one went, or came
        if (is_other or any(each.id not in before for each in fresh)) and not self.is_reading:
            self._begin(len(self.rows))

    def _begin(self, goal: int) -> None:
        self._answer.abort()
        self.is_asking = False
        self._goal, self._starts = goal, 0
        self._start()
        self.is_due = True

    def _start(self) -> None:
        self._fresh = []
        self._read, self._anchor = 0, ""
        self.skipped = 0
        self.error = None

    def _ask(self) -> None:
        self.error = None
        self.is_asking = True
        if self._client.lacks_pages:
            self._ask_for_all()
            return
        anchor = self._anchor
        overlap = 1 if anchor else 0
        asked = page(self._client, self.project_id, self._question.page, PAGE + overlap, self._read - overlap)
        self._answer.follow(asked, lambda found: self._take(found, anchor), self._refused)

    def _refused(self, error: ApiError) -> None:
        if error.is_unsupported and not self._client.lacks_pages:
            self._ask_for_all()
        else:
            self._fail(error)

    def _ask_for_all(self) -> None:
        self._answer.follow(newest(self._client, self.project_id, self.rows), self._take_listing, self._fail)

    def _take_listing(self, listing: ProcessingListing) -> None:
        self.is_asking = False
        self.take_newest(listing)

    def _take_all(self, listing: ProcessingListing) -> None:
        """Every processing of the project is there, whatever was asked."""
        self._answer.abort()
        self.is_asking = False
        self.rows = [each for each in listing.processings if each.id not in self._gone]
        self._heard = frozenset(each.id for each in self.rows[:PAGE])
        self._fresh = None
        self.error = None
        self.skipped, self.beyond = listing.skipped, listing.beyond
        self._read, self.total = len(self.rows) + self.skipped, len(self.rows)
        self._anchor = ""
        self.is_complete = self.is_whole = self.is_current = True
        self._changed()

    def _take(self, found: ProcessingPage, anchor: str) -> None:
        self.is_asking = False
        rows = list(found.processings)
        passed = found.found
        if anchor:
            if not rows or rows[0].id != anchor:
                self._move()
                return
            rows, passed = rows[1:], passed - 1
        target = self._target
        seen = {each.id for each in target} | self._gone
        held = {} if self._fresh is None else {each.id: each for each in self.rows}
        target.extend(same_if_equal(held.get(each.id), each) for each in rows if each.id not in seen)
        self._pass(passed, found.skipped)
        is_end = self._read >= found.total or passed <= 0
        if self._fresh is not None:
            if not is_end and len(self._fresh) < min(self._goal, MOST_LISTED):
                self._ask()
                return
            self.rows, self._fresh = self._fresh, None
            self.is_current = True
        self._note_end(found.total, passed <= 0)
        self._changed()

    def _pass(self, count: int, skipped: int) -> None:
        """So many records were passed, of which some could not be read."""
        self._read += count
        self.skipped += skipped
        rows = self._target
        self._anchor = rows[-1].id if rows and not skipped else ""

    def _note_end(self, total: int, is_empty: bool) -> None:
        self.total = total
        self.is_complete = self._read >= total or is_empty
        self.is_whole = self.is_complete and not self._question.page.term
        self.beyond = max(0, total - self._read) if len(self.rows) >= MOST_LISTED else 0

    def _move(self) -> None:
        """Rows came or went: where the next page begins is not known any more."""
        goal = max(self._goal, len(self.rows) + PAGE) if self._fresh is None else self._goal
        starts = self._starts + 1
        if starts > _FRESH_STARTS:
            self._anchor = ""  # they come and go all the time: each is listed once, whatever page it is on
            self._ask()
            return
        self._goal, self._starts = goal, starts
        self._start()
        self._ask()

    def _fail(self, error: ApiError) -> None:
        self.error = error
        self.is_asking = False
        self._changed()
