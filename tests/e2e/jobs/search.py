"""Inside QGIS: search, light up with mouse and keys, cover, preview, and process a mosaic that was found."""

from __future__ import annotations

from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from desktop import search_steps, steps


def run(desk):
    settings = desk.settings
    west, south, east, north = settings["bbox"]
    middle = (west + east) / 2, (south + north) / 2
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    search_steps.open_search(desk)
    steps.draw_area(desk)
    area_here = desk.find("areaGroup").window() is not None and desk.sees("areaLabel")
    count = search_steps.search(desk)
    bands_before = shown_bands(desk)
    search_steps.point_at_row(desk, 1)
    lit = shown_bands(desk)
    search_steps.pick_on_map(desk, *middle)
    picked = search_steps.chosen(desk)
    QTest.keyClick(desk.find("foundView"), Qt.Key.Key_Down)
    moved = search_steps.chosen(desk)
    table = search_steps.as_table(desk)
    search_steps.only_mosaics(desk)
    covering = search_steps.cover(desk)
    layers = search_steps.preview(desk, len(covering))
    export = search_steps.export_dialog(desk)
    exported = desk.iface.activeLayer().featureCount()
    told = search_steps.use_in_run(desk)
    steps.choose_model(desk)
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)
    results = steps.add_result(desk)
    source = search_steps.show_source(desk)
    return {
        "area_here": area_here,
        "count": count,
        "lit": [bands_before, lit],
        "picked": picked,
        "moved": moved,
        "table": table,
        "source": source,
        "covering": len(covering),
        "export": [export, exported],
        "previews": [layer.isValid() for layer in layers],
        "told": told,
        "objects": sum(layer.featureCount() for layer in results),
    }


def shown_bands(desk):
    """How many outlines are drawn on the map by rubber bands."""
    items = desk.canvas.scene().items()
    return sum(isinstance(item, QgsRubberBand) and item.numberOfVertices() > 0 for item in items)
