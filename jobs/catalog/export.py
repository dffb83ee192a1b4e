"""Saving footprints of found images as a file of the user's choice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from ...layers.footprints.catalog_file import catalog_style, write_catalog_geojson
from ...layers.footprints.placing import own_copy
from ...text.translation import translate
from ..results.export import Export, ExportFormat, LossQuestion
from ..task import TaskJob

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from .search import FoundImage


class FootprintsExport(Export):
    """Writes the footprints of `found`, with all that is known of the images, to `path`."""

    def __init__(
        self,
        found: Sequence[FoundImage],
        path: Path,
        export_format: ExportFormat,
        project: Optional[QgsProject] = None,
        ask: Optional[Callable[[LossQuestion], None]] = None,
    ) -> None:
        title = translate("Catalog", "Saving footprints")
        super().__init__(path, export_format, title, catalog_style, project, ask)
        self._found = [(each.image, own_copy(each.ground)) for each in found]

    def _fetch(self, target: Path) -> None:
        write = partial(write_catalog_geojson, self._found, target)
        self._task = TaskJob(self._title, write, self._let_go)
        self._task.succeeded.connect(self._guarded(self._fetched))
        self._task.failed.connect(self._on_unreadable)
        self._task.start()
