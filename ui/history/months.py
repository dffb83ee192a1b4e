"""What each month comes to: a chart with a choice of what it shows, and the figures below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QComboBox, QHeaderView, QTreeView, QVBoxLayout

from ...jobs.history.months import MonthSum, MonthSums, by_model
from ...text.quantities import area_text, credits_text, number_text
from ...text.translation import translate
from ..widgets.rows.copied_rows import copy_action
from ..widgets.rows.line_delegate import LineDelegate
from .chart import HistoryChart, Measure, MeasureText
from .colours import ModelColours
from .legend import ChartLegend
from .months_model import MonthsModel

if TYPE_CHECKING:
    from ...api.history import HistoryEntry

_MEASURES: tuple[tuple[Measure, MeasureText], ...] = (
    (lambda amount: amount.credits, credits_text),
    (lambda amount: amount.area_m2, area_text),
    (lambda amount: amount.count, lambda count: number_text(count, 0)),
)


class HistoryMonths(QObject):
    """Adds entries up and shows the sums."""

    def __init__(self, view: QTreeView, combo: QComboBox, place: QVBoxLayout) -> None:
        super().__init__(view)
        self.chart = HistoryChart()
        self.chart.setObjectName("historyChart")
        self.legend = ChartLegend()
        place.addWidget(self.chart, 1)
        place.addWidget(self.legend)
        self.model = MonthsModel(self)
        self._sums = MonthSums()
        self._months: Sequence[MonthSum] = ()  # what is shown of the sums
        self._combo = combo
        for title in (
            translate("History", "Cost"),
            translate("History", "Area"),
            translate("History", "Number of Processings"),
        ):
            combo.addItem(title)
        combo.currentIndexChanged.connect(self._show_chart)
        view.setModel(self.model)
        view.setItemDelegate(LineDelegate(view))
        copy_action(view)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def clear(self) -> None:
        """Show nothing."""
        self._sums = MonthSums()
        self._show()

    def add(self, entries: Sequence[HistoryEntry]) -> None:
        """Show what these come to with those that came before."""
        self._sums.add(entries)
        self._show()

    def _show(self) -> None:
        self._months = self._sums.months
        self.model.set_months(self._months)
        self._show_chart()

    def _show_chart(self, _row: int = 0) -> None:
        measure, text = _MEASURES[max(0, self._combo.currentIndex())]
        colours = ModelColours(list(by_model(self._months)))
        self.chart.set_months(self._months, measure, text, colours)
        self.legend.set_colours(colours)
