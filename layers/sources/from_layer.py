"""A raster layer of the project as a source of imagery for Mapflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsDataSourceUri, QgsRasterLayer
from qgis.PyQt.QtCore import QUrl, QUrlQuery

from ...api.own_sources.kinds import SourceKind
from ...text.server_text import bounded
from ...text.translation import translate
from ..footprints.catalog_preview import CATALOG_PREVIEW_ROLE
from ..footprints.preview import PREVIEW_ROLE
from ..results.layers import ROLE
from ..tiles.address import address_in
from ..tiles.provider import PREVIEW_OF
from .found import FoundSource, TileFacts, found_tiles
from .wmts import tiles_of_wmts

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

_HEADER = re.compile(r"http-header(?::|%3A)([\w-]+)=", re.IGNORECASE)
_LONGEST_TITLE = 80
_IN_STORAGE = "s3://"


def read_layer(layer: QgsMapLayer) -> FoundSource:
    """What of the layer Mapflow can use, or why it cannot use any of it. The layer is left as it is."""
    title = bounded(layer.name(), _LONGEST_TITLE)
    provider = str(layer.customProperty(PREVIEW_OF) or "")
    if provider:
        return FoundSource(title, provider=provider)
    shown = _shown_elsewhere(str(layer.customProperty(ROLE) or ""))
    if shown:
        return FoundSource(title, problem=shown)
    if not isinstance(layer, QgsRasterLayer):
        return FoundSource(title, problem=translate("Sources", "This is no imagery. Choose a raster layer."))
    if layer.providerType() == "gdal":
        return _file(title)
    if layer.providerType() == "arcgismapserver":
        return _map_service(title, QgsDataSourceUri(layer.source()))
    if layer.providerType() != "wms":
        return FoundSource(title, problem=_no_tiles())
    uri = QgsDataSourceUri()
    uri.setEncodedUri(layer.source())
    return _tiled(title, uri)


def facts_of(title: str, uri: QgsDataSourceUri, url: str) -> TileFacts:
    """What a layer's source says of its tiles, which are at `url`."""
    headers = _HEADER.findall(bytes(uri.encodedUri()).decode("utf-8", "replace"))  # 3.22 does not list names
    return TileFacts(
        title=title,
        url=url,
        deepest=whole(uri.param("zmax")),
        authcfg=uri.param("authcfg") or uri.authConfigId(),
        user=uri.username() or uri.param("username"),
        secret=uri.password() or uri.param("password"),
        sends=tuple(sorted({*headers, *(["referer"] if uri.param("referer") else [])})),
        pixel_ratio=decimal(uri.param("tilePixelRatio")),
        interpretation=uri.param("interpretation"),
    )


def whole(text: object) -> Optional[int]:
    """A zoom as QGIS keeps it; None where there is none."""
    try:
        number = int(str(text))
    except ValueError:
        return None
    return number if number >= 0 else None


def decimal(text: str) -> float:
    """A pixel ratio as QGIS keeps it; 1 where there is none."""
    try:
        return float(text)
    except ValueError:
        return 1.0


def _tiled(title: str, uri: QgsDataSourceUri) -> FoundSource:
    kind = uri.param("type")
    if kind == "xyz":
        url = address_in(uri)
        stored = _stored_image(url)
        if stored:
            return found_tiles(TileFacts(title, stored), SourceKind.LOCAL)
        return found_tiles(facts_of(title, uri, url))
    if kind == "mbtiles":
        return FoundSource(title, problem=_no_tiles())
    if uri.param("tileMatrixSet"):
        template, problem = tiles_of_wmts(uri)
        return (
            found_tiles(facts_of(title, uri, template)) if template else FoundSource(title, problem=problem)
        )
    return FoundSource(title, problem=_no_wms())


def _map_service(title: str, uri: QgsDataSourceUri) -> FoundSource:
    """An ArcGIS map service: its tiles, which those have that are made for maps in the web."""
    url = address_in(uri).rstrip("/")
    found = found_tiles(facts_of(title, uri, f"{url}/tile/{{z}}/{{y}}/{{x}}"))
    remark = translate(
        "Sources",
        "Its tiles are taken. A map service without tiles of its own has none: try one before you start.",
    )
    return FoundSource(found.title, found.source, found.problem, (*found.remarks, remark), found.login)


def _shown_elsewhere(role: str) -> str:
    """Where to choose what a preview of ours shows, as a sentence; "" for other layers."""
    if role == PREVIEW_ROLE:
        return translate(
            "Sources",
            "This is a preview of your uploaded imagery. Choose it under My Imagery, and Use in Run there.",
        )
    if role == CATALOG_PREVIEW_ROLE:
        return translate(
            "Sources",
            "This is a preview of an image of the catalog. Choose it under Search, and Use in Run there.",
        )
    return ""


def _file(title: str) -> FoundSource:
    problem = translate(
        "Sources",
        "This is a file, and Mapflow cannot read files of this computer. Upload it, and use it under My Imagery.",
    )
    return FoundSource(title, problem=problem, can_upload=True)


def _stored_image(url: str) -> str:
    """The place of an image in Mapflow's storage, where the tiles are those of such an image; "" for others."""
    query = QUrlQuery(url.partition("?")[2])
    uri = query.queryItemValue("uri", QUrl.ComponentFormattingOption.FullyDecoded)
    return uri if uri.startswith(_IN_STORAGE) and uri.lower().endswith((".tif", ".tiff")) else ""


def _no_wms() -> str:
    """Why a WMS is of no use, and what to do."""
    return translate(
        "Sources",
        "Mapflow does not take WMS. Use the tiles of the same service (XYZ, TMS or WMTS), or export the layer as a "
        "GeoTIFF and upload it under My Imagery.",
    )


def _no_tiles() -> str:
    return translate(
        "Sources",
        "Mapflow takes tiles from the web, and this layer has none. Export it as a GeoTIFF, and upload that under "
        "My Imagery.",
    )
