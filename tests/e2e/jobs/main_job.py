"""Inside QGIS: the whole job by mouse and keys."""

from __future__ import annotations

import re
from pathlib import Path

from qgis.core import QgsProject

from desktop import layer_steps, steps


def number(text: str) -> float:
    """The first number in a text of the plugin, which writes it as QGIS's locale does."""
    return float(re.search(r"[\d,]+(?:\.\d+)?", text).group().replace(",", ""))


def run(desk):
    settings = desk.settings
    files = Path(settings["files"])
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    before = number(desk.text("balanceLabel"))
    show = steps.show_imagery if settings["has_preview"] else steps.go_to
    show(desk, settings["bbox"])
    area = steps.draw_area(desk)
    steps.choose_model(desk, settings["model"])
    cost = number(steps.wait_for_cost(desk))
    steps.start(desk)
    steps.wait_until_finished(desk)
    layers = steps.add_result(desk)
    tree = [
        [group.name() for group in parent.findGroups()]
        for root in [QgsProject.instance().layerTreeRoot()]
        for parent in [root, *root.findGroups()]
    ]
    row = desk.find("processingsView").currentIndex().row()
    desk.find("processingsView").clearSelection()
    desk.choose_tab("tabs", 0)
    layer_steps.open_processing(desk, layers[0])
    desk.wait("its row is chosen", lambda: is_chosen(desk, row))
    steps.save_result(desk, files / "result.gpkg")
    steps.save_project(desk, files / "project.qgz")
    after = desk.wait("the balance is what is left", lambda: left_after(desk, before))
    return {
        "area": area,
        "cost": cost,
        "credits_before": before,
        "credits_after": after,
        "tree": tree,
        "name": layers[0].name(),
        "objects": sum(layer.featureCount() for layer in layers),
    }


def is_chosen(desk, row):
    view = desk.sees("processingsView") and desk.find("processingsView")
    return bool(view) and [index.row() for index in view.selectionModel().selectedRows()] == [row]


def left_after(desk, before):
    now = number(desk.text("balanceLabel"))
    return now if now != before else 0
