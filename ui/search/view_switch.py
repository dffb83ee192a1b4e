"""List or table, and by what it is sorted: what the page's button, combo box, menu and header have to do with it."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QToolButton

from ...text.translation import translate
from .actions import SearchActions
from .filters import SearchFilters
from .found.cells import Column
from .found.list import FoundList
from .found.orders import Order


class ViewSwitch(QObject):
    """Connects them."""

    def __init__(
        self, found: FoundList, actions: SearchActions, filters: SearchFilters, button: QToolButton
    ) -> None:
        super().__init__(found)
        self._found = found
        self._actions = actions
        self._filters = filters
        self._button = button
        button.setIcon(actions.table.icon())
        button.setCheckable(True)
        button.setToolTip(translate("Search", "Show the found images as a table"))
        views = found.views
        views.menu_wanted.connect(actions.menu.popup)
        views.opened.connect(actions.preview.trigger)
        views.columns.sort_wanted.connect(self._sort_by)
        views.switched.connect(self._show)
        actions.table.toggled.connect(views.show_table)
        button.toggled.connect(actions.table.setChecked)
        self._show()
        self.follow_order()

    def follow_order(self) -> None:
        """Sort as the filters say."""
        order = Order[self._filters.values.order]
        self._found.model.set_order(order)
        self._found.views.columns.show_order(order.column, order.is_rising)

    def _show(self) -> None:
        is_table = self._found.views.is_table
        self._actions.table.setChecked(is_table)
        self._actions.columns.setVisible(is_table)
        self._button.setChecked(is_table)

    def _sort_by(self, column: int, is_rising: bool) -> None:
        order = Order.of(Column(column), is_rising)
        if order is not None:
            self._filters.set_order(order)
