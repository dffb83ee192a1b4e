"""The SHA-1 of a file, as the service tells it of its images, worked out off the GUI thread."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event

from qgis.PyQt.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

_CHUNK = 4 * 1024 * 1024  # bytes


class FileChecksum(QObject):
    """Emits `known` once, from the thread it was made in: the digest in lower-case hex, "" where there is none."""

    known = pyqtSignal(str)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = _Reading(path)
        self._reading.signals.done.connect(self.known)

    def start(self) -> None:
        """Begin to read."""
        QThreadPool.globalInstance().start(self._reading)

    def stop(self) -> None:
        """Read no further; `known` is not emitted any more."""
        self._reading.signals.done.disconnect(self.known)
        self._reading.is_stopped.set()


class _Signals(QObject):
    done = pyqtSignal(str)


class _Reading(QRunnable):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.signals = _Signals()
        self.is_stopped = Event()
        self._path = path

    def run(self) -> None:
        digest = hashlib.sha1(usedforsecurity=False)
        try:
            with self._path.open("rb") as file:
                while not self.is_stopped.is_set():
                    chunk = file.read(_CHUNK)
                    if not chunk:
                        self.signals.done.emit(digest.hexdigest())
                        return
                    digest.update(chunk)
        except OSError:
            self.signals.done.emit("")
