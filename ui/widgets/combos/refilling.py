"""A combo box whose choices are exchanged: what is chosen stays chosen where it is still offered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox

from ....text.server_text import bounded, plain_tip


class Named(Protocol):
    """What is told from others by its name."""

    @property
    def name(self) -> str:
        """The name."""


def refill(combo: QComboBox, choices: Iterable[tuple[str, Named]]) -> None:
    """Offer these titles with their data, without a signal; the first is chosen where the former is not among them."""
    before = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    names = []
    for title, choice in choices:
        names.append(choice.name)
        combo.addItem(bounded(title), choice)
        combo.setItemData(combo.count() - 1, plain_tip(title), Qt.ItemDataRole.ToolTipRole)
    combo.setCurrentIndex(names.index(before.name) if before is not None and before.name in names else 0)
    combo.blockSignals(False)
