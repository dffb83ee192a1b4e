"""Pauses between repeated requests, each longer than the one before."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

FIRST_MS = 4_000
LONGEST_MS = 60_000


class LengtheningPauses(QObject):
    """Emits `over` at the end of a pause; each pause lasts twice as long as the one before."""

    over = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.first_ms = FIRST_MS
        self._next_ms: Optional[int] = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_over)

    def begin(self) -> None:
        """Let a pause begin, unless one has."""
        if not self._timer.isActive():
            self._timer.start(self._next_ms or self.first_ms)

    def stop(self) -> None:
        """End the pause without a word."""
        self._timer.stop()

    def shorten(self) -> None:
        """Let the next pause be as short as the first."""
        self._next_ms = None

    def _on_over(self) -> None:
        self._next_ms = min(LONGEST_MS, 2 * (self._next_ms or self.first_ms))
        self.over.emit()
