"""Inside QGIS, on a small screen: what a new user does first, on QGIS as it opens."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject
from qgis.PyQt.QtWidgets import QAction, QLabel

from desktop import steps


def run(desk):
    settings = desk.settings
    desk.window.showNormal()
    desk.window.setGeometry(0, 0, 1366, 768)
    desk.settle()
    if not desk.sees(steps.DOCK):
        desk.window.findChild(QAction, "mActionToggleMapflowDock").trigger()
    desk.wait("the dock was shown", lambda: desk.sees("signInButton"))
    steps.sign_in(desk, settings["url"], settings["pasted"])
    desk.wait("the imagery is told", lambda: desk.find("previewButton").isEnabled())
    desk.settle()
    told = {
        "width": desk.find(steps.DOCK).width(),
        "welcome": desk.find("areaLabel").text(),
        "can_draw": desk.find("drawPolygonButton").isEnabled(),
    }
    desk.click("showImageryButton")
    desk.wait("the imagery is a layer", lambda: len(QgsProject.instance().mapLayers()) == 1)
    desk.wait_for_map()
    told["map"] = sight(desk)
    told["layer"] = [layer.isValid() for layer in QgsProject.instance().mapLayers().values()]
    desk.picture("first-imagery")
    told["empty_form"] = (desk.find("runForm").height(), desk.find("runScroll").height())
    desk.click("mapExtentButton")
    told["too_large"] = desk.find("areaProblemsLabel").text() if desk.sees("areaProblemsLabel") else ""
    steps.draw_area(desk)
    steps.wait_for_cost(desk)
    desk.settle()
    desk.picture("first-filled")
    told["form"] = (desk.find("runForm").height(), desk.find("runScroll").height())
    told["cut"] = [
        label.objectName()
        for label in desk.find(steps.DOCK).findChildren(QLabel)
        if label.isVisible() and not label.wordWrap() and label.width() < label.sizeHint().width()
    ]
    steps.draw_area(desk, finish=False)
    told["drawing"] = (desk.find("startButton").isEnabled(), desk.find("reasonLabel").text())
    return told


def sight(desk):
    """What the map shows, in degrees."""
    canvas = desk.iface.mapCanvas()
    to_degrees = QgsCoordinateTransform(
        canvas.mapSettings().destinationCrs(),
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsProject.instance(),
    )
    box = to_degrees.transformBoundingBox(canvas.extent())
    return [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
