"""Raster layers of several kinds to upload."""

from __future__ import annotations

from urllib.parse import quote

from qgis.core import (
    QgsColorRampShader,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSettings,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor
from rasters import EAST, NORTH

# QGIS's connections to WMS, where the running QGIS reads them: 3.22 and newer ones each have a place
WMS_PLACES = ("qgis/connections-wms", "connections/ows/items/wms/connections/items")


def layer_of(path, name="Aerial"):
    layer = QgsRasterLayer(str(path), name)
    assert layer.isValid()
    return layer


def pseudocolour(layer):
    ramp = QgsColorRampShader(0, 255)
    ramp.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(0, QColor("red")),
            QgsColorRampShader.ColorRampItem(255, QColor("blue")),
        ]
    )
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(ramp)
    layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
    return layer


def virtual_layer(inner):
    """A layer QGIS computes, which GDAL knows nothing of."""
    values = {
        "crs": "EPSG:32637",
        "extent": f"{EAST},{NORTH - 24},{EAST + 32},{NORTH}",
        "width": "64",
        "height": "48",
        "formula": quote('"base@1" * 0 + 200', safe=""),
        "base:uri": inner,
        "base:provider": "gdal",
    }
    uri = "?" + "&".join(f"{key}={value}" for key, value in values.items())
    return QgsRasterLayer(uri, "Computed", "virtualraster")


def connect_wms(name: str) -> None:
    for place in WMS_PLACES:
        QgsSettings().setValue(f"{place}/{name}/url", "https://h/wms")


def forget_wms() -> None:
    for place in WMS_PLACES:
        QgsSettings().remove(place)
