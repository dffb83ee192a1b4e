"""Tiles that QGIS keeps on the disk: it shows them without asking for newer ones, as long as they are there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsDataSourceUri, QgsVectorTileLayer
from qgis.PyQt.QtCore import QUrl

from ..gdal_errors import ConversionCancelledError
from .address import address_in, filled

if TYPE_CHECKING:
    from qgis.PyQt.QtNetwork import QAbstractNetworkCache

    from ..gdal_errors import Report

_EQUATOR_M = 2 * math.pi * 6_378_137  # of Web Mercator
_MARGIN = 1  # tiles around: QGIS asks for whole tiles
_MOST = 40_000  # of a layer; where there may be more, all that QGIS keeps of the web is dropped
_STEP = 500


@dataclass(frozen=True)
class TileRange:
    """The tiles of a layer, as plain values: `box` is west, south, east, north in metres of EPSG:3857."""

    address: str
    zooms: tuple[int, int]
    box: tuple[float, float, float, float]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(xs) * len(rows) for _zoom, xs, rows in self._ranges())

    def addresses(self) -> Iterator[str]:
        """Return the address of each."""
        for zoom, xs, rows in self._ranges():
            for x in xs:
                for row in rows:
                    yield filled(self.address, zoom, x, row)

    def _ranges(self) -> Iterator[tuple[int, range, range]]:
        west, south, east, north = self.box
        for zoom in range(self.zooms[0], self.zooms[1] + 1):
            side = 2**zoom
            xs = _range(0.5 + west / _EQUATOR_M, 0.5 + east / _EQUATOR_M, side)
            yield zoom, xs, _range(0.5 - north / _EQUATOR_M, 0.5 - south / _EQUATOR_M, side)


def range_of(layer: QgsVectorTileLayer) -> TileRange:
    """Return the tiles of a layer. For the main thread."""
    uri = QgsDataSourceUri()
    uri.setEncodedUri(layer.source())
    extent = layer.extent()
    box = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    if extent.isEmpty() or not extent.isFinite():
        half = _EQUATOR_M / 2
        box = (-half, -half, half, half)
    return TileRange(address_in(uri), (layer.sourceMinZoom(), layer.sourceMaxZoom()), box)


def drop_from_disk(tiles: TileRange, cache: Optional[QAbstractNetworkCache], report: Report) -> None:
    """Take tiles out of what QGIS keeps of the web, whose own lock lets any thread do that.

    Raises ConversionCancelledError.
    """
    if cache is None:
        return
    count = tiles.count
    if count > _MOST:
        cache.clear()
        return
    for done, address in enumerate(tiles.addresses()):
        if done % _STEP == 0 and not report(done / count):
            raise ConversionCancelledError
        cache.remove(QUrl(address))


def _range(low: float, high: float, side: int) -> range:
    first = max(0, math.floor(low * side) - _MARGIN)
    return range(first, max(first, min(side - 1, math.floor(high * side) + _MARGIN) + 1))
