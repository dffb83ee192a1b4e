"""The provider *Mapflow* of QGIS's Processing framework."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..text.toolbox import PROVIDER_ID

_ICON = Path(__file__).parent.parent / "icons" / "mapflow_dock.svg"


class MapflowProvider(QgsProcessingProvider):
    """Offers the algorithms. What they need is imported when QGIS asks for them first."""

    def id(self) -> str:
        """What algorithms are called by: "mapflow:runmodel"."""
        return PROVIDER_ID

    def name(self) -> str:
        """What people call it; a product's name, the same in every language."""
        return "Mapflow"

    def icon(self) -> QIcon:
        """The icon in the toolbox."""
        return QIcon(str(_ICON))

    def svgIconPath(self) -> str:  # noqa: N802 - the name QGIS calls
        """Where the icon is."""
        return str(_ICON)

    def loadAlgorithms(self) -> None:  # noqa: N802 - the name QGIS calls
        """Make one of each algorithm."""
        from .every import ALGORITHMS

        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
