"""Inside a later QGIS: the saved project is opened, and its layers are used from the layer panel's menu."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorTileLayer

from desktop import layer_steps, steps


def run(desk):
    path = Path(desk.settings["files"]) / "project.qgz"
    steps.arrange_window(desk)
    desk.iface.addProject(str(path))
    if desk.settings["has_server"]:
        [layer] = desk.wait("the file is there", steps.result_layers)
        file_offer = layer_steps.offered(desk, layer)
        raster_offer = layer_steps.offered(desk, of_kind(QgsRasterLayer)[0])
        layer_steps.open_processing(desk, layer)
        desk.wait("its processing is chosen", lambda: steps.rows(desk) > 0 and is_chosen(desk), 60)
        layer_steps.refresh(desk, layer)
        newest = desk.wait("it is told how new it is", lambda: told(desk, "is the newest result"))
        layer_steps.swap(desk, layer)
        desk.wait("the tiles are there", lambda: of_kind(QgsVectorTileLayer))
        desk.wait_for_map()
        desk.picture("result-swapped-for-tiles")
        steps.save_project(desk, path)
        return {"file_offer": file_offer, "raster_offer": raster_offer, "newest": newest, "order": order()}
    [tiles] = desk.wait("the tiles are there", lambda: of_kind(QgsVectorTileLayer))
    layer_steps.refresh(desk, tiles)
    away = desk.wait("it is told that nobody is signed in", lambda: told(desk, "Sign in to ask for a newer"))
    layer_steps.swap(desk, tiles)
    [layer] = desk.wait("the file is there", steps.result_layers)
    desk.wait_for_map()
    desk.picture("result-offline")
    return {
        "away": away,
        "order": order(),
        "count": layer.featureCount(),
        "has_tiles": bool(of_kind(QgsVectorTileLayer)),
    }


def is_chosen(desk):
    return desk.find("processingsView").selectionModel().hasSelection()


def told(desk, words):
    if not desk.sees("messageBar", within=steps.DOCK):
        return ""
    bar = desk.find("messageBar", within=steps.DOCK)
    return next((text for text in steps.bar_texts(bar) if words in text), "")


def of_kind(kind):
    return [each for each in QgsProject.instance().mapLayers().values() if isinstance(each, kind)]


def order():
    return [each.name() for each in QgsProject.instance().layerTreeRoot().layerOrder()]
