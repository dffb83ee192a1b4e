"""A raster made into a file the service takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

from ...layers.gdal_errors import ConversionError, Report
from ...layers.rasters.check import Limits, converted_bytes
from ...layers.rasters.drawing import LayerDrawing, drawn_bytes
from ...layers.rasters.facts import Grid, RasterFacts
from ...layers.rasters.picture import PictureWanted, make_picture
from ...layers.rasters.source import RasterSource
from ...layers.workspace import discard_workspace, open_workspace, roomy_folder
from ...text.disk import write_fault
from ...text.file_names import plain_stem
from ...text.translation import translate
from ..task import TaskJob

_DRAWING_SHARE = 0.5  # of the whole way
_LONGEST_TITLE = 60


class RasterConversion(TaskJob):
    """Converts one raster; succeeds with the Path of a file of its own, which stays until `discard`.

    A layer whose style is more than a stretch is drawn at full size by QGIS first.
    """

    def __init__(self, source: RasterSource, facts: RasterFacts, like: Grid, limits: Limits) -> None:
        title = translate("Rasters", "Converting “{name}” for Mapflow")
        super().__init__(title.format(name=source.name[:_LONGEST_TITLE]), self._make, self._let_go)
        self._source = source
        self._facts = facts
        self._like = like
        self._limits = limits
        self._drawing = LayerDrawing(source.drawing) if source.drawing is not None else None
        self._workspace: Optional[Path] = None

    def discard(self) -> None:
        """Stop if it runs; remove the converted file."""
        if self.is_running:
            self.cancel()  # what it has written is removed once GDAL has let go of it
        else:
            self._remove()

    def _make(self, report: Report) -> Path:
        """Convert; in another thread."""
        needed = converted_bytes(self._facts)
        if self._source.drawing is not None:
            needed += drawn_bytes(self._source.drawing)
        folder = roomy_folder(needed)
        try:
            self._workspace = open_workspace(folder)
            return self._make_in(self._workspace, report)
        except OSError as error:
            self._remove()
            raise ConversionError(write_fault(error, folder), str(error)) from error
        except BaseException:
            self._remove()
            raise

    def _make_in(self, workspace: Path, report: Report) -> Path:
        wanted = PictureWanted(
            uri=self._source.uri,
            path=workspace / f"{plain_stem(Path(self._source.file_name).stem, 'image')}.tif",
            crs=self._source.crs,
            stretch=self._source.stretch,
            like=self._like,
            max_side_px=self._limits.max_side_px,
        )
        if self._drawing is None:
            return make_picture(wanted, report)
        drawn = workspace / "drawn" / "layer.tif"  # apart from the picture, whose name may be the same
        drawn.parent.mkdir()
        self._drawing.write(drawn, lambda fraction: report(_DRAWING_SHARE * fraction))
        made = make_picture(
            replace(wanted, uri=str(drawn), stretch=None, is_drawn=True),
            lambda fraction: report(_DRAWING_SHARE + (1 - _DRAWING_SHARE) * fraction),
        )
        discard_workspace(drawn.parent)
        return made

    def _let_go(self) -> None:
        if not self.is_running:  # cancelled, be it after the file was made
            self._remove()

    def _remove(self) -> None:
        workspace, self._workspace = self._workspace, None
        if workspace is not None:
            discard_workspace(workspace)
