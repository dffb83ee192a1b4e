"""What a user does with processings that are listed: runs one once more, goes to that of a layer."""

from __future__ import annotations

from qgis.core import QgsMapLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractItemView

from desktop import layer_steps, steps
from desktop.hands import Desk


def row_of(desk: Desk, name: str) -> int:
    """The row of the processing of that name; -1 where it is not listed."""
    if not desk.sees("processingsView"):
        return -1
    model = desk.find("processingsView", QAbstractItemView).model()
    return next((row for row in range(model.rowCount()) if model.index(row, 0).data() == name), -1)


def chosen_name(desk: Desk) -> str:
    """The name in the row that is chosen; "" where that is none, or several."""
    if not desk.sees("processingsView"):
        return ""
    view = desk.find("processingsView", QAbstractItemView)
    rows = view.selectionModel().selectedRows()
    return str(rows[0].data()) if len(rows) == 1 else ""


def duplicate(desk: Desk, name: str) -> dict[str, str]:
    """Press Ins in the row of that name; returns what the form says once it is filled in."""
    desk.choose_tab("tabs", 1)
    row = desk.wait(f"{name} is listed", lambda: row_of(desk, name) + 1) - 1
    desk.click_row("processingsView", row)
    desk.key("processingsView", Qt.Key.Key_Insert)
    desk.wait("the form is filled in", lambda: f"Area of “{name}”" in desk.text("areaLabel"))
    cost = steps.wait_for_cost(desk)
    return {"name": desk.text("nameEdit"), "area": desk.text("areaLabel"), "cost": cost}


def go_to_processing(desk: Desk, layer: QgsMapLayer) -> str:
    """Click *Open Its Processing* in the menu of a layer; returns the name in the row that is chosen then."""
    layer_steps.open_processing(desk, layer)
    return desk.wait("its row is chosen", lambda: chosen_name(desk))
