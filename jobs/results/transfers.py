"""Results on their way into QGIS or into a file: what waits, what runs, how far it is, and how it is stopped."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...text.translation import translate
from ..job import UNKNOWN_FRACTION
from ..queue import JobQueue

if TYPE_CHECKING:
    from ..job import Job, JobError

AT_ONCE = 2  # more downloads at a time make each of them slower, and the service throttles


@dataclass(frozen=True)
class TransferState:
    """A result on its way into QGIS or a file: how far (0..1, below 0 when unknown), and what is being done."""

    fraction: float
    doing: str


class Kind(enum.Enum):
    """What becomes of the result."""

    LAYER = "layer"
    FILE = "file"


@dataclass(frozen=True)
class Key:
    """One transfer: of a kind, of a processing or of a `part` of its area. There is never a second of the same."""

    processing_id: str
    kind: Kind
    part: str = ""  # its id


@dataclass
class _Transfer:
    name: str
    state: TransferState


class ResultTransfers(QObject):
    """The transfers under way, a few at a time, the others waiting in the order they were asked for."""

    state_changed = pyqtSignal(str, object)  # processing id; TransferState, or None when there is no more
    overall_changed = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._transfers: dict[Key, _Transfer] = {}
        self._queue = JobQueue(AT_ONCE, parent=self)
        self._queue.changed.connect(self._drop_ended)

    def begin(
        self,
        key: Key,
        name: str,
        make: Callable[[], Job],
        on_succeeded: Callable[[Any], None],
        on_failed: Callable[[JobError], None],
    ) -> bool:
        """Start what `make` builds, or let it wait its turn; False where the same is under way already."""
        if key in self._queue:
            return False
        state = TransferState(UNKNOWN_FRACTION, translate("Results", "Waiting"))
        self._transfers[key] = _Transfer(name, state)
        self._queue.add(key, partial(self._made, key, make, on_succeeded, on_failed))
        self._tell(key)
        return True

    def cancel(self, processing_id: str) -> None:
        """Stop every transfer of that processing."""
        self._queue.cancel([key for key in self._transfers if key.processing_id == processing_id])

    def cancel_all(self, kind: Optional[Kind] = None) -> int:
        """Stop everything of `kind`, or everything; returns how many were stopped."""
        return len(self._queue.cancel([key for key in self._transfers if kind in (None, key.kind)]))

    def is_under_way(self, processing_id: str, kind: Optional[Kind] = None) -> bool:
        """Whether a transfer (of `kind`, or any) of that processing waits or runs."""
        kinds = Kind if kind is None else (kind,)
        return any(Key(processing_id, each) in self._queue for each in kinds)

    def count(self) -> int:
        """How many wait or run."""
        return len(self._queue)

    def overall(self) -> TransferState:
        """All of them as one: the mean of the fractions, and a line saying what is going on."""
        held = list(self._transfers.values())
        if not held:
            return TransferState(0.0, "")
        if len(held) == 1:
            line = translate("Results", "{name}: {doing}").format(
                name=held[0].name, doing=held[0].state.doing
            )
            return TransferState(held[0].state.fraction, line)
        fraction = sum(max(0.0, transfer.state.fraction) for transfer in held) / len(held)
        return TransferState(fraction, translate("Results", "%Ln results under way", None, len(held)))

    def _made(
        self,
        key: Key,
        make: Callable[[], Job],
        on_succeeded: Callable[[Any], None],
        on_failed: Callable[[JobError], None],
    ) -> Job:
        job = make()
        job.progressed.connect(partial(self._on_progressed, key))
        job.succeeded.connect(on_succeeded)
        job.failed.connect(on_failed)
        return job

    def _on_progressed(self, key: Key, fraction: float, doing: object) -> None:
        if key in self._transfers:
            self._transfers[key].state = TransferState(fraction, str(doing))
            self._tell(key)

    def _drop_ended(self) -> None:
        for key in [key for key in self._transfers if key not in self._queue]:
            del self._transfers[key]
            self._tell(key)

    def _tell(self, key: Key) -> None:
        states = [
            held.state for each, held in self._transfers.items() if each.processing_id == key.processing_id
        ]
        self.state_changed.emit(key.processing_id, states[0] if states else None)
        self.overall_changed.emit()
