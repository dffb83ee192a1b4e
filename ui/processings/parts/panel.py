"""The parts of an area in the details of a processing: a list, and what can be done with those that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAction,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ....api.processings import AreaState, Processing, Status
from ....text.translation import translate
from ...widgets.icons import icon_named
from ...widgets.rows.copied_rows import copy_action
from ...widgets.rows.line_delegate import LineDelegate
from .model import PART, Column, PartsModel

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QModelIndex

_MOST_ROWS = 5  # shown at once: the facts below need the room


class PartsPanel(QWidget):
    """Shown where there are several parts: of one, the processing says it all."""

    add_wanted = pyqtSignal(object)  # the numbers of the parts whose results are to be added, from 1 on
    zoom_wanted = pyqtSignal(object)  # AreaStates that the map is to show

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("partsPanel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.model = PartsModel(self)
        self.view = QTreeView(self)
        self.view.setObjectName("partsView")
        self.view.setAccessibleName(translate("Parts", "Parts of the area"))
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setTabKeyNavigation(False)
        self.view.setModel(self.model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.title = QLabel(translate("Parts", "&Parts of the area"), self)
        self.title.setBuddy(self.view)
        self.add = self._action("addPartAction", translate("Parts", "&Add to Map"), "mActionAddLayer.svg")
        self.zoom = self._action("zoomToPartAction", translate("Parts", "&Zoom To"), "mActionZoomToArea.svg")
        self.add.setShortcut(QKeySequence(Qt.Key.Key_Return))
        self.menu = QMenu(self.view)
        self.menu.setObjectName("partsMenu")
        self._lay_out()
        self.view.selectionModel().selectionChanged.connect(lambda *_changed: self._offer())
        self.model.modelReset.connect(self._offer)
        self.view.doubleClicked.connect(self._on_double_click)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.add.triggered.connect(lambda: self.add_wanted.emit(self._ready()))
        self.zoom.triggered.connect(lambda: self.zoom_wanted.emit(self.chosen()))
        self.hide()

    def set_parts(self, processing: Processing, parts: Sequence[AreaState]) -> None:
        """Show the parts of `processing`, where there are several."""
        self.model.set_parts(processing, parts)
        self.setVisible(len(parts) > 1)
        rows = min(len(parts), _MOST_ROWS)
        line = max(self.view.sizeHintForRow(0), self.fontMetrics().height())
        header = self.view.header().sizeHint().height()
        self.view.setFixedHeight(rows * line + header + 2 * self.view.frameWidth())
        self._offer()

    def chosen(self) -> list[AreaState]:
        """The chosen parts, from top to bottom."""
        return [self.model.parts[row] for row in self._rows()]

    def _ready(self) -> list[int]:
        return [row + 1 for row in self._rows() if self.model.parts[row].status is Status.OK]

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.view.selectionModel().selectedRows())

    def _lay_out(self) -> None:
        header = self.view.header()
        header.setStretchLastSection(True)
        for column in (Column.PART, Column.STATE, Column.AREA):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QHBoxLayout()
        for action, name in ((self.add, "addPartButton"), (self.zoom, "zoomToPartButton")):
            self.menu.addAction(action)
            button = QPushButton(action.icon(), action.text(), self)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda button=button, action=action: _mirror(button, action))
            buttons.addWidget(button)
        self.menu.addSeparator()
        self.menu.addAction(copy_action(self.view))
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.view)
        layout.addLayout(buttons)

    def _offer(self) -> None:
        ready, chosen = self._ready(), self.chosen()
        self.add.setEnabled(bool(ready))
        if ready:
            tip = translate(
                "Parts", "Add the results of the chosen parts to the map, each as layers of its own"
            )
        elif chosen:
            tip = translate("Parts", "None of the chosen parts is ready")
        else:
            tip = translate("Parts", "Choose a part that is ready")
        self.add.setToolTip(tip)
        self.zoom.setEnabled(any(part.geometry for part in chosen))
        self.zoom.setToolTip(translate("Parts", "Show the chosen parts on the map"))

    def _action(self, name: str, text: str, icon: str) -> QAction:
        action = QAction(icon_named(icon), text, self)
        action.setObjectName(name)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.view.addAction(action)
        return action

    def _on_double_click(self, index: QModelIndex) -> None:
        part = index.data(PART)
        (self.add if isinstance(part, AreaState) and part.status is Status.OK else self.zoom).trigger()

    def _open_menu(self, where: QPoint) -> None:
        self.menu.popup(self.view.viewport().mapToGlobal(where))


def _mirror(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
    button.setToolTip(action.toolTip())
