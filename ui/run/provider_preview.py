"""Shows a provider's imagery on the map before it is paid for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.account import Provider
from ...api.http.home import may_have_login
from ...api.login.store import Place as StorePlace
from ...api.login.store import stored_login
from ...jobs.tile_login import TileLogin, TileLoginCheck, needs_check, unchecked_login
from ...jobs.tilejson import TileJsonRequest
from ...layers.areas.measure import wgs84
from ...layers.mapflow_group import Place, add_imagery, place_of, show_imagery
from ...layers.tiles.address import tile_address
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.extent import set_extent
from ...layers.tiles.provider import (
    DEEPEST_ZOOM,
    PREVIEW_OF,
    provider_preview_layer,
    tilejson_beside,
)
from ...layers.tiles.vector import TileMatrix
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.canvas import zoom_to
from ..widgets.notice import Notice, from_job_error

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session


_FULL_VIEWS = 50  # imagery narrower than this part of the map cannot be made out on it
_DEFAULT_ZOOM = 18  # where neither the form nor the provider names one


class ProviderPreviews(QObject):
    """Adds a provider's tiles to the project, below what is drawn; shows them again when they are there already.

    The map goes to where the imagery is when it shows nothing of it, or when it is asked for a second time.
    """

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._asking: Optional[TileJsonRequest] = None
        self._checking: Optional[TileLoginCheck] = None

    def show(self, provider: Provider, zoom: Optional[int]) -> None:
        """Show the tiles of `provider`, none deeper than `zoom`."""
        self.close()
        client, authcfg = self._session.client, self._session.tile_authcfg
        address = tile_address(provider.preview_url, client.server)
        level = zoom if zoom is not None else provider.preview_max_zoom or _DEFAULT_ZOOM
        if address and not authcfg and may_have_login(address, client.server):
            self._tell(_why_no_login(), provider)
        elif needs_check(address, client.server, authcfg):
            matrix = TileMatrix((0, min(level, DEEPEST_ZOOM)), _in_sight(self._canvas))
            self._checking = TileLoginCheck(client, provider.preview_url, authcfg, matrix)
            self._checking.succeeded.connect(partial(self._describe, provider, level))
            self._checking.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
            self._checking.start()
        else:
            self._add(provider, level, unchecked_login(address, client.server, authcfg), None)

    def _describe(self, provider: Provider, level: int, login: TileLogin) -> None:
        """Ask where the imagery is, of a service that has the tiles itself."""
        self._checking = None
        client = self._session.client
        beside = tilejson_beside(tile_address(provider.preview_url, client.server))
        if login.why_missing or not beside:
            self._add(provider, level, login, None)
            return
        self._asking = TileJsonRequest(client, beside, (0, level))
        self._asking.succeeded.connect(partial(self._check_there, provider, level, login))
        self._asking.failed.connect(lambda _error: self._add(provider, level, login, None))
        self._asking.start()

    def _check_there(
        self, provider: Provider, level: int, login: TileLogin, said: Optional[TileMatrix]
    ) -> None:
        """Look where tiles come from in the place of the imagery, too: elsewhere there may be none to ask for."""
        self._asking = None
        if said is None or said.bounds is None:
            self._add(provider, level, login, said)
            return
        client = self._session.client
        self._checking = TileLoginCheck(client, provider.preview_url, login.authcfg, said)
        self._checking.succeeded.connect(lambda known: self._add(provider, level, known, said))
        self._checking.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
        self._checking.start()

    def close(self) -> None:
        """Wait for no tile any more."""
        for job in (self._asking, self._checking):
            if job is not None:
                job.cancel()
        self._asking, self._checking = None, None

    def _add(self, provider: Provider, level: int, login: TileLogin, said: Optional[TileMatrix]) -> None:
        self._asking = self._checking = None
        layer = provider_preview_layer(provider, level, self._session.client.server, login.authcfg, said)
        if not layer.isValid():
            self._tell(translate("Run", "The imagery of {provider} cannot be shown on the map."), provider)
            return
        mark_checked(layer)
        is_new = _put_on_map(layer, provider.name)
        if said is not None and said.bounds is not None:
            self._go_to(QgsRectangle(*said.bounds), is_new)
        if login.why_missing:
            self.notice.emit(Notice(login.why_missing, Qgis.MessageLevel.Warning))

    def _go_to(self, ground: QgsRectangle, is_new: bool) -> None:
        """Show all of `ground` (degrees), unless the map shows some of it; the second time, unless it shows no more."""
        sight = _in_sight(self._canvas)
        if sight is not None:
            shown = QgsRectangle(*sight)
            is_seen = ground.intersects(shown) and ground.width() * _FULL_VIEWS > shown.width()
            if is_seen and (is_new or ground.contains(shown)):
                return
        zoom_to(self._canvas, ground, wgs84())

    def _tell(self, sentence: str, provider: Provider) -> None:
        told = sentence.format(provider=bounded(provider.title, 60))
        self.notice.emit(Notice(told, Qgis.MessageLevel.Warning))


def _why_no_login() -> str:
    """Why QGIS cannot send the login along with tiles, and what helps."""
    login = stored_login()
    if login is not None and login.place is StorePlace.STORE_ENTRY:
        return translate(
            "Run",
            "The imagery of {provider} cannot be shown: this version of QGIS cannot send a Bearer token along with "
            "tiles. Sign out, and sign in with a Basic token.",
        )
    return translate(
        "Run",
        "The imagery of {provider} needs your login, which QGIS sends along only when it is stored. Sign out, and sign "
        "in with “Remember me” checked and QGIS's master password.",
    )


def _in_sight(canvas: QgsMapCanvas) -> Optional[tuple[float, float, float, float]]:
    """What of the world the map shows, in degrees; None where that cannot be said."""
    settings = canvas.mapSettings()
    to_degrees = QgsCoordinateTransform(settings.destinationCrs(), wgs84(), QgsProject.instance())
    if not to_degrees.isValid():
        return None
    try:
        box = to_degrees.transformBoundingBox(canvas.extent())
    except QgsCsException:
        return None
    is_real = box.isFinite() and not box.isEmpty()
    return (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()) if is_real else None


def _put_on_map(layer: QgsRasterLayer, provider_name: str) -> bool:
    """Insert `layer` into the group *Mapflow* above earlier previews, or in place of one of the same provider.

    Return whether it could not be seen before: False when it was there, visible and on top.
    """
    project = QgsProject.instance()
    place: Optional[Place] = None
    for present in list(project.mapLayers().values()):
        if present.customProperty(PREVIEW_OF) != provider_name:
            continue
        node = project.layerTreeRoot().findLayer(present)
        if present.source() == layer.source() and node is not None:
            set_extent(present, layer.extent())  # the service may say another one now
            return show_imagery(project, present)
        place = place_of(project, present)
        project.removeMapLayer(present)
    layer.setCustomProperty(PREVIEW_OF, provider_name)
    add_imagery(project, layer, place)
    return True
