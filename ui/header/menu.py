"""A menu of the header whose entries are added with their name, picture and action."""

from __future__ import annotations

from typing import Callable

from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton

from ..widgets.icons import icon_named


class ButtonMenu(QMenu):
    """The menu of a tool button."""

    def __init__(self, name: str, button: QToolButton) -> None:
        super().__init__(button)
        self.setObjectName(name)
        button.setMenu(self)

    def add(self, name: str, text: str, act: Callable[[], None], icon: str) -> QAction:
        """Add an entry that calls `act`; `name` is its object name."""
        action = QAction(text, self)
        action.setObjectName(name)
        action.setIcon(icon_named(icon))
        action.triggered.connect(lambda _checked=False: act())
        self.addAction(action)
        return action
