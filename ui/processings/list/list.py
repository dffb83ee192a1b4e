"""The list of the Processings page: its view, model, filter and columns put together."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QItemSelectionModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QToolButton, QTreeView

from ....api.processings import Processing
from ...widgets.icons import icon_named
from ..status import STATES, state_icon
from .cells import Column
from .columns import ProcessingsColumns
from .delegate import ProcessingDelegate
from .filter import ProcessingsFilter
from .model import ProcessingRole, ProcessingsModel

_AGES_MS = 60_000  # "5 min ago" becomes "6 min ago"
_STOP = "sign_refused.svg"  # a cross


class ProcessingsList(QObject):
    """Shows processings in `view`; indexes stay inside, the page speaks of processings and their ids."""

    chosen_changed = pyqtSignal()
    opened = pyqtSignal(object)  # Processing that was double-clicked
    stop_wanted = pyqtSignal()  # of the one row that is chosen now
    name_refused = pyqtSignal(str)  # why, in a sentence

    def __init__(
        self, view: QTreeView, columns_button: QToolButton, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self.view = view
        self.model = ProcessingsModel(self)
        self.filter = ProcessingsFilter(self.model, self)
        view.setModel(self.filter)
        icons = {state: icon_named(state_icon(state)) for state in STATES}
        delegate = ProcessingDelegate(icons, view, icon_named(_STOP))
        delegate.refused.connect(self.name_refused)
        delegate.stop_wanted.connect(self._on_stop)
        view.setItemDelegate(delegate)
        self._columns = ProcessingsColumns(view, columns_button)
        self._ages = QTimer(self)
        self._ages.timeout.connect(view.viewport().update)
        header = view.header()
        header.sortIndicatorChanged.connect(self._follow_order)
        self._follow_order(header.sortIndicatorSection(), header.sortIndicatorOrder())
        view.selectionModel().selectionChanged.connect(self._on_selection)
        view.doubleClicked.connect(self._on_double_click)

    def chosen(self) -> list[Processing]:
        """The chosen processings, in the order they are shown."""
        rows = self.view.selectionModel().selectedRows(int(Column.NAME))
        return [
            index.data(int(ProcessingRole.PROCESSING))
            for index in sorted(rows, key=lambda index: index.row())
        ]

    def is_shown(self, processing_id: str) -> bool:
        """Whether the processing is listed and passes the filter."""
        return bool(self._index_of(processing_id).isValid())

    def choose(self, processing_id: str) -> None:
        """Choose one row alone and scroll to it."""
        index = self._index_of(processing_id)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.view.selectionModel().setCurrentIndex(index, flags)
            self.view.scrollTo(index)

    def edit_name(self, processing: Processing) -> None:
        """Let the name be typed in the row."""
        self.view.edit(self._index_of(processing.id))

    def let_ages_grow(self, is_seen: bool) -> None:
        """Repaint "5 min ago" from time to time while anybody can see it."""
        if is_seen:
            self._ages.start(_AGES_MS)
        else:
            self._ages.stop()

    def close(self) -> None:
        """Stop the timer and store the header."""
        self._ages.stop()
        self._columns.store()

    def _index_of(self, processing_id: str) -> QModelIndex:
        return self.filter.mapFromSource(self.model.index_of(processing_id))

    def _follow_order(self, column: int, order: Qt.SortOrder) -> None:
        self.model.order = (Column(column), order)

    def _on_selection(self, *_changed: object) -> None:
        self.chosen_changed.emit()

    def _on_stop(self, processing: Processing) -> None:
        self.choose(processing.id)
        self.stop_wanted.emit()

    def _on_double_click(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(int(ProcessingRole.PROCESSING)))
