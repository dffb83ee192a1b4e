"""The Search tab in each of its states as pictures; inside QGIS."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from desktop import search_steps, steps
from desktop.hands import Desk

NARROW, WIDE = 300, 600


def take(desk: Desk) -> None:
    """Over the sandbox's imagery: not searched yet, found, previewed, filters, narrowed, covered, used in Run."""
    search_steps.open_search(desk)
    _widths(desk, "search-empty")
    _none_found(desk)
    steps.go_to(desk, desk.settings["bbox"])
    desk.click("mapExtentButton")
    _searching(desk)
    search_steps.search(desk)
    _picture(desk, "search-found")
    search_steps.choose(desk, 3)
    search_steps.preview(desk, 3)
    _window(desk, "window-search")
    _widths(desk, "search")
    desk.click("tableButton")
    _widths(desk, "search-table")
    _thousands(desk)
    desk.click("tableButton")
    search_steps.search(desk)
    search_steps.choose(desk, 3)
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


def offline(desk: Desk) -> None:
    """The server does not answer any more, and the dock knows that."""
    search_steps.open_search(desk)
    _widths(desk, "offline-search")


def _none_found(desk: Desk) -> None:
    """In the middle of an ocean."""
    steps.go_to(desk, (-30.02, -40.02, -30.0, -40.0))
    desk.click("mapExtentButton")
    desk.click("searchButton")
    desk.wait("nothing was found", lambda: "has no image" in desk.text("nothingFoundLabel"))
    _widths(desk, "search-none")


def _searching(desk: Desk) -> None:
    """While the server takes its time."""
    process = int(desk.settings["pid"])
    os.kill(process, signal.SIGSTOP)
    try:
        desk.click("searchButton")
        _widths(desk, "search-searching")
        desk.click("searchButton")
    finally:
        os.kill(process, signal.SIGCONT)


def _thousands(desk: Desk) -> None:
    """As many images as a world has: those that came, over and over."""
    page: Any = desk.find("SearchPage")
    came = page.list.model.found()
    copies = (
        replace(each, image=replace(each.image, id=f"{each.image.id}-{turn}"))
        for turn in range(5_000 // len(came))
        for each in came
    )
    page.search.show(copies)
    desk.settle()
    _widths(desk, "search-5000-table")
    desk.click("tableButton")
    _widths(desk, "search-5000")
    desk.click("tableButton")


def _widths(desk: Desk, name: str) -> None:
    for width, at in ((NARROW, "narrow"), (WIDE, "wide")):
        desk.choose_width(steps.DOCK, width)
        _picture(desk, f"{name}-{at}")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    _picture(desk, name)


def _picture(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def _window(desk: Desk, name: str) -> None:
    desk.wait_for_map()
    desk.picture(name)
