"""The list of the Processings page: its view, model, filter and columns put together."""

from __future__ import annotations

from qgis.PyQt.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
    pyqtSignal,
)
from qgis.PyQt.QtWidgets import QToolButton, QTreeView, QWidget

from ....api.processings import Processing
from ...widgets.icons import icon_named
from ...widgets.rows.ranges import row_ranges
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

    def __init__(self, view: QTreeView, columns_button: QToolButton, page: QWidget) -> None:
        super().__init__(page)
        self.view = view
        self._page = page
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
        view.selectionModel().selectionChanged.connect(self.chosen_changed)
        self.model.is_end_near = self.is_end_near
        self._end = QTimer(self)  # rows have their places in the next turn
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._ask_at_the_end)
        view.verticalScrollBar().valueChanged.connect(self.look_for_end)
        self._kept: tuple[set[str], str] = (set(), "")  # what is chosen, and where keys go on from
        self.filter.modelAboutToBeReset.connect(self._keep_chosen)
        self.filter.modelReset.connect(self._choose_kept)
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

    def is_end_near(self) -> bool:
        """Whether the last rows are in view, or nearly, while somebody sees the page."""
        if not self._page.isVisible():
            return False
        bar = self.view.verticalScrollBar()
        return self.filter.rowCount() == 0 or bar.maximum() - bar.value() <= bar.pageStep()

    def look_for_end(self, _value: int = 0) -> None:
        """Want further rows once the last ones are nearly in view."""
        if self.model.is_more:
            self._end.start(0)

    def show_projects(self, are_several: bool) -> None:
        """Tell the project of each row, where there are several."""
        self._columns.show_projects(are_several)

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
        self._end.stop()
        self._columns.store()

    def _index_of(self, processing_id: str) -> QModelIndex:
        return self.filter.mapFromSource(self.model.index_of(processing_id))

    def _follow_order(self, column: int, order: Qt.SortOrder) -> None:
        self.model.order = (Column(column), order)

    def _ask_at_the_end(self) -> None:
        if self.model.canFetchMore(QModelIndex()):
            self.model.fetchMore(QModelIndex())

    def _keep_chosen(self) -> None:
        current = self.view.currentIndex().data(int(ProcessingRole.PROCESSING))
        self._kept = ({processing.id for processing in self.chosen()}, getattr(current, "id", ""))

    def _choose_kept(self) -> None:
        """What is still there after all rows were exchanged is chosen as before."""
        chosen, current = self._kept
        rows = sorted(index.row() for key in chosen if (index := self._index_of(key)).isValid())
        wanted = QItemSelection()
        last = self.filter.columnCount() - 1
        for first, end in row_ranges(rows):
            wanted.select(self.filter.index(first, 0), self.filter.index(end, last))
        selection = self.view.selectionModel()
        selection.setCurrentIndex(self._index_of(current), QItemSelectionModel.SelectionFlag.NoUpdate)
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _on_stop(self, processing: Processing) -> None:
        self.choose(processing.id)
        self.stop_wanted.emit()

    def _on_double_click(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(int(ProcessingRole.PROCESSING)))
