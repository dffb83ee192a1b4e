"""Notices when a request stands still, or when its bytes come so slowly that it would hardly ever end."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

_SLOWEST = 256  # bytes a second, on average over a window


class Pace(QObject):
    """Emits `stalled` when no byte moves for the idle time, or when too few bytes move in a window of time.

    A transfer that moves at a fair rate has no limit of time.
    """

    stalled = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = 0  # the figure that was told last, of what is sent or of what is received
        self._moved = 0  # bytes in the window so far
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._window = QTimer(self)
        self._window.setSingleShot(True)
        self._idle.timeout.connect(self.stalled)
        self._window.timeout.connect(self._judge)

    def begin(self, idle_ms: int, window_ms: int) -> None:
        """Watch from now on."""
        self._last = self._moved = 0
        self._idle.start(idle_ms)
        self._window.start(window_ms)

    def note(self, done: int, _total: int = -1) -> None:
        """Note that `done` bytes were sent or received in all. The number begins anew when the direction changes."""
        self._moved += max(0, done - self._last)
        self._last = done
        if self._idle.isActive():
            self._idle.start()

    def stop(self) -> None:
        """Watch no more."""
        self._idle.stop()
        self._window.stop()

    def _judge(self) -> None:
        if self._moved < _SLOWEST * self._window.interval() / 1000:
            self.stalled.emit()
        else:
            self._moved = 0
            self._window.start()
