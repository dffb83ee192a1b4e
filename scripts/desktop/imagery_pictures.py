"""The My imagery tab in each of its states, and Run with what it hands over, as pictures; inside QGIS."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMenu, QTreeView

from desktop import imagery_steps, steps
from desktop.hands import LEFT, NO_KEYS, Desk

SURVEY, HARBOUR = "Aerial survey 2024, north & south", "Harbour"


def fill(desk: Desk) -> None:
    """A new mosaic typed into its dialog, and files dragged onto it; others dragged beside it."""
    desk.click("newMosaicButton")
    desk.wait("the dialog was shown", lambda: desk.sees("MosaicDialog"))
    desk.type_into("mosaicNameEdit", SURVEY)
    desk.type_into("mosaicTagsEdit", "agriculture")
    QTest.keyClick(desk.find("mosaicTagsEdit"), Qt.Key.Key_Return)
    QTest.keyClicks(desk.find("mosaicTagsEdit"), "spring, early")
    desk.picture("dialog-newMosaic", desk.find("MosaicDialog"))
    QTest.keyClick(desk.find("mosaicNameEdit"), Qt.Key.Key_Return)
    desk.wait("the mosaic is listed", lambda: desk.sees("imageryView") and not desk.sees("MosaicDialog"))
    rasters = [Path(path) for path in desk.settings["rasters"]]
    desk.drag_in("imageryView", rasters[:3], row=0)
    imagery_steps.wait_until_uploaded(desk, 3)
    imagery_steps.drag_files_in(desk, rasters[3:], HARBOUR)
    imagery_steps.wait_until_uploaded(desk, len(rasters))
    open_rows(desk)
    desk.click("clearButton")
    imagery_steps.choose_mosaic(desk, SURVEY)
    QTest.keyClick(desk.find("imageryView"), Qt.Key.Key_F5)
    desk.settle()


def open_rows(desk: Desk) -> QModelIndex:
    """Open the survey with the Right key; returns the index of its first image once its pictures are there."""
    view = desk.find("imageryView", QTreeView)
    imagery_steps.choose_mosaic(desk, SURVEY)
    parent = view.currentIndex()
    if not view.isExpanded(parent):
        QTest.keyClick(view, Qt.Key.Key_Right)
    model = view.model()
    desk.wait("its images are listed", lambda: model.rowCount(parent) >= 3)
    return model.index(0, 0, parent)


def choose_images(desk: Desk, count: int = 2) -> None:
    """Click on the first image of the survey, and with Shift on the last of `count`."""
    first = open_rows(desk)
    view = desk.find("imageryView", QTreeView)
    for row, keys in ((0, NO_KEYS), (count - 1, Qt.KeyboardModifier.ShiftModifier)):
        QTest.mouseClick(view.viewport(), LEFT, keys, view.visualRect(first.siblingAtRow(row)).center())
    desk.settle()


def take_menu(desk: Desk, name: str) -> None:
    """The context menu of what is chosen."""
    view = desk.find("imageryView", QTreeView)
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
    menu: QMenu = desk.wait("the menu was shown", lambda: _visible_menu(view))
    desk.picture(name)
    menu.close()
    desk.settle()


def _visible_menu(view: QTreeView) -> QMenu | None:
    return next((menu for menu in view.findChildren(QMenu, "imageryMenu") if menu.isVisible()), None)


def put_on_map(desk: Desk) -> None:
    """The survey's tiles and the outlines of its images on an empty map."""
    QgsProject.instance().removeAllMapLayers()
    imagery_steps.show_on_map(desk, SURVEY)
    view = desk.find("imageryView", QTreeView)
    outlines = next(action for action in view.actions() if action.objectName() == "addOutlinesAction")
    outlines.trigger()
    desk.wait("the outlines are on the map", lambda: len(QgsProject.instance().mapLayers()) > 1)


def ask_deletion(desk: Desk) -> None:
    """What is asked before the survey would go; it stays."""
    imagery_steps.choose_mosaic(desk, SURVEY)
    QTest.keyClick(desk.find("imageryView"), Qt.Key.Key_Delete)
    box = desk.wait("the deletion is to be confirmed", QApplication.activeModalWidget)
    desk.picture("dialog-delete-imagery", box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.settle()


def carry_to_run(desk: Desk) -> None:
    """Two images of the survey carried over to Run, their outline the area."""
    imagery_steps.open_imagery(desk)
    choose_images(desk)
    desk.click("useImageryButton")
    desk.wait("the form takes them", lambda: desk.text("ownMosaicCombo") == SURVEY)
    desk.click("ownAreaButton")
    steps.choose_model(desk)
    steps.wait_for_cost(desk)
