"""Results kept in memory between the tiles that are asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from .objects import Objects, read

# About 300 MB.
MOST_OBJECTS = 300_000


@dataclass(frozen=True)
class Edition:
    """The files of one result as they were at one moment; a file that is written anew makes another edition."""

    files: tuple[Path, ...]
    stamps: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, files: Sequence[Path]) -> Edition:
        """The present edition of those of `files` that are there."""
        found: dict[Path, tuple[int, int]] = {}
        for file in files:
            try:
                about = file.stat()
            except FileNotFoundError:
                continue
            found[file] = (about.st_mtime_ns, about.st_size)
        return cls(tuple(found), tuple(found.values()))


@dataclass
class _Kept:
    edition: Edition
    objects: Future[Objects] = field(default_factory=Future)


class Shelf:
    """The results last asked for, up to so many objects in all; one result is read once, however many ask for it."""

    def __init__(self, most_objects: int = MOST_OBJECTS) -> None:
        self._most = most_objects
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def objects(self, key: str, edition: Edition) -> Objects:
        """The objects of an edition. Raises OSError or ValueError when its files cannot be read."""
        with self._lock:
            kept = self._kept.get(key)
            is_new = kept is None or kept.edition != edition
            if kept is None or is_new:
                kept = self._kept[key] = _Kept(edition)
            self._kept.move_to_end(key)
        if is_new:
            self._read(key, kept)
        return kept.objects.result()

    def _read(self, key: str, kept: _Kept) -> None:
        try:
            objects = read(kept.edition.files)
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is kept:
                    del self._kept[key]
            kept.objects.set_exception(error)
            raise
        kept.objects.set_result(objects)
        with self._lock:
            self._make_room()

    def _make_room(self) -> None:
        read_already = {
            key: len(kept.objects.result()) for key, kept in self._kept.items() if kept.objects.done()
        }
        total = sum(read_already.values())
        for key, count in list(read_already.items())[:-1]:
            if total <= self._most:
                break
            del self._kept[key]
            total -= count
