"""What a user does with imagery of his own, a function a step: uploads it, looks at it, runs a model on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractItemView

from desktop.eyes import NotSeen
from desktop.hands import Desk

RUN_TAB, IMAGERY_TAB = 0, 3
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def open_imagery(desk: Desk) -> None:
    """Go to the tab of one's own imagery, and wait until it is listed."""
    desk.choose_tab("tabs", IMAGERY_TAB)
    desk.wait("the imagery is listed", lambda: desk.sees("imageryView") or desk.sees("noImageryButton"))


def drag_files_in(desk: Desk, paths: Sequence[Path], name: str = "") -> None:
    """Drag files into the tab and agree to what is proposed, with another `name` for the mosaic where one is given."""
    desk.drag_in("MyImageryPage", paths)
    desk.wait("the upload is to be confirmed", lambda: desk.sees("UploadDialog"))
    if name:
        desk.type_into("mosaicNameEdit", name)
    desk.click("startUploadsButton")


def wait_until_uploaded(desk: Desk, count: int, seconds: float = 60.0) -> None:
    """Until so many uploads are done; NotSeen tells of one that failed."""

    def done() -> bool:
        told = upload_texts(desk)
        failed = [text for text in told if "failed" in text.lower()]
        if failed:
            raise NotSeen(f"an upload failed: {failed[0]}")
        return sum("Uploaded" in text for text in told) == count

    desk.wait(f"{count} files were uploaded", done, seconds)


def upload_texts(desk: Desk) -> list[str]:
    """What each row of the upload list says."""
    # this is asked often, and quicker than to look at every widget
    view = desk.window.findChild(QAbstractItemView, "uploadsView")
    if view is None or not view.parentWidget().isVisible():  # the list itself is folded once all is done
        return []
    model = view.model()
    return [str(model.index(row, 0).data(_SPOKEN)) for row in range(model.rowCount())]


def show_on_map(desk: Desk, mosaic: str) -> None:
    """Choose a mosaic in the tree and put its tiles on the map."""
    choose_mosaic(desk, mosaic)
    before = len(QgsProject.instance().mapLayers())
    desk.click("previewImageryButton")
    desk.wait("its tiles are on the map", lambda: len(QgsProject.instance().mapLayers()) > before)
    desk.wait_for_map()


def use_for_processing(desk: Desk, mosaic: str) -> str:
    """Carry a mosaic over to the Run tab, with the ground it covers as the area; returns what the form says of it."""
    choose_mosaic(desk, mosaic)
    desk.click("useImageryButton")
    desk.wait("the form takes it", lambda: desk.text("ownMosaicCombo") == mosaic)
    desk.click("ownAreaButton")
    return desk.wait(
        "the area was measured", lambda: "km" in desk.text("areaLabel") and desk.text("areaLabel")
    )


def choose_mosaic(desk: Desk, name: str) -> None:
    """Click on a mosaic in the tree."""

    def row() -> int:
        model = desk.find("imageryView", QAbstractItemView).model()
        names = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
        return names.index(name) + 1 if name in names else 0

    place = desk.wait(f"“{name}” is in the tree", lambda: desk.sees("imageryView") and row())
    desk.click_row("imageryView", int(place) - 1)
