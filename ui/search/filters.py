"""The form of what a search is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Optional

from qgis.gui import QgsCheckableComboBox, QgsCollapsibleGroupBox, QgsDateEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QDate, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox, QWidget

from ...api.account import Provider
from ...api.settings import SEARCH_FILTERS
from ...text.server_text import bounded
from ...text.translation import translate
from .filter_values import FilterValues, Product, Span
from .found.orders import USUAL, Order

_FORM = str(Path(__file__).with_name("filters.ui"))
_TYPING_MS = 400  # figures are typed digit by digit


class SearchFilters(QgsCollapsibleGroupBox):
    """Holds one `FilterValues`, which it keeps among QGIS's settings; `changed` once it is another one.

    The order is chosen in `order_combo`, which stands beside the list.
    """

    changed = pyqtSignal()

    spanCombo: QComboBox
    firstDayEdit: QgsDateEdit
    lastDayEdit: QgsDateEdit
    daysToLabel: QLabel
    cloudSpin: QSpinBox
    finestSpin: QDoubleSpinBox
    coarsestSpin: QDoubleSpinBox
    leastNadirSpin: QSpinBox
    mostNadirSpin: QSpinBox
    overlapSpin: QSpinBox
    providersCombo: QgsCheckableComboBox
    productCombo: QComboBox
    availableCheck: QCheckBox
    resetFiltersButton: QPushButton

    def __init__(self, order_combo: QComboBox, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._order_combo = order_combo
        self._titles: dict[str, str] = {}
        self._values = FilterValues()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPING_MS)
        self._typed.timeout.connect(self._take)
        self._fill()
        self._show(FilterValues.of_stored(SEARCH_FILTERS.read()))
        self._connect()

    @property
    def values(self) -> FilterValues:
        """What the form says."""
        return self._values

    def summary(self) -> str:
        """What is narrowed, in one line; "" where nothing is."""
        return self._values.summary(self._titles)

    def set_providers(self, providers: Iterable[Provider]) -> None:
        """Offer these; what is chosen stays chosen, as far as it is among them, and narrows nothing where it is not."""
        titles = {provider.name: provider.title for provider in providers}
        if titles == self._titles:
            return
        self._titles = titles
        combo = self.providersCombo
        combo.blockSignals(True)
        combo.clear()
        for name, title in titles.items():
            wanted = Qt.CheckState.Checked if name in self._values.providers else Qt.CheckState.Unchecked
            combo.addItemWithCheckState(bounded(title, 60), wanted, name)
        combo.blockSignals(False)
        combo.setEnabled(bool(titles))
        if titles:
            known = tuple(name for name in self._values.providers if name in titles)
            self._values = replace(self._values, providers=known)

    def reset(self) -> None:
        """Narrow nothing; the order stays."""
        self._show(FilterValues(order=self._values.order))
        self._take()

    def set_order(self, order: Order) -> None:
        """Sort by `order`, whether the list of orders has it or not."""
        self._show_order(order)
        self._take()

    def take_now(self) -> None:
        """Take what was typed without waiting for more."""
        if self._typed.isActive():
            self._typed.stop()
            self._take()

    # inside

    def _fill(self) -> None:
        for span in Span:
            self.spanCombo.addItem(span.title, span.name)
        for product in Product:
            self.productCombo.addItem(product.title, product.name)
        for order in USUAL:
            self._order_combo.addItem(order.title, order.name)
        self.providersCombo.setDefaultText(translate("Search", "All Providers"))
        for edit in (self.firstDayEdit, self.lastDayEdit):
            edit.setAllowNull(True)
            edit.clear()

    def _connect(self) -> None:
        for combo in (self.spanCombo, self.productCombo, self._order_combo):
            combo.activated.connect(self._take)
        self.providersCombo.checkedItemsChanged.connect(self._take)
        self.availableCheck.toggled.connect(self._take)
        for edit in (self.firstDayEdit, self.lastDayEdit):
            edit.dateChanged.connect(self._take_soon)
        for spin in (
            self.cloudSpin,
            self.finestSpin,
            self.coarsestSpin,
            self.leastNadirSpin,
            self.mostNadirSpin,
            self.overlapSpin,
        ):
            spin.valueChanged.connect(self._take_soon)
        self.resetFiltersButton.clicked.connect(self.reset)
        self.collapsedStateChanged.connect(lambda _collapsed: self._show_days())  # it shows all there is

    def _show(self, values: FilterValues) -> None:
        """Put `values` into the form without telling of it."""
        self._values = values
        widgets = [widget for widget in self.findChildren(QWidget) if not widget.signalsBlocked()]
        for widget in (*widgets, self._order_combo):
            widget.blockSignals(True)
        _choose(self.spanCombo, values.span)
        _choose(self.productCombo, values.product)
        self._show_order(Order[values.order])
        for edit, day in ((self.firstDayEdit, values.first_day), (self.lastDayEdit, values.last_day)):
            if day:
                edit.setDate(QDate.fromString(day, Qt.DateFormat.ISODate))
            else:
                edit.clear()
        self.cloudSpin.setValue(values.max_cloud)
        self.finestSpin.setValue(values.min_resolution)
        self.coarsestSpin.setValue(values.max_resolution)
        self.leastNadirSpin.setValue(round(values.min_off_nadir))
        self.mostNadirSpin.setValue(round(values.max_off_nadir))
        self.overlapSpin.setValue(values.min_overlap)
        for row in range(self.providersCombo.count()):
            is_wanted = self.providersCombo.itemData(row) in values.providers
            state = Qt.CheckState.Checked if is_wanted else Qt.CheckState.Unchecked
            self.providersCombo.setItemCheckState(row, state)
        self.availableCheck.setChecked(values.is_available)
        for widget in (*widgets, self._order_combo):
            widget.blockSignals(False)
        self._show_days()

    def _show_order(self, order: Order) -> None:
        """The list of orders has the usual ones, and the one that is chosen."""
        combo = self._order_combo
        if combo.count() > len(USUAL) and combo.currentData() != order.name:
            combo.removeItem(len(USUAL))
        if combo.findData(order.name) < 0:
            combo.addItem(order.title, order.name)
        _choose(combo, order.name)

    def _read(self) -> FilterValues:
        chosen = tuple(str(name) for name in self.providersCombo.checkedItemsData())
        # without a list to choose from, what was chosen before stands
        providers = chosen if self.providersCombo.count() else self._values.providers
        return FilterValues(
            span=self.spanCombo.currentData(),
            first_day=_day_of(self.firstDayEdit),
            last_day=_day_of(self.lastDayEdit),
            max_cloud=self.cloudSpin.value(),
            min_resolution=round(self.finestSpin.value(), 2),
            max_resolution=round(self.coarsestSpin.value(), 2),
            min_off_nadir=float(self.leastNadirSpin.value()),
            max_off_nadir=float(self.mostNadirSpin.value()),
            min_overlap=self.overlapSpin.value(),
            providers=providers,
            product=self.productCombo.currentData(),
            is_available=self.availableCheck.isChecked(),
            order=self._order_combo.currentData(),
        )

    def _take_soon(self, _value: object = None) -> None:
        self._typed.start()

    def _take(self, _value: object = None) -> None:
        self._typed.stop()
        values = self._read()
        self._show_days()
        if values != self._values:
            self._values = values
            SEARCH_FILTERS.write(values.stored())
        self.changed.emit()

    def _show_days(self) -> None:
        is_between = self.spanCombo.currentData() == Span.BETWEEN.name
        for widget in (self.firstDayEdit, self.daysToLabel, self.lastDayEdit):
            widget.setVisible(is_between and not self.isCollapsed())


def _choose(combo: QComboBox, name: str) -> None:
    combo.setCurrentIndex(max(0, combo.findData(name)))


def _day_of(edit: QgsDateEdit) -> str:
    return "" if edit.isNull() else str(edit.date().toString(Qt.DateFormat.ISODate))
