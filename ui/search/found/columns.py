"""Which columns the table of found images shows, how wide and in which order; kept for the next time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

from qgis.PyQt.QtCore import QObject, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QMenu, QTableView

from ....api.settings import SEARCH_COLUMNS
from ....text.quantities import area_text, local_date_text, number_text, percent_text
from ....text.translation import translate
from ...widgets.keys.letters import letter_of, with_letters
from .cells import SHOWABLE, Column, column_title, metres_text

_USUAL = (Column.DATE, Column.SENSOR, Column.RESOLUTION, Column.CLOUD, Column.COVERS, Column.PROVIDER)
_NARROWEST, _WIDEST = 24, 1_000  # pixels
_AROUND = 14  # pixels beside the text of a cell
_ARROW = 18  # pixels beside a title


@dataclass
class _Shown:
    column: Column
    width: int  # pixels


class FoundColumns(QObject):
    """Keeps the header of `view`, whose context menu chooses the columns. `sort_wanted(column, is_rising)`."""

    sort_wanted = pyqtSignal(int, bool)

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._is_setting = False
        self._shown = self._stored() or self._usual()
        self.menu = QMenu(translate("Found", "C&olumns"), view)
        self.menu.setObjectName("foundColumnsMenu")
        self.menu.aboutToShow.connect(self._fill_menu)
        header = self._header
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROWEST)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)
        header.sortIndicatorChanged.connect(self._on_sort)
        header.sectionResized.connect(self._read)
        header.sectionMoved.connect(self._read)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that are shown, in their order."""
        return tuple(each.column for each in self._shown)

    def apply(self) -> None:
        """Let the header be as it is kept; the view has its model."""
        self._is_setting = True
        header = self._header
        for column in Column:
            header.setSectionHidden(column, column not in self.shown)
        for place, each in enumerate(self._shown):
            header.moveSection(header.visualIndex(each.column), place)
            header.resizeSection(each.column, each.width)
        self._is_setting = False

    def show_order(self, column: Column, is_rising: bool) -> None:
        """Show by what the rows are sorted."""
        order = Qt.SortOrder.AscendingOrder if is_rising else Qt.SortOrder.DescendingOrder
        self._is_setting = True
        self._header.setSortIndicator(column, order)
        self._is_setting = False

    def show_column(self, column: Column, is_shown: bool) -> None:
        """Show a column at the end, or hide one; the last one stays."""
        if is_shown and column not in self.shown:
            self._shown.append(_Shown(column, self._width(column)))
        elif not is_shown and len(self._shown) > 1:
            self._shown = [each for each in self._shown if each.column is not column]
        self._take()

    def reset(self, _checked: bool = False) -> None:
        """Show the usual columns."""
        self._shown = self._usual()
        self._take()

    def store(self) -> None:
        """Keep what is shown for the next time."""
        SEARCH_COLUMNS.write(",".join(f"{each.column.name}:{each.width}" for each in self._shown))

    # inside

    @property
    def _header(self) -> QHeaderView:
        return self._view.horizontalHeader()

    def _take(self) -> None:
        self.apply()
        self.store()

    def _on_sort(self, section: int, order: Qt.SortOrder) -> None:
        if not self._is_setting and section in list(Column):
            self.sort_wanted.emit(section, order == Qt.SortOrder.AscendingOrder)

    def _read(self, *_what: object) -> None:
        """The user made a column wider or moved it."""
        header = self._header
        if self._is_setting or header.count() != len(Column):
            return
        seen = [
            Column(section)
            for section in map(header.logicalIndex, range(header.count()))
            if not header.isSectionHidden(section)
        ]
        self._shown = [_Shown(column, header.sectionSize(column)) for column in seen]

    def _open_menu(self, where: QPoint) -> None:
        self.menu.popup(self._header.mapToGlobal(where))

    def _fill_menu(self) -> None:
        self.menu.clear()
        usual = translate("Found", "&Usual Columns")
        titles = with_letters(map(column_title, SHOWABLE), taken=letter_of(usual))
        for column, title in zip(SHOWABLE, titles):
            action = self.menu.addAction(title)
            action.setObjectName(f"show{column.name.title()}ColumnAction")
            action.setCheckable(True)
            action.setChecked(column in self.shown)
            action.setEnabled(self.shown != (column,))
            action.toggled.connect(partial(self.show_column, column))
        self.menu.addSeparator()
        self.menu.addAction(usual).triggered.connect(self.reset)

    def _usual(self) -> list[_Shown]:
        return [_Shown(column, self._width(column)) for column in _USUAL]

    def _stored(self) -> list[_Shown]:
        """What was kept, as far as it can be read."""
        found: dict[Column, _Shown] = {}
        for entry in SEARCH_COLUMNS.read().split(","):
            name, _colon, width = entry.partition(":")
            column = Column.__members__.get(name.strip())
            if column in SHOWABLE and width.strip().isdecimal():
                pixels = min(_WIDEST, max(_NARROWEST, int(width[:6])))
                found.setdefault(column, _Shown(column, pixels))
        return list(found.values())

    def _width(self, column: Column) -> int:
        metrics = self._view.fontMetrics()
        title = metrics.horizontalAdvance(column_title(column)) + _ARROW
        letters = {Column.SENSOR: 9, Column.PROVIDER: 18, Column.BANDS: 12, Column.ID: 24}.get(column, 0)
        figures = {
            Column.RESOLUTION: metres_text(88.88),
            Column.CLOUD: percent_text(88.8),
            Column.COVERS: percent_text(100),
            Column.OFF_NADIR: f"{number_text(-28.8, 1)}°",
            Column.LEAST_AREA: area_text(88_880_000),
        }.get(column, "")
        dates = [local_date_text(datetime(2028, month, 28, tzinfo=timezone.utc)) for month in range(1, 13)]
        figures = max(dates, key=metrics.horizontalAdvance) if column is Column.DATE else figures
        text = max(metrics.horizontalAdvance(figures), metrics.averageCharWidth() * letters)
        return int(max(title, text)) + _AROUND
