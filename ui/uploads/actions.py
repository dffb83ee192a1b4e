"""What can be done with the chosen uploads: a menu, and the keys that do the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QAction, QListView, QMenu

from ...text.translation import translate
from .model import Stage, UploadRow


class UploadActions(QObject):
    """Actions of the list `view`; whoever makes them connects them."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.menu = QMenu(view)
        self.menu.setObjectName("uploadMenu")
        self.decide = self._add("decideUploadAction", translate("Uploads", "&Decide…"), "/mIconWarning.svg")
        self.retry = self._add("retryUploadAction", translate("Uploads", "&Try Again"), "/mActionRefresh.svg")
        self.cancel = self._add("cancelUploadAction", translate("Uploads", "&Cancel"), "/mTaskCancel.svg")
        self.remove = self._add(
            "removeUploadAction",
            translate("Uploads", "&Remove from List"),
            "",
            QKeySequence(Qt.Key.Key_Delete),
        )
        self.menu.addSeparator()
        self.details = self._add(
            "uploadDetailsAction", translate("Uploads", "De&tails…"), "/mActionIdentify.svg"
        )
        self.update(())

    def update(self, chosen: Sequence[UploadRow]) -> None:
        """Offer what can be done with `chosen`."""
        stages = {row.stage for row in chosen}
        self.decide.setVisible(Stage.UNDECIDED in stages)
        self.retry.setEnabled(any(stage.may_be_retried for stage in stages))
        self.cancel.setEnabled(any(not stage.is_over for stage in stages))
        self.remove.setEnabled(any(stage.is_over for stage in stages))
        self.details.setEnabled(len(chosen) == 1)

    def _add(self, name: str, text: str, icon: str, key: Optional[QKeySequence] = None) -> QAction:
        action = QAction(text, self._view)
        action.setObjectName(name)
        if icon:
            action.setIcon(QgsApplication.getThemeIcon(icon))
        if key is not None:
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(action)
        self.menu.addAction(action)
        return action
