"""A source of one's own as its user adds, tries and uses it, a function a step."""

from __future__ import annotations

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox

from desktop.hands import LEFT, Desk

PREVIEW_OF = "mapflow_dock/preview_of_source"


def open_sources(desk: Desk) -> None:
    """Choose My Sources as imagery on the Run tab."""
    desk.choose_tab("tabs", 0)
    desk.choose("sourceCombo", "My Sources")


def begin_new(desk: Desk) -> None:
    """Open the dialog of a new source."""
    desk.click("newSourceButton")
    desk.wait("the dialog was shown", lambda: desk.sees("SourceDialog"))


def fill_in(desk: Desk, name: str, address: str, login: tuple[str, str] = ("", "")) -> None:
    """Type what a source is."""
    desk.type_into("sourceNameEdit", name)
    desk.type_into("sourceAddressEdit", address)
    if any(login):
        desk.type_into("sourceUserEdit", login[0])
        desk.type_into("sourcePasswordEdit", login[1])


def try_typed(desk: Desk) -> str:
    """Press Check in the dialog; returns what it says in the end."""
    desk.click("tryTileButton")
    desk.wait("a tile was asked for", lambda: desk.text("tryTileButton") != "S&top")
    return desk.text("sourceMessage")


def save(desk: Desk) -> None:
    """Press Save, and wait until the dialog has closed."""
    buttons = desk.find("sourceButtons", QDialogButtonBox)
    QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Save), LEFT)
    desk.wait("the dialog was closed", lambda: not desk.sees("SourceDialog"))


def cancel(desk: Desk) -> None:
    """Leave the dialog by Esc."""
    QTest.keyClick(desk.find("SourceDialog"), Qt.Key.Key_Escape)
    desk.wait("the dialog was closed", lambda: not desk.sees("SourceDialog"))


def wait_until_tried(desk: Desk) -> str:
    """Until a tile under the area has come by itself; returns what is said of it."""
    desk.wait("a tile came", lambda: "can be used" in desk.text("ownSourceLabel"))
    return desk.text("ownSourceLabel")


def preview(desk: Desk) -> QgsRasterLayer:
    """Put the source on the map; returns its layer."""
    desk.click("previewSourceButton")
    layer = desk.wait("the tiles are on the map", lambda: next(iter(_previews()), None))
    desk.wait_for_map()
    return layer


def _previews() -> list[QgsRasterLayer]:
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if layer.customProperty(PREVIEW_OF) is not None]
