"""Inside QGIS: a result as tiles, then its file by the layer panel's menu, and what lies below it; saved."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorTileLayer

from desktop import layer_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    steps.draw_area(desk)
    steps.choose_model(desk, "Buildings")
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)

    desk.click_row("processingsView", 0)
    trigger(desk, "addAsTilesAction")
    [tiles] = desk.wait("its tiles are there", lambda: of_kind(QgsVectorTileLayer))
    desk.wait_for_map()
    tiles_offer = layer_steps.offered(desk, tiles)
    tiles.setName("My houses")
    desk.picture("result-as-tiles")

    layer_steps.swap(desk, tiles)
    [layer] = desk.wait("its file is there", steps.result_layers, 90)
    desk.wait("its tiles are gone", lambda: not of_kind(QgsVectorTileLayer))
    layer_steps.add_imagery(desk, layer)
    desk.wait("its imagery is there", lambda: len(of_kind(QgsRasterLayer)) == 1)
    layer_steps.add_raster(desk, layer)
    desk.wait("its raster is there", lambda: len(of_kind(QgsRasterLayer)) == 2)
    desk.wait_for_map()
    desk.picture("result-with-imagery")
    steps.save_project(desk, Path(settings["files"]) / "project.qgz")
    return {"tiles_offer": tiles_offer, "order": order(), "count": layer.featureCount()}


def trigger(desk, name):
    actions = [each for each in desk.find("processingsView").actions() if each.objectName() == name]
    desk.wait(f"{name} can be used", actions[0].isEnabled)
    actions[0].trigger()


def of_kind(kind):
    return [each for each in QgsProject.instance().mapLayers().values() if isinstance(each, kind)]


def order():
    return [each.name() for each in QgsProject.instance().layerTreeRoot().layerOrder()]
