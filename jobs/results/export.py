"""Saving what there is as GeoJSON, a result above all, as a file of the user's choice."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsProviderRegistry

from ...layers.results.conversion import SURVEYED, looked_through
from ...layers.results.formats import GEOPACKAGE, OutputFormat, Split
from ...layers.results.losses import Loss, keeps_more, losses, told_afterwards
from ...text.translation import translate
from ..job import JobError
from ..task import TaskJob
from .download import FileOfResult, sign_of, style_of, title_of
from .making import FETCHED_SHARE, Destination, MadeFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion
    from ...layers.results.survey import Survey
    from ...layers.tables import Table


class ExportFormat(enum.Enum):
    """A file format results can be saved in."""

    GEOPACKAGE = GEOPACKAGE
    GEOJSON = OutputFormat("GeoJSON", ".geojson", Split.NONE, ("RFC7946=YES",))
    FLATGEOBUF = OutputFormat("FlatGeobuf", ".fgb", Split.NONE, ("SPATIAL_INDEX=YES",), keeps_placeless=False)
    SHAPEFILE = OutputFormat(
        "ESRI Shapefile",
        ".shp",
        Split.FILES,
        ("ENCODING=UTF-8", "SPATIAL_INDEX=YES"),
        parts=(".shx", ".dbf", ".prj", ".cpg", ".qix"),
        longest_name=10,
        longest_text=254,
        sidecars=(".sbn", ".sbx", ".idm", ".ind", ".qpj", ".shp.xml"),
    )

    @property
    def title(self) -> str:
        """The format's own name, the same in every language."""
        titles = {"GPKG": "GeoPackage"}
        return titles.get(self.ogr_driver, self.ogr_driver)

    @property
    def suffix(self) -> str:
        """The file's suffix, with its dot."""
        return self.value.suffix

    @property
    def ogr_driver(self) -> str:
        """What GDAL calls the format."""
        return self.value.driver


@dataclass(frozen=True)
class SavedResult:
    """The files written, and sentences on objects that are not in them, or not where one looks for them."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LossQuestion:
    """What `export_format` cannot hold of a result; `better` loses less, as far as there is such a format.

    It is answered once, by one of the functions.
    """

    export_format: ExportFormat
    losses: tuple[Loss, ...]
    better: Optional[ExportFormat]
    losses_of_better: tuple[Loss, ...]
    save_anyway: Callable[[], None]
    save_better: Callable[[], None]
    cancel: Callable[[], None]


class Export(MadeFile):
    """Fetches GeoJSON and writes it to `path`, which is replaced only once the new file is whole.

    It succeeds with a SavedResult. A shapefile holds one type of geometry: a result with several
    becomes several files, named after the type. Nobody was asked about those, so they take names that are free.

    A file that a layer of `project` reads is not replaced. A project belongs to the main thread: with one, this job
    is started there.

    With `ask`, what the format cannot hold is found out before anything is written, and where there is such it waits
    until the LossQuestion is answered. A better format goes to a file of the same name with its own suffix, or with a
    number where there is such a file: nobody was asked about that one.
    """

    def __init__(
        self,
        path: Path,
        export_format: ExportFormat,
        title: str,
        style: Callable[[Table], str],
        project: Optional[QgsProject] = None,
        ask: Optional[Callable[[LossQuestion], None]] = None,
        sign: Optional[Callable[[Sequence[Table]], None]] = None,
    ) -> None:
        output = export_format.value
        wanted = Destination(path.parent, path.stem, path.stem, output, overwrite=True)
        super().__init__(wanted, title, style, sign)
        self._path = path
        self._format = export_format
        self._ask = ask
        self._project = project
        self._parts = tuple(path.with_suffix(suffix) for suffix in output.parts)

    def _begin(self) -> None:
        if _is_open((self._path, *self._parts), self._project):
            self._fail(self._open_in_project())
        else:
            super()._begin()

    def _fetched(self, path: Path) -> None:
        if self._ask is None:
            super()._fetched(path)
            return
        look = partial(looked_through, path, self._format.value)
        self._task = TaskJob(self._title, look, self._let_go)
        self._task.progressed.connect(self._on_looking)
        self._task.succeeded.connect(self._guarded(partial(self._looked_through, path)))
        self._task.failed.connect(self._on_unreadable)
        self._task.start()

    def _converted(self, conversion: Conversion) -> None:
        paths = tuple(dict.fromkeys(table.path for table in conversion.tables))
        self._succeed(SavedResult(paths, told_afterwards(conversion, self._format.title)))

    # What the format cannot hold

    def _on_looking(self, fraction: float, _doing: object) -> None:
        share = FETCHED_SHARE + (1 - FETCHED_SHARE) * SURVEYED * fraction
        self._report(share, translate("Results", "Looking through the result"))

    def _looked_through(self, path: Path, found: Survey) -> None:
        self._task = None
        lost = losses(found, self._format.value)
        if not lost or self._ask is None:
            self._convert(path, self._destination, found)
            return
        formats = {each.value: each for each in ExportFormat}
        others = keeps_more(found, self._format.value, formats)
        better = formats[others[0]] if others else None
        self._report(-1.0, translate("Results", "Waiting for your answer"))
        self._ask(
            LossQuestion(
                self._format,
                lost,
                better,
                losses(found, better.value) if better is not None else (),
                partial(self._save_anyway, path, found),
                partial(self._save_better, path, found, better),
                self.cancel,
            )
        )

    def _save_anyway(self, path: Path, found: Survey) -> None:
        if not self.is_running:
            return
        if _is_open((self._path, *self._parts), self._project):  # meanwhile
            self._discard()
            self._fail(self._open_in_project())
        else:
            self._convert(path, self._destination, found)

    def _save_better(self, path: Path, found: Survey, better: Optional[ExportFormat]) -> None:
        if self.is_running and better is not None:
            self._format = better
            self._convert(path, replace(self._destination, output=better.value, overwrite=False), found)

    def _open_in_project(self) -> JobError:
        sentence = translate(
            "Results", "“{file}” is open in this project. Remove its layer, or choose another name."
        )
        return JobError(sentence.format(file=self._path.name))


class ResultExport(Export, FileOfResult):
    """The result of `processing` as a file."""

    def __init__(
        self,
        client: Client,
        processing: Processing,
        path: Path,
        export_format: ExportFormat,
        project: Optional[QgsProject] = None,
        ask: Optional[Callable[[LossQuestion], None]] = None,
    ) -> None:
        sign = sign_of(processing, client.server)
        super().__init__(path, export_format, title_of(processing), style_of(processing), project, ask, sign)
        self._client = client
        self._processing = processing


def _is_open(paths: tuple[Path, ...], project: Optional[QgsProject]) -> bool:
    """Whether a layer of the project reads one of `paths`, or another program holds it as a database."""
    if any(path.with_name(path.name + "-wal").exists() for path in paths):
        return True
    registry = QgsProviderRegistry.instance()
    for layer in project.mapLayers().values() if project is not None else ():
        source = registry.decodeUri(layer.providerType(), layer.source()).get("path")
        if source and Path(str(source)) in paths:
            return True
    return False
