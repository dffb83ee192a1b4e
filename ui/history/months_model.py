"""What each month comes to as an item model: months, and the models below each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import QDate, QLocale, QObject, Qt
from qgis.PyQt.QtGui import QStandardItem, QStandardItemModel

from ...jobs.history.months import Amount, Month, MonthSum, by_model
from ...text.quantities import area_text, credits_text, number_text
from ...text.server_text import bounded
from ...text.translation import translate

_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MonthsModel(QStandardItemModel):
    """A row a month, the newest first, with a row for each model below it."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(0, 4, parent)
        self._name_columns()

    def set_months(self, months: Sequence[MonthSum]) -> None:
        """Show these months, which are in order of time."""
        self.removeRows(0, self.rowCount())
        for month in reversed(months):
            if not month.by_model:
                continue
            row = _row(month_title(month.month), month.all)
            for model, amount in by_model([month]).items():
                row[0].appendRow(_row(model_title(model), amount))
            self.appendRow(row)

    def _name_columns(self) -> None:
        self.setHorizontalHeaderLabels(
            [
                translate("History", "Month"),
                translate("History", "Processings"),
                translate("History", "Area"),
                translate("History", "Cost"),
            ]
        )
        for column in range(1, 4):
            self.horizontalHeaderItem(column).setTextAlignment(_AT_RIGHT)


def month_title(month: Month, is_short: bool = False) -> str:
    """A month as the user's language writes it: "January 2026", or "1/26" where there is little room."""
    year, number = month
    if is_short:
        return str(QLocale().toString(QDate(year, number, 1), "M/yy"))
    return str(QLocale().toString(QDate(year, number, 1), "MMMM yyyy"))


def model_title(name: str) -> str:
    """What a model is called."""
    return bounded(name, 60) or translate("History", "Model not named")


def _row(title: str, amount: Amount) -> list[QStandardItem]:
    texts = (number_text(amount.count, 0), area_text(amount.area_m2), credits_text(amount.credits))
    items = [QStandardItem(text) for text in (title, *texts)]
    for item in items:
        item.setEditable(False)
    for item in items[1:]:
        item.setTextAlignment(_AT_RIGHT)
    return items
