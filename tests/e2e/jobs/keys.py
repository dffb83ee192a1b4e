"""Inside QGIS: the letters under which the dock's widgets are reached by Alt, and what some of them do."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QLabel,
    QMenu,
    QTabBar,
    QTabWidget,
    QWidget,
)

from desktop import steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    menus = {letter_of(action.text()) for action in desk.window.menuBar().actions()} - {""}
    found = {"signed out": letters(desk)}
    desk.click_inside("advancedGroup", "collapseButton")
    walked = {"signed out": walked_by_tab(desk, "tokenEdit")}
    desk.click_inside("advancedGroup", "collapseButton")
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.show_imagery(desk, settings["bbox"])
    steps.draw_area(desk)
    steps.wait_for_cost(desk)
    for index, name in enumerate(("run", "processings", "search", "imagery", "run")):
        desk.choose_tab("tabs", index % 4)
        desk.settle()
        found[name] = letters(desk)
        walked[f"{index} {name}"] = walked_by_tab(desk, "projectCombo")
    told = {"entries": entries(desk), "menus": sorted(menus), "found": found, "walked": walked}
    return (
        told
        | {"pressed": pressed(desk), "log": log_tab(desk)}
        | {
            "drawing": ended_drawing(desk),
            "shown": toggled(desk),
        }
    )


def letters(desk) -> list[str]:
    """The letter of each visible widget of the dock that has one."""
    told = []
    for widget in desk.find(steps.DOCK).findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QTabBar):
            texts = [widget.tabText(index) for index in range(widget.count())]
        elif isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy()):
            texts = [widget.text()]
        else:
            continue
        told += [letter_of(text) for text in texts if letter_of(text)]
    return told


def entries(desk) -> dict[str, list[tuple[str, str]]]:
    """The entries of each menu of the dock, and those it gave QGIS: the text, and the keys."""
    told = {}
    for menu in desk.find(steps.DOCK).findChildren(QMenu):
        if menu.objectName() not in ("", "mCloseMenu"):  # QGIS's own, of its message bar
            menu.aboutToShow.emit()
            actions = [each for each in menu.actions() if each.text() and not each.isSeparator()]
            told[menu.objectName()] = [(each.text(), each.shortcut().toString()) for each in actions]
    ours = [each for each in desk.window.findChildren(QAction) if "Mapflow" in each.objectName()]
    return told | {"QGIS": [(each.text(), each.shortcut().toString()) for each in ours]}


def walked_by_tab(desk, first: str) -> list[tuple[str, int]]:
    """What has the focus from `first` on, each time Tab is pressed, until the dock is left; and where its top is."""
    dock = desk.find(steps.DOCK)
    QApplication.setActiveWindow(desk.window)
    widget = desk.find(first)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    told = []
    while dock.isAncestorOf(widget) and len(told) < 60:
        told.append((named(widget), widget.mapTo(dock, widget.rect().topLeft()).y()))
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Tab)
        desk.settle()
        widget = QApplication.focusWidget()
    return told


def named(widget) -> str:
    """The name of a widget, or that of what it is a part of."""
    while widget is not None and not widget.objectName():
        widget = widget.parentWidget()
    return "" if widget is None else widget.objectName()


def letter_of(text: str) -> str:
    found = re.search(r"&(\w)", text.replace("&&", ""))
    return found.group(1).upper() if found else ""


def pressed(desk) -> dict[str, str]:
    """What stands in front after keys of the dock and of QGIS's menu bar, pressed from inside the dock."""
    told = {}
    QApplication.setActiveWindow(desk.window)  # there is no window manager on the screen of a test
    window = desk.window.windowHandle()
    for key in (Qt.Key.Key_U, Qt.Key.Key_N, Qt.Key.Key_G):
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        desk.settle()
        told[chr(key)] = desk.find("tabs").tabText(desk.find("tabs").currentIndex()).replace("&", "")
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    told["Alt+B"] = desk.find("tabs").tabText(desk.find("tabs").currentIndex())
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    told["T"] = named(QApplication.focusWidget())
    return told


def ended_drawing(desk) -> list[bool]:
    """Whether an area is being drawn: after Alt+1 in a field of the dock, and after Esc there."""
    desk.choose_tab("tabs", 0)
    button = desk.find("drawPolygonButton")
    QApplication.setActiveWindow(desk.window)
    desk.find("nameEdit").setFocus()
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.wait("the key draws", button.isChecked)  # Qt shows the button pressed for a moment
    told = [button.isChecked()]
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Escape)
    desk.settle()
    return [*told, button.isChecked()]


def toggled(desk) -> dict[str, object]:
    """Who else has the shortcut of the dock, and whether the dock is there after it was pressed, once and twice."""
    toggle = desk.window.findChild(QAction, "mActionToggleMapflowDock")
    keys = toggle.shortcut().toString()
    others = [
        action.objectName()
        for action in desk.window.findChildren(QAction)
        if action is not toggle and keys in [each.toString() for each in action.shortcuts()]
    ]
    seen = []
    for _ in range(2):
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Y, modifiers)
        desk.settle()
        seen.append(desk.sees(steps.DOCK))
    return {"keys": keys, "others": others, "seen": seen}


def log_tab(desk) -> str:
    """The tab that is in front once the log was asked for."""
    desk.choose_from_menu("accountMenuButton", "dockLogAction")
    (tabs,) = desk.find("MessageLog").findChildren(QTabWidget)
    return tabs.tabText(tabs.currentIndex()).replace("&", "")
