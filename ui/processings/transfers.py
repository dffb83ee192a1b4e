"""Results on their way into QGIS or into a file: what waits, what runs, how far it is, and how it is stopped."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Optional, Protocol

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...text.translation import translate
from .model import TransferState

AT_ONCE = 2  # more downloads at a time make each of them slower, and the service throttles


class TransferJob(Protocol):
    """What a delivery and an export have in common; the signals are Qt's."""

    progressed: Any  # (float 0..1, str)
    completed: Any  # (object)
    failed: Any  # (str sentence, str detail)

    def start(self) -> None:
        """Begin; returns at once."""

    def cancel(self) -> None:
        """Stop, and take back what was begun."""


class Kind(enum.Enum):
    """What becomes of the result."""

    LAYER = "layer"
    FILE = "file"


@dataclass(frozen=True)
class Key:
    """One transfer: of a kind, of a processing. There is never a second of the same."""

    processing_id: str
    kind: Kind


@dataclass
class _Transfer:
    name: str
    make: Callable[[], TransferJob]
    on_completed: Callable[[Any], None]
    on_failed: Callable[[str, str], None]
    state: TransferState
    job: Optional[TransferJob] = None


class ResultTransfers(QObject):
    """The transfers under way, a few at a time, the others waiting in the order they were asked for."""

    state_changed = pyqtSignal(str, object)  # processing id; TransferState, or None when there is no more
    overall_changed = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._transfers: dict[Key, _Transfer] = {}

    def begin(
        self,
        key: Key,
        name: str,
        make: Callable[[], TransferJob],
        on_completed: Callable[[Any], None],
        on_failed: Callable[[str, str], None],
    ) -> bool:
        """Start what `make` builds, or let it wait its turn; False where the same is under way already."""
        if key in self._transfers:
            return False
        state = TransferState(-1.0, translate("Processings", "Waiting"))
        self._transfers[key] = _Transfer(name, make, on_completed, on_failed, state)
        self._tell(key)
        self._start_waiting()
        return True

    def cancel(self, processing_id: str) -> None:
        """Stop every transfer of that processing."""
        for key in [key for key in self._transfers if key.processing_id == processing_id]:
            self._drop(key)
        self._start_waiting()

    def cancel_all(self, kind: Optional[Kind] = None) -> int:
        """Stop everything of `kind`, or everything; returns how many were stopped."""
        keys = [key for key in self._transfers if kind in (None, key.kind)]
        waiting_first = sorted(keys, key=lambda key: self._transfers[key].job is not None)
        for key in waiting_first:
            self._drop(key)
        self._start_waiting()
        return len(keys)

    def is_under_way(self, processing_id: str, kind: Optional[Kind] = None) -> bool:
        """Whether a transfer (of `kind`, or any) of that processing waits or runs."""
        return any(key.processing_id == processing_id and kind in (None, key.kind) for key in self._transfers)

    def count(self) -> int:
        """How many wait or run."""
        return len(self._transfers)

    def overall(self) -> TransferState:
        """All of them as one: the mean of the fractions, and a line saying what is going on."""
        held = list(self._transfers.values())
        if not held:
            return TransferState(0.0, "")
        fraction = sum(max(0.0, transfer.state.fraction) for transfer in held) / len(held)
        if len(held) == 1:
            line = translate("Processings", "{name}: {doing}").format(
                name=held[0].name, doing=held[0].state.doing
            )
            return TransferState(held[0].state.fraction, line)
        return TransferState(fraction, translate("Processings", "%n results under way", None, len(held)))

    def _running(self) -> Iterator[_Transfer]:
        return (transfer for transfer in self._transfers.values() if transfer.job is not None)

    def _start_waiting(self) -> None:
        for key, transfer in list(self._transfers.items()):
            if len(list(self._running())) >= AT_ONCE:
                return
            if transfer.job is None and key in self._transfers:
                self._start(key, transfer)

    def _start(self, key: Key, transfer: _Transfer) -> None:
        job = transfer.make()
        transfer.job = job
        job.progressed.connect(partial(self._on_progressed, key, job))
        job.completed.connect(partial(self._on_completed, key, job))
        job.failed.connect(partial(self._on_failed, key, job))
        job.start()

    def _drop(self, key: Key) -> None:
        transfer = self._transfers.pop(key)
        job, transfer.job = transfer.job, None
        if job is not None:
            job.cancel()
        self._tell(key)

    def _is_current(self, key: Key, job: TransferJob) -> bool:
        held = self._transfers.get(key)
        return held is not None and held.job is job

    def _on_progressed(self, key: Key, job: TransferJob, fraction: float, doing: str) -> None:
        if self._is_current(key, job):
            self._transfers[key].state = TransferState(fraction, doing)
            self._tell(key)

    def _on_completed(self, key: Key, job: TransferJob, outcome: object) -> None:
        if self._is_current(key, job):
            transfer = self._transfers.pop(key)
            self._tell(key)
            transfer.on_completed(outcome)
            self._start_waiting()

    def _on_failed(self, key: Key, job: TransferJob, sentence: str, detail: str) -> None:
        if self._is_current(key, job):
            transfer = self._transfers.pop(key)
            self._tell(key)
            transfer.on_failed(sentence, detail)
            self._start_waiting()

    def _tell(self, key: Key) -> None:
        states = [t.state for k, t in self._transfers.items() if k.processing_id == key.processing_id]
        self.state_changed.emit(key.processing_id, states[0] if states else None)
        self.overall_changed.emit()
