"""Shows one's own source on the map."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal

from ...api.http.addresses import shown_host
from ...api.http.client import Client
from ...api.login.credential import Credential, Scheme
from ...api.own_sources.login import LoginUnavailableError, read_login
from ...jobs.tile_login import TileLogin, TileLoginCheck
from ...layers.areas.measure import wgs84
from ...layers.mapflow_group import Place, add_imagery, place_of
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.own import own_source_layer, qgis_template
from ...layers.tiles.vector import TileMatrix
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.canvas import zoom_to
from ..widgets.notice import Notice, from_job_error

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.own_sources.source import OwnSource

_PREVIEW_OF = "mapflow_dock/preview_of_source"  # on a preview's layer: the source's name


class SourcePreviews(QObject):
    """Adds a source's tiles to the project, and goes to where they are used, if that is known.

    A layer gets the login by its id alone, and only where the server does not forward its tiles to another one.
    """

    notice = pyqtSignal(object)  # Notice

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._checking: Optional[TileLoginCheck] = None
        self._ground: Optional[QgsRectangle] = None  # where to go, in degrees
        # To the first layer of a project QGIS goes by itself in the next turn of the event loop: to all the world.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._go_to)

    def show(self, source: OwnSource, zoom: int, ground: Optional[QgsRectangle]) -> None:
        """Show the tiles, none deeper than `zoom`; `ground` is where they are used, in degrees."""
        self.close()
        if not source.authcfg:
            self._add(source, zoom, ground, TileLogin())
            return
        try:
            read_login(source.authcfg)  # says why it cannot be had, and QGIS asks for its master password
        except LoginUnavailableError as problem:
            self.notice.emit(Notice(problem.sentence, Qgis.MessageLevel.Warning))
            return
        template = qgis_template(source)
        client = Client(shown_host(QUrl(template)), Credential(Scheme.STORED, authcfg=source.authcfg), self)
        bounds = None if ground is None else _edges(ground)
        check = TileLoginCheck(client, template, source.authcfg, TileMatrix((zoom, zoom), bounds))
        check.succeeded.connect(partial(self._add, source, zoom, ground))
        check.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
        check.finished.connect(client.deleteLater)
        self._checking = check
        check.start()

    def close(self) -> None:
        """Wait for no tile any more."""
        self._soon.stop()
        checking, self._checking = self._checking, None
        if checking is not None:
            checking.cancel()

    def _add(self, source: OwnSource, zoom: int, ground: Optional[QgsRectangle], login: TileLogin) -> None:
        self._checking = None
        layer = own_source_layer(source, zoom, login.authcfg)
        if not layer.isValid():
            told = translate("OwnSources", "The imagery of “{name}” cannot be shown on the map.")
            self.notice.emit(Notice(told.format(name=bounded(source.name, 60)), Qgis.MessageLevel.Warning))
            return
        mark_checked(layer)
        _put_on_map(layer, source.name)
        self._ground = ground
        self._soon.start(0)
        if login.why_missing:
            self.notice.emit(Notice(login.why_missing, Qgis.MessageLevel.Warning))

    def _go_to(self) -> None:
        if self._ground is not None:
            zoom_to(self._canvas, self._ground, wgs84())


def why_no_preview(source: OwnSource) -> str:
    """Why a source cannot be shown on the map; "" where it can."""
    if not source.kind.is_tiled:
        return translate("OwnSources", "Mapflow alone can read this imagery: it cannot be shown on the map.")
    if source.has_key:
        return translate(
            "OwnSources",
            "A project would keep the key of the address, so it is not put on the map. Edit the source, and press "
            "Check there to see a tile.",
        )
    return ""


def _edges(ground: QgsRectangle) -> tuple[float, float, float, float]:
    return ground.xMinimum(), ground.yMinimum(), ground.xMaximum(), ground.yMaximum()


def _put_on_map(layer: QgsRasterLayer, name: str) -> None:
    """Insert `layer` into the group *Mapflow*, in place of an earlier preview of the same source."""
    project = QgsProject.instance()
    place: Optional[Place] = None
    for present in list(project.mapLayers().values()):
        if present.customProperty(_PREVIEW_OF) == name:
            place = place_of(project, present)
            project.removeMapLayer(present)
    layer.setCustomProperty(_PREVIEW_OF, name)
    add_imagery(project, layer, place)
