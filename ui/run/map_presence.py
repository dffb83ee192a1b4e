"""Whether there is a map to draw on: QGIS opens with its welcome page, and an empty project shows nothing."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QObject, pyqtBoundSignal, pyqtSignal

from ...text.translation import translate

_POLYGONS = QgsWkbTypes.GeometryType.PolygonGeometry


class MapPresence(QObject):
    """Follows the map canvas while open."""

    changed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas

    @property
    def is_map_open(self) -> bool:
        """Whether QGIS shows its map, and not its welcome page."""
        return bool(self._canvas.isVisibleTo(self._canvas.window()))

    @property
    def is_empty(self) -> bool:
        """Whether the project has nothing to show on a map."""
        return is_map_empty()

    def missing(self) -> str:
        """What an area cannot be chosen from, as a sentence; "" where nothing is missing."""
        if not self.is_map_open:
            return translate("Run", "QGIS shows no map to draw on.")
        if self.is_empty:
            return translate("Run", "The map is empty.")
        vectors = [layer for layer in _layers() if isinstance(layer, QgsVectorLayer)]
        if vectors and all(layer.geometryType() != _POLYGONS for layer in vectors):
            return translate(
                "Run",
                "The layers of this project are lines or points, which enclose no area. Draw one on the map.",
            )
        return ""

    def open(self) -> None:
        """Start to follow."""
        self._canvas.installEventFilter(self)
        for signal in _layer_signals():
            signal.connect(self.changed)

    def close(self) -> None:
        """Follow nothing, until opened again."""
        self._canvas.removeEventFilter(self)
        for signal in _layer_signals():
            signal.disconnect(self.changed)

    def eventFilter(self, _canvas: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the map appears or goes."""
        if event.type() in (
            QEvent.Type.Show,
            QEvent.Type.Hide,
            QEvent.Type.ShowToParent,
            QEvent.Type.HideToParent,
        ):
            self.changed.emit()
        return False


def is_map_empty() -> bool:
    """Whether the project has nothing to show on a map."""
    return not _layers()


def _layers() -> list[QgsMapLayer]:
    return [layer for layer in QgsProject.instance().mapLayers().values() if layer.isSpatial()]


def _layer_signals() -> tuple[pyqtBoundSignal, ...]:
    project = QgsProject.instance()
    return (project.layersAdded, project.layersRemoved)
