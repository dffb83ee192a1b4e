"""Says when the layer whose polygons are the area is edited, filtered or removed, or its selection changes."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtBoundSignal, pyqtSignal

_GATHER_MS = 150  # one edit of QGIS is often several signals


class FollowedLayer(QObject):
    """Follows one layer at a time."""

    edited = pyqtSignal()  # its polygons may be others now; gathered, so that a burst comes as one
    selection_changed = pyqtSignal()
    removed = pyqtSignal(str)  # the name it had; it is not followed any more

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._layer: Optional[QgsVectorLayer] = None
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.edited)

    @property
    def layer(self) -> Optional[QgsVectorLayer]:
        """The layer followed, while it lives."""
        if self._layer is not None and sip.isdeleted(self._layer):
            self._layer = None
        return self._layer

    def follow(self, layer: Optional[QgsVectorLayer]) -> None:
        """Follow `layer` instead of the one before."""
        former = self.layer
        if former is not None:
            for signal in self._edit_signals(former):
                signal.disconnect(self._gather.start)
            former.selectionChanged.disconnect(self.selection_changed)
        self._gather.stop()
        self._layer = layer
        if layer is not None:
            for signal in self._edit_signals(layer):
                signal.connect(self._gather.start)
            layer.selectionChanged.connect(self.selection_changed)

    def open(self) -> None:
        """Start to notice layers being removed."""
        QgsProject.instance().layersWillBeRemoved.connect(self._on_removal)

    def close(self) -> None:
        """Follow nothing, until opened again."""
        self.follow(None)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._on_removal)

    def _on_removal(self, layer_ids: list[str]) -> None:
        layer = self.layer
        if layer is not None and layer.id() in layer_ids:
            name = layer.name()
            self.follow(None)
            self.removed.emit(name)

    @staticmethod
    def _edit_signals(layer: QgsVectorLayer) -> tuple[pyqtBoundSignal, ...]:
        """Return the signals of all that can change polygons: edits and undo, other programs, filters, a new CRS."""
        return (
            layer.layerModified,
            layer.afterRollBack,
            layer.dataChanged,
            layer.subsetStringChanged,
            layer.crsChanged,
            layer.nameChanged,
        )
