"""In the layer panel's menu of a result: keep how it looks as the default of its model, and go back from that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsMapLayer
from qgis.PyQt.QtWidgets import QAction

from ..text.server_text import unmarked
from ..text.translation import translate
from .layer_action import RESULT_KINDS, RESULT_ROLES, ROLE, LayerAction

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QIcon

_LONGEST = 40


def style_actions(iface: QgisInterface, icon: QIcon) -> tuple[LayerAction, ...]:
    """Register the two entries, for layers of results and for their tiles."""
    styles = ResultStyles(iface)
    keep = QAction(icon, translate("Ui", "Use as &Default Style for This Model"), iface.mainWindow())
    keep.setObjectName("mActionKeepMapflowStyle")
    keep.setToolTip(translate("Ui", "Let later results of this model look like this layer"))
    reset = QAction(icon, translate("Ui", "&Reset to Mapflow's Style"), iface.mainWindow())
    reset.setObjectName("mActionResetMapflowStyle")
    reset.setToolTip(
        translate("Ui", "Forget your default style of this model, and style this layer as usual")
    )
    return (
        LayerAction(iface, keep, RESULT_KINDS, _is_of_result, styles.keep),
        LayerAction(iface, reset, RESULT_KINDS, _is_of_result, styles.reset),
    )


class ResultStyles:
    """Keeps and resets styles, and says in QGIS's message bar what came of it."""

    def __init__(self, iface: QgisInterface) -> None:
        self._iface = iface

    def keep(self, layer: QgsMapLayer) -> None:
        """Keep how `layer` looks as the default for its model, type of objects and geometry."""
        from ..layers.results.layers import key_of_layer
        from ..layers.styles.kept import StyleFault, keep

        key = key_of_layer(layer)
        if key is None:
            self._say_unknown()
            return
        try:
            keep(layer, key)
        except StyleFault as fault:
            self._say(str(fault), Qgis.MessageLevel.Warning)
            return
        text = translate("Ui", "Later results of “{model}” will look like this layer.")
        self._say(text.format(model=unmarked(key.model, _LONGEST)), Qgis.MessageLevel.Success)

    def reset(self, layer: QgsMapLayer) -> None:
        """Forget the default for the model of `layer`, and let that look as results do."""
        from ..layers.results.layers import key_of_layer
        from ..layers.results.restyling import restyle
        from ..layers.styles.kept import StyleFault, forget

        key = key_of_layer(layer)
        if key is None:
            self._say_unknown()
            return
        try:
            forget(key)
        except StyleFault as fault:
            self._say(str(fault), Qgis.MessageLevel.Warning)
            return
        restyle(layer)
        text = translate("Ui", "This layer and later results of “{model}” look as usual again.")
        self._say(text.format(model=unmarked(key.model, _LONGEST)), Qgis.MessageLevel.Success)

    def _say_unknown(self) -> None:
        text = translate(
            "Ui",
            "This layer does not tell which model found it. Add the result to the map again, and style that.",
        )
        self._say(text, Qgis.MessageLevel.Info)

    def _say(self, text: str, level: Qgis.MessageLevel) -> None:
        self._iface.messageBar().pushMessage(translate("Ui", "Mapflow Dock"), text, level)


def _is_of_result(layer: QgsMapLayer) -> bool:
    return layer.customProperty(ROLE) in RESULT_ROLES
