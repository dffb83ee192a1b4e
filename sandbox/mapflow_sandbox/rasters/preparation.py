"""Makes uploaded images ready, in processes of their own: a file that ends one of them ends no server."""

from __future__ import annotations

import logging
import multiprocessing
import os
import queue
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from ..settings import Settings
from ..store import Database, images
from ..store.images import Image
from .files import PREVIEW_PX, ImageFolder, RasterFiles

log = logging.getLogger(__name__)

# A large image keeps a lane busy for minutes; small ones have one of their own.
SMALL_BYTES = 64 * 1024 * 1024
_NICENESS = 5
_BROKEN = "The file could not be read to its end."
_FULL = "The server's disk is full: delete something, and upload the file again."
_LEAST_FREE_BYTES = 1024**2
_ROOM_EACH = 3  # a preparation needs up to so many times the size of the original
_AFTER_TROUBLE_S = 1.0
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


@dataclass(frozen=True)
class Outcome:
    """What came of a preparation: the footprint as WKT, or a sentence on why there is none."""

    footprint: str | None = None
    error: str | None = None


class Stopped(Exception):
    """The server is about to end; the preparation waits for the next one."""


class Preparer:
    """Prepares images one after another in two lanes, for large and for small files.

    Images that the settings' patterns name get no further than these say, so that a test can look at what is not ready.
    """

    def __init__(self, settings: Settings, database: Database, files: RasterFiles) -> None:
        self._settings = settings
        self._small = _Lane("small", database, files)
        self._large = _Lane("large", database, files)
        self._database = database

    def submit(self, image: Image) -> Future[None]:
        """Prepare an image; the future ends once the store knows what came of it, or has no room to know anything."""
        if self._is_kept_from(image):
            done: Future[None] = Future()
            done.set_result(None)
            return done
        lane = self._small if image.file_size <= SMALL_BYTES else self._large
        return lane.submit(image.id)

    def _is_kept_from(self, image: Image) -> bool:
        """Whether the image is not to be prepared; its state is what the pattern stands for then."""
        settings = self._settings
        if fnmatchcase(image.filename, settings.pending_images):
            return True
        if fnmatchcase(image.filename, settings.in_progress_images):
            images.begin(self._database, image.id)
            return True
        if fnmatchcase(image.filename, settings.failing_images):
            images.finish(self._database, image.id, None, _BROKEN)
            return True
        return False

    def start(self) -> None:
        """Take up again what an earlier run of the server did not finish."""
        for image in images.unprepared(self._database):
            self.submit(image)

    def stop(self) -> None:
        """End the work; what was under way waits for the next start."""
        self._small.stop()
        self._large.stop()


class _Lane:
    """A thread that hands one image after another to its process and writes down what comes back."""

    def __init__(self, name: str, database: Database, files: RasterFiles) -> None:
        self._name = f"prepare-{name}"
        self._database = database
        self._files = files
        self._waiting: queue.SimpleQueue[tuple[str, Future[None]]] = queue.SimpleQueue()
        self._process = _Process(self._name)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def submit(self, image_id: str) -> Future[None]:
        done: Future[None] = Future()
        self._waiting.put((image_id, done))
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        return done

    def stop(self) -> None:
        self._stopping.set()
        self._process.close()

    def _work(self) -> None:
        while True:
            image_id, done = self._waiting.get()
            try:
                self._prepare(image_id, done)
            except Stopped as stopped:
                if not done.done():
                    done.set_exception(stopped)
                return
            except Exception as error:
                log.exception("Preparing image %s failed", image_id)
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(None)

    def _prepare(self, image_id: str, done: Future[None]) -> None:
        if not self._written(partial(images.begin, self._database, image_id), done):
            return
        outcome = self._process.prepare(self._files.of(image_id).path)
        finish = partial(images.finish, self._database, image_id, outcome.footprint, outcome.error)
        if not self._written(finish, done):
            self._files.remove(image_id)  # it was deleted meanwhile

    def _written(self, write: Callable[[], bool], done: Future[None]) -> bool:
        """Write to the store, and while the disk is full try it again; nobody waits for that. Raises Stopped."""
        while True:
            try:
                return write()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _NO_ROOM:
                    raise
                if not done.done():
                    log.warning("How far an image is cannot be written down: %s. It is tried again", error)
                    done.set_result(None)
            if self._stopping.wait(_AFTER_TROUBLE_S):
                raise Stopped


class _Process:
    """The process of a lane; started when it is needed, and again when it has died."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._running: tuple[BaseProcess, Connection] | None = None
        self._starting = threading.Lock()
        self._is_closed = False

    def prepare(self, folder: Path) -> Outcome:
        """What comes of preparing the image in `folder`. Raises Stopped."""
        process, connection = self._alive()
        try:
            connection.send(folder)
            outcome: Outcome = connection.recv()
        except (EOFError, OSError):
            if self._is_closed:
                raise Stopped from None
            process.join()
            log.warning("The process that prepared %s ended with code %s", folder.name, process.exitcode)
            return Outcome(error=_BROKEN)
        return outcome

    def close(self) -> None:
        """End the process for good."""
        with self._starting:
            self._is_closed = True
            if self._running is not None:
                self._running[0].kill()
                self._running[0].join()

    def _alive(self) -> tuple[BaseProcess, Connection]:
        with self._starting:
            if self._is_closed:
                raise Stopped
            if self._running is None or not self._running[0].is_alive():
                # spawned, not forked: a fork of a process with threads can lock up
                context = multiprocessing.get_context("spawn")
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs,), name=self._name, daemon=True)
                process.start()
                theirs.close()
                self._running = process, ours
            return self._running


def _serve(connection: Connection) -> None:
    """The process: prepare what is asked for until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this process
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_server, daemon=True).start()
    while True:
        connection.send(prepare(ImageFolder(connection.recv())))


def _end_with_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
    os._exit(0)  # at once, whatever the main thread is doing: the next server may do it already


def prepare(folder: ImageFolder) -> Outcome:
    """Make everything of an image from its original; nothing is in its place before all of it is made."""
    from .cog import make_cog
    from .footprint import footprint_of
    from .previews import write_preview

    work = ImageFolder(folder.work)
    try:
        shutil.rmtree(folder.work, ignore_errors=True)
        folder.work.mkdir()
        make_cog(folder.original, folder.work, work.cog)
        footprint = footprint_of(work.cog)
        if footprint is None:
            return Outcome(error="The image has no valid pixels.")
        for size, side in PREVIEW_PX.items():
            write_preview(work.cog, work.preview(size), side)
            os.replace(work.preview(size), folder.preview(size))
        os.replace(work.cog, folder.cog)
    except Exception as error:  # some of GDAL's errors have no public name
        is_full = _is_disk_full(folder)
        log.warning("Image %s cannot be prepared", folder.path.name, exc_info=None if is_full else error)
        return Outcome(error=_FULL if is_full else _BROKEN)
    finally:
        shutil.rmtree(folder.work, ignore_errors=True)
    return Outcome(footprint=footprint)


def _is_disk_full(folder: ImageFolder) -> bool:
    """Whether a preparation failed for want of room: GDAL does not say so, and has taken back some of what it wrote."""
    free = shutil.disk_usage(folder.path).free
    size = folder.original.stat().st_size if folder.original.exists() else 0
    return free < _LEAST_FREE_BYTES or (free < _ROOM_EACH * size and _can_be_read(folder.original))


def _can_be_read(path: Path) -> bool:
    """Whether all pixels of a raster can be read."""
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as dataset:
            for _position, window in dataset.block_windows(1):
                dataset.read(window=window)
    except (RasterioError, OSError, ValueError):
        return False
    return True
