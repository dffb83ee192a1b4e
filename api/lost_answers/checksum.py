"""The SHA-1 of a file, as the service tells it of its images, worked out off the GUI thread."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from threading import Event

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..background import BackgroundWork

_CHUNK = 4 * 1024 * 1024  # bytes


class FileChecksum(QObject):
    """Emits `known` once, in the thread it was made in: the digest in lower-case hex, "" if it cannot be read."""

    known = pyqtSignal(str)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._is_stopped = Event()
        self._reading = BackgroundWork(partial(_sha1_of, path, self._is_stopped), self)
        self._reading.done.connect(self._tell)
        self._reading.broken.connect(lambda _problem: self._tell(""))

    def start(self) -> None:
        """Begin to read."""
        self._reading.start()

    def stop(self) -> None:
        """Read no further; `known` is not emitted any more."""
        self._reading.drop()
        self._is_stopped.set()

    def _tell(self, digest: str) -> None:
        self.known.emit(digest)


def _sha1_of(path: Path, is_stopped: Event) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        with path.open("rb") as file:
            while not is_stopped.is_set():
                chunk = file.read(_CHUNK)
                if not chunk:
                    return digest.hexdigest()
                digest.update(chunk)
    except OSError:
        pass  # a file that cannot be read has none
    return ""
