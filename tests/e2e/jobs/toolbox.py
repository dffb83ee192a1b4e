"""Inside QGIS: a model is run from the toolbox's own dialog, twice, and a third time cancelled."""

from __future__ import annotations

import time

import processing
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QTextEdit

from desktop import steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    given = {
        "INPUT": area(settings["bbox"]),
        "MODEL": settings["model"],
        "PROVIDER": settings["provider"],
        "ZOOM": 18,
        "ALLOW_SPENDING": True,
        "RESULT": "TEMPORARY_OUTPUT",
    }
    first, told = run_dialog(desk, given)
    desk.wait("the result is on the map", steps.result_layers)
    objects = sum(layer.featureCount() for layer in steps.result_layers())
    again, _told = run_dialog(desk, {**given, "ALLOW_SPENDING": False})
    stopped_after = cancel(desk, {**given, "REUSE": False})
    return {
        "first": first,
        "again": again,
        "objects": objects,
        "layers": [layer.name() for layer in steps.result_layers()],
        "styled": [layer.renderer().type() for layer in steps.result_layers()],
        "log": told,
        "stopped_after": stopped_after,
    }


def area(bbox):
    west, south, east, north = bbox
    x, y, size = (west + east) / 2, (south + north) / 2, 0.0025
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "Town", "memory")
    row = QgsFeature(layer.fields())
    row.setGeometry(
        QgsGeometry.fromWkt(f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))")
    )
    layer.dataProvider().addFeatures([row])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


def opened(desk, given):
    dialog = processing.createAlgorithmDialog("mapflow:runmodel", given)
    dialog.show()
    desk.settle()
    return dialog


def run_dialog(desk, given):
    """Press Run, wait for the end; returns the outputs and the log."""
    dialog = opened(desk, given)
    dialog.runButton().click()
    desk.wait("the algorithm has ended", lambda: bool(dialog.results()), seconds=90)
    desk.settle()
    told = dialog.results()
    log = dialog.htmlLog() if hasattr(dialog, "htmlLog") else ""
    desk.picture("toolbox")
    dialog.close()
    return {name: told.get(name) for name in ("PROCESSING_ID", "COST", "WAS_REUSED", "COUNT")}, log


def cancel(desk, given):
    """Press Run, and Cancel once it runs in the service; returns the seconds until the dialog can run again."""
    dialog = opened(desk, given)
    dialog.runButton().click()
    button = dialog.cancelButton()
    desk.wait("it can be cancelled", button.isEnabled)
    log = next(each for each in dialog.findChildren(QTextEdit) if each.objectName() == "txtLog")
    desk.wait("it runs in the service", lambda: "is started" in log.toPlainText(), seconds=60)
    begun = time.monotonic()
    button.click()
    desk.wait("it has stopped", dialog.runButton().isEnabled)
    seconds = time.monotonic() - begun
    dialog.close()
    return seconds
