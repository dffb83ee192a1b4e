"""Uploaded imagery on the map: the service's tiles where it has them, or else its preview picture, georeferenced."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDataSourceUri,
    QgsGeometry,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize
from qgis.PyQt.QtGui import QImageReader

from ...api.http.home import may_have_login
from ...api.imagery_records import Image, Mosaic
from ...text.file_names import plain_stem
from ...text.server_text import unmarked
from ...text.translation import translate
from ..areas.measure import wgs84
from ..areas.systems import leads_nowhere
from ..mapflow_group import Place, place_of
from ..origin.metadata import LONGEST_TITLE
from ..results.layers import ROLE, SERVER
from ..tiles.address import layer_uri, tile_address
from ..tiles.extent import set_extent
from ..tiles.provider import DEEPEST_ZOOM
from ..tiles.vector import TileMatrix
from .outlines import MOSAIC, outline, pixel_metres, system_of

if TYPE_CHECKING:
    from ...api.processings import TileSet

PREVIEW_ROLE = "imagery preview"
IMAGERY = "mapflow_dock/imagery_id"  # the id of the mosaic or image that is shown
STATE = "mapflow_dock/imagery_state"  # what was in it when the layer was made
_TILED = "wms"  # what QGIS calls the provider that reads tiles, too
_EQUATOR_M = 40_075_016.686
_TILE_PX = 256
_LARGEST_SIDE = 8_192  # pixels of a preview
_SAME_PLACE = 0.02  # the share of a side by which an outline may differ from the edge of its picture
_MERCATOR_LIMIT = 85.06  # degrees of latitude


def needs_missing_login(tiles: Optional[TileSet], server: str, authcfg: str) -> bool:
    """Whether the tiles need a login that a layer cannot name, so that they cannot be shown."""
    address = tile_address(tiles.tile_url, server) if tiles is not None else ""
    return bool(address) and not authcfg and may_have_login(address, server)


def tiles_layer(
    tiles: TileSet, name: str, server: str, authcfg: str, ground: QgsGeometry, matrix: TileMatrix
) -> Optional[QgsRasterLayer]:
    """Return the tiles as a layer that ends at the bounds of `matrix`, or else at those of `ground` (EPSG:4326).

    The login is sent to the API's own domain alone. Return None where QGIS cannot show the tiles.
    """
    address = tile_address(tiles.tile_url, server)
    if not address or needs_missing_login(tiles, server, authcfg):
        return None
    login = authcfg if may_have_login(address, server) else ""
    title = translate("Footprints", "{name} (preview)").format(name=unmarked(name, LONGEST_TITLE))
    layer = QgsRasterLayer(layer_uri(address, login, matrix.zooms), title, _TILED)
    if not layer.isValid():
        return None
    extent = _extent(matrix, ground, layer.crs())
    if extent is not None:
        set_extent(layer, extent)
    return layer


def zooms_of(images: tuple[Image, ...]) -> tuple[int, int]:
    """Return the zoom levels to ask for, the last one being the first that is as fine as the finest of `images`."""
    finest: list[int] = []
    for image in images:
        metres = pixel_metres(image)
        if metres is not None:
            latitude = outline(image.footprint).boundingBox().center().y()
            at_zoom_0 = _EQUATOR_M * math.cos(math.radians(latitude)) / _TILE_PX
            finest.append(math.ceil(math.log2(max(1.0, at_zoom_0 / metres)) - 0.01))
    return 0, min(DEEPEST_ZOOM, max(finest)) if finest else DEEPEST_ZOOM


def picture_layer(image: Image, picture: bytes, folder: Path) -> Optional[QgsRasterLayer]:
    """Return the large preview as a layer, kept as a file in `folder`; None where its place is not known exactly.

    The service does not say where the picture lies. It is known where the image's outline is a rectangle of the
    image's own size: then the picture fills it. Raises OSError where the file cannot be written.
    """
    crs = system_of(image)
    frame = _frame(image, crs)
    shown = _size_of(picture)
    if frame is None or shown is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{plain_stem(image.id, 'image', 64)}.jpg"
    world = [
        frame.width() / shown.width(),
        0.0,
        0.0,
        -frame.height() / shown.height(),
        frame.xMinimum() + frame.width() / shown.width() / 2,
        frame.yMaximum() - frame.height() / shown.height() / 2,
    ]
    _write(path, picture)
    _write(path.with_suffix(".jgw"), "".join(f"{number!r}\n" for number in world).encode("ascii"))
    layer = QgsRasterLayer(
        str(path),
        translate("Footprints", "{name} (preview)").format(name=unmarked(image.name, LONGEST_TITLE)),
        "gdal",
    )
    if not layer.isValid():
        return None
    layer.setCrs(crs)
    return layer


def describe_preview(layer: QgsRasterLayer, node: Union[Mosaic, Image], server: str) -> None:
    """Write in a layer's properties what it shows, so that `preview_of` finds it again."""
    layer.setCustomProperty(IMAGERY, node.id)
    layer.setCustomProperty(STATE, _state(node))
    layer.setCustomProperty(MOSAIC, node.mosaic_id if isinstance(node, Image) else node.id)
    layer.setCustomProperty(SERVER, server)
    layer.setCustomProperty(ROLE, PREVIEW_ROLE)


def preview_of(
    project: QgsProject, node: Union[Mosaic, Image], server: str, authcfg: str
) -> Optional[QgsRasterLayer]:
    """Return the layer of `project` that already shows a mosaic or image as it is now; None where there is none.

    A layer of an older state, or with another login or other tiles, is removed from `project`.
    """
    for layer in _previews(project, node, server):
        if layer.customProperty(STATE) == _state(node) and _is_alive(layer, node.tiles, server, authcfg):
            return layer
        project.removeMapLayer(layer)
    return None


def place_of_preview(project: QgsProject, node: Union[Mosaic, Image], server: str) -> Optional[Place]:
    """Return where the layer of a mosaic or image stands in the layer tree, whatever its state."""
    return next((place_of(project, layer) for layer in _previews(project, node, server)), None)


def _previews(project: QgsProject, node: Union[Mosaic, Image], server: str) -> list[QgsRasterLayer]:
    wanted = {IMAGERY: node.id, SERVER: server, ROLE: PREVIEW_ROLE}
    return [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsRasterLayer)
        and all(layer.customProperty(key) == value for key, value in wanted.items())
    ]


def _is_alive(layer: QgsRasterLayer, tiles: Optional[TileSet], server: str, authcfg: str) -> bool:
    """Whether a layer asks for the same tiles with the same login as a new one would, or its picture is still there."""
    if layer.providerType() != _TILED:
        return bool(layer.isValid())
    address = tile_address(tiles.tile_url, server) if tiles is not None else ""
    login = authcfg if may_have_login(address, server) else ""
    # the service says the zooms later, so they are not compared
    return _asked_for(layer.source()) == _asked_for(layer_uri(address, login, (0, 0)))


def _asked_for(source: str) -> tuple[str, str, str]:
    """Return the address and the login in a layer's source; QGIS keeps the login in one of two places."""
    uri = QgsDataSourceUri()
    uri.setEncodedUri(source)
    return uri.param("url"), uri.param("authcfg"), uri.authConfigId()


def _state(node: Union[Mosaic, Image]) -> str:
    """Return a text that changes when a mosaic gains or loses images; an image itself never changes."""
    if isinstance(node, Image):
        return ""
    return f"{node.image_count} {outline(node.footprint).boundingBox().toString(6)}"


def _extent(
    matrix: TileMatrix, ground: QgsGeometry, crs: QgsCoordinateReferenceSystem
) -> Optional[QgsRectangle]:
    box = QgsRectangle(*matrix.bounds) if matrix.bounds is not None else ground.boundingBox()
    if box.isNull() or box.isEmpty():
        return None
    box = box.intersect(QgsRectangle(-180, -_MERCATOR_LIMIT, 180, _MERCATOR_LIMIT))
    transform = QgsCoordinateTransform(wgs84(), crs, QgsProject.instance())
    if leads_nowhere(transform):
        return None
    try:
        placed = transform.transformBoundingBox(box)
    except QgsCsException:
        return None
    return placed if placed.isFinite() and not placed.isEmpty() else None


def _frame(image: Image, crs: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
    """Return the rectangle of the image's pixels in its own system; None where its outline does not have that size."""
    ground = outline(image.footprint)
    if not crs.isValid() or ground.isEmpty() or not image.pixel_size or not image.width or not image.height:
        return None
    transform = QgsCoordinateTransform(wgs84(), crs, QgsProject.instance())
    if not transform.isValid():
        return None
    try:
        ground.transform(transform)
    except QgsCsException:
        return None
    box = ground.boundingBox()
    width, height = image.width * image.pixel_size[0], image.height * image.pixel_size[1]
    fills = math.isclose(box.width(), width, rel_tol=_SAME_PLACE) and math.isclose(
        box.height(), height, rel_tol=_SAME_PLACE
    )
    return box if fills else None


def _size_of(picture: bytes) -> Optional[QSize]:
    """How large a picture says it is, without reading it; None for what is no picture, or one of absurd size."""
    buffer = QBuffer()
    buffer.setData(QByteArray(picture))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    size = QImageReader(buffer).size()
    is_sound = size.isValid() and not size.isEmpty() and max(size.width(), size.height()) <= _LARGEST_SIDE
    return size if is_sound else None


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
