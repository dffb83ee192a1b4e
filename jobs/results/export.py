"""Saving a result as a file of the user's choice."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProviderRegistry

from ...layers.results.formats import GEOPACKAGE, OutputFormat, Split
from ...text.translation import translate
from ..job import JobError
from .download import Destination, ResultDownload

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion


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


class ResultExport(ResultDownload):
    """Downloads one result and writes it to `path`, which is replaced only once the new file is whole.

    It succeeds with the tuple of the paths written. A shapefile holds one type of geometry: a result with several
    becomes several files, named after the type. Nobody was asked about those, so they take names that are free.

    A file that a layer of `project` reads is not replaced. A project belongs to the main thread: with one, this job
    is started there.
    """

    def __init__(
        self,
        client: Client,
        processing: Processing,
        path: Path,
        export_format: ExportFormat,
        project: Optional[QgsProject] = None,
    ) -> None:
        output = export_format.value
        super().__init__(
            client, processing, Destination(path.parent, path.stem, path.stem, output, overwrite=True)
        )
        self._path = path
        self._project = project
        self._parts = tuple(path.with_suffix(suffix) for suffix in output.parts)

    def _begin(self) -> None:
        if _is_open((self._path, *self._parts), self._project):
            sentence = translate(
                "Results", "“{file}” is open in this project. Remove its layer, or choose another name."
            )
            self._fail(JobError(sentence.format(file=self._path.name)))
        else:
            super()._begin()

    def _converted(self, conversion: Conversion) -> None:
        self._succeed(tuple(dict.fromkeys(table.path for table in conversion.tables)))


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
