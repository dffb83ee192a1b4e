"""One's own sources in each of their states as pictures; inside QGIS."""

from __future__ import annotations

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from desktop import source_steps, steps
from desktop.hands import Desk

NARROW = 300
_CONNECTIONS = {
    "City Ortho 2025": {"url": "https://tiles.example.com/{z}/{x}/{-y}.png", "zmax": 20},
    "Terrain": {"url": "https://terrain.example.com/{z}/{x}/{y}.png", "interpretation": "maptilerterrain"},
}


def take(desk: Desk) -> None:
    """None yet, wrong, with what may be a key, tried, refused, kept, about to be removed, narrow, and on the map."""
    address = f"{desk.settings['url']}/providers/{desk.settings['provider']}/tiles/{{z}}/{{x}}/{{y}}.png"
    source_steps.open_sources(desk)
    steps.go_to(desk, desk.settings["bbox"])
    steps.draw_area(desk)
    _picture(desk, "run-no-sources")
    source_steps.begin_new(desk)
    _import_menu(desk)
    source_steps.fill_in(desk, "Valley 2026", "https://tiles.example.com/{z}/{x}")
    _dialog(desk, "dialog-source-wrong")
    source_steps.fill_in(
        desk, "Valley 2026", "https://tiles.example.com/0a1b2c3d4e5f60718293a4b5/{z}/{x}/{y}.png"
    )
    _dialog(desk, "dialog-source-key")
    source_steps.fill_in(desk, "Valley 2026", address + "x")
    source_steps.try_typed(desk)
    _dialog(desk, "dialog-source-refused")
    source_steps.fill_in(desk, "Valley 2026", address)
    source_steps.try_typed(desk)
    _dialog(desk, "dialog-source")
    source_steps.save(desk)
    source_steps.wait_until_tried(desk)
    _picture(desk, "run-own-source")
    desk.choose_width(steps.DOCK, NARROW)
    _picture(desk, "run-own-source-narrow")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    source_steps.preview(desk)
    desk.picture("window-own-source")
    desk.click("removeSourceButton")
    box = desk.wait("the removal is to be confirmed", QApplication.activeModalWidget)
    desk.picture("dialog-remove-source", box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.choose("sourceCombo", "Provider")


def _import_menu(desk: Desk) -> None:
    """What QGIS knows already, and what the dialog says of what Mapflow cannot use."""
    for name, values in _CONNECTIONS.items():
        for key, value in values.items():
            QgsSettings().setValue(f"qgis/connections-xyz/{name}/{key}", value)
    menu = desk.find("sourceImportButton").menu()
    menu.popup(desk.find("SourceDialog").mapToGlobal(desk.find("sourceImportButton").geometry().bottomLeft()))
    desk.wait("the menu was shown", menu.isVisible)
    desk.picture("menu-import-source", menu)
    next(each for each in menu.actions() if each.text() == "Terrain").trigger()
    menu.close()
    _dialog(desk, "dialog-source-unusable")


def _picture(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def _dialog(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find("SourceDialog"))
