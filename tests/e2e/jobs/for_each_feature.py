"""Inside QGIS: a layer of three fields is run feature by feature from the dock."""

from __future__ import annotations

from qgis.core import QgsFeature, QgsGeometry, QgsProcessingContext, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QApplication, QDialog

from desktop import steps

ORCHARD = "It's the orchard"


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    steps.choose_model(desk)
    button = desk.find("forEachButton")
    told = {"blocked": button.toolTip(), "was_enabled": button.isEnabled()}
    desk.picture("for-each-blocked", desk.find(steps.DOCK))
    layer = fields(settings["bbox"])
    desk.find("areaLayerCombo").setLayer(layer)
    layer.selectByIds(sorted(layer.allFeatureIds())[:2])
    desk.click("selectedOnlyCheck")
    desk.type_into("nameEdit", ORCHARD)
    steps.wait_for_cost(desk)
    desk.picture("for-each", desk.find(steps.DOCK))
    desk.choose_width(steps.DOCK, 300)
    desk.picture("for-each-narrow", desk.find(steps.DOCK))
    desk.choose_width(steps.DOCK, steps.DOCK_WIDTH)
    desk.click("forEachButton")
    dialog = desk.wait("the dialog is open", opened)
    desk.picture("for-each-dialog", dialog)
    given = dialog.createProcessingParameters()
    told["given"] = {
        name: value for name, value in given.items() if isinstance(value, (str, int, float, bool))
    }
    told["selected_only"] = given["INPUT"].selectedFeaturesOnly
    told["spends"] = bool(given.get("ALLOW_SPENDING", False))
    wrappers = dialog.mainWidget().wrappers
    wrappers["ALLOW_SPENDING"].setParameterValue(True, QgsProcessingContext())
    dialog.runButton().click()
    desk.wait("the algorithm has ended", lambda: bool(dialog.results()), seconds=90)
    desk.settle()
    desk.picture("for-each-log", dialog)
    told["outcome"] = {name: dialog.results().get(name) for name in ("PARTS", "FINISHED", "COUNT", "COST")}
    dialog.close()
    left = f"{5000 - dialog.results()['COST']:,.0f}"
    desk.wait("the balance is the one after it", lambda: desk.text("balanceLabel").startswith(left))
    desk.wait_for_map()
    desk.picture("for-each-window")
    layers = QgsProject.instance().mapLayers().values()
    told["layers"] = {each.name(): each.featureCount() for each in layers if isinstance(each, QgsVectorLayer)}
    return told


def opened():
    dialogs = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
    ]
    return next((each for each in dialogs if hasattr(each, "createProcessingParameters")), None)


def fields(bbox):
    west, south, east, north = bbox
    x, y, size = (west + east) / 2, (south + north) / 2, 0.0012
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=owner:string(40)", "Fields", "memory")
    for number in range(3):
        row = QgsFeature(layer.fields())
        left = x + 2 * number * size - 3 * size
        row.setGeometry(
            QgsGeometry.fromRect(
                QgsGeometry.fromWkt(f"LINESTRING({left} {y}, {left + size} {y + size})").boundingBox()
            )
        )
        row.setAttributes([f"Owner {number}"])
        layer.dataProvider().addFeatures([row])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer
