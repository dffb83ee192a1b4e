"""The result of one part of a processing's area on its way to the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...api.processings import download_result
from ...layers.results.files import safe_stem
from ...layers.results.formats import GEOPACKAGE
from ...layers.results.in_project.part import PartInProject
from ...layers.results.layers import kind_by_model
from ...layers.results.losses import lost_in_tables, told_afterwards
from ...text.translation import translate
from ..job import Job, JobError
from .download import FileOfResult, style_of, title_of
from .making import Destination

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion


class PartDownload(FileOfResult):
    """Downloads what was found in one part of the area (GET /processings/{id}/result?aoiId=) and converts it."""

    def __init__(
        self, client: Client, processing: Processing, part_id: str, destination: Destination
    ) -> None:
        super().__init__(destination, title_of(processing), style_of(processing))
        self._client = client
        self._processing = processing
        self._part_id = part_id

    def _fetch(self, target: Path) -> None:
        self._report(0.0, translate("Results", "Downloading"))
        reply = download_result(self._client, self._processing.id, target, self._part_id)
        self._follow(reply, self._on_downloaded, self._on_no_download).progressed.connect(self._on_bytes)


class PartDelivery(Job):
    """Brings the result of part `number`, whose id is `part_id`, into `project`; succeeds with the ResultLayers.

    What is there already is shown, unless the processing has changed since. A project belongs to the main thread, and
    so does this job.
    """

    def __init__(
        self,
        client: Client,
        processing: Processing,
        part_id: str,
        number: int,
        folder: Path,
        project: QgsProject,
    ) -> None:
        super().__init__()
        self._in_project = PartInProject(project, processing, client.server, part_id, number)
        stem = f"{safe_stem(processing.name, processing.id)}_part_{number}"
        table_name = kind_by_model(processing).value
        destination = Destination(folder, stem, table_name, GEOPACKAGE, overwrite=False)
        self._download = PartDownload(client, processing, part_id, destination)
        self._download.progressed.connect(self._report)
        self._download.succeeded.connect(self._on_converted)
        self._download.failed.connect(self._fail)
        project.cleared.connect(self._on_project_cleared)

    def _begin(self) -> None:
        current = self._in_project.current()
        if current is not None:
            self._succeed(current)
        else:
            self._download.start()

    def _stop(self) -> None:
        self._download.cancel()

    def _on_converted(self, conversion: Conversion) -> None:
        tables = [table for table in conversion.tables if table.count]
        if not tables:
            for table in conversion.tables:
                table.path.unlink(missing_ok=True)
        lost = [loss.sentence for loss in lost_in_tables(conversion.found)]
        remarks = (*told_afterwards(conversion, GEOPACKAGE.driver), *lost)
        made = self._in_project.take(tables, remarks)
        if made is None:
            self._fail(
                JobError(translate("Results", "QGIS could not open the file the result was written to."))
            )
        else:
            self._succeed(made)

    def _on_project_cleared(self) -> None:
        if self.is_running:
            self._download.cancel()
            self._fail(
                JobError(translate("Results", "The project was closed before the result had arrived."))
            )
