"""Inside QGIS: drag files in, see them arrive and on the map, run a model on them, get a layer."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject

from desktop import imagery_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    imagery_steps.open_imagery(desk)
    paths = [Path(path) for path in settings["rasters"]]
    desk.drag_in("MyImageryPage", paths, drop=False)
    hint = desk.find("uploadDropHint").accessibleName()
    imagery_steps.drag_files_in(desk, paths, settings["mosaic"])
    imagery_steps.wait_until_uploaded(desk, len(paths), 90)
    texts = imagery_steps.upload_texts(desk)
    imagery_steps.show_on_map(desk, settings["mosaic"])
    seen = pixels(desk)
    area = imagery_steps.use_for_processing(desk, settings["mosaic"])
    steps.choose_model(desk, "Buildings")
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)
    layers = steps.add_result(desk)
    steps.save_project(desk, Path(settings["files"]) / "project.qgz")
    return {
        "hint": hint,
        "uploads": texts,
        "colours": seen,
        "area": area,
        "objects": sum(layer.featureCount() for layer in layers),
        "extent": degrees(layers[0]),
    }


def pixels(desk):
    """How many colours the middle of the map has: a map without a picture has one."""
    picture = desk.canvas.grab().toImage()
    third, height = picture.width() // 3, picture.height() // 3
    middle = picture.rect().adjusted(third, height, -third, -height)
    return len(
        {
            picture.pixel(x, y)
            for x in range(middle.left(), middle.right(), 5)
            for y in range(middle.top(), middle.bottom(), 5)
        }
    )


def degrees(layer):
    transform = QgsCoordinateTransform(
        layer.crs(), QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance()
    )
    box = transform.transformBoundingBox(layer.extent())
    return [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
