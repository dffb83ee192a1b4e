"""The Search tab in each of its states as pictures; inside QGIS."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from desktop import search_steps, steps
from desktop.hands import Desk

NARROW, WIDE = 300, 600


def take(desk: Desk) -> None:
    """Over the sandbox's imagery: not searched yet, found, previewed, filters, narrowed, covered, used in Run."""
    steps.go_to(desk, desk.settings["bbox"])
    search_steps.open_search(desk)
    _picture(desk, "search-empty")
    desk.click("mapExtentButton")
    search_steps.search(desk)
    _picture(desk, "search-found")
    search_steps.choose(desk, 3)
    search_steps.preview(desk, 3)
    _window(desk, "window-search")
    for width, name in ((NARROW, "search-narrow"), (WIDE, "search-wide")):
        desk.choose_width(steps.DOCK, width)
        _picture(desk, name)
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    search_steps.fold_filters(desk)
    _picture(desk, "search-filters")
    spin = desk.find("cloudSpin")
    QTest.keyClick(spin, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(spin, "10")
    QTest.keyClick(spin, Qt.Key.Key_Tab)
    search_steps.fold_filters(desk)
    desk.wait("what is narrowed is told", lambda: desk.sees("filtersLabel"))
    _picture(desk, "search-narrowed")
    search_steps.cover(desk)
    _window(desk, "window-search-cover")
    search_steps.use_in_run(desk)
    _picture(desk, "run-search-results")


def _picture(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def _window(desk: Desk, name: str) -> None:
    desk.wait_for_map()
    desk.picture(name)
