"""Inside QGIS: the layer panel makes a layer of tiles the imagery of a processing, and offers a file for upload."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QLabel

from desktop import layer_steps, source_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    tiles = add(f"type=xyz&url={settings['tiles']}&zmin=0&zmax=18", "Town – 2026", "wms")
    picture = Path(settings["files"]) / "aerial.png"
    QImage(40, 40, QImage.Format.Format_RGB32).save(str(picture))
    file = add(str(picture), "Aerial", "gdal")
    layer_steps.use_as_imagery(desk, tiles)
    desk.wait("the dock was shown", lambda: desk.sees("signInButton"))
    signed_out = told(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    desk.wait("the layer is the imagery", lambda: desk.sees("ownSourceCombo"))
    first = [desk.find("sourceCombo").currentText(), desk.find("ownSourceCombo").currentText()]
    kept = told(desk)
    steps.go_to(desk, settings["bbox"])
    layer_steps.use_as_imagery(desk, tiles)
    names = desk.find("ownSourceCombo")
    again = [names.itemText(row) for row in range(names.count())]
    layer_steps.use_as_imagery(desk, file)
    refused = told(desk)
    steps.choose_model(desk)
    steps.draw_area(desk)
    tried = source_steps.wait_until_tried(desk)
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)
    results = steps.add_result(desk)
    return {
        "offered": [layer_steps.offered(desk, layer) for layer in (tiles, file)],
        "signed_out": signed_out,
        "first": first,
        "kept": kept,
        "again": again,
        "refused": refused,
        "tried": tried,
        "objects": sum(each.featureCount() for each in results),
    }


def add(source, name, provider):
    layer = QgsRasterLayer(source, name, provider)
    QgsProject.instance().addMapLayer(layer)
    return layer


def told(desk):
    """What the dock's message bar says."""
    labels = desk.find("messageBar").findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible() and label.text())
