"""Folds the list of uploads when all is done: the tree above needs the room."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QToolButton, QWidget

from ...text.translation import translate
from ..widgets.icons import icon_named


class Fold(QObject):
    """A button that shows and hides `part`; it is pressed by itself when all is done, and when there is work again."""

    def __init__(self, button: QToolButton, part: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._button = button
        self._part = part
        self._is_done = False
        self._is_open = True
        button.clicked.connect(lambda _checked=False: self._set_open(not self._is_open))
        self._set_open(True)

    def follow(self, is_done: bool) -> None:
        """Fold what is done; what the user opened or folded since then stays so."""
        if is_done != self._is_done:
            self._is_done = is_done
            self._set_open(not is_done)

    def _set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self._part.setVisible(is_open)
        self._button.setIcon(icon_named("mIconCollapse.svg" if is_open else "mIconExpand.svg"))
        text = (
            translate("Uploads", "Hide the list of uploads")
            if is_open
            else translate("Uploads", "Show the list of uploads")
        )
        self._button.setToolTip(text)
        self._button.setAccessibleName(text)
