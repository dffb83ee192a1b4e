"""The Search tab in each of its states as pictures; inside QGIS."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QListView, QToolButton, QWidget

from desktop import steps
from desktop.hands import LEFT, NO_KEYS, Desk

SEARCH_TAB = 2
NARROW, WIDE = 300, 600


def take(desk: Desk) -> None:
    """The area over the sandbox's imagery: not searched yet, filters, found, chosen, used, nothing found."""
    steps.go_to(desk, desk.settings["bbox"])
    desk.choose_tab("tabs", SEARCH_TAB)
    _picture(desk, "search-empty")
    desk.click("mapExtentButton")
    search(desk)
    _picture(desk, "search-found")
    choose(desk, 3)
    _window(desk, "window-search")
    desk.click("previewFoundButton")
    desk.wait("the previews are on the map", lambda: len(_previews()) == 3)
    _window(desk, "window-search-preview")
    for width, name in ((NARROW, "search-narrow"), (WIDE, "search-wide")):
        desk.choose_width(steps.DOCK, width)
        _picture(desk, name)
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    fold(desk, "SearchFilters")
    _picture(desk, "search-filters")
    spin = desk.find("cloudSpin")
    QTest.keyClick(spin, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(spin, "10")
    QTest.keyClick(spin, Qt.Key.Key_Tab)
    fold(desk, "SearchFilters")
    desk.wait("what is narrowed is told", lambda: desk.sees("filtersLabel"))
    _picture(desk, "search-narrowed")
    choose(desk, 1)
    desk.click("useFoundButton")
    desk.wait("Run shows what was picked", lambda: desk.sees("foundLabel"))
    _picture(desk, "run-search-results")


def _previews() -> list[QgsMapLayer]:
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if layer.customProperty("mapflow_dock/catalog_image")]


def search(desk: Desk) -> None:
    """Press Search, and wait for the list and the pictures that are seen."""
    desk.click("searchButton")
    desk.wait("images were found", lambda: desk.sees("foundView"))
    desk.settle()


def choose(desk: Desk, count: int) -> None:
    """Click on the first image of the list, and with Shift on the last of `count`."""
    view = desk.find("foundView", QListView)
    for row, keys in ((0, NO_KEYS), (count - 1, Qt.KeyboardModifier.ShiftModifier if count > 1 else NO_KEYS)):
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), LEFT, keys, place)
    desk.settle()


def fold(desk: Desk, name: str) -> None:
    """Open or close a group."""
    button = desk.find(name, QWidget).findChild(QToolButton, "collapseButton")
    QTest.mouseClick(button, LEFT)
    desk.settle()


def _picture(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def _window(desk: Desk, name: str) -> None:
    desk.wait_for_map()
    desk.picture(name)
