"""How much less a processing would cost if the service chose the zoom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.processings import ProcessingRequest
from ..api.sources import ProviderSource
from .cost import CostEstimate, CostState

if TYPE_CHECKING:
    from ..api.session import Session


class ZoomSaving(QObject):
    """Asks the service what the chosen processing would cost without its zoom, once the cost with it is known."""

    changed = pyqtSignal()

    def __init__(self, session: Session, chosen: CostEstimate, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self._automatic = CostEstimate(session, self)
        self._automatic.changed.connect(self.changed)
        chosen.changed.connect(self._ask)

    @property
    def credits(self) -> float:
        """How many credits less; 0 where nothing is saved, or while that is not known."""
        chosen, automatic = self._chosen.cost.credits, self._automatic.cost.credits
        if chosen is None or automatic is None:
            return 0.0
        return max(0.0, chosen - automatic)

    def _ask(self) -> None:
        is_known = self._chosen.cost.state is CostState.KNOWN
        self._automatic.ask(_without_zoom(self._chosen.request) if is_known else None)


def _without_zoom(request: Optional[ProcessingRequest]) -> Optional[ProcessingRequest]:
    """Return `request` with the zoom left to the service; None where it names no zoom of a provider."""
    source = None if request is None else request.source
    if request is None or not isinstance(source, ProviderSource) or source.zoom is None:
        return None
    return replace(request, source=replace(source, zoom=None))
