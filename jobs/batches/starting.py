"""Starts the parts of a batch, as many at a time as are wanted and as far as the budget goes; restarts what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from ...api.http.errors import PASSING, Fault
from ...api.lost_answers.restart import restart
from ...api.lost_answers.sent_once import UNKNOWN
from ...api.lost_answers.start import start
from ...api.processings import Processing, ProcessingRequest
from ...layers.batches.rows import PartRow, PartState
from ...text.quantities import credits_text
from ...text.translation import translate
from .board import Board
from .order import BatchTerms

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_MOST_TRIES = 5  # of a start that surely did nothing
Follow = Callable[..., Any]


class Starting:
    """What is started is written down before it is sent: STARTING in the table means that it may have been."""

    def __init__(
        self, client: Client, terms: BatchTerms, request_of: Callable[[PartRow], ProcessingRequest]
    ) -> None:
        self._client = client
        self._terms = terms
        self._request_of = request_of
        self._tries: Counter[str] = Counter()
        self._restarted: Counter[str] = Counter()
        self._most: int = terms.at_once  # less, where the service runs fewer at a time
        self._is_held = False
        self.board: Optional[Board] = None

    def resume(self) -> None:
        """The service answers: start again, and see whether it takes one more."""
        self._is_held = False
        self._most = min(self._terms.at_once, self._most + 1)

    def go_on(self, follow: Follow, then: Callable[[], None], on_failure: Callable[[ApiError], None]) -> None:
        """Start what may start now; `then` is called as each answer comes, `on_failure` where nothing can go on."""
        board = self.board
        if board is None:
            return
        for key in board.in_state(PartState.WAITING):
            if not self._room(board):
                return
            if board.fits(key, self._terms.budget):
                self._start(board, key, follow, then, on_failure)
            else:
                board.set(key, state=PartState.OVER_BUDGET, message=_over_budget(self._terms.budget))
        # what fails again and again must not use up the budget of what was not tried yet
        for key in board.in_state(PartState.FAILED):
            if self._room(board) and self._may_restart(board, key):
                self._restart(board, key, follow, then, on_failure)

    def _room(self, board: Board) -> bool:
        busy = len(board.in_state(PartState.STARTING, PartState.RUNNING))
        return not self._is_held and busy < self._most and not self._awaits_cost(board)

    def _awaits_cost(self, board: Board) -> bool:
        """Whether a budget has to wait for what a start really costs: that may be more than was estimated.

        Starts go one by one then, and the first is waited for until its cost is told, or it is finished.
        """
        if self._terms.budget is None:
            return False
        is_known = any(board.run(key).cost is not None for key in board.keys)
        is_known = is_known or bool(board.in_state(PartState.FINISHED))
        unknown = (PartState.STARTING,) if is_known else (PartState.STARTING, PartState.RUNNING)
        return bool(board.in_state(*unknown))

    def _start(
        self,
        board: Board,
        key: str,
        follow: Follow,
        then: Callable[[], None],
        on_failure: Callable[[ApiError], None],
    ) -> None:
        board.set(key, state=PartState.STARTING, started=datetime.now(timezone.utc), attempts=1, message="")
        follow(
            start(self._client, self._request_of(board.run(key))),
            partial(self._started, board, key, then),
            partial(self._not_started, board, key, then, on_failure),
        )

    def _started(self, board: Board, key: str, then: Callable[[], None], processing: Processing) -> None:
        board.note(key, processing)
        then()

    def _not_started(
        self,
        board: Board,
        key: str,
        then: Callable[[], None],
        on_failure: Callable[[ApiError], None],
        error: ApiError,
    ) -> None:
        self._tries[key] += 1
        if error.fault is Fault.LOST_ANSWER and error.code == UNKNOWN:
            board.set(key, state=PartState.UNCLEAR, message=error.sentence)
            then()
            return
        is_passing = error.fault in PASSING
        is_lost = error.fault is Fault.LOST_ANSWER and self._tries[key] < _MOST_TRIES
        may_go_on = is_passing or is_lost or error.fault is Fault.CREDENTIAL
        state = PartState.WAITING if may_go_on else PartState.REFUSED
        board.set(key, state=state, started=None, attempts=0, message=error.sentence)
        if error.fault is Fault.CREDENTIAL:
            on_failure(error)
            return
        if is_passing:
            self._is_held = True  # until the service was asked how far all is
        if error.fault is Fault.BUSY:
            self._most = max(1, len(board.in_state(PartState.STARTING, PartState.RUNNING)) - 1)
        then()

    # restarts

    def _may_restart(self, board: Board, key: str) -> bool:
        row = board.run(key)
        is_known = row.processing_id in board.processings
        has_some_left = self._restarted[key] < self._terms.restarts
        return is_known and has_some_left and board.fits(key, self._terms.budget)

    def _restart(
        self,
        board: Board,
        key: str,
        follow: Follow,
        then: Callable[[], None],
        on_failure: Callable[[ApiError], None],
    ) -> None:
        row = board.run(key)
        self._restarted[key] += 1
        board.set(key, state=PartState.STARTING, attempts=row.attempts + 1, message="", ended=None)

        def restarted(processing: Optional[Processing]) -> None:
            board.set(key, state=PartState.RUNNING)
            if processing is not None:
                board.note(key, processing)
            then()

        def not_restarted(error: ApiError) -> None:
            if error.fault is Fault.LOST_ANSWER and error.code == UNKNOWN:
                board.set(key, state=PartState.RUNNING)  # the next look says
            else:
                board.set(
                    key,
                    state=PartState.FAILED,
                    attempts=row.attempts,
                    message=error.sentence,
                    ended=row.ended,
                )
            if error.fault is Fault.CREDENTIAL:
                on_failure(error)
            else:
                then()

        follow(restart(self._client, board.processings[row.processing_id]), restarted, not_restarted)


def _over_budget(budget: Optional[float]) -> str:
    text = translate(
        "Batches", "It was not started: with it the batch would cost more than its budget of {budget}."
    )
    return text.format(budget=credits_text(budget or 0.0))
