"""Work of Python's own that would hold up the GUI thread, done in another one."""

from __future__ import annotations

from typing import Callable

from qgis.PyQt.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal


class BackgroundWork(QObject):
    """Calls `work` in a thread; emits `done` once, in the thread it was made in, with what it returned.

    `work` must not raise, and touches nothing that belongs to another thread.
    """

    done = pyqtSignal(object)

    def __init__(self, work: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._running = _Running(work)
        self._running.signals.done.connect(self.done)

    def start(self) -> None:
        """Begin."""
        QThreadPool.globalInstance().start(self._running)

    def drop(self) -> None:
        """`done` is not emitted any more; what runs runs to its end."""
        self._running.signals.done.disconnect(self.done)


class _Signals(QObject):
    done = pyqtSignal(object)


class _Running(QRunnable):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.signals = _Signals()
        self._work = work

    def run(self) -> None:
        self.signals.done.emit(self._work())
