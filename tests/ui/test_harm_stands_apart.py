"""What takes something away stands apart from what does not, in every menu and row of buttons of the dock."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qgis.gui import QgisInterface
from qgis.PyQt.QtWidgets import QAbstractButton, QBoxLayout, QLayout, QMenu, QWidget

from mapflow_dock.api.session import Session
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby

PATIENCE_MS = 20_000
HARM = re.compile("delete|cancel|remove|clear|signOut|stop|discard", re.IGNORECASE)
# takes what is over out of a list; gives up a question to the server that spends nothing
HARMLESS = {"clearButton", "cancelSignInButton"}
GAP = 8  # logical pixels beyond the usual distance


@pytest.fixture
def dock(qtbot: QtBot, qgis_iface: QgisInterface, qgis_new_project: object, sandbox) -> Iterator[MapflowDock]:
    session = Session()
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface)
    qtbot.addWidget(dock)
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    page = dock.contents.signed_in_page
    for index in range(page.tabs.count()):  # each page is made when it is first shown
        page.tabs.setCurrentIndex(index)
    yield dock
    dock.close()
    standby.close()


def is_harmful(name: str) -> bool:
    return bool(HARM.search(name)) and name not in HARMLESS


def mixed_groups(menu: QMenu) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for action in menu.actions():
        if action.isSeparator():
            groups.append([])
        else:
            groups[-1].append(action.objectName())
    return [group for group in groups if len({is_harmful(name) for name in group}) > 1]


def test_in_menus_it_has_a_group_of_its_own(dock: MapflowDock) -> None:
    menus = dock.findChildren(QMenu)
    harmful = {
        each.objectName() for menu in menus for each in menu.actions() if is_harmful(each.objectName())
    }
    assert harmful >= {
        "deleteProcessingsAction",
        "cancelResultAction",
        "deleteImageryAction",
        "clearFailedImagesAction",
        "cancelDownloadAction",
        "cancelUploadAction",
        "removeUploadAction",
        "deleteProjectAction",
        "signOutAction",
    }
    assert {menu.objectName(): mixed for menu in menus if (mixed := mixed_groups(menu))} == {}


def layouts(widget: QWidget) -> list[QBoxLayout]:
    return widget.findChildren(QBoxLayout)


def buttons_in(layout: QLayout, place: int) -> list[str]:
    """The buttons that the item at `place` is, or holds at its own edge."""
    widget = layout.itemAt(place).widget()
    if widget is None:
        return []
    held = [widget] if isinstance(widget, QAbstractButton) else widget.findChildren(QAbstractButton)
    return [each.objectName() for each in held]


def gap_at(layout: QLayout, place: int) -> bool:
    spacer = layout.itemAt(place).spacerItem()
    return spacer is not None and spacer.minimumSize().width() >= GAP


def test_in_rows_of_buttons_there_is_a_gap(dock: MapflowDock) -> None:
    found, close = set(), []
    for layout in layouts(dock):
        names = [buttons_in(layout, place) for place in range(layout.count())]
        for place, held in enumerate(names):
            if len(held) != 1 or not is_harmful(held[0]):
                continue
            found.add(held[0])
            for beside in (place - 1, place + 1):
                if 0 <= beside < len(names) and any(not is_harmful(name) for name in names[beside]):
                    close.append((held[0], names[beside]))
    assert found >= {"deleteButton", "deleteImageryButton", "cancelAllButton", "clearAreaButton"}
    assert close == []


def test_the_gaps_are_wide_enough_to_be_seen(dock: MapflowDock) -> None:
    for layout in layouts(dock):
        for place in range(1, layout.count()):
            held = buttons_in(layout, place)
            if len(held) == 1 and is_harmful(held[0]) and layout.itemAt(place - 1).spacerItem() is not None:
                assert gap_at(layout, place - 1), held
