"""The plugin's main job as its user does it, a function a step: demo, pictures and tests are made of these."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from desktop.eyes import NotSeen
from desktop.hands import LEFT, NO_KEYS, RIGHT, Desk

DOCK = "MapflowDock"
LOOK_AGAIN_SECONDS = 3.0  # the plugin itself asks the service twice a minute
DOCK_WIDTH = 380  # logical pixels; the dock is made for 340 to 420
# a five-cornered area in the middle of what the map shows, as parts of its width and height
AREA = ((0.36, 0.34), (0.58, 0.30), (0.66, 0.52), (0.55, 0.70), (0.38, 0.66))


def arrange_window(desk: Desk, width: int = 1440, height: int = 900) -> None:
    """Give the window the size the pictures have, and the map the room."""
    desk.window.showNormal()
    desk.window.setGeometry(0, 0, width, height)
    for name in ("Browser", "mLayerStylingWidget", "mUndo"):
        panel = desk.window.findChild(QWidget, name)
        if panel is not None:
            panel.hide()
    desk.iface.actionNewProject().trigger()  # the map in place of the page QGIS welcomes with
    desk.settle()


def open_dock(desk: Desk, width: int = DOCK_WIDTH) -> None:
    """Show the dock by its button in the toolbar, at its usual width."""
    action = desk.window.findChild(QAction, "mActionToggleMapflowDock")
    if action is None:
        raise NotSeen("The plugin is not loaded: there is no action to show its dock.")
    if not desk.sees(DOCK):
        buttons = [
            each for each in action.associatedWidgets() if each.isVisible() and each.metaObject().className()
        ]
        tool_buttons = [each for each in buttons if each.inherits("QToolButton")]
        if tool_buttons:
            QTest.mouseClick(tool_buttons[0], LEFT)
        else:
            action.trigger()
    dock = desk.wait("the dock was shown", lambda: desk.sees(DOCK) and desk.find(DOCK))
    dock.raise_()
    desk.choose_width(DOCK, width)


def sign_in(desk: Desk, url: str, pasted: str) -> None:
    """Type the server's address under Advanced and the login, and sign in."""
    server = desk.window.findChild(QLineEdit, "serverEdit")
    if server is None or not server.isVisible():
        desk.click_inside("advancedGroup", "collapseButton")
    desk.type_into("serverEdit", url)
    desk.type_into("tokenEdit", pasted)
    desk.click("signInButton")
    desk.wait("signed in", lambda: desk.sees("tabs") or _refusal(desk), 30)
    desk.wait(
        "the projects and models came", lambda: bool(desk.text("projectCombo") and desk.text("modelCombo"))
    )


def _refusal(desk: Desk) -> bool:
    if desk.sees("signInIcon"):
        raise NotSeen(f"Signing in was refused: {desk.find('signInMessage', QLabel).text()}")
    return False


def show_imagery(desk: Desk, bbox: Sequence[float]) -> None:
    """Put the provider's imagery on the map and go to where it is; `bbox` in degrees."""
    desk.click("previewButton")
    desk.wait("the imagery is on the map", lambda: bool(QgsProject.instance().mapLayers()))
    desk.settle()
    go_to(desk, bbox)


def go_to(desk: Desk, bbox: Sequence[float]) -> None:
    """Show west, south, east, north in degrees on the map."""
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    target = desk.canvas.mapSettings().destinationCrs()
    transform = QgsCoordinateTransform(degrees, target, QgsProject.instance())
    desk.canvas.setExtent(transform.transformBoundingBox(QgsRectangle(*bbox)))
    desk.canvas.refresh()
    desk.wait_for_map()


def draw_area(desk: Desk, corners: Sequence[tuple[float, float]] = AREA, finish: bool = True) -> str:
    """Draw a polygon with clicks on the map and end it with a right click; returns what the form says of it."""
    desk.click("drawPolygonButton")
    extent = desk.canvas.extent()
    place = QgsPointXY(extent.center())
    for right, down in corners:
        place = QgsPointXY(
            extent.xMinimum() + right * extent.width(), extent.yMaximum() - down * extent.height()
        )
        desk.click_map(place)
    if not finish:
        return ""
    desk.click_map(place, RIGHT)
    return desk.wait(
        "the area was measured", lambda: "km" in desk.text("areaLabel") and desk.text("areaLabel")
    )


def choose_model(desk: Desk, name: str = "Buildings") -> str:
    """Choose a model by a part of its name."""
    return desk.choose("modelCombo", name)


def wait_for_cost(desk: Desk) -> str:
    """Until the service said what it costs and Start can be pressed; returns what the form says."""

    def known() -> bool:
        if desk.sees("reasonLabel"):
            raise NotSeen(f"It cannot be started: {desk.text('reasonLabel')}")
        return desk.find("startButton", QPushButton).isEnabled()

    desk.wait("the cost is known", known)
    return desk.text("costLabel")


def start(desk: Desk) -> None:
    """Press Start and confirm what it costs."""
    desk.click("startButton")
    desk.answer("confirmStart")
    desk.wait("the processing was started", lambda: desk.sees("processingsView"))


def wait_until_finished(desk: Desk, seconds: float = 90.0) -> None:
    """Until the newest processing can be added to the map; presses F5 now and then, as a user does who is waiting."""
    desk.wait("the processing is listed", lambda: rows(desk) > 0)
    desk.click_row("processingsView", 0)
    looked = time.monotonic()

    def ended() -> bool:
        nonlocal looked
        told = row_text(desk, 0)
        if "fail" in told.lower():
            raise NotSeen(f"The processing failed: {told}")
        if time.monotonic() - looked > LOOK_AGAIN_SECONDS:
            looked = time.monotonic()
            QTest.keyClick(desk.find("processingsView"), Qt.Key.Key_F5)
        return desk.find("addResultButton").isEnabled()

    desk.wait("the processing finished", ended, seconds)


def rows(desk: Desk) -> int:
    """How many processings are listed."""
    if not desk.sees("processingsView"):
        return 0
    return desk.find("processingsView", QAbstractItemView).model().rowCount()


def row_text(desk: Desk, row: int) -> str:
    """All a row says."""
    model = desk.find("processingsView", QAbstractItemView).model()
    cells = [model.index(row, column).data() for column in range(model.columnCount())]
    return " | ".join(str(cell) for cell in cells if cell)


def add_result(desk: Desk, seconds: float = 60.0) -> list[QgsVectorLayer]:
    """Add the chosen processing's result and wait for its downloaded layers; returns those."""
    desk.click("addResultButton")
    desk.wait("the layer is on the map", result_layers, seconds)
    desk.wait("nothing is on its way any more", lambda: not desk.sees("transferBox"), seconds)
    desk.wait_for_map()
    return result_layers()


def result_layers() -> list[QgsVectorLayer]:
    """The layers in the project that are read from a GeoPackage."""
    layers = QgsProject.instance().mapLayers().values()
    vectors = [layer for layer in layers if isinstance(layer, QgsVectorLayer) and layer.isValid()]
    return [layer for layer in vectors if ".gpkg" in layer.source()]


def save_result(desk: Desk, path: Path, seconds: float = 60.0) -> None:
    """Save the chosen processing's result as a GeoPackage through the plugin's own dialogs."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    desk.choose_from_menu("saveAsButton", "saveAsGeopackageAction")
    desk.wait("the file dialog was shown", lambda: desk.sees("saveResultDialog"))
    desk.type_into("fileNameEdit", str(path))
    desk.key("fileNameEdit", Qt.Key.Key_Return)
    desk.wait("the file was written", lambda: path.exists() and not desk.sees("transferBox"), seconds)


def save_project(desk: Desk, path: Path) -> None:
    """Save the QGIS project."""
    QgsProject.instance().setFileName(str(path))
    desk.iface.actionSaveProject().trigger()
    desk.wait("the project was saved", lambda: path.exists() and not QgsProject.instance().isDirty())


def bar_texts(bar: QgsMessageBar) -> list[str]:
    """What the messages in a message bar say."""
    return [" ".join(label.text() for label in item.findChildren(QLabel)) for item in bar.items()]


def press_escape(desk: Desk) -> None:
    """Leave a drawing or a dialog."""
    widget = QApplication.activeModalWidget() or desk.canvas
    QTest.keyClick(widget, Qt.Key.Key_Escape, NO_KEYS)
    desk.settle()
