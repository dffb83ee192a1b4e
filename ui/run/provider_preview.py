"""Shows a provider's imagery on the map before it is paid for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.account import Provider
from ...api.http.home import may_have_login
from ...jobs.tile_login import TileLogin, TileLoginCheck, needs_check, unchecked_login
from ...layers.areas.measure import wgs84
from ...layers.tiles.address import tile_address
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.provider import DEEPEST_ZOOM, provider_preview_layer
from ...layers.tiles.vector import TileMatrix
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice, from_job_error

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session

_PREVIEW_OF = "mapflow_dock/preview_of"  # on a preview's layer: the provider's name
_DEFAULT_ZOOM = 18  # where neither the form nor the provider names one


class ProviderPreviews(QObject):
    """Adds a provider's tiles to the project, below its other layers; shows them again when they are there already."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._checking: Optional[TileLoginCheck] = None

    def show(self, provider: Provider, zoom: Optional[int]) -> None:
        """Show the tiles of `provider`, none deeper than `zoom`."""
        self.close()
        client, authcfg = self._session.client, self._session.tile_authcfg
        address = tile_address(provider.preview_url, client.server)
        level = zoom if zoom is not None else provider.preview_max_zoom or _DEFAULT_ZOOM
        if address and not authcfg and may_have_login(address, client.server):
            sentence = translate(
                "Run",
                "The imagery of {provider} needs your login, which QGIS sends along only when it is stored. Sign in "
                "again with “Remember” ticked.",
            )
            self._tell(sentence, provider)
        elif needs_check(address, client.server, authcfg):
            matrix = TileMatrix((0, min(level, DEEPEST_ZOOM)), _in_sight(self._canvas))
            self._checking = TileLoginCheck(client, provider.preview_url, authcfg, matrix)
            self._checking.succeeded.connect(partial(self._add, provider, level))
            self._checking.failed.connect(lambda error: self.notice.emit(from_job_error(error)))
            self._checking.start()
        else:
            self._add(provider, level, unchecked_login(address, client.server, authcfg))

    def close(self) -> None:
        """Wait for no tile any more."""
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None

    def _add(self, provider: Provider, level: int, login: TileLogin) -> None:
        layer = provider_preview_layer(provider, level, self._session.client.server, login.authcfg)
        if not layer.isValid():
            self._tell(translate("Run", "The imagery of {provider} cannot be shown on the map."), provider)
            return
        mark_checked(layer)
        _put_on_map(layer, provider.name)
        if login.why_missing:
            self.notice.emit(Notice(login.why_missing, Qgis.MessageLevel.Warning))

    def _tell(self, sentence: str, provider: Provider) -> None:
        told = sentence.format(provider=bounded(provider.title, 60))
        self.notice.emit(Notice(told, Qgis.MessageLevel.Warning))


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


def _put_on_map(layer: QgsRasterLayer, provider_name: str) -> None:
    """Insert `layer` below the other layers and above earlier previews, in place of one of the same provider."""
    project = QgsProject.instance()
    root = project.layerTreeRoot()
    for present in list(project.mapLayers().values()):
        if present.customProperty(_PREVIEW_OF) != provider_name:
            continue
        node = root.findLayer(present)
        if present.source() == layer.source() and node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
            return
        project.removeMapLayer(present)
    layer.setCustomProperty(_PREVIEW_OF, provider_name)
    if project.addMapLayer(layer, False) is not None:
        nodes = root.children()
        previews = (row for row, node in enumerate(nodes) if _is_preview(node))
        root.insertLayer(next(previews, len(nodes)), layer)


def _is_preview(node: QgsLayerTreeNode) -> bool:
    layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
    return layer is not None and bool(layer.customProperty(_PREVIEW_OF))
