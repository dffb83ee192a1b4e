"""Inside QGIS: from the list of processings to a summary, what it follows, and where its figures go."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsLayoutFrame, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolButton

from desktop import steps, summary_steps


def run(desk):
    settings = desk.settings
    files = Path(settings["files"])
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.go_to(desk, settings["bbox"])
    steps.draw_area(desk)
    steps.choose_model(desk, settings["model"])
    steps.wait_for_cost(desk)
    steps.start(desk)
    steps.wait_until_finished(desk)

    desk.click_row("processingsView", 0)
    QTest.keyClick(desk.find("processingsView"), Qt.Key.Key_F4)
    QTest.mouseClick(desk.wait("it offers to add the result", lambda: offer(desk)), Qt.MouseButton.LeftButton)
    whole = summary_steps.wait_for_figures(desk)
    desk.wait_for_map()
    on_map = summary_steps.choose_scope(desk, "Map Extent")
    [layer, *_others] = steps.result_layers()
    layer.selectByIds([next(layer.getFeatures()).id()])
    selected = summary_steps.choose_scope(desk, "Selected Objects")
    summary_steps.choose_scope(desk, "Whole Result")
    save(desk, files / "figures.csv")
    desk.choose_from_menu("layoutButton", "newLayoutAction")
    layouts = desk.wait("there is a layout", lambda: QgsProject.instance().layoutManager().layouts())
    desk.wait("its window is open", desk.iface.openLayoutDesigners)
    [table] = [item.multiFrame() for item in layouts[0].items() if isinstance(item, QgsLayoutFrame)]
    for designer in desk.iface.openLayoutDesigners():
        designer.close()
    desk.settle()
    summary_steps.close(desk)
    steps.save_project(desk, files / "project.qgz")
    return {
        "whole": whole,
        "on_map": on_map,
        "selected": selected,
        "count": sum(each.featureCount() for each in steps.result_layers()),
        "table": [[cell.content() for cell in row] for row in table.tableContents()],
    }


def offer(desk):
    bar = desk.find("messageBar", within=steps.DOCK)
    buttons = [each for each in bar.findChildren(QToolButton) if each.text() == "Add Result and Sum Up"]
    return buttons[0] if buttons and buttons[0].isVisible() else None


def save(desk, path):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    desk.click("saveButton")
    desk.wait("it asks where to", lambda: desk.sees("saveSummaryDialog"))
    desk.type_into("fileNameEdit", str(path))
    desk.key("fileNameEdit", Qt.Key.Key_Return)
    desk.wait("the file is there", path.is_file)
