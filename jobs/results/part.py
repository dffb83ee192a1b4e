"""The result of one part of a processing's area on its way to the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...layers.results.files import safe_stem
from ...layers.results.formats import GEOPACKAGE
from ...layers.results.in_project.part import PartInProject
from ...layers.results.layers import kind_by_model
from ..job import Job, JobError
from .arrival import cannot_be_opened, filled_tables, is_away, is_newest, project_closed, remarks_on
from .download import FileOfResult, sign_of, style_of, title_of
from .kept import KeptLookUp
from .making import Destination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ...layers.origin.metadata import Part
    from ...layers.results.conversion import Conversion
    from ...layers.results.kept import KeptResult


class PartDownload(FileOfResult):
    """Downloads what was found in one part of the area (GET /processings/{id}/result?aoiId=) and converts it."""

    def __init__(self, client: Client, processing: Processing, part: Part, destination: Destination) -> None:
        sign = sign_of(processing, client.server, part)
        super().__init__(destination, title_of(processing), style_of(processing), sign)
        self._client = client
        self._processing = processing
        self._part_id = part.id


class PartDelivery(Job):
    """Brings the result of a `part` into `project`, its file into `folder`; succeeds with the ResultLayers.

    What is there already is shown, unless the processing has changed since: layers, or a file in `folder` or one of the
    `others`. Where the service cannot be reached, an older result is better than none. A project belongs to the main
    thread, and so does this job.
    """

    def __init__(
        self,
        client: Client,
        processing: Processing,
        part: Part,
        folder: Path,
        project: QgsProject,
        others: Sequence[Path] = (),
        project_name: str = "",
    ) -> None:
        super().__init__()
        self._processing = processing
        self._in_project = PartInProject(project, processing, client.server, part, project_name)
        self._older: Optional[KeptResult] = None
        self._look_up = KeptLookUp((folder, *others), processing.id, client.server, part.id)
        self._look_up.succeeded.connect(self._guarded(self._on_looked))
        self._look_up.failed.connect(lambda _error: self._fetch())
        stem = f"{safe_stem(processing.name, processing.id)}_part_{part.number}"
        table_name = kind_by_model(processing).value
        destination = Destination(folder, stem, table_name, GEOPACKAGE, overwrite=False)
        self._download = PartDownload(client, processing, part, destination)
        self._download.progressed.connect(self._report)
        self._download.succeeded.connect(self._guarded(self._on_converted))
        self._download.failed.connect(self._guarded(self._on_not_downloaded))
        project.cleared.connect(self._on_project_cleared)

    def _begin(self) -> None:
        current = self._in_project.current()
        if current is not None:
            self._succeed(current)
        else:
            self._look_up.start()

    def _stop(self) -> None:
        self._look_up.cancel()
        self._download.cancel()

    def _on_looked(self, kept: Optional[KeptResult]) -> None:
        if kept is not None and is_newest(kept, self._processing) and self._open(kept, False):
            return
        self._older = kept
        self._fetch()

    def _open(self, kept: KeptResult, is_outdated: bool) -> bool:
        """Show a file that is there; False where QGIS cannot open it."""
        made = self._in_project.take(kept.tables, kept.downloaded, is_kept=True)
        if made is not None:
            self._succeed(replace(made, downloaded=kept.downloaded, is_outdated=is_outdated))
        return made is not None

    def _fetch(self) -> None:
        if self.is_running:
            self._download.start()

    def _on_not_downloaded(self, error: JobError) -> None:
        """Where the service cannot be reached, show what there is of an older result."""
        former = self._in_project.readable() if is_away(error) else None
        if former is not None:
            self._succeed(replace(former, is_outdated=True))
        elif not (is_away(error) and self._older is not None and self._open(self._older, True)):
            self._fail(error)

    def _on_converted(self, conversion: Conversion) -> None:
        tables, now = filled_tables(conversion), datetime.now(timezone.utc)
        made = self._in_project.take(tables, now, remarks_on(conversion))
        if made is None:
            self._fail(cannot_be_opened())
        else:
            self._succeed(made)

    def _on_project_cleared(self) -> None:
        if self.is_running:
            self._stop()
            self._fail(project_closed())
