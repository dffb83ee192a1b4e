"""Looks out for tile layers with a Mapflow login in the projects that are opened, and has each looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.settings import LOGIN_AUTHCFG, LOGIN_PLACE
from ..text.server_text import bounded
from ..text.translation import translate

if TYPE_CHECKING:
    from ..jobs.tiles_in_project import TilesInProject

_OURS = "mapflow_dock/"  # what the properties of our layers begin with
_EXTENT = "mapflow_dock/extent"  # on our tile layers: what a project file does not keep of them
_ROLE = "mapflow_dock/role"
_TILED_ROLES = ("tiles", "source imagery", "result raster")
_TILED = "wms"  # what QGIS calls the provider that reads tiles, too
_OWN = "configuration"  # where the login is that this plugin has stored, and nobody else uses


class TileWatch(QObject):
    """Has every layer looked at that names a login of Mapflow, before QGIS asks for its tiles; puts it in its place."""

    told = pyqtSignal(str)  # a sentence for the user

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._in_project: Optional[TilesInProject] = None
        project = QgsProject.instance()
        project.layersAdded.connect(self._look_at)
        self._look_at(project.mapLayers().values())

    def close(self) -> None:
        """Look out no more."""
        QgsProject.instance().layersAdded.disconnect(self._look_at)
        if self._in_project is not None:
            self._in_project.close()

    def _look_at(self, layers: Iterable[QgsMapLayer]) -> None:
        for layer in layers:
            if layer.customProperty(_EXTENT):
                self._place(layer)
            if layer.customProperty(_ROLE) in _TILED_ROLES:
                self._tell_if_unknown(layer)
            if isinstance(layer, QgsRasterLayer) and layer.providerType() == _TILED and _has_login(layer):
                self._hand_on(layer)

    def _tell_if_unknown(self, layer: QgsMapLayer) -> None:
        """A project that was made in another profile names a login that is not here: its tiles stay away."""
        from ..jobs.tiles_of_others import names_unknown_login

        if names_unknown_login(layer):
            text = translate(
                "Ui", "“{name}” shows tiles of Mapflow: they appear once you are signed in to Mapflow."
            )
            self.told.emit(text.format(name=bounded(layer.name(), 80)))

    @staticmethod
    def _place(layer: QgsMapLayer) -> None:
        from ..layers.tiles.extent import restore_extent

        restore_extent(layer)

    def _hand_on(self, layer: QgsRasterLayer) -> None:
        from ..jobs.tiles_in_project import TilesInProject
        from ..layers.tiles.checked import is_checked

        if is_checked(layer):
            return
        if self._in_project is None:
            self._in_project = TilesInProject(self)
            self._in_project.told.connect(self.told)
        self._in_project.look_at(layer)


def _has_login(layer: QgsRasterLayer) -> bool:
    """Whether it is one of ours, or names the login this plugin has stored."""
    if any(key.startswith(_OURS) for key in layer.customPropertyKeys()):
        return True
    authcfg = LOGIN_AUTHCFG.read() if LOGIN_PLACE.read() == _OWN else ""
    return bool(authcfg) and f"authcfg={authcfg}" in layer.source()
