"""Tile layers whose login is not in this profile, as of a project made elsewhere: they get that of who signs in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication, QgsMapLayer, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.http.home import may_have_login
from ..layers.origin.metadata import RASTER_ROLE, SOURCE_ROLE, TILES_ROLE
from ..layers.results.layers import ROLE, SERVER
from ..layers.tiles.address import login_in, with_login
from ..layers.tiles.checked import HELD, mark_checked
from .tile_login import TileLogin, TileLoginCheck
from .tiles_in_project import address_of, matrix_of, set_source

if TYPE_CHECKING:
    from ..api.session import Session

_ROLES = frozenset({TILES_ROLE, SOURCE_ROLE, RASTER_ROLE})


class TilesOfOthers(QObject):
    """Looks at the layers of the project whenever somebody signs in, and at those that come later."""

    told = pyqtSignal(str)  # a sentence for the user

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session: Optional[Session] = session
        self._checks: set[TileLoginCheck] = set()
        session.signed_in.connect(self._look_at_all)
        QgsProject.instance().layersAdded.connect(self._look_at)
        self._look_at_all()

    def close(self) -> None:
        """Look at none any more."""
        session, self._session = self._session, None
        if session is not None:
            session.signed_in.disconnect(self._look_at_all)
            QgsProject.instance().layersAdded.disconnect(self._look_at)
        for check in list(self._checks):
            check.cancel()

    def _look_at_all(self, _account: object = None) -> None:
        self._look_at(QgsProject.instance().mapLayers().values())

    def _look_at(self, layers: Iterable[QgsMapLayer]) -> None:
        session = self._session
        if session is None or not session.is_signed_in or not session.tile_authcfg:
            return
        server = session.client.server
        for layer in list(layers):
            is_of_server = layer.customProperty(ROLE) in _ROLES and layer.customProperty(SERVER) == server
            if is_of_server and names_unknown_login(layer) and may_have_login(address_of(layer), server):
                self._check(session, layer)

    def _check(self, session: Session, layer: QgsMapLayer) -> None:
        check = TileLoginCheck(session.client, address_of(layer), session.tile_authcfg, matrix_of(layer))
        check.succeeded.connect(partial(self._give, layer))
        check.finished.connect(partial(self._checks.discard, check))
        self._checks.add(check)
        check.start()

    def _give(self, layer: QgsMapLayer, login: TileLogin) -> None:
        if sip.isdeleted(layer):
            return
        if login.authcfg:
            set_source(layer, with_login(layer.source(), login.authcfg))
            layer.removeCustomProperty(HELD)
            mark_checked(layer)
            layer.triggerRepaint()
        elif login.why_missing:
            self.told.emit(login.why_missing)


def names_unknown_login(layer: QgsMapLayer) -> bool:
    """Whether a layer names a login that is not in this profile's store."""
    named = login_in(layer.source()) or str(layer.customProperty(HELD) or "")
    return bool(named) and named not in QgsApplication.authManager().configIds()
