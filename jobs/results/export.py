"""Saving a result as a file of the user's choice."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsProject, QgsProviderRegistry
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...layers.results.conversion import Conversion
from ...layers.results.formats import GEOPACKAGE, OutputFormat, Split
from ...text.translation import translate
from .download import Destination, ResultDownload

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.processings import Processing


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


class ResultExport(QObject):
    """Downloads one result and writes it to `path`, which is replaced only once the new file is whole.

    A shapefile holds one type of geometry: a result with several becomes several files, named after the type. Nobody
    was asked about those, so they take names that are free.
    """

    progressed = pyqtSignal(float, str)  # 0..1, what it is doing
    completed = pyqtSignal(object)  # tuple of Path
    failed = pyqtSignal(str, str)  # sentence, detail

    def __init__(
        self,
        client: Client,
        processing: Processing,
        path: Path,
        export_format: ExportFormat,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        output = export_format.value
        self._parts = tuple(path.with_suffix(suffix) for suffix in output.parts)
        destination = Destination(path.parent, path.stem, path.stem, output, overwrite=True)
        self._download = ResultDownload(client, processing, destination)
        self._download.progressed.connect(self.progressed)
        self._download.converted.connect(self._on_converted)
        self._download.failed.connect(self.failed)

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        if _is_open((self._path, *self._parts)):
            QTimer.singleShot(0, self._refuse)
            return
        self._download.start()

    def cancel(self) -> None:
        """Stop, leaving nothing behind; no signal follows."""
        self._download.cancel()

    def _refuse(self) -> None:
        sentence = translate(
            "Results", "“{file}” is open in this project. Remove its layer, or choose another name."
        )
        self.failed.emit(sentence.format(file=self._path.name), "")

    def _on_converted(self, conversion: Conversion) -> None:
        self.completed.emit(tuple(dict.fromkeys(table.path for table in conversion.tables)))


def _is_open(paths: tuple[Path, ...]) -> bool:
    """Whether a layer of the project reads one of `paths`, or another program holds it as a database."""
    if any(path.with_name(path.name + "-wal").exists() for path in paths):
        return True
    registry = QgsProviderRegistry.instance()
    for layer in QgsProject.instance().mapLayers().values():
        source = registry.decodeUri(layer.providerType(), layer.source()).get("path")
        if source and Path(str(source)) in paths:
            return True
    return False
