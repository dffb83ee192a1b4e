"""QGIS's connections to WMS, written where the running QGIS reads them: 3.22 and newer ones each have a place."""

from __future__ import annotations

from qgis.core import QgsSettings

WMS_PLACES = ("qgis/connections-wms", "connections/ows/items/wms/connections/items")


def connect_wms(name: str) -> None:
    for place in WMS_PLACES:
        QgsSettings().setValue(f"{place}/{name}/url", "https://h/wms")


def forget_wms() -> None:
    for place in WMS_PLACES:
        QgsSettings().remove(place)
