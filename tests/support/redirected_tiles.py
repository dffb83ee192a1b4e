"""Tile layers whose server sends QGIS elsewhere."""

from __future__ import annotations

import base64
import itertools

from fault_proxy import Answer, FaultProxy
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
WORLD = QgsRectangle(-20037508, -20037508, 20037508, 20037508)
COUNTER = itertools.count()


def draw(layer: QgsMapLayer) -> None:
    """Draw the layer's one tile of the whole world."""
    assert layer.isValid()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(WORLD)
    settings.setOutputSize(QSize(256, 256))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()


def tiles_of(server: FaultProxy, name: str, authcfg: str) -> QgsRasterLayer:
    """A layer of raster tiles with the login. Each `name` is another address: QGIS keeps what it has read."""
    return QgsRasterLayer(
        f"type=xyz&url={server.url}/{name}/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmin=0&zmax=0&authcfg={authcfg}",
        "tiles",
        "wms",
    )


def redirect(home: FaultProxy, elsewhere: FaultProxy, status: int) -> str:
    """Let `home` send whoever asks for the tile to `elsewhere`; returns the name of the tiles."""
    name = f"t{next(COUNTER)}"
    moved = f"/{name}/moved.png"
    home.route("GET", f"/{name}/0/0/0.png", Answer.redirect(elsewhere.origin + moved, status))
    elsewhere.route("GET", moved, Answer(200, PICTURE, {"Content-Type": "image/png"}))
    return name
