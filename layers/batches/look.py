"""How a state table looks on the map: outlines in a colour for each state, the result below stays visible."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsRendererCategory,
    QgsSymbol,
    QgsVectorLayer,
)

from ...text.translation import translate
from ..styles.tips import escaped
from .rows import PartState

_DONE, _OPEN, _RUNS, _FAILED, _DEAR = "#2e8b57", "#808080", "#3579d0", "#c8342e", "#d98200"
_COLOURS = {
    PartState.WAITING: _OPEN,
    PartState.STARTING: _RUNS,
    PartState.RUNNING: _RUNS,
    PartState.FINISHED: _DONE,
    PartState.FAILED: _FAILED,
    PartState.CANCELLED: _FAILED,
    PartState.REFUSED: _FAILED,
    PartState.OVER_BUDGET: _DEAR,
    PartState.UNCLEAR: _DEAR,
    PartState.DELETED: _FAILED,
}
_WIDTH_MM = "0.6"


def style_state_layer(layer: QgsVectorLayer) -> None:
    """Draw the parts by their state; the legend says the states in words."""
    titles = _titles()
    categories = [
        QgsRendererCategory(state.value, _symbol(_COLOURS[state]), titles[state]) for state in PartState
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("state", categories))
    name, state, message = (escaped(f'"{field}"') for field in ("name", "state", "message"))
    layer.setMapTipTemplate(f"<b>[% {name} %]</b><br>[% {state} %]<br>[% {message} %]")


def _symbol(colour: str) -> QgsSymbol:
    return QgsFillSymbol.createSimple(
        {"style": "no", "outline_color": colour, "outline_width": _WIDTH_MM, "outline_style": "solid"}
    )


def _titles() -> dict[PartState, str]:
    return {
        PartState.WAITING: translate("Batches", "Waiting"),
        PartState.STARTING: translate("Batches", "Starting"),
        PartState.RUNNING: translate("Batches", "Running"),
        PartState.FINISHED: translate("Batches", "Finished"),
        PartState.FAILED: translate("Batches", "Failed"),
        PartState.CANCELLED: translate("Batches", "Cancelled by the service"),
        PartState.REFUSED: translate("Batches", "Refused"),
        PartState.OVER_BUDGET: translate("Batches", "Beyond the budget"),
        PartState.UNCLEAR: translate("Batches", "Perhaps started"),
        PartState.DELETED: translate("Batches", "Deleted"),
    }
