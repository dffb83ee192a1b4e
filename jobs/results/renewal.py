"""The tiles of a result as new as the service has them: what QGIS keeps of them on the disk is dropped first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsNetworkAccessManager, QgsVectorTileLayer

from ...layers.results.in_project.result import ResultInProject
from ...layers.tiles.on_disk import drop_from_disk, range_of
from ...text.translation import translate
from ..job import Job
from ..task import TaskJob

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.processings import Processing
    from ...layers.gdal_errors import Report


class TilesRenewal(Job):
    """Lets the tiles that `project` has of a processing be asked for again; succeeds with nothing."""

    def __init__(self, project: QgsProject, processing: Processing, server: str) -> None:
        super().__init__()
        self._in_project = ResultInProject(project, processing, server)
        self._drop: Optional[TaskJob] = None
        project.cleared.connect(self.cancel)

    def _begin(self) -> None:
        tiles = [range_of(each) for each in self._in_project.tiles if isinstance(each, QgsVectorTileLayer)]
        cache: Any = QgsNetworkAccessManager.instance().cache()

        def drop(report: Report) -> None:
            for each in tiles:
                drop_from_disk(each, cache, report)

        self._drop = TaskJob(translate("Results", "Mapflow tiles on this computer"), drop)
        self._drop.succeeded.connect(self._guarded(self._on_dropped))
        self._drop.failed.connect(self._fail)
        self._drop.start()

    def _stop(self) -> None:
        if self._drop is not None:
            self._drop.cancel()

    def _on_dropped(self, _nothing: object) -> None:
        self._in_project.renew_tiles()
        self._succeed()
