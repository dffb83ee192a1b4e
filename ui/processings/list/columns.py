"""Columns and order of the processings list: what is shown, sorted by what, remembered for the next time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial

from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtWidgets import (
    QAction,
    QActionGroup,
    QHeaderView,
    QLabel,
    QMenu,
    QStyle,
    QToolButton,
    QTreeView,
    QWidgetAction,
)

from ....api.processings import Status
from ....api.settings import PROCESSINGS_HEADER, PROCESSINGS_HIDDEN
from ....text.quantities import age_text, area_text, credits_text, elapsed_text, minutes_ago
from ....text.translation import translate
from ...widgets.rows.painting import small_font
from ..status import STATES, state_word
from .cells import Column, running_for

# In a narrow dock two columns of two lines are read better than five of one: these have their place in the second
# lines until there is room for columns of their own.
_OPTIONAL = (Column.PROJECT, Column.CREATED, Column.AREA, Column.COST, Column.MODEL)
_NAME_WIDTH = 18  # average characters of a model or a project that are seen
_ROOM_FOR_NAME = 24  # average characters left for the name when a column is added
_AN_OLD_DAY = datetime(2028, 12, 28, tzinfo=timezone.utc)  # as wide as dates get
_TODAY = datetime(2029, 12, 28, tzinfo=timezone.utc)


class ProcessingsColumns(QObject):
    """Keeps the header of `view`; `button` and a right click on the header open its menu."""

    def __init__(self, view: QTreeView, button: QToolButton) -> None:
        super().__init__(view)
        self._view = view
        self._menu = QMenu(button)
        self._menu.setObjectName("processingsColumnsMenu")
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        button.setMenu(self._menu)
        header = view.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)
        self._unwanted = _stored_unwanted()
        self._has_projects = False
        self._set_up()
        self._restore()
        self._fit()
        view.installEventFilter(self)
        header.sortIndicatorChanged.connect(lambda _column, _order: self.store())

    def store(self) -> None:
        """Store the header's state for the next time."""
        PROCESSINGS_HEADER.write(self._view.header().saveState())

    def show_column(self, column: Column, shown: bool) -> None:
        """Let one of the optional columns be shown where there is room, or never."""
        self._unwanted = self._unwanted - {column} if shown else self._unwanted | {column}
        PROCESSINGS_HIDDEN.write(",".join(sorted(hidden.name for hidden in self._unwanted)))
        self._fit()

    def show_projects(self, are_several: bool) -> None:
        """Let the column of the project be one of them, or not."""
        self._has_projects = are_several
        header = self._view.header()
        if not are_several and header.sortIndicatorSection() == Column.PROJECT:
            self.sort_by(Column.CREATED)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the view became wider or narrower."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return bool(super().eventFilter(watched, event))

    def sort_by(self, column: Column) -> None:
        """Sort by `column`; newest, dearest and largest first, names from A."""
        falling = column in (Column.CREATED, Column.COST, Column.AREA)
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self._view.sortByColumn(column, order)

    @property
    def _offered(self) -> tuple[Column, ...]:
        """The optional columns that say something now."""
        return (
            _OPTIONAL if self._has_projects else tuple(each for each in _OPTIONAL if each != Column.PROJECT)
        )

    def _fit(self) -> None:
        """Show the optional columns there is room for."""
        header = self._view.header()
        name = QFontMetrics(self._view.font()).averageCharWidth() * _ROOM_FOR_NAME
        scroll_bar = self._view.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        room = self._view.width() - header.sectionSize(Column.STATUS) - name - scroll_bar
        changed = False
        for column in _OPTIONAL:
            width = self._widths[column] if header.isSectionHidden(column) else header.sectionSize(column)
            is_wanted = column in self._offered and column not in self._unwanted
            room -= width if is_wanted else 0
            hidden = not is_wanted or room < 0
            changed = changed or hidden != header.isSectionHidden(column)
            self._view.setColumnHidden(column, bool(hidden))
        if changed:
            self._view.viewport().update()

    def _set_up(self) -> None:
        header = self._view.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        metrics = QFontMetrics(self._view.font())
        words = [state_word(state) for state in STATES]
        words.append(minutes_ago(59))
        widest = max(metrics.horizontalAdvance(word) for word in words)
        line = running_for(
            state_word(Status.IN_PROGRESS), elapsed_text(_TODAY - timedelta(minutes=119), _TODAY)
        )
        below = QFontMetrics(small_font(self._view.font())).horizontalAdvance(line)
        header.resizeSection(Column.STATUS, max(widest + metrics.height(), below) + 16)
        samples = {
            Column.AREA: area_text(8_888_880_000),
            Column.COST: credits_text(88_888),
            Column.CREATED: age_text(_AN_OLD_DAY, _TODAY),
        }
        self._widths = {column: metrics.horizontalAdvance(text) + 12 for column, text in samples.items()}
        name = metrics.averageCharWidth() * _NAME_WIDTH
        self._widths.update({Column.MODEL: name, Column.PROJECT: name})
        for column, width in self._widths.items():
            header.resizeSection(column, width)
        self.sort_by(Column.CREATED)

    def _restore(self) -> None:
        state = PROCESSINGS_HEADER.read()
        if not state.isEmpty():
            header = self._view.header()
            header.restoreState(state)
            header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
            self._view.setColumnHidden(Column.NAME, False)
            self._view.setColumnHidden(Column.STATUS, False)
            self._view.sortByColumn(header.sortIndicatorSection(), header.sortIndicatorOrder())

    def _open_menu(self, where: QPoint) -> None:
        self._menu.popup(self._view.header().mapToGlobal(where))

    def _fill_menu(self) -> None:
        header = self._view.header()
        self._menu.clear()
        group = QActionGroup(self._menu)
        for column in Column:
            if column is Column.PROJECT and not self._has_projects:
                continue
            action = self._menu.addAction(_sort_title(column))
            action.setCheckable(True)
            action.setChecked(header.sortIndicatorSection() == column)
            action.triggered.connect(partial(self._sort_asked, column))
            group.addAction(action)
        turned = self._menu.addAction(translate("List", "&Reverse Order"))
        turned.triggered.connect(self._turn)
        self._menu.addSeparator()
        self._menu.addAction(_heading(translate("List", "Columns"), self._menu))
        for column in self._offered:
            action = self._menu.addAction(_column_entry(column))
            action.setToolTip(translate("List", "Shown where there is room for a column of its own"))
            action.setObjectName(f"show{column.name.title()}Action")
            action.setCheckable(True)
            action.setChecked(column not in self._unwanted)
            action.toggled.connect(partial(self.show_column, column))

    def _sort_asked(self, column: Column, _checked: bool = False) -> None:
        self.sort_by(column)

    def _turn(self) -> None:
        header = self._view.header()
        is_falling = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        order = Qt.SortOrder.AscendingOrder if is_falling else Qt.SortOrder.DescendingOrder
        self._view.sortByColumn(header.sortIndicatorSection(), order)


def _heading(text: str, menu: QMenu) -> QAction:
    """A title that keys skip: some styles draw no text in a section's separator, and a disabled entry is faint."""
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(6, 2, 6, 2)
    heading = QWidgetAction(menu)
    heading.setText(text)
    heading.setSeparator(True)
    heading.setDefaultWidget(label)
    return heading


def _sort_title(column: Column) -> str:
    return {
        Column.NAME: translate("List", "Sort by &Name"),
        Column.STATUS: translate("List", "Sort by &Status"),
        Column.AREA: translate("List", "Sort by &Area"),
        Column.COST: translate("List", "Sort by &Cost"),
        Column.CREATED: translate("List", "Sort by &Date Created"),
        Column.MODEL: translate("List", "Sort by &Model"),
        Column.PROJECT: translate("List", "Sort by &Project"),
    }[column]


def _column_entry(column: Column) -> str:
    return {
        Column.AREA: translate("List", "Ar&ea"),
        Column.COST: translate("List", "C&ost"),
        Column.CREATED: translate("List", "Crea&ted"),
        Column.MODEL: translate("List", "Mode&l"),
        Column.PROJECT: translate("List", "Pro&ject"),
    }[column]


def _stored_unwanted() -> frozenset[Column]:
    names = PROCESSINGS_HIDDEN.read().split(",")
    return frozenset(column for column in _OPTIONAL if column.name in names)
