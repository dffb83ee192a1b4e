"""The keys of a list's actions: its own while it has the focus, though the desktop may use them too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QAction, QApplication


class ViewKeys(QObject):
    """Triggers `plain` actions by key, and others by Alt or Ctrl and a key, while `view` has the focus."""

    def __init__(
        self,
        view: QAbstractItemView,
        plain: Mapping[int, QAction],
        with_alt: Mapping[int, QAction],
        with_ctrl: Optional[Mapping[int, QAction]] = None,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._keys = {
            Qt.KeyboardModifier.NoModifier: dict(plain),
            Qt.KeyboardModifier.AltModifier: dict(with_alt),
            Qt.KeyboardModifier.ControlModifier: dict(with_ctrl or {}),
        }
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: a key meant for the list is kept from the desktop's shortcuts (F5).

        While a name is typed in a row its editor has the focus, and the Enter that ends it comes by here, too.
        """
        kind = event.type()
        is_key = isinstance(event, QKeyEvent) and kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if isinstance(event, QKeyEvent) and is_key and not self._is_editing():
            held: object = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            found = (actions.get(int(event.key())) for one, actions in self._keys.items() if held == one)
            action = next(found, None)
            if action is not None:
                event.accept()
                if kind == QEvent.Type.KeyPress and action.isEnabled():
                    action.trigger()
                return True
        return bool(super().eventFilter(watched, event))

    def _is_editing(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and focus is not self._view and self._view.isAncestorOf(focus)
