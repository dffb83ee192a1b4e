"""What is read of one project's processings: page after page in the order of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from ...api.http.errors import Fault
from ...api.http.replies import LatestReply
from ...api.listing.pages import PAGE, PageQuestion, newest, page, same_if_equal
from ...api.processings import MOST_LISTED, list_by_project
from .read_rows import ReadRows

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
        self.read = ReadRows()
        self.total: Optional[int] = None  # how many the question has; None while that is not known
        self.beyond = 0  # older ones, which are too many to be listed
        self.is_complete = False  # all that were asked for are there
        self.is_whole = False  # all of the project are there, whatever is asked
        self.is_current = False  # the rows are those of the last question, not of one before it
        self.is_due = False  # `go_on` has something to ask
        self.is_asking = False  # an answer is on its way
        self.error: Optional[ApiError] = None  # why the last page did not come
        self._client = client
        self._question = question
        self._changed = changed
        self._answer = LatestReply()
        self._goal = 0  # how far a reading from the start goes
        self._starts = 0
        self._heard: frozenset[str] = frozenset()  # the newest ones when they were last told

    @property
    def rows(self) -> list[Processing]:
        """What was read, in the order of the service."""
        return self.read.rows

    @property
    def is_reading(self) -> bool:
        """Whether an answer is on its way, or wanted."""
        return self.is_due or self.is_asking

    @property
    def has_more(self) -> bool:
        """Whether there is something to read on."""
        return not self.is_complete and len(self.rows) < MOST_LISTED

    # what is wanted

    def ask(self, question: ListQuestion) -> None:
        """Read what `question` asks for; what was read for another one is kept until the first page comes."""
        before, self._question = self._question.page, question
        if self.is_whole:
            self.stop()
        elif question.page != before:
            self.is_current = False
            self.read_anew(0)

    def read_on(self) -> None:
        """Read the next page, or again the one that failed."""
        if not self.read.is_anew and self.total is None:
            self.read_anew(0)
        elif not self.is_reading and (self.has_more or self.read.is_anew):
            self.is_due = True

    def read_anew(self, goal: int) -> None:
        """Read again from the start, so many rows at least."""
        self.stop()
        self._goal, self._starts = goal, 0
        self.read.begin()
        self.error = None
        self.is_due = True

    def go_on(self) -> None:
        """Ask what is due."""
        self.is_due, self.is_asking = False, True
        self.error = None
        if self._client.lacks_pages:
            self._ask_for_all()
            return
        anchor = self.read.last_id
        overlap = 1 if anchor else 0
        question, offset = self._question.page, self.read.passed - overlap
        asked = page(self._client, self.project_id, question, PAGE + overlap, offset)
        self._answer.follow(asked, lambda found: self._take(found, anchor), self._refused)

    def stop(self) -> None:
        """Wait for no answer any more."""
        self._answer.abort()
        self.is_due = self.is_asking = False
        self.read.give_up()

    # what is heard otherwise

    def take_newest(self, listing: ProcessingListing) -> None:
        """The newest processings of the project are these: what is new, changed or gone among them is seen here."""
        if listing.is_whole:
            self._take_all(listing)
            return
        heard = {each.id: each for each in self.read.without_gone(listing.processings)}
        before, self._heard = self._heard, frozenset(heard)
        if self.total is None and self._question.is_newest_first and not self.is_reading:
            self.read.append(heard.values(), len(listing.processings) + listing.skipped, listing.skipped)
            self.is_current = True
            self._note_end(listing.total or 0, is_empty=False)
        elif self.total is None:
            self.read_on()
        else:
            self._merge(heard, before, listing.total or 0)
        self._changed()

    def drop(self, processing_id: str, may_return: bool = False) -> None:
        """One is not in the project any more, or is in another one now, from where it may return."""
        if may_return:
            self.read.take_out({processing_id})
        else:
            self.read.drop(processing_id)
        if self.total:
            self.total -= 1

    # inside

    def _merge(self, heard: dict[str, Processing], before: frozenset[str], total: int) -> None:
        """Take what changed, came or went among the newest ones; `before` were they when they were last told."""
        rows = self.read.rows
        place_of = {processing.id: place for place, processing in enumerate(rows)}
        fresh = []
        for key, processing in heard.items():
            if key in place_of:
                rows[place_of[key]] = same_if_equal(rows[place_of[key]], processing)
            else:
                fresh.append(processing)
        since = min((each.created for each in heard.values() if each.created is not None), default=None)
        missing = before - heard.keys()
        self.read.take_out(
            {
                each.id
                for each in rows
                if each.id in missing and each.created and since and each.created > since
            }
        )
        if not self._question.page.term or self.is_whole:
            self.total = total
        if self.is_whole or self._question.is_newest_first:
            self.read.put_in_front(fresh)
            fresh = []
        is_other = self.is_whole and len(self.rows) + self.read.skipped != total  # an old one went, or came
        if (is_other or any(each.id not in before for each in fresh)) and not self.is_reading:
            self.read_anew(len(self.rows))

    def _refused(self, error: ApiError) -> None:
        if error.is_unsupported and not self._client.lacks_pages:
            self._ask_for_all()
        elif error.fault is Fault.REJECTED and self._question.page != PageQuestion():
            # an order or a term that this service does not know: with the whole list, it is made here
            asked = list_by_project(self._client, self.project_id, self.rows)
            self._answer.follow(asked, self._take_listing, self._fail)
        else:
            self._fail(error)

    def _ask_for_all(self) -> None:
        asked = newest(self._client, self.project_id, self.rows)
        self._answer.follow(asked, self._take_listing, self._fail)

    def _take_listing(self, listing: ProcessingListing) -> None:
        self.is_asking = False
        self.take_newest(listing)

    def _take_all(self, listing: ProcessingListing) -> None:
        """Every processing of the project is there, whatever was asked."""
        self.stop()
        self.read.set_all(listing.processings, listing.skipped)
        self._heard = frozenset(each.id for each in self.rows[:PAGE])
        self.error = None
        self.beyond, self.total = listing.beyond, len(self.rows)
        self.is_complete = self.is_whole = self.is_current = True
        self._changed()

    def _take(self, found: ProcessingPage, anchor: str) -> None:
        self.is_asking = False
        rows, passed = list(found.processings), found.found
        if anchor:
            if not rows or rows[0].id != anchor:
                self._move()
                return
            rows, passed = rows[1:], passed - 1
        is_any_new = self.read.append(rows, passed, found.skipped)
        is_empty = passed <= 0 or (not is_any_new and self._starts > _FRESH_STARTS)
        is_end = self.read.passed >= found.total or is_empty
        if self.read.is_anew and not is_end and len(self.read.target) < min(self._goal, MOST_LISTED):
            self.go_on()
            return
        self.read.exchange()
        self.is_current = True
        self._note_end(found.total, is_empty)
        self._changed()

    def _note_end(self, total: int, is_empty: bool) -> None:
        self.total = total
        self.is_complete = self.read.passed >= total or is_empty
        self.is_whole = self.is_complete and not self._question.page.term
        self.beyond = max(0, total - self.read.passed) if len(self.rows) >= MOST_LISTED else 0

    def _move(self) -> None:
        """Rows came or went: where the next page begins is not known any more."""
        self._goal = self._goal if self.read.is_anew else max(self._goal, len(self.rows) + PAGE)
        self._starts += 1
        if self._starts > _FRESH_STARTS:
            self.read.last_id = (
                ""  # they come and go all the time: each is listed once, whatever page it is on
            )
        else:
            self.read.begin()
        self.go_on()

    def _fail(self, error: ApiError) -> None:
        self.error = error
        self.is_asking = False
        self._changed()
