"""Inside QGIS: a source of one's own is added by mouse and keys, tried, previewed, and becomes a result."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from desktop import source_steps, steps


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    source_steps.open_sources(desk)
    empty = desk.text("ownSourceLabel")
    source_steps.begin_new(desk)
    by_keys = type_by_keys(desk, "Valley 2026", settings["tiles"] + "/{z}/{x}")
    wrong = desk.text("sourceMessage")
    source_steps.fill_in(desk, "Valley 2026", settings["tiles"] + "/{z}/{x}/{y}.png")
    refused = source_steps.try_typed(desk)
    source_steps.fill_in(desk, "Valley 2026", settings["tiles"] + "/{z}/{x}/{y}.png", settings["login"])
    typed = source_steps.try_typed(desk)
    source_steps.save(desk)
    steps.choose_model(desk)
    steps.draw_area(desk)
    tried = source_steps.wait_until_tried(desk)
    layer = source_steps.preview(desk)
    scale = desk.canvas.scale()
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)
    results = steps.add_result(desk)
    return {
        "empty": empty,
        "by_keys": by_keys,
        "wrong": wrong,
        "refused": refused,
        "typed": typed,
        "tried": tried,
        "scale": scale,
        "preview": [layer.isValid(), layer.source()],
        "objects": sum(each.featureCount() for each in results),
    }


def type_by_keys(desk, name, address):
    """Go through the dialog by its letters alone; returns where each of them led."""
    dialog = desk.find("SourceDialog")
    QApplication.setActiveWindow(dialog)
    told = []
    for key, text in ((Qt.Key.Key_N, name), (Qt.Key.Key_A, address)):
        QTest.keyClick(dialog.windowHandle(), key, Qt.KeyboardModifier.AltModifier)
        desk.settle()
        field = QApplication.focusWidget()
        told.append(field.objectName())
        QTest.keyClicks(field, text)
    desk.settle()
    return told
