"""Where the parts of a batch stand: each change goes to the state table before anything follows from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Optional

from ...api.processings import Processing, Status
from ...layers.batches.rows import PartRow, PartState
from ...layers.batches.table import StateTable
from ...text.translation import translate
from .order import within

# what another run may try again
_TRIED_AGAIN = frozenset({PartState.OVER_BUDGET, PartState.CANCELLED, PartState.DELETED})
_OF_STATUS = {
    Status.OK: PartState.FINISHED,
    Status.FAILED: PartState.FAILED,
    Status.CANCELLED: PartState.CANCELLED,
    Status.REFUNDED: PartState.CANCELLED,
}


class Board:
    """The parts, by the keys of their runs: parts of one key share a processing, which is paid for once."""

    def __init__(self, table: Path, tell: Callable[[PartRow], None] = lambda _row: None) -> None:
        self._tell = tell
        self._table = StateTable(table)
        self.rows: dict[int, PartRow] = {row.number: row for row in self._table.rows()}
        self.processings: dict[str, Processing] = {}
        self._dearer = 1.0  # what costs have come to at most, beside what was estimated
        self._numbers: dict[str, list[int]] = {}
        for row in self.rows.values():
            if row.key:
                self._numbers.setdefault(row.key, []).append(row.number)

    def close(self) -> None:
        """Let go of the table."""
        self._table.close()

    @property
    def keys(self) -> list[str]:
        """The runs there are, in the order of the parts."""
        return list(self._numbers)

    def run(self, key: str) -> PartRow:
        """Return the first part of a run, which stands for all of them."""
        return self.rows[self._numbers[key][0]]

    def in_state(self, *states: PartState) -> list[str]:
        """Return the runs in one of these states."""
        return [key for key in self._numbers if self.run(key).state in states]

    @property
    def committed(self) -> float:
        """The credits that all runs have cost, or may have; estimates grow as costs turn out to exceed them."""
        return sum(self._worth(self.run(key)) for key in self._numbers if self.run(key).state.is_paid_for)

    @property
    def estimated(self) -> float:
        """The credits that the runs which were not started are estimated at."""
        return sum(
            self.run(key).estimate or 0.0 for key in self.in_state(PartState.WAITING, PartState.OVER_BUDGET)
        )

    @property
    def fraction(self) -> float:
        """How far all runs are together, 0 to 1."""
        rows = [self.run(key) for key in self._numbers]
        return sum(1.0 if row.state.is_over else row.percent / 100 for row in rows) / max(1, len(rows))

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was done with any run yet, not even an estimate."""
        return all(
            self.run(key).estimate is None and not self.run(key).processing_id for key in self._numbers
        )

    def fits(self, key: str, budget: Optional[float]) -> bool:
        """Whether one more start of a run keeps to the budget."""
        row = self.run(key)
        if row.cost is None and row.estimate is None:
            return budget is None
        return within(budget, self.committed + self._worth(replace(row, attempts=1)))

    def take_up(self) -> None:
        """Begin a run of the batch: what was left for another time is waiting again."""
        for key in self._numbers:
            row = self.run(key)
            is_refused = row.state is PartState.REFUSED and not row.processing_id
            if row.state in _TRIED_AGAIN or is_refused:
                # another id: a start that is looked for must not be taken for the one before
                self.set(key, **_WAITING, client_id=str(uuid.uuid4()))

    def set(self, key: str, **changes: Any) -> None:
        """Change a run, durably."""
        self._change([key], changes)

    def note(self, key: str, processing: Processing) -> None:
        """Take over how far the processing of a run is; UNKNOWN states change nothing."""
        row = self.run(key)
        self.processings[processing.id] = processing
        state = _OF_STATUS.get(
            processing.status, PartState.RUNNING if processing.status.is_running else row.state
        )
        if state in {PartState.WAITING, PartState.STARTING, PartState.UNCLEAR}:
            state = PartState.RUNNING
        changes: dict[str, Any] = {
            "processing_id": processing.id,
            "state": state,
            "percent": 100 if state is PartState.FINISHED else processing.percent or 0,
            "cost": processing.cost if processing.cost is not None else row.cost,
            "message": _message(processing, state),
            "attempts": max(1, row.attempts),
        }
        if state.is_over and row.ended is None:
            changes["ended"] = processing.updated or datetime.now(timezone.utc)
        elif not state.is_over:
            changes["ended"] = None
        if row.started is None:
            changes["started"] = processing.created or datetime.now(timezone.utc)
        if any(getattr(row, name) != value for name, value in changes.items()):
            self.set(key, **changes)

    def _worth(self, row: PartRow) -> float:
        """Return the credits of a run and its restarts."""
        known = row.cost if row.cost is not None else (row.estimate or 0.0) * self._dearer
        return known * max(1, row.attempts)

    def _change(self, keys: Iterable[str], changes: dict[str, Any]) -> None:
        changed = [replace(self.rows[number], **changes) for key in keys for number in self._numbers[key]]
        if changed:
            self._table.write(changed)
            self.rows.update((row.number, row) for row in changed)
            for row in changed:
                if row.cost and row.estimate:
                    self._dearer = max(self._dearer, row.cost / row.estimate)
                self._tell(row)


_WAITING: dict[str, Any] = {
    "state": PartState.WAITING,
    "message": "",
    "processing_id": "",
    "cost": None,
    "percent": 0,
    "attempts": 0,
    "started": None,
    "ended": None,
}


def _message(processing: Processing, state: PartState) -> str:
    if state is PartState.CANCELLED:
        return translate("Batches", "The service cancelled it and gave the credits back.")
    if state is PartState.FAILED:
        return " ".join(dict.fromkeys(message.sentence for message in processing.messages))
    return ""
