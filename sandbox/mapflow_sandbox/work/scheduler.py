"""Hands the parts of processings to worker processes, so many at a time, in the order they were asked for."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import shapely
from shapely.geometry import MultiPolygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from .. import clock, results
from ..detect.catalog import model_by_key
from ..faults import ApiFault
from ..imagery.source import Imagery, SourceParams
from ..settings import Settings
from ..store import Database, Message, processings, queue
from ..store.queue import Task
from .job import IMAGE_GONE, Failed, Job
from .logins import TileLogins
from .process import WorkerGone, WorkerProcess

log = logging.getLogger(__name__)
_AFTER_TROUBLE_S = 1.0
T = TypeVar("T")


@dataclass
class _Slot:
    """One worker, and what it is working on."""

    worker: WorkerProcess
    task: Task | None = None
    is_in_trouble: bool = False  # the database took nothing, which was logged


class Scheduler:
    """The work of one running sandbox. Takes up what an earlier run left undone."""

    def __init__(self, settings: Settings, database: Database, imagery: Imagery) -> None:
        self._settings = settings
        self._database = database
        self._imagery = imagery
        self._slots = [_Slot(WorkerProcess(settings.assets)) for _ in range(settings.workers)]
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._is_stopping = False
        self.logins = TileLogins()

    def start(self) -> None:
        """Begin to work."""
        queue.recover(self._database)
        results.sweep(self._settings.results, processings.kept_ids(self._database))
        for slot in self._slots:
            thread = threading.Thread(target=self._serve, args=(slot,), name="work", daemon=True)
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        """There is new work."""
        with self._changed:
            self._changed.notify_all()

    def drop(self, processing_id: str) -> None:
        """End the work on a processing that was withdrawn from the queue, and remove its results."""
        with self._changed:
            for slot in self._slots_of(processing_id):
                slot.worker.kill()
        self.logins.forget(processing_id)
        results.remove(self._settings.results, processing_id)

    def interrupt(self, processing_id: str, change: Callable[[], T]) -> T:
        """End the work on those parts of a processing that `change` takes from their workers; says what that said.

        None of them is taken up again before.
        """
        with self._changed:
            changed = change()
            for slot in self._slots_of(processing_id):
                if slot.task and not queue.is_held(self._database, slot.task):
                    slot.worker.kill()
            self._changed.notify_all()
        return changed

    def stop(self) -> None:
        """End all work; what was under way waits for the next start."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        for slot in self._slots:
            slot.worker.close()
        for thread in self._threads:
            thread.join()

    def _slots_of(self, processing_id: str) -> list[_Slot]:
        return [slot for slot in self._slots if slot.task and slot.task.processing_id == processing_id]

    def _serve(self, slot: _Slot) -> None:
        while not self._is_stopping:
            try:
                task = self._next(slot)
                if task is not None:
                    self._perform(slot.worker, task)
                slot.is_in_trouble = False
            except sqlite3.Error as error:
                self._report(slot, error)
                self._abandon(slot)
            except Exception:
                log.exception("A part of a processing could not be worked on")
                self._abandon(slot)
            finally:
                with self._changed:
                    slot.task = None

    def _abandon(self, slot: _Slot) -> None:
        """Fail what the slot is working on, so that it does not hang; while the disk is full, as soon as it is not."""
        is_told = slot.task is None
        while not self._is_stopping:
            try:
                if slot.task is not None:
                    queue.fail(self._database, slot.task, queue.INTERRUPTED)
                is_told = True
            except sqlite3.Error as error:
                self._report(slot, error)
            with self._changed:
                self._changed.wait(_AFTER_TROUBLE_S)
            if is_told:
                return

    def _report(self, slot: _Slot, error: sqlite3.Error) -> None:
        """Log once, and not each second, that nothing can be written down."""
        if not slot.is_in_trouble:
            log.error(
                "How far a processing is cannot be written down: %s. It is tried again and again", error
            )
        slot.is_in_trouble = True

    def _next(self, slot: _Slot) -> Task | None:
        """The next task, waited for; None when the server stops."""
        with self._changed:
            while not self._is_stopping:
                slot.task = queue.take(self._database)
                if slot.task is not None:
                    return slot.task
                self._changed.wait()
            return None

    def _perform(self, worker: WorkerProcess, task: Task) -> None:
        try:
            job = self._job(task)
        except ApiFault:  # its images were there when it was started, and were deleted since
            queue.fail(self._database, task, Message(IMAGE_GONE))
            return
        if job is None:
            queue.fail(self._database, task, Message("source-validator.NoDataInAOI"))
            return

        def on_progress(percent: float) -> None:
            queue.advance(self._database, task, percent)

        try:
            outcome = worker.run(job, on_progress)
        except WorkerGone:
            queue.give_back(self._database, task, counts=not self._is_stopping)
            return
        if isinstance(outcome, Failed):
            queue.fail(self._database, task, Message(outcome.code, outcome.parameters))
        elif not queue.finish(self._database, task, outcome.features, self._settings.review):
            self._throw_away(task)

    def _throw_away(self, task: Task) -> None:
        """Remove a result that nobody waits for any more: in the last moment the work was taken from the worker."""
        folder = self._settings.results
        if task.processing_id not in processings.kept_ids(self._database):
            results.remove(folder, task.processing_id)
        elif not queue.has_use_for_result(self._database, task.aoi_id):
            results.remove_part(folder, task.processing_id, task.aoi_id)

    def _job(self, task: Task) -> Job | None:
        """The work on a part; None where its imagery does not reach into it. Raises ApiFault."""
        model = model_by_key(task.model_key)
        source = self._imagery.find(SourceParams.model_validate(task.source), model, task.account_id)
        geometry = _within(task.geometry, source.extent)
        if geometry is None:
            return None
        folder = self._settings.results
        return Job(
            model=task.model_key,
            blocks=tuple(sorted(task.blocks)),
            geometry=geometry,
            files=tuple(str(path) for path in source.files),
            pixel=source.pixel,
            zoom=source.zoom,
            max_zoom=source.max_zoom,
            resolution=source.resolution,
            result=str(results.path_of(folder, task.processing_id, task.aoi_id)),
            tiles=source.tiles,
            login=self.logins.of(task.processing_id),
            imagery=str(results.imagery_path(folder, task.processing_id, task.aoi_id)),
            granule=source.granule,
            day=clock.now()[:10],
        )


def _within(geometry: Mapping[str, Any], extent: BaseGeometry | None) -> Mapping[str, Any] | None:
    """The polygons of an area that lie in `extent`, as GeoJSON; None where none does."""
    if extent is None:
        return geometry
    parts = shapely.get_parts(shape(geometry).intersection(extent))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    return mapping(MultiPolygon(polygons)) if polygons else None
