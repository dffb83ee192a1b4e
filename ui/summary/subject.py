"""What is summed up: the layers of one result, watched for whatever changes their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...layers.summary.source import Scope, SummaryRequest, layers_of_result, request_of

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

_QUIET_MS = 250  # the map is dragged, objects are selected one by one
_ALWAYS = (
    "editCommandEnded",
    "afterCommitChanges",
    "afterRollBack",
    "subsetStringChanged",
    "dataSourceChanged",
)


class SummarySubject(QObject):
    """The layers of a processing in the project. `changed` follows whatever may change what `request` asks for."""

    changed = pyqtSignal()
    gone = pyqtSignal()  # no layer is left

    def __init__(self, processing_id: str, server: str, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._processing_id, self._server = processing_id, server
        self._canvas: Optional[QgsMapCanvas] = canvas
        self._scope = Scope.WHOLE
        self._layers: list[QgsVectorLayer] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_QUIET_MS)
        self._soon.timeout.connect(self.changed)
        self._project = QgsProject.instance()
        self._project.layersAdded.connect(self._look)
        self._project.layersRemoved.connect(self._look)
        canvas.extentsChanged.connect(self._on_extent)
        canvas.destinationCrsChanged.connect(self._on_extent)
        self._look()

    @property
    def mark(self) -> str:
        """What tells this summary from others."""
        return f"{self._processing_id} {self._scope.value}"

    @property
    def layers(self) -> list[QgsVectorLayer]:
        """The layers there are now."""
        return list(self._layers)

    def set_scope(self, scope: Scope) -> None:
        """Let `request` ask for another scope."""
        self._scope = scope

    def request(self) -> SummaryRequest:
        """What to sum up now."""
        settings = self.canvas.mapSettings()
        turned: Any = settings.visiblePolygon()  # no rectangle where the map is turned
        corners = [QgsPointXY(point) for point in turned]
        view = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
        return request_of(self._layers, self._scope, view, settings.destinationCrs())

    @property
    def canvas(self) -> QgsMapCanvas:
        """The map."""
        if self._canvas is None:
            raise RuntimeError("closed")
        return self._canvas

    def close(self) -> None:
        """Watch nothing any more."""
        if self._canvas is None:
            return
        self._soon.stop()
        self._project.layersAdded.disconnect(self._look)
        self._project.layersRemoved.disconnect(self._look)
        self._canvas.extentsChanged.disconnect(self._on_extent)
        self._canvas.destinationCrsChanged.disconnect(self._on_extent)
        self._canvas = None
        self._watch([])

    def _look(self, _layers: object = None) -> None:
        found = layers_of_result(self._project, self._processing_id, self._server)
        if found == self._layers:
            return
        self._watch(found)
        if found:
            self._soon.start()
        else:
            self.gone.emit()

    def _watch(self, layers: list[QgsVectorLayer]) -> None:
        left = {id(each) for each in layers}
        for layer in self._layers:
            if id(layer) not in left and layer in self._project.mapLayers().values():
                for name in _ALWAYS:
                    getattr(layer, name).disconnect(self._on_data)
                layer.selectionChanged.disconnect(self._on_selection)
        known = {id(each) for each in self._layers}
        for layer in layers:
            if id(layer) not in known:
                for name in _ALWAYS:
                    getattr(layer, name).connect(self._on_data)
                layer.selectionChanged.connect(self._on_selection)
        self._layers = layers

    def _on_data(self, *_what: object) -> None:
        self._soon.start()

    def _on_extent(self) -> None:
        if self._scope is Scope.EXTENT:
            self._soon.start()

    def _on_selection(self, *_what: object) -> None:
        if self._scope is Scope.SELECTION:
            self._soon.start()
