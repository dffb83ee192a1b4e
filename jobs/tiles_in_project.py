"""Tile layers of ours that come with a project: they get their login once it is known where their tiles come from."""

from __future__ import annotations

import re
from functools import partial
from typing import Optional

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsDataSourceUri, QgsProject, QgsRasterLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal

from ..api.http.addresses import shown_host
from ..api.http.client import Client
from ..api.http.home import may_have_login
from ..api.login.credential import Credential, Scheme
from ..api.settings import LOGIN_AUTHCFG, LOGIN_SERVER
from ..layers.areas.measure import wgs84
from ..layers.tiles.address import address_in, login_in, with_login
from ..layers.tiles.checked import HELD, mark_checked
from ..layers.tiles.vector import TileMatrix
from .job import JobError
from .tile_login import TileLogin, TileLoginCheck

_AGAIN_MS = 60_000  # until a place that could not be reached is asked again
_MOST_ZOOM = 22
_ZOOM = re.compile("[0-9]{1,3}")


class TilesInProject(QObject):
    """Takes the login out of a layer, asks for a tile with it, and gives it back when the answer is no redirect away.

    While it has no login, the layer names it in a property of its own, so that a project saved meanwhile does not lose
    it.
    """

    told = pyqtSignal(str)  # a sentence for the user

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._checks: dict[TileLoginCheck, Client] = {}
        self._waiting: list[
            tuple[QgsRasterLayer, str]
        ] = []  # layers whose place could not be reached, their logins
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._ask_again)

    def look_at(self, layer: QgsRasterLayer) -> None:
        """Take the login out of `layer`, and find out whether it may have it."""
        authcfg = login_in(layer.source()) or str(layer.customProperty(HELD) or "")
        if not authcfg:
            return
        layer.setCustomProperty(HELD, authcfg)
        _set_source(layer, with_login(layer.source(), ""))
        mark_checked(layer)
        if not (authcfg == LOGIN_AUTHCFG.read() and not _may_be_asked(layer, LOGIN_SERVER.read())):
            self._check(layer, authcfg)

    def close(self) -> None:
        """Ask no more; a layer that waits for its login goes without."""
        self._again.stop()
        self._waiting.clear()
        for check in list(self._checks):
            check.cancel()

    def _check(self, layer: QgsRasterLayer, authcfg: str) -> None:
        if sip.isdeleted(layer):
            return
        address = _address(layer)
        client = Client(shown_host(QUrl(address)), Credential(Scheme.STORED, authcfg=authcfg), self)
        check = TileLoginCheck(client, address, authcfg, _matrix(layer))
        check.succeeded.connect(partial(self._known, layer))
        check.failed.connect(partial(self._unknown, layer, authcfg))
        check.finished.connect(partial(self._forget, check))
        self._checks[check] = client
        check.start()

    def _known(self, layer: QgsRasterLayer, login: TileLogin) -> None:
        if sip.isdeleted(layer):
            return
        if login.authcfg:
            _set_source(layer, with_login(layer.source(), login.authcfg))
            layer.removeCustomProperty(HELD)
            layer.triggerRepaint()
        elif login.why_missing:
            self.told.emit(login.why_missing)

    def _unknown(self, layer: QgsRasterLayer, authcfg: str, _error: JobError) -> None:
        self._waiting.append((layer, authcfg))
        self._again.start()

    def _ask_again(self) -> None:
        waiting, self._waiting = self._waiting, []
        for layer, authcfg in waiting:
            self._check(layer, authcfg)

    def _forget(self, check: TileLoginCheck) -> None:
        self._checks.pop(check).deleteLater()


def _address(layer: QgsRasterLayer) -> str:
    uri = QgsDataSourceUri()
    uri.setEncodedUri(layer.source())
    return address_in(uri)


def _may_be_asked(layer: QgsRasterLayer, server: str) -> bool:
    return may_have_login(_address(layer), server)


def _matrix(layer: QgsRasterLayer) -> TileMatrix:
    uri = QgsDataSourceUri()
    uri.setEncodedUri(layer.source())
    zooms = [uri.param(key) for key in ("zmin", "zmax")]
    first, last = (int(text) if _ZOOM.fullmatch(text) else 0 for text in zooms)
    last = min(last or _MOST_ZOOM, _MOST_ZOOM)
    return TileMatrix((min(first, last), last), _bounds(layer))


def _bounds(layer: QgsRasterLayer) -> Optional[tuple[float, float, float, float]]:
    to_degrees = QgsCoordinateTransform(layer.crs(), wgs84(), QgsProject.instance())
    if not to_degrees.isValid():
        return None
    try:
        box = to_degrees.transformBoundingBox(layer.extent())
    except QgsCsException:
        return None
    is_real = box.isFinite() and not box.isEmpty()
    return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()) if is_real else None


def _set_source(layer: QgsRasterLayer, source: str) -> None:
    """Let `layer` read from `source`, and keep its place; that the project is changed by it is nothing to save."""
    project, extent, crs = QgsProject.instance(), layer.extent(), layer.crs()
    was_dirty = project.isDirty()
    layer.setDataSource(source, layer.name(), layer.providerType())
    layer.setCrs(crs)  # QGIS takes all tiles for EPSG:3857
    if extent.isFinite() and not extent.isEmpty():
        layer.setExtent(extent)
    project.setDirty(was_dirty)
