"""The tasks, seen in QGIS's task manager, that look at rasters and make pictures of them, off the GUI thread."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, ClassVar, Optional

from qgis.core import (
    QgsApplication,
    QgsProject,
    QgsRasterFileWriter,
    QgsRasterFileWriterTask,
    QgsRasterPipe,
    QgsTask,
)
from qgis.PyQt.QtCore import QObject, QStandardPaths, QTimer, pyqtSignal

from ..layers.gdal_errors import ConversionCancelledError, ConversionError
from ..layers.rasters.check import Limits, check_raster, converted_bytes, example_of
from ..layers.rasters.facts import Grid, RasterFacts
from ..layers.rasters.picture import PictureWanted, free_bytes, make_picture, no_room
from ..layers.rasters.source import Drawing, RasterSource
from ..layers.results.files import discard_workspace, open_workspace
from ..text.translation import translate

_ROOM_TO_SPARE = 64 * 1024 * 1024
_DRAWN_BANDS = 4
_DRAWING_SHARE = 0.5  # of the whole way
_LONGEST_TITLE = 60
_DRAWN = "drawn.tif"


class RasterCheckTask(QgsTask):
    """Looks at several rasters, one after the other; `checked` tells of each, in the main thread.

    Without a `grid` to match, the first raster that can be used sets the example for those after it.
    """

    checked = pyqtSignal(int, object)  # its place in the sequence, RasterCheck
    _alive: ClassVar[set[RasterCheckTask]] = set()  # the task manager keeps the C++ side only

    def __init__(self, sources: Sequence[RasterSource], limits: Limits, grid: Optional[Grid]) -> None:
        super().__init__(translate("Jobs", "Checking rasters for Mapflow"), QgsTask.Flag.CanCancel)
        self._sources = tuple(sources)
        self._limits = limits
        self.grid = grid
        self.error: Optional[str] = None
        self._alive.add(self)

    def run(self) -> bool:
        """Look; in the task's thread, where an exception would end QGIS."""
        grid = self.grid
        try:
            for place, source in enumerate(self._sources):
                if self.isCanceled():
                    return False
                check = check_raster(source, self._limits, grid)
                if grid is None:
                    grid = self.grid = example_of(check)
                self.checked.emit(place, check)
                self.setProgress(100 * (place + 1) / len(self._sources))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told, and not end QGIS
            self.error = repr(error)
            return False
        return True

    def finished(self, _result: bool) -> None:
        """Let go of the task; in the main thread."""
        self._alive.discard(self)


class PictureTask(QgsTask):
    """Makes one picture. Afterwards either `path` is set, or `error`, or neither when cancelled."""

    _alive: ClassVar[set[PictureTask]] = set()

    def __init__(self, title: str, wanted: PictureWanted, on_end: Callable[[PictureTask], None]) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._wanted = wanted
        self._on_end = on_end
        self.path: Optional[Path] = None
        self.error: Optional[ConversionError] = None
        self._alive.add(self)

    def run(self) -> bool:
        """Make it; in the task's thread, where an exception would end QGIS."""
        try:
            self.path = make_picture(self._wanted, self._report)
        except ConversionCancelledError:
            return False
        except ConversionError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told, and not end QGIS
            self.error = ConversionError(translate("Jobs", "The raster could not be converted."), repr(error))
        return self.path is not None

    def finished(self, _result: bool) -> None:
        """Tell; in the main thread, also for a task that was cancelled before it began."""
        self._alive.discard(self)
        self._on_end(self)

    def _report(self, fraction: float) -> bool:
        self.setProgress(100 * fraction)
        return not self.isCanceled()


class RasterConversion(QObject):
    """Converts one raster into a file of its own; ends with `converted` or `failed`, or silently after `cancel`.

    A layer whose style is more than a stretch is drawn at full size by QGIS first. The file stays until `discard`.
    """

    progressed = pyqtSignal(float)  # 0..1
    converted = pyqtSignal(object)  # Path
    failed = pyqtSignal(str, str)  # sentence, detail

    _running: ClassVar[set[RasterConversion]] = set()  # keeps them alive until GDAL has let go of their files

    def __init__(
        self,
        source: RasterSource,
        facts: RasterFacts,
        like: Grid,
        limits: Limits,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._facts = facts
        self._limits = limits
        self._like = like
        self._workspace: Optional[Path] = None
        self._task: Optional[QgsTask] = None
        self._is_wanted = False

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        self._running.add(self)
        self._is_wanted = True
        try:
            self._workspace = open_workspace(_roomy_folder(self._needed()))
        except ConversionError as error:
            self._fail_soon(error)
            return
        except OSError as error:
            text = translate(
                "Jobs",
                "No temporary file can be made on this computer. Free some room on its disk and try again.",
            )
            self._fail_soon(ConversionError(text, str(error)))
            return
        wanted = PictureWanted(
            uri=self._source.uri,
            path=self._workspace / _safe_name(self._source.file_name),
            crs=self._source.crs,
            stretch=self._source.stretch,
            like=self._like,
            max_side_px=self._limits.max_side_px,
        )
        if self._source.drawing is None:
            self._convert(wanted)
        else:
            self._draw(self._source.drawing, wanted)

    def cancel(self) -> None:
        """Stop; nothing is left on the disk, and no signal follows."""
        self._is_wanted = False
        if self._task is not None:
            self._task.cancel()  # what it has written is removed once GDAL has let go of it
        else:
            self.discard()

    def discard(self) -> None:
        """Remove the converted file."""
        self._running.discard(self)
        workspace, self._workspace = self._workspace, None
        if workspace is not None:
            discard_workspace(workspace)

    def _needed(self) -> int:
        drawing = self._source.drawing
        drawn = 0 if drawing is None else drawing.width * drawing.height * _DRAWN_BANDS
        return converted_bytes(self._facts) + drawn

    def _draw(self, drawing: Drawing, wanted: PictureWanted) -> None:
        drawn = wanted.path.with_name(_DRAWN)
        pipe = QgsRasterPipe()
        for step in drawing.steps:
            pipe.set(step.clone())
        writer = QgsRasterFileWriter(str(drawn))
        writer.setOutputFormat("GTiff")
        writer.setCreateOptions(["TILED=YES", "BIGTIFF=IF_SAFER"])
        context = QgsProject.instance().transformContext()
        task = QgsRasterFileWriterTask(
            writer, pipe, drawing.width, drawing.height, drawing.extent, drawing.crs, context
        )
        task.setDescription(self._title())
        task.progressChanged.connect(self._on_drawing)
        task.taskCompleted.connect(lambda: self._on_drawn(drawn, wanted))
        task.taskTerminated.connect(self._on_not_drawn)
        self._begin(task)

    def _on_drawn(self, drawn: Path, wanted: PictureWanted) -> None:
        self._task = None
        if self._is_wanted:
            self._convert(replace(wanted, uri=str(drawn), stretch=None, is_drawn=True))
        else:
            self.discard()

    def _on_not_drawn(self) -> None:
        self._task = None
        folder = self._workspace
        if not self._is_wanted or folder is None:
            self.discard()
            return
        text = translate(
            "Jobs", "QGIS could not draw the layer in {folder}. Free some room on that disk, and try again."
        )
        self._fail(ConversionError(text.format(folder=folder.parent)))

    def _convert(self, wanted: PictureWanted) -> None:
        task = PictureTask(self._title(), wanted, self._on_picture)
        task.progressChanged.connect(self._on_converting)
        self._begin(task)

    def _begin(self, task: QgsTask) -> None:
        self._task = task
        QgsApplication.taskManager().addTask(task)

    def _on_drawing(self, percent: float) -> None:
        if self._is_wanted:
            self.progressed.emit(_DRAWING_SHARE * percent / 100)

    def _on_converting(self, percent: float) -> None:
        if self._is_wanted:
            begun = 0.0 if self._source.drawing is None else _DRAWING_SHARE
            self.progressed.emit(begun + (1 - begun) * percent / 100)

    def _on_picture(self, task: PictureTask) -> None:
        self._task = None
        if not self._is_wanted:
            self.discard()
        elif task.path is not None:
            self._is_wanted = False
            (task.path.parent / _DRAWN).unlink(missing_ok=True)
            self._running.discard(self)
            self.converted.emit(task.path)
        elif task.error is not None:
            self._fail(task.error)
        else:
            self._fail(
                ConversionError(translate("Jobs", "The conversion was cancelled in QGIS's task manager."))
            )

    def _fail_soon(self, error: ConversionError) -> None:
        QTimer.singleShot(0, lambda: self._fail(error))

    def _fail(self, error: ConversionError) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.discard()
            self.failed.emit(error.sentence, error.detail)

    def _title(self) -> str:
        return translate("Jobs", "Converting “{name}” for Mapflow").format(
            name=self._source.name[:_LONGEST_TITLE]
        )


def _roomy_folder(needed: int) -> Path:
    """The first of the temporary folders with `needed` bytes and some to spare; raises ConversionError."""
    caches = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    candidates = [Path(tempfile.gettempdir())] + ([Path(caches)] if caches else [])
    best: Any = None
    for folder in candidates:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = free_bytes(folder)
        except OSError:
            continue
        if free >= needed + _ROOM_TO_SPARE:
            return folder
        if best is None or free > best[1]:
            best = (folder, free)
    if best is None:
        raise ConversionError(translate("Jobs", "There is no folder for temporary files on this computer."))
    raise no_room(best[0], needed + _ROOM_TO_SPARE, best[1])


def _safe_name(name: str) -> str:
    """A file name that no system objects to; the name the service is told is another matter."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return kept[-80:].lstrip(".") or "image.tif"
