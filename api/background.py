"""Runs Python work in another thread, so that the GUI does not wait for it."""

from __future__ import annotations

from typing import Callable

from qgis.PyQt.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal


class BackgroundWork(QObject):
    """Calls `work` in another thread; `work` must not touch objects of this thread.

    It emits one of two signals, in the thread in which it was made: `done` with what `work` returned, or `broken` with
    the exception that `work` threw.
    """

    done = pyqtSignal(object)
    broken = pyqtSignal(object)  # Exception

    def __init__(self, work: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._running = _Running(work)
        self._running.signals.done.connect(self.done)
        self._running.signals.broken.connect(self.broken)

    def start(self) -> None:
        """Begin."""
        QThreadPool.globalInstance().start(self._running)

    def drop(self) -> None:
        """Emit no signal any more. Work that has begun goes on to its end."""
        self._running.signals.done.disconnect(self.done)
        self._running.signals.broken.disconnect(self.broken)


class _Signals(QObject):
    done = pyqtSignal(object)
    broken = pyqtSignal(object)


class _Running(QRunnable):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.signals = _Signals()
        self._work = work

    def run(self) -> None:
        try:
            result = self._work()
        except Exception as problem:  # noqa: BLE001 - an exception would end here unheard
            self.signals.broken.emit(problem)
        else:
            self.signals.done.emit(result)
