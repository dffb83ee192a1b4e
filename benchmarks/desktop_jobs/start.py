"""Inside QGIS: how long the plugin takes to load, and each of its pages to be there for the first time."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from event_loop import Cost, StallWatch, cost_until_painted
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QTabWidget
from qgis.utils import loadPlugin, plugins, startPlugin

from desktop import steps
from desktop.hands import Desk

PLUGIN, PLAIN = "mapflow_dock", "plain_plugin"
TABS = {
    "show_processings": (1, "statusCombo"),
    "show_search": (2, "searchButton"),
    "show_my_imagery": (3, "uploadButton"),
}


def run(desk: Desk) -> dict[str, dict[str, float]]:
    """Times by what was measured."""
    steps.arrange_window(desk)
    told = {"load_plain_plugin": _load(PLAIN), "load": _load(PLUGIN)}
    plain, dock = (desk.window.findChild(QDockWidget, name) for name in ("PlainDock", "MapflowDock"))
    # QGIS shows each dock that is added; a start of QGIS hides it again, as it was left
    for each in (plain, dock):
        each.hide()
    desk.settle()
    told["show_plain_dock"] = cost_until_painted("PlainDock", plain.show)
    plain.hide()
    desk.settle()
    toggle = desk.window.findChild(QAction, "mActionToggleMapflowDock")
    told["show_dock"] = cost_until_painted("signInButton", toggle.trigger)
    desk.choose_width("MapflowDock", steps.DOCK_WIDTH)
    cost = Cost()
    with StallWatch() as watch:
        plugins[PLUGIN].standby.session.sign_in(desk.settings["pasted"], desk.settings["url"], False)
        desk.wait("signed in", lambda: desk.sees("tabs") and desk.sees("startButton"))
        desk.settle()
    told["sign_in"] = {**cost.told(), "longest_standstill_ms": watch.longest_ms}
    tabs = desk.find("tabs", QTabWidget)
    for name, (index, widget) in TABS.items():
        told[name] = cost_until_painted(widget, lambda index=index: tabs.setCurrentIndex(index))
        desk.settle()
    return told


def _load(plugin: str) -> dict[str, float]:
    cost = Cost()
    if not (loadPlugin(plugin) and startPlugin(plugin)):
        raise RuntimeError(f"{plugin} was not loaded")
    return cost.told()
