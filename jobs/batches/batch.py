"""A batch of processings, run so that it may be interrupted at any moment and run again: nothing is paid for twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QLockFile, QTimer, pyqtSignal

from ...api.lost_answers.start import Sought
from ...api.processings import ProcessingListing, list_by_project
from ...layers.batches.rows import PartState
from ...layers.gdal_errors import ConversionError
from ...text.disk import write_fault
from ...text.quantities import number_text
from ...text.translation import translate
from ..job import Job, JobError
from ..task import TaskJob
from .board import Board
from .estimates import Estimates
from .existing import Existing, FindExisting
from .following import Following
from .order import BatchOrder, BatchReport, BatchTerms
from .patience import Patience
from .planning import make_plan
from .starting import Starting

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_FIRST_PAUSE = 4.0  # times the pause of a client that tries again
_FIRST_LOOK_MS, _GROWTH = 1_000, 1.5  # how soon the list is asked for, and how much later each next time
_PLANNED, _LOOKED, _ESTIMATED = 0.05, 0.07, 0.15  # of the whole way


class BatchJob(Job):
    """Runs `order` on `terms`; succeeds with a `BatchReport` when every part has come to its end.

    The areas are cut, what the project has already is found, what is missing is estimated, and then started, as many
    at a time and as far as the budget goes. All of it stands in the state table before and after it happens. A job that
    was cancelled, killed or cut off is run again with the same order and table: it goes on where things stand. It runs
    in any thread that has an event loop and a client of its own.
    """

    part_changed = pyqtSignal(object)  # PartRow

    def __init__(self, client: Client, order: BatchOrder, terms: BatchTerms) -> None:
        super().__init__()
        self._client = client
        self._order = order
        self._terms = terms
        self._lock = QLockFile(f"{terms.table}.lock")
        self._lock.setStaleLockTime(0)  # it holds as long as its process lives
        self._board: Optional[Board] = None
        self._step: Optional[Job] = None
        self._patience = Patience(self, terms.patience_s, _FIRST_PAUSE * client.retry_base_s)
        self._poll = QTimer(self)
        self._poll.setSingleShot(True)
        self._pause_ms = float(min(_FIRST_LOOK_MS, terms.poll_ms))
        self._poll.timeout.connect(lambda: self._safely(self._ask))
        self._starting = Starting(client, terms, order.request)
        self._following = Following(client)

    # planned

    def _begin(self) -> None:
        why_not = _why_not_taken(self._lock, self._terms.table)
        if why_not:
            self._fail(JobError(why_not))
            return
        title = translate("Batches", "Preparing a batch of Mapflow processings")
        work = partial(make_plan, self._order, self._terms.table)
        self._go(
            TaskJob(title, work), self._planned, 0.0, _PLANNED, translate("Batches", "Cutting the areas")
        )

    def _planned(self, _nothing: object) -> None:
        self._board = Board(self._terms.table, self.part_changed.emit)
        self._board.take_up()
        self._look()

    # what there is already

    def _look(self) -> None:
        board = self._open_board()
        sought = {
            key: Sought(row.client_id, self._order.project_id, row.name, row.started or _now())
            for key in board.in_state(PartState.STARTING, PartState.UNCLEAR)
            if not (row := board.run(key)).processing_id
        }
        names = frozenset(board.run(key).name.strip() for key in board.keys)
        find = FindExisting(self._client, self._order.project_id, names, sought)
        text = translate("Batches", "Looking for what was run before")
        self._go(find, self._looked, _PLANNED, _LOOKED, text, self._look)

    def _looked(self, existing: Existing) -> None:
        board = self._open_board()
        self._patience.answered()
        if board.is_fresh and not existing.is_whole:
            text = translate(
                "Batches",
                "Not all processings of the project can be read, so it is not known whether parts of the batch were "
                "run before. Choose another project.",
            )
            self._fail(JobError(text))
            return
        for key in board.in_state(PartState.WAITING, PartState.STARTING, PartState.UNCLEAR):
            found = existing.processings.get(key)
            if found is not None:
                board.note(key, found)
            elif board.run(key).processing_id:
                board.set(key, state=PartState.RUNNING)  # a restart: its processing says what became of it
            elif key in existing.unclear:
                text = translate(
                    "Batches",
                    "It may have been started, and the service does not tell. Look at the project's processings, and "
                    "run the batch again.",
                )
                board.set(key, state=PartState.UNCLEAR, message=text)
            else:
                board.set(key, state=PartState.WAITING, message="")
        self._estimate()

    # estimated

    def _estimate(self) -> None:
        board = self._open_board()
        keys = [key for key in board.in_state(PartState.WAITING) if board.run(key).estimate is None]
        estimates = Estimates(
            self._client, keys, lambda key: self._order.request(board.run(key)), self._patience
        )
        estimates.known.connect(lambda key, amount: self._safely(partial(board.set, key, estimate=amount)))
        estimates.refused.connect(
            lambda key, why: self._safely(partial(board.set, key, state=PartState.REFUSED, message=why))
        )
        text = translate("Batches", "Asking what the parts cost")
        self._go(estimates, self._estimated, _LOOKED, _ESTIMATED, text)

    def _estimated(self, _nothing: object) -> None:
        board = self._open_board()
        self._patience.answered()
        self._starting.board = self._following.board = board
        if self._terms.may_spend:
            self._ask()
        else:
            self._end_well()

    # started and followed

    def _ask(self) -> None:
        """Ask how far all is, and go on from there."""
        self._starting.resume()
        former = self._open_board().processings.values()
        reply = list_by_project(self._client, self._order.project_id, former)
        self._follow(reply, self._caught(self._listed), self._not_listed)

    def _listed(self, listing: ProcessingListing) -> None:
        self._patience.answered()
        strays = self._following.note(listing)
        self._following.ask_for(strays, self._follow, lambda: self._safely(self._go_on), self._not_listed)

    def _not_listed(self, error: ApiError) -> None:
        if not self._patience.repeats(lambda: self._safely(self._ask), error):
            self._fail_with(error)

    def _go_on(self) -> None:
        board = self._open_board()
        if not self._is_running:
            return
        self._starting.go_on(self._follow, lambda: self._safely(self._go_on), self._fail_with)
        if not self._is_running:
            return
        counts = {state: len(board.in_state(state)) for state in PartState}
        done = sum(count for state, count in counts.items() if state.is_over)
        running = counts[PartState.RUNNING] + counts[PartState.STARTING]
        text = translate("Batches", "{done} of {count} parts done, {running} running").format(
            done=number_text(done, 0), count=number_text(len(board.keys), 0), running=number_text(running, 0)
        )
        self._report(_ESTIMATED + (1 - _ESTIMATED) * board.fraction, text)
        if not any(count for state, count in counts.items() if not state.is_over):
            self._end_well()
        elif not self._poll.isActive() and not self._patience.is_waiting:
            self._poll.start(round(self._pause_ms))
            self._pause_ms = min(self._pause_ms * _GROWTH, self._terms.poll_ms)

    def _end_well(self) -> None:
        board = self._open_board()
        rows = tuple(board.rows[number] for number in sorted(board.rows))
        self._succeed(BatchReport(rows, board.committed, board.estimated, dict(board.processings)))

    # steps

    def _go(
        self,
        step: Job,
        then: Callable[[Any], None],
        begun: float,
        ended: float,
        text: str,
        again: Optional[Callable[[], None]] = None,
    ) -> None:
        """Let a job run, from `begun` to `ended` of the whole way; `again` repeats it once the service answers."""

        def failed(error: JobError) -> None:
            cause = error.cause
            if (
                again is None
                or cause is None
                or not self._patience.repeats(partial(self._safely, again), cause)
            ):
                self._fail(error)

        self._step = step
        step.progressed.connect(
            lambda share, _doing: self._report(begun + (ended - begun) * max(0.0, share), text)
        )
        step.succeeded.connect(self._caught(then))
        step.failed.connect(failed)
        self._report(begun, text)
        step.start()

    def _caught(self, step: Callable[[Any], None]) -> Callable[[Any], None]:
        return lambda value: self._safely(partial(step, value))

    def _safely(self, step: Callable[[], None]) -> None:
        """Do a step, and end in a sentence where it cannot be done."""
        if not self._is_running:
            return
        try:
            step()
        except ConversionError as error:
            self._fail(JobError(error.sentence, error.detail))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits has to be told
            self._fail(JobError.unforeseen(error))

    def _open_board(self) -> Board:
        if self._board is None:
            raise RuntimeError("there is no plan yet")
        return self._board

    def _end(self) -> bool:
        was_running = super()._end()
        if was_running:
            self._poll.stop()
            self._patience.stop()
            self._replies.abort()
            if self._step is not None:
                self._step.cancel()
            if self._board is not None:
                self._board.close()
            self._lock.unlock()
        return was_running


def _why_not_taken(lock: QLockFile, table: Path) -> str:
    """Take the table for one job alone; returns why it cannot be had, or ""."""
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return write_fault(error, table.parent)
    if lock.tryLock(0):
        return ""
    if lock.error() == QLockFile.LockError.LockFailedError:
        text = translate(
            "Batches", "The batch of {file} is running already. Wait for its end, or cancel it there."
        )
    else:
        text = translate("Batches", "{file} cannot be written to its folder. Choose another folder.")
    return text.format(file=table.name)


def _now() -> datetime:
    return datetime.now(timezone.utc)
