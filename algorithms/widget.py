"""The widget of a choice in the toolbox and in batches: what is known of the account, and anything that is typed.

QGIS imports it where it shows dialogs, and only there.
"""

from __future__ import annotations

from typing import Any, Optional

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter

from ..api.offers.known import Offer, known_offers
from ..api.settings import LOGIN_SERVER, SERVER
from ..text.server_text import bounded

_MODELER = "ModelerParametersDialog"
_LONGEST = 120


class ChoiceWrapper(WidgetWrapper):  # type: ignore[misc]
    """A combo box that can be typed into.

    In the model designer it is QGIS's own widget for texts, which takes inputs and outputs of the model, too.
    """

    def __new__(
        cls, parameter: QgsProcessingParameterDefinition, dialog: Any, *arguments: Any, **options: Any
    ) -> Any:
        """Make it, or what QGIS itself has for its model designer."""
        if type(dialog).__name__ != _MODELER:
            return super().__new__(cls, parameter, dialog, *arguments, **options)
        own = QgsGui.processingGuiRegistry().createModelerParameterWidget(
            dialog.model, dialog.childId, parameter, dialog.context
        )
        own.setDialog(dialog)
        return own

    def createWidget(self, kind: str = "") -> QComboBox:  # noqa: N802 - the name QGIS calls
        """Make the combo box with the offers of that kind."""
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        box.setAccessibleName(self.parameterDefinition().description())
        completer = box.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        for offer in _offers(kind):
            box.addItem(bounded(offer.title or offer.name, _LONGEST), offer.name)
        box.setCurrentIndex(-1)
        box.currentTextChanged.connect(lambda _text: self.widgetValueHasChanged.emit(self))
        return box

    def setValue(self, value: Optional[object]) -> None:  # noqa: N802 - the name QGIS calls
        """Show `value`, by its title where that is known."""
        wanted = "" if value is None else str(value)
        index = self.widget.findData(wanted)
        self.widget.setCurrentIndex(index)
        if index < 0:
            self.widget.setEditText(wanted)

    def value(self) -> Optional[str]:
        """The name of what is chosen, or what was typed; None for nothing."""
        shown = str(self.widget.currentText()).strip()
        index = self.widget.findText(shown, Qt.MatchFlag.MatchFixedString)
        name = str(self.widget.itemData(index)) if index >= 0 else shown
        return name or None


def _offers(kind: str) -> tuple[Offer, ...]:
    offers = known_offers(LOGIN_SERVER.read() or SERVER.read())
    found: tuple[Offer, ...] = getattr(offers, kind, ())
    return found
