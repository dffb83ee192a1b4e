"""The My Imagery tab in each of its states, and Run with what it hands over, as pictures; inside QGIS."""

from __future__ import annotations

import shutil
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QModelIndex, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractItemView, QApplication, QMenu, QTreeView

from desktop import imagery_steps, steps
from desktop.hands import LEFT, NO_KEYS, Desk

NARROW = 340  # the least that the dock is made for
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
    _act(view, "addOutlinesAction")
    desk.wait("the outlines are on the map", lambda: len(QgsProject.instance().mapLayers()) > 1)


def ask_deletion(desk: Desk) -> None:
    """What is asked before the survey would go; it stays."""
    imagery_steps.choose_mosaic(desk, SURVEY)
    QTest.keyClick(desk.find("imageryView"), Qt.Key.Key_Delete)
    box = desk.wait("the deletion is to be confirmed", QApplication.activeModalWidget)
    desk.picture("dialog-delete-imagery", box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.settle()


def take_unready(desk: Desk) -> None:
    """Images that wait, are being prepared and have failed: in the tree, in the list of uploads, and in Run."""
    imagery_steps.open_imagery(desk)
    sound = Path(desk.settings["rasters"][0])
    paths = [Path(shutil.copyfile(sound, sound.with_name(name))) for name in desk.settings["unready"]]
    view = desk.find("imageryView", QTreeView)
    survey = next(
        row for row in range(view.model().rowCount()) if view.model().index(row, 0).data() == SURVEY
    )
    desk.drag_in("imageryView", paths, row=survey)

    def told(text: str, count: int) -> bool:
        return sum(text in each for each in imagery_steps.upload_texts(desk)) == count

    desk.wait("two wait and one failed", lambda: told("Being prepared", 2) and told("Failed", 1), 60)
    parent = open_rows(desk).parent()
    desk.wait("all of them are listed", lambda: view.model().rowCount(parent) == 3 + len(paths))
    imagery_steps.choose_mosaic(desk, SURVEY)
    _take_dock(desk, "imagery-unready")
    desk.choose_width(steps.DOCK, NARROW)
    _take_dock(desk, "imagery-unready-narrow")
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    take_menu(desk, "window-imagery-unready-menu")
    _act(view, "clearFailedImagesAction")
    box = desk.wait("the clearing is to be confirmed", QApplication.activeModalWidget)
    desk.picture("dialog-clear-failed", box)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.settle()
    choose_images(desk, 1)
    desk.click("useImageryButton")
    desk.wait("the form takes them", lambda: desk.text("ownMosaicCombo") == SURVEY)
    desk.find("ownImagesView").clearSelection()
    _take_dock(desk, "run-own-imagery-unready")
    imagery_steps.open_imagery(desk)
    imagery_steps.choose_mosaic(desk, SURVEY)
    QTest.keyClick(view, Qt.Key.Key_Left)  # there has to be room beside the rows to drop files on
    uploads = desk.find("uploadsView")
    uploads.selectAll()
    _act(uploads, "removeUploadAction")
    desk.wait("the list of uploads is empty", lambda: not imagery_steps.upload_texts(desk))


def _act(view: QAbstractItemView, name: str) -> None:
    next(action for action in view.actions() if action.objectName() == name).trigger()


def _take_dock(desk: Desk, name: str) -> None:
    desk.settle()
    desk.picture(name, desk.find(steps.DOCK))


def carry_to_run(desk: Desk) -> None:
    """Two images of the survey carried over to Run, their outline the area."""
    imagery_steps.open_imagery(desk)
    choose_images(desk)
    desk.click("useImageryButton")
    desk.wait("the form takes them", lambda: desk.text("ownMosaicCombo") == SURVEY)
    desk.click("ownAreaButton")
    steps.choose_model(desk)
    steps.wait_for_cost(desk)
