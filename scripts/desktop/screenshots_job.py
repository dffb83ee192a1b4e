"""Every panel of the dock in each of its states, as pictures; inside QGIS."""

from __future__ import annotations

import os
import signal
from typing import Any

from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QWidget

from desktop import (
    imagery_pictures,
    imagery_steps,
    layer_steps,
    search_pictures,
    source_pictures,
    steps,
    summary_steps,
    upload_pictures,
)
from desktop.eyes import NotSeen
from desktop.hands import Desk

NARROW, WIDE = 300, 420  # the least and the most of what the dock is made for
SMALL_SCREEN = (1366, 768)
BOW_TIE = ((0.36, 0.34), (0.66, 0.66), (0.66, 0.34), (0.36, 0.66))  # parts of the map's width and height
OUTSIDE = (0.02, 0.02)  # degrees east and north of the imagery, where there is none


def run(desk: Desk) -> dict[str, Any]:
    """Take them all."""
    untouched(desk)
    steps.arrange_window(desk)
    steps.open_dock(desk)
    for take in (
        signed_out, run_page, menus_and_dialogs, start, processings, result, catalog, sources, own_imagery, uploads,
        other_windows, offline,
    ):  # fmt: skip
        desk.say(take.__name__.replace("_", " "))
        take(desk)
    return {}


def dock_picture(desk: Desk, name: str) -> None:
    """The dock alone, once nothing in it is about to change."""
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def window_picture(desk: Desk, name: str) -> None:
    """The whole window, the map drawn."""
    desk.wait_for_map()
    desk.picture(name)


def untouched(desk: Desk) -> None:
    """What a new user has on a small screen: QGIS as it opens, and the dock as it comes."""
    desk.window.showNormal()
    desk.window.setGeometry(0, 0, *SMALL_SCREEN)
    desk.settle()
    desk.picture("window-untouched")


def signed_out(desk: Desk) -> None:
    """The sign-in page: as it comes, opened up, and after each way it can fail."""
    dock_picture(desk, "sign-in")
    url = desk.settings["url"]
    for name, server, pasted in (
        ("sign-in-refused", url, "someone@example.org:as-mistyped"),
        ("sign-in-unreachable", "http://127.0.0.1:9/rest", "someone@example.org:as-mistyped"),
        ("sign-in-not-mapflow", url.rsplit("/", 1)[0] + "/docs", "someone@example.org:as-mistyped"),
    ):
        try:
            steps.sign_in(desk, server, pasted)
        except NotSeen:
            dock_picture(desk, name)
        else:
            raise NotSeen(f"signing in to {server} worked")
    desk.choose_width(steps.DOCK, NARROW)
    dock_picture(desk, "sign-in-narrow")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    steps.sign_in(desk, url, desk.settings["pasted"])


def run_page(desk: Desk) -> None:
    """The Run tab: empty, drawing, filled, and why it cannot be run."""
    dock_picture(desk, "run-empty")
    steps.show_imagery(desk, desk.settings["bbox"])
    window_picture(desk, "window-imagery")
    steps.draw_area(desk, finish=False)
    window_picture(desk, "window-drawing")
    steps.press_escape(desk)

    west, south, east, north = desk.settings["bbox"]
    half = (east - west) * 2.5
    steps.go_to(desk, (west - half, south - half, east + half, north + half))
    desk.click("mapExtentButton")
    steps.choose_model(desk)
    desk.wait("a reason is given", lambda: desk.sees("reasonLabel"))
    dock_picture(desk, "run-blocked")
    steps.go_to(desk, desk.settings["bbox"])
    steps.draw_area(desk, BOW_TIE, finish=False)
    QTest.keyClick(desk.canvas, Qt.Key.Key_Return)
    desk.wait("the crossing is told", lambda: desk.sees("fixAreaButton"))
    window_picture(desk, "window-crossing")
    desk.click("fixAreaButton")
    window_picture(desk, "window-fixed")
    desk.with_menu("moreAreasButton", lambda _menu: desk.picture("window-more-areas"))
    steps.draw_area(desk)
    steps.wait_for_cost(desk)
    dock_picture(desk, "run-filled")
    desk.click("aboutModelButton")
    dialog_picture(desk, "MapflowDetailsDialog", "dialog-about-model")
    mirrored(desk, "run-mirrored")
    window_picture(desk, "window-area")
    for width, name in ((NARROW, "run-filled-narrow"), (WIDE, "run-filled-wide")):
        desk.choose_width(steps.DOCK, width)
        dock_picture(desk, name)
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    usual = desk.window.geometry()
    desk.window.setGeometry(0, 0, *SMALL_SCREEN)
    window_picture(desk, "window-small")
    desk.window.setGeometry(usual)
    desk.settle()


def menus_and_dialogs(desk: Desk) -> None:
    """The menus of the header and what they open."""
    for button, name in (("projectMenuButton", "project-menu"), ("accountMenuButton", "account-menu")):
        desk.with_menu(button, lambda _menu, name=name: desk.picture(f"window-{name}"))
    for button, action, dialog in (
        ("projectMenuButton", "newProjectAction", "ProjectDialog"),
        ("projectMenuButton", "renameProjectAction", "ProjectDialog"),
        ("accountMenuButton", "accountInfoAction", "MapflowDetailsDialog"),
    ):
        desk.choose_from_menu(button, action)
        dialog_picture(desk, dialog, f"dialog-{action.removesuffix('Action')}")

    history(desk)


def history(desk: Desk) -> None:
    """What was processed in three years: the table, and the months."""
    desk.choose_from_menu("accountMenuButton", "historyAction")
    window = desk.wait(
        "the history was shown", lambda: desk.sees("HistoryDialog") and desk.find("HistoryDialog")
    )
    desk.wait("all of it came", lambda: window.loading.is_complete)
    desk.settle()
    desk.picture("dialog-history", window)
    desk.find("historyTabs").setCurrentIndex(1)
    desk.settle()
    desk.picture("dialog-history-months", window)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    desk.wait("the history was closed", lambda: not desk.sees("HistoryDialog"))


def dialog_picture(desk: Desk, dialog: str, name: str) -> None:
    """A dialog that is about to open, which is closed again."""
    widget: QWidget = desk.wait(f"{dialog} was shown", lambda: desk.sees(dialog) and desk.find(dialog))
    desk.settle()
    desk.picture(name, widget)
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    desk.wait(f"{dialog} was closed", lambda: not desk.sees(dialog))


def start(desk: Desk) -> None:
    """Confirming the cost, and the processing under way."""
    desk.click("startButton")
    desk.wait("the cost is to be confirmed", lambda: desk.sees("confirmStart"))
    desk.picture("dialog-confirm", desk.find("confirmStart"))
    desk.answer("confirmStart")
    desk.wait("the processing is listed", lambda: steps.rows(desk) > 0)
    dock_picture(desk, "processings-running")
    steps.wait_until_finished(desk)


def processings(desk: Desk) -> None:
    """The list with a finished and a failed processing, filtered to nothing, and what each can be asked."""
    start_where_no_imagery_is(desk)
    view = desk.find("processingsView")

    def ended() -> bool:
        QTest.keyClick(view, Qt.Key.Key_F5)
        told = " ".join(steps.row_text(desk, row) for row in range(steps.rows(desk)))
        return "fail" in told.lower()

    desk.wait("the second processing failed", ended, 60)
    for row in range(steps.rows(desk)):
        desk.click_row("processingsView", row)
        # the parts of a failed one can be added, too: the row alone tells them apart
        state = "finished" if "Ready" in steps.row_text(desk, row) else "failed"
        dock_picture(desk, f"processings-{state}")
        desk.click("detailsButton")
        dialog_picture(desk, "ProcessingDetails", f"dialog-details-{state}")
    refuse_a_name(desk, view)
    desk.type_into("filterEdit", "harbour")
    dock_picture(desk, "processings-filtered")
    desk.type_into("filterEdit", "")
    choose_finished(desk)
    desk.with_menu("saveAsButton", lambda _menu: desk.picture("window-save-menu"))
    desk.with_menu("columnsButton", lambda _menu: desk.picture("window-columns-menu"))
    desk.click("deleteButton")
    box = desk.wait("the deletion is to be confirmed", QApplication.activeModalWidget)
    desk.picture("dialog-delete", box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.choose_width(steps.DOCK, NARROW)
    dock_picture(desk, "processings-narrow")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)


def refuse_a_name(desk: Desk, view: QWidget) -> None:
    """A name that is typed in its row and cannot be."""
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = desk.wait(
        "the name can be typed", lambda: desk.sees("processingNameEdit") and desk.find("processingNameEdit")
    )
    editor.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    dock_picture(desk, "processings-name-refused")
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def start_where_no_imagery_is(desk: Desk) -> None:
    """A processing that is going to fail."""
    desk.choose_tab("tabs", 0)
    _west, _south, east, north = desk.settings["bbox"]
    right, up = OUTSIDE
    steps.go_to(desk, (east + right, north + up, east + right + 0.004, north + up + 0.004))
    desk.click("mapExtentButton")
    desk.type_into("nameEdit", "Beyond the imagery")
    steps.wait_for_cost(desk)
    steps.start(desk)
    desk.wait("both processings are listed", lambda: steps.rows(desk) > 1)


def choose_finished(desk: Desk) -> None:
    """Choose the processing that has a result."""
    for row in range(steps.rows(desk)):
        if "Ready" in steps.row_text(desk, row):
            desk.click_row("processingsView", row)
            return


def result(desk: Desk) -> None:
    """The finished processing's layers on the map."""
    choose_finished(desk)
    layers = steps.add_result(desk)
    window_picture(desk, "window-result")
    dock_picture(desk, "processings-added")
    layer_steps.with_layer_menu(desk, layers[0], lambda _menu: desk.picture("window-layer-menu"))
    summary(desk, layers[0])
    desk.choose_tab("tabs", 0)
    layer_steps.open_processing(desk, layers[0])
    desk.wait("the list is shown", lambda: desk.sees("processingsView"))
    mirrored(desk, "processings-mirrored")


def summary(desk: Desk, layer: QgsMapLayer) -> None:
    """What the result sums up to: all of it, narrow, of the map, of nothing, and in a print layout."""
    layer_steps.open_summary(desk, layer)
    summary_steps.wait_for_figures(desk)
    window = desk.find(summary_steps.WINDOW)
    desk.settle()
    desk.picture("dialog-summary", window)
    window.resize(NARROW, window.height())
    desk.settle()
    desk.picture("dialog-summary-narrow", window)
    summary_steps.choose_scope(desk, "Map Extent")
    desk.picture("dialog-summary-map", window)
    summary_steps.choose_scope(desk, "Selected Objects")
    desk.picture("dialog-summary-nothing", window)
    summary_steps.choose_scope(desk, "Whole Result")
    desk.choose_from_menu("layoutButton", "newLayoutAction")
    [designer, *_others] = desk.wait("the layout is shown", desk.iface.openLayoutDesigners)
    desk.settle()
    desk.picture("window-summary-layout", designer.window())
    designer.close()
    summary_steps.close(desk)


def mirrored(desk: Desk, name: str) -> None:
    """The dock as somebody sees it who reads from right to left."""
    dock = desk.find(steps.DOCK)
    dock.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    dock_picture(desk, name)
    dock.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    desk.settle()


def catalog(desk: Desk) -> None:
    """The Search tab: empty, found, previewed, narrowed, and what it hands over to Run."""
    search_pictures.take(desk)


def sources(desk: Desk) -> None:
    """The user's own tiles on the Run tab."""
    source_pictures.take(desk)


def own_imagery(desk: Desk) -> None:
    """The My Imagery tab: empty, filled, narrow, its menu and dialogs, on the map and in Run."""
    imagery_steps.open_imagery(desk)
    dock_picture(desk, "imagery-empty")
    imagery_pictures.fill(desk)
    imagery_pictures.choose_images(desk)
    dock_picture(desk, "imagery")
    mirrored(desk, "imagery-mirrored")
    for width, name in ((NARROW, "imagery-narrow"), (WIDE, "imagery-wide")):
        desk.choose_width(steps.DOCK, width)
        dock_picture(desk, name)
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    imagery_pictures.take_menu(desk, "window-imagery-menu")
    imagery_steps.choose_mosaic(desk, imagery_pictures.SURVEY)
    QTest.keyClick(desk.find("imageryView"), Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    dialog_picture(desk, "MapflowDetailsDialog", "dialog-imagery-details")
    imagery_pictures.ask_deletion(desk)
    desk.type_into("imageryFilterEdit", "nothing of the kind")
    dock_picture(desk, "imagery-filtered")
    desk.type_into("imageryFilterEdit", "")
    imagery_pictures.put_on_map(desk)
    window_picture(desk, "window-own-imagery")
    imagery_pictures.carry_to_run(desk)
    dock_picture(desk, "run-own-imagery")
    imagery_pictures.take_unready(desk)


def uploads(desk: Desk) -> None:
    """Uploads: while they are dragged in, decided, under way, and over."""
    upload_pictures.take(desk)


def other_windows(desk: Desk) -> None:
    """The page in QGIS's options."""
    problem: list[BaseException] = []

    def take_and_close() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        timer.stop()
        try:
            desk.picture("options", dialog)
        except Exception as error:  # noqa: BLE001 - must not vanish inside Qt
            problem.append(error)
        dialog.reject()

    timer = QTimer()
    timer.timeout.connect(take_and_close)
    timer.start(100)
    desk.choose_from_menu("accountMenuButton", "dockSettingsAction")
    desk.wait("the options were shown", lambda: not timer.isActive())
    if problem:
        raise problem[0]
    combo = desk.find("projectCombo", QComboBox)
    combo.showPopup()
    desk.settle()
    desk.picture("window-project-list")
    combo.hidePopup()


def offline(desk: Desk) -> None:
    """The dock when the server does not answer any more."""
    os.kill(int(desk.settings["pid"]), signal.SIGTERM)
    desk.choose_tab("tabs", 1)
    QTest.keyClick(desk.find("processingsView"), Qt.Key.Key_F5)
    desk.wait("the dock says that Mapflow cannot be reached", lambda: says(desk, "cannot be reached"), 60)
    dock_picture(desk, "offline")
    desk.click("moreButton")
    dock_picture(desk, "offline-opened")
    desk.choose_tab("tabs", 0)
    dock_picture(desk, "offline-run")
    search_pictures.offline(desk)
    QgsProject.instance().clear()


def says(desk: Desk, words: str) -> bool:
    """Whether the dock's message bar shows a message with these words; without one it is hidden."""
    if not desk.sees("messageBar"):
        return False
    bar: Any = desk.find("messageBar", within=steps.DOCK)
    return any(words in text for text in steps.bar_texts(bar))
