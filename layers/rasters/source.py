"""What can be uploaded: a raster file, or a raster layer with the style it has; and why others cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsMimeDataUtils,
    QgsProject,
    QgsProviderRegistry,
    QgsRasterInterface,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMimeData, QUrl

from ...text.translation import translate
from .stretch import Stretch, stretch_of_layer

FILE_PROVIDER = "gdal"
_SERVICES = {"wms", "wcs", "arcgismapserver", "xyz", "amsraster", "ee"}
_PROVIDER_INSIDE = re.compile(r":provider=(\w+)")  # in the source of a virtual raster: what reads its inputs
WEB_DRIVERS = {"WMS", "WMTS", "WCS", "PLMOSAIC", "NGW"}


class NotUploadableError(Exception):
    """Something cannot be uploaded. `name` is what the user sees, `sentence` says why and what to do instead."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name
        self.sentence = sentence


@dataclass(frozen=True)
class Drawing:
    """A copy of what QGIS draws a layer with, so that another thread can draw it at full size."""

    steps: tuple[QgsRasterInterface, ...] = field(repr=False)  # the provider first; each is cloned for a run
    extent: QgsRectangle
    width: int  # pixels
    height: int
    crs: QgsCoordinateReferenceSystem
    provider: str  # what reads the layer: GDAL, or something only QGIS knows
    layer: Optional[QgsRasterLayer] = field(default=None, repr=False)  # kept for the steps that are its own


@dataclass(frozen=True)
class RasterSource:
    """One raster to upload. `uri` is what GDAL opens; `path` is set where that is a file of this computer.

    A raster that GDAL cannot read, such as one in a database, has a `drawing`; its `uri` only tells it from others. A
    layer also has its CRS as WKT and a style: a plain `stretch`, or a `drawing` where the style is more than that.
    """

    name: str
    uri: str
    path: Optional[Path] = None
    crs: str = ""
    stretch: Optional[Stretch] = None
    drawing: Optional[Drawing] = None

    @property
    def file_name(self) -> str:
        """The name of the converted file in the service."""
        stem = Path(self.name).stem if self.path is not None and self.name == self.path.name else self.name
        return f"{stem or 'image'}.tif"


def source_of_file(path: Path) -> RasterSource:
    """Return the file at `path` as a source; whether it is a raster is checked later, off the GUI thread."""
    return RasterSource(name=path.name, uri=str(path), path=path)


def source_of_layer(layer: QgsMapLayer) -> RasterSource:
    """Return the layer with its style as a source; raises NotUploadableError for one without pixels of its own."""
    name = layer.name()
    if not isinstance(layer, QgsRasterLayer):
        raise NotUploadableError(
            name, translate("Rasters", "It is not a raster layer: only rasters can be uploaded.")
        )
    reason = _why_not(layer)
    if reason:
        raise NotUploadableError(name, reason)
    crs = layer.crs().toWkt() if layer.crs().isValid() else ""
    if layer.providerType() != FILE_PROVIDER:
        return RasterSource(name, layer.publicSource(), crs=crs, drawing=_drawing(layer))
    uri, path = _gdal_uri(layer.source())
    stretch = stretch_of_layer(layer)
    drawing = _drawing(layer) if stretch is None else None
    return RasterSource(name, uri, path, crs, stretch, drawing)


def holds_rasters(mime: QMimeData) -> bool:
    """Whether something dragged over the dock may be uploaded; this is quick enough for each move of the mouse."""
    if QgsMimeDataUtils.isUriList(mime):
        return True
    return mime.hasUrls() and any(url.isLocalFile() for url in mime.urls())


def sources_of_mime(mime: QMimeData) -> tuple[list[RasterSource], list[NotUploadableError]]:
    """Return the sources among what was dropped (layers, browser items, files), and those that cannot be uploaded."""
    if QgsMimeDataUtils.isUriList(mime):
        return _gathered(_of_qgis_uri(uri) for uri in QgsMimeDataUtils.decodeUriList(mime))
    urls = mime.urls() if mime.hasUrls() else []
    return _gathered(_of_path(Path(url.toLocalFile())) for url in urls if url.isLocalFile())


def sources_of_paths(paths: Iterable[Path]) -> tuple[list[RasterSource], list[NotUploadableError]]:
    """Return the files the user chose as sources, each once, and those that cannot be uploaded."""
    return _gathered(_of_path(path) for path in paths)


def sources_of_layers(
    layers: Iterable[QgsMapLayer],
) -> tuple[list[RasterSource], list[NotUploadableError]]:
    """Return the layers the user chose as sources, and those that cannot be uploaded."""
    return _gathered(_of_layer(layer) for layer in layers)


def _gathered(found: Iterable[Any]) -> tuple[list[RasterSource], list[NotUploadableError]]:
    sources: dict[str, RasterSource] = {}
    refused = []
    for one in found:
        if isinstance(one, NotUploadableError):
            refused.append(one)
        else:
            sources.setdefault(one.uri, one)
    return list(sources.values()), refused


def _of_layer(layer: QgsMapLayer) -> Any:
    try:
        return source_of_layer(layer)
    except NotUploadableError as refusal:
        return refusal


def _of_path(path: Path) -> Any:
    if path.is_dir():
        return NotUploadableError(
            path.name, translate("Rasters", "It is a folder. Drop the raster files in it instead.")
        )
    if _is_surely_none(path):
        return NotUploadableError(
            path.name, translate("Rasters", "It is not a raster: only rasters can be uploaded.")
        )
    return source_of_file(path)


def _is_surely_none(path: Path) -> bool:
    """Whether neither the name of a file nor its first bytes are those of a raster.

    What is named like one is checked later, off the GUI thread, and told what is wrong with it.
    """
    if not path.is_file() or path.suffix.lower().lstrip(".") in _raster_suffixes():
        return False
    return gdal.IdentifyDriverEx(str(path), gdal.OF_RASTER) is None


@lru_cache(maxsize=1)
def _raster_suffixes() -> frozenset[str]:
    drivers = (gdal.GetDriver(number) for number in range(gdal.GetDriverCount()))
    told = (each.GetMetadataItem("DMD_EXTENSIONS") for each in drivers if each.GetMetadataItem("DCAP_RASTER"))
    return frozenset(suffix.lower() for suffixes in told for suffix in (suffixes or "").split())


def _of_qgis_uri(uri: QgsMimeDataUtils.Uri) -> Any:
    name, address = str(uri.name or ""), str(uri.uri or "")
    layer = _layer_of(uri)
    if layer is not None:
        return _of_layer(layer)
    if uri.layerType == "raster" and uri.providerKey in _SERVICES:
        return NotUploadableError(name, service_sentence())
    if uri.layerType not in {"raster", "custom", ""}:
        return NotUploadableError(
            name, translate("Rasters", "It is not a raster: only rasters can be uploaded.")
        )
    if uri.layerType == "raster" and uri.providerKey not in {FILE_PROVIDER, ""}:
        return NotUploadableError(
            name, translate("Rasters", "Add it to the map first, then upload its layer.")
        )
    source, path = _gdal_uri(address)
    if path is not None:
        return _of_path(path)
    return RasterSource(name=name or source, uri=source)


def _layer_of(uri: QgsMimeDataUtils.Uri) -> Optional[QgsMapLayer]:
    """Return the layer of the open project that was dragged; None where it was something else."""
    layer_id = getattr(uri, "layerId", "")
    layer = QgsProject.instance().mapLayer(layer_id) if layer_id else None
    return layer if isinstance(layer, (QgsRasterLayer, QgsVectorLayer)) else None


def _why_not(layer: QgsRasterLayer) -> str:
    """Return why the layer cannot be uploaded; "" when it can."""
    if not layer.isValid():
        return translate(
            "Rasters", "The layer's file cannot be opened. Repair its data source, or upload the file itself."
        )
    provider = layer.providerType()
    if provider == FILE_PROVIDER:
        return service_sentence() if _is_web_driver(layer) else ""
    if provider.lower() in _SERVICES or _draws_services(layer):
        return service_sentence()
    if min(layer.width(), layer.height()) < 1 or not layer.extent().isFinite() or layer.renderer() is None:
        return translate(
            "Rasters",
            "The layer has no pixels of a size of its own. Export it as a GeoTIFF (Export > Save As…) and upload that.",
        )
    return ""


def _draws_services(layer: QgsRasterLayer) -> bool:
    """Whether the layer is computed from others and one of them is a map service."""
    source = layer.source()
    for _encoding in range(2):
        source = QUrl.fromPercentEncoding(source.encode())
    inside = _PROVIDER_INSIDE.findall(source)
    return any(provider.lower() in _SERVICES for provider in inside)


def _is_web_driver(layer: QgsRasterLayer) -> bool:
    if layer.source().lstrip().startswith("<GDAL_W"):
        return True
    return layer.source().split(":", 1)[0].upper() in WEB_DRIVERS


def service_sentence() -> str:
    """Return why a map service cannot be uploaded, as a sentence."""
    return translate(
        "Rasters",
        "It is a map service: its pictures stay with their owner and have no pixels of their own. To process them, "
        "choose a provider or enter the service as the imagery of a run; to upload a part of it, export that part as "
        "a GeoTIFF (Export > Save As…) where the service's terms allow it.",
    )


def _gdal_uri(source: str) -> tuple[str, Optional[Path]]:
    """Return the address GDAL opens, and the path where it is a plain local file."""
    parts = QgsProviderRegistry.instance().decodeUri(FILE_PROVIDER, source)
    path = str(parts.get("path") or "")
    if not path:
        return source, None
    prefix, suffix = str(parts.get("vsiPrefix") or ""), str(parts.get("vsiSuffix") or "")
    is_container = bool(parts.get("layerName")) and source.split("|", 1)[0] != path
    if prefix or is_container:
        return (source.split("|", 1)[0] if is_container else f"{prefix}{path}{suffix}"), None
    return path, Path(path) if Path(path).is_file() else None


def _drawing(layer: QgsRasterLayer) -> Drawing:
    renderer = layer.renderer().clone()
    renderer.setOpacity(1.0)  # the layer's opacity is for the map, not for the picture
    filters = (layer.brightnessFilter(), layer.hueSaturationFilter())
    copies = tuple(each.clone() for each in filters if each is not None)
    provider, kept = layer.dataProvider().clone(), None
    if layer.providerType() != FILE_PROVIDER:
        kept = layer.clone()  # in QGIS 3.22 a virtual raster's provider that was cloned twice draws nothing
        provider = kept.dataProvider()
    steps = (provider, renderer, *copies)
    size = layer.width(), layer.height()
    return Drawing(steps, layer.extent(), *size, layer.crs(), layer.providerType(), kept)
