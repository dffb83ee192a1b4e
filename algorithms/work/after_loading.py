"""What is done with a layer once QGIS has added it to the project."""

from __future__ import annotations

from typing import Callable, ClassVar, Optional

from qgis.core import QgsMapLayer, QgsProcessingLayerPostProcessorInterface, QgsVectorLayer

_MOST = 200


class AfterLoading(QgsProcessingLayerPostProcessorInterface):
    """Does something with a vector layer that QGIS has added; called in the main thread."""

    _kept: ClassVar[list[AfterLoading]] = []  # QGIS does not keep them
    _act: Callable[[QgsVectorLayer], None]

    @classmethod
    def of(cls, act: Callable[[QgsVectorLayer], None]) -> AfterLoading:
        """Make one that lives until it is called, or many others have been made."""
        made = cls()
        made._act = act
        cls._kept = [*cls._kept[-_MOST:], made]
        return made

    def postProcessLayer(  # noqa: N802 - the name QGIS calls
        self, layer: Optional[QgsMapLayer], _context: object, _feedback: object
    ) -> None:
        """Do it with `layer`."""
        if isinstance(layer, QgsVectorLayer):
            self._act(layer)
        self._kept[:] = [each for each in self._kept if each is not self]
