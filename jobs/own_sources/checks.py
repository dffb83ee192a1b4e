"""Which tiles of one's own sources were tried, and what came of it: remembered as long as QGIS runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Optional, Union

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.own_sources.source import OwnSource
from ..job import JobError
from .tile_check import CheckedTile, TileCheck

Tiles = tuple[str, ...]  # addresses, the one that is asked for first before the others
_MOST = 100  # results; the oldest go first


@dataclass(frozen=True)
class CheckResult:
    """What came of a check: a tile, or the sentence that says why there is none."""

    tile: Optional[CheckedTile] = None
    problem: str = ""


class SourceChecks(QObject):
    """Runs one check at a time; a later one takes the place of the one before."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._results: dict[tuple[object, ...], CheckResult] = {}
        self._job: Optional[TileCheck] = None
        self._running: Optional[tuple[object, ...]] = None

    def result(self, source: OwnSource, tiles: Tiles) -> Optional[CheckResult]:
        """What came of these tiles; None while that is not known."""
        return self._results.get(_key(source, tiles))

    def is_checking(self, source: OwnSource, tiles: Tiles) -> bool:
        """Whether just those tiles are asked for."""
        return self._running == _key(source, tiles)

    def check(self, source: OwnSource, tiles: Tiles) -> None:
        """Ask for the first of the tiles, and for others where there is nothing, whatever is known of them."""
        self.cancel()
        key = _key(source, tiles)
        self._results.pop(key, None)
        job = TileCheck(source, tiles)
        job.succeeded.connect(partial(self._note, key))
        job.failed.connect(partial(self._note, key))
        self._job, self._running = job, key
        self.changed.emit()
        job.start()

    def cancel(self) -> None:
        """Wait for no tile any more."""
        job, self._job, self._running = self._job, None, None
        if job is not None:
            job.cancel()
            self.changed.emit()

    def forget(self, source: OwnSource) -> None:
        """Forget all that is known of a source: its login may have changed."""
        known = _key(source, ())[:-1]
        self._results = {key: result for key, result in self._results.items() if key[:-1] != known}

    def _note(self, key: tuple[object, ...], outcome: Union[CheckedTile, JobError]) -> None:
        if key != self._running:
            return
        self._job, self._running = None, None
        if isinstance(outcome, JobError):
            self._results[key] = CheckResult(problem=outcome.sentence)
        else:
            self._results[key] = CheckResult(outcome)
        while len(self._results) > _MOST:
            self._results.pop(next(iter(self._results)))
        self.changed.emit()


def _key(source: OwnSource, tiles: Tiles) -> tuple[object, ...]:
    """What decides whether another tile comes; the name of a source and the zoom it is kept with do not."""
    return source.kind, source.url, source.crs, source.authcfg, tiles
