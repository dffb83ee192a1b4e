"""A dialog of facts: a table, and a button that copies it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from ....text.facts import Fact
from ....text.translation import translate
from ..guide import Chapter, add_help_button
from .table import FactsTable

_WIDTH, _AROUND = 460, 60  # logical pixels: of all of it, and of what lies around the table
_FEWEST_ROWS, _MOST_ROWS = 6, 18


class FactsDialog(QDialog):
    """Shows facts; `set_facts` shows others in their place."""

    def __init__(
        self,
        title: str,
        facts: Sequence[Fact],
        chapter: Chapter,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("MapflowDetailsDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = FactsTable(title, self)
        self.buttons = buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        add_copy_button(buttons, self.table)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        add_help_button(buttons, chapter)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        rows = min(max(len(facts) + 2, _FEWEST_ROWS), _MOST_ROWS)
        line = self.fontMetrics().lineSpacing() + 8
        self.resize(_WIDTH, rows * line + buttons.sizeHint().height() + _AROUND)
        self.table.set_facts(facts)

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        self.table.set_facts(facts)


def add_copy_button(buttons: QDialogButtonBox, table: FactsTable) -> QPushButton:
    """Give a dialog the button *Copy*, and return it."""
    copy = buttons.addButton(translate("Facts", "&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.setObjectName("copyButton")
    copy.setToolTip(translate("Facts", "Copy the chosen rows, or all of them where none is chosen"))
    copy.setAutoDefault(False)
    copy.clicked.connect(table.copy)
    return copy
