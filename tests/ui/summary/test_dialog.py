"""The window of a summary: by mouse and keys, always of what there is now, and out again into files and layouts."""

from __future__ import annotations

import csv

import pytest
from qgis.core import QgsGeometry, QgsLayoutFrame, QgsPointXY, QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QFileDialog

from mapflow_dock.layers.summary.source import Scope
from mapflow_dock.text.quantities import copied
from mapflow_dock.ui.widgets.guide import close_guide, guide_windows
from mapflow_dock.ui.widgets.rows.contrast import SIGN, contrast

LEFT = Qt.MouseButton.LeftButton
SIDE = 0.001
ONE_KM2 = "0.0739 km²"  # six squares of 12,309 m²


def square(west):
    return f"POLYGON(({west} 0, {west + SIDE} 0, {west + SIDE} {SIDE}, {west} {SIDE}, {west} 0))"


def settled(dialog, qtbot, count):
    qtbot.waitUntil(lambda: dialog.summary is not None and dialog.summary.count == count)
    qtbot.waitUntil(lambda: not dialog._latest.is_busy)


def choose(combo, data):
    """As one does with keys."""
    combo.setFocus()
    step = Qt.Key.Key_Down if combo.findData(data) > combo.currentIndex() else Qt.Key.Key_Up
    while combo.currentData() != data:
        QTest.keyClick(combo, step)


def test_it_tells_numbers_areas_classes_and_heights(open_summary, houses):
    lines = copied(open_summary(houses).table.text).splitlines()
    assert "Old town" in lines
    assert "Objects: 6" in lines
    assert any(line.startswith(f"Area: {ONE_KM2}") for line in lines)
    assert any(line.startswith("  House: 3 (50 %), 0.0369 km²") for line in lines)
    assert "Height of an object: median 3 m, mean 3 m, from 2 m to 4 m" in lines


def test_one_window_for_a_result(open_summary, houses, windows):
    first = open_summary(houses)
    assert windows.show("id-1", "https://example.org/rest")
    assert list(windows._open.values()) == [first]


def test_the_selection_counts_as_it_changes(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    choose(dialog.scopeCombo, Scope.SELECTION.value)
    settled(dialog, qtbot, 0)
    assert "Select objects" in dialog.messageLabel.text()
    assert dialog.messageLabel.isVisible()
    assert not dialog.saveButton.isEnabled()
    houses.selectByIds([1, 2])
    settled(dialog, qtbot, 2)
    assert not dialog.messageLabel.isVisible()
    houses.removeSelection()
    settled(dialog, qtbot, 0)


def test_the_map_counts_as_it_moves(open_summary, houses, show_on_map, qtbot):
    show_on_map(1, 1, 1.01, 1.01)
    dialog = open_summary(houses)
    assert dialog.summary.count == 6, "the whole result, wherever the map is"
    choose(dialog.scopeCombo, Scope.EXTENT.value)
    settled(dialog, qtbot, 0)
    assert "Move or zoom the map" in dialog.messageLabel.text()
    show_on_map(-0.0005, -0.0005, 0.0025, 0.0015)
    settled(dialog, qtbot, 2)
    show_on_map(-1, -1, 1, 1)
    settled(dialog, qtbot, 6)
    show_on_map(0.0085, 0, 0.0095, 0.0005)
    settled(dialog, qtbot, 1)


def test_of_a_turned_map_only_what_it_shows_counts(open_summary, houses, show_on_map, canvas, qtbot):
    """The box around a map that is turned by 45° holds more than the map."""
    show_on_map(0.0035, -0.001, 0.0075, 0.002)
    dialog = open_summary(houses)
    choose(dialog.scopeCombo, Scope.EXTENT.value)
    settled(dialog, qtbot, 2)
    canvas.setRotation(45)
    corners = canvas.mapSettings().visiblePolygon()
    qtbot.waitUntil(lambda: canvas.mapSettings().rotation() == 45)
    metres = 111319.49079327358
    view = QgsGeometry.fromPolygonXY([[QgsPointXY(p.x() / metres, p.y() / metres) for p in corners]])
    squares = [QgsGeometry.fromWkt(square(i * 2 * SIDE)) for i in range(6)]
    seen = [view.intersection(each).area() for each in squares]
    settled(dialog, qtbot, sum(area > 0 for area in seen))
    qtbot.waitUntil(
        lambda: (
            dialog.summary.layers[0].totals.area_m2
            == pytest.approx(sum(seen) / SIDE**2 * 12309.072, rel=1e-3)
        )
    )


def test_edits_and_filters_count_as_they_are_made(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    houses.startEditing()
    houses.beginEditCommand("delete")
    houses.deleteFeature(1)
    houses.endEditCommand()
    settled(dialog, qtbot, 5)
    houses.rollBack()
    settled(dialog, qtbot, 6)
    houses.setSubsetString("class_id = '101'")
    settled(dialog, qtbot, 3)
    houses.setSubsetString("")
    settled(dialog, qtbot, 6)
    houses.startEditing()
    houses.deleteFeature(1)
    houses.deleteFeature(2)
    assert houses.commitChanges()
    settled(dialog, qtbot, 4)


def test_all_the_layers_of_a_result_are_one_summary(open_summary, houses, put, qtbot):
    dialog = open_summary(houses)
    put("forest", [("POLYGON((0 1, 0.01 1, 0.01 1.01, 0 1))", "10m-99m", None)], title="Forest")
    put("roads", [("LINESTRING(0 0, 0.01 0)", None, None)], processing="another", title="Elsewhere")
    settled(dialog, qtbot, 7)
    lines = dialog.table.text.splitlines()
    assert "Objects in all: 7" in lines
    assert "  Over 10 m high: 1 (100 %), 0.615 km², " in copied(dialog.table.text)
    assert "Elsewhere" not in lines
    titles = [dialog.measureCombo.itemText(index) for index in range(dialog.measureCombo.count())]
    assert sorted(titles) == ["Forest: Sizes", "Old town: Heights", "Old town: Sizes"]
    QgsProject.instance().removeMapLayer(houses.id())
    settled(dialog, qtbot, 1)


def test_it_closes_when_the_result_is_taken_out(open_summary, houses, windows, qtbot):
    dialog = open_summary(houses)
    with qtbot.waitSignal(dialog.finished):
        QgsProject.instance().removeMapLayer(houses.id())
    assert windows._open == {}
    assert not windows.show("id-1", "https://example.org/rest")


def test_it_closes_with_the_project(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    with qtbot.waitSignal(dialog.finished):
        QgsProject.instance().clear()


def test_a_project_that_was_saved_and_opened_has_its_summary(open_summary, houses, tmp_path, windows, qtbot):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "p.qgz"))
    [again] = project.mapLayers().values()
    assert open_summary(again).summary.count == 6


def test_esc_closes_it_while_it_works(open_summary, houses, windows, qtbot):
    dialog = open_summary(houses)
    dialog.ask()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert windows._open == {}


def test_copy_takes_all_the_figures_or_the_chosen_ones(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    qtbot.mouseClick(dialog.copy_button, LEFT)
    assert "Objects: 6" in QApplication.clipboard().text()
    row = dialog.table.text.splitlines().index("Objects: 6")
    index = next(
        dialog.table.model().index(row, 1)
        for row in range(dialog.table.model().rowCount())
        if dialog.table.model().index(row, 0).data() == "Objects"
    )
    dialog.table.setFocus()
    qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=dialog.table.visualRect(index).center())
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Objects: 6"
    assert row > 0


def test_it_is_saved_as_csv(open_summary, houses, results, tmp_path, qtbot):
    dialog = open_summary(houses)
    qtbot.mouseClick(dialog.saveButton, LEFT)
    chooser = dialog.findChild(QFileDialog, "saveSummaryDialog")
    assert chooser.isVisible()
    target = tmp_path / "итоги.csv"
    chooser.selectFile(str(target.with_suffix("")))
    chooser.accept()
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["layer"], rows[0]["objects"]) == ("Old town", "6")
    assert float(rows[0]["area_m2"]) == pytest.approx(6 * 12309.072079, rel=1e-6)
    assert str(target) in dialog.messageLabel.text()


def test_a_file_that_cannot_be_written_is_told_of(open_summary, houses, tmp_path):
    dialog = open_summary(houses)
    target = tmp_path / "gone" / "x.csv"
    assert not dialog.outlets.save(dialog.summary, target)
    assert "Choose another folder" in dialog.messageLabel.text()
    assert not target.exists()


def menu_entry(dialog, text):
    dialog.outlets.menu.aboutToShow.emit()
    return next(each for each in dialog.outlets.menu.actions() if each.text().replace("&", "") == text)


def tables(layout):
    return [item.multiFrame() for item in layout.items() if isinstance(item, QgsLayoutFrame)]


def test_it_goes_into_a_new_layout_and_into_one_there_is(open_summary, houses, desktop, qtbot):
    dialog = open_summary(houses)
    menu_entry(dialog, "New Layout").trigger()
    [layout] = desktop.opened
    assert isinstance(layout, QgsPrintLayout)
    [table] = tables(layout)
    rows = [[cell.content() for cell in row] for row in table.tableContents()]
    assert rows[0][:2] == ["Old town", "6"]
    assert rows[1][:2] == ["– Apartment building", "3"]
    houses.setSubsetString("class_id = '101'")
    settled(dialog, qtbot, 3)
    menu_entry(dialog, layout.name()).trigger()
    [same] = tables(layout)
    assert same.tableContents()[0][1].content() == "3"
    choose(dialog.scopeCombo, Scope.SELECTION.value)
    houses.selectByIds([1])
    settled(dialog, qtbot, 1)
    menu_entry(dialog, layout.name()).trigger()
    assert len(tables(layout)) == 2, "other objects are another table"


def test_the_bars_are_told_by_mouse_and_keys(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    choose(dialog.measureCombo, "0 height")
    assert "lower than 3 m" in copied(dialog.barLabel.text())
    histogram = dialog.histogram
    assert "objects" in histogram.accessibleDescription()
    histogram.setFocus()
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    first = dialog.barLabel.text()
    assert first.endswith("3 objects")
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert dialog.barLabel.text() == first, "there is none before the first"
    for _turn in range(20):
        qtbot.keyClick(histogram, Qt.Key.Key_Right)
    last = dialog.barLabel.text()
    assert last != first
    assert last.endswith("3 objects")
    qtbot.mouseMove(histogram, QPoint(10, histogram.height() // 2))
    histogram.clearFocus()
    assert "lower than" in dialog.barLabel.text()
    assert histogram.bar_at(QPoint(histogram.width() // 20 + 4, histogram.height() // 2)) == 0
    assert histogram.bar_at(QPoint(-5, -5)) == -1


@pytest.mark.parametrize("ground", ["#ffffff", "#232323"])
def test_the_bars_are_seen_on_light_and_on_dark(open_summary, houses, ground):
    dialog = open_summary(houses)
    palette = QPalette(dialog.palette())
    ink = "#000000" if ground == "#ffffff" else "#eeeeee"
    palette.setColor(QPalette.ColorRole.Window, QColor(ground))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(ink))
    dialog.setPalette(palette)
    dialog.histogram.setPalette(palette)
    image = dialog.histogram.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert ground in seen
    assert max(contrast(QColor(each), QColor(ground)) for each in seen) >= SIGN
    column = [image.pixelColor(12, y) for y in range(image.height())]
    assert any(contrast(each, QColor(ground)) >= SIGN for each in column[20:-25])


@pytest.mark.parametrize("width", [300, 480, 900])
def test_nothing_is_cut_off_at_any_width(open_summary, houses, width):
    dialog = open_summary(houses)
    dialog.resize(width, 620)
    QApplication.processEvents()
    assert dialog.width() <= width, "nothing forces it wider"
    for each in (
        dialog.scopeCombo,
        dialog.copy_button,
        dialog.saveButton,
        dialog.layoutButton,
        dialog.histogram,
    ):
        assert each.isVisible()
        assert dialog.rect().contains(each.mapTo(dialog, each.rect().bottomRight()))
    for button in (dialog.copy_button, dialog.saveButton, dialog.layoutButton):
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))


def test_it_fits_a_small_screen_at_twice_the_size(open_summary, houses):
    """Of 1366 × 768 pixels there are 683 × 384 logical ones: what has no room is scrolled to."""
    dialog = open_summary(houses)
    dialog.resize(300, 340)
    QApplication.processEvents()
    assert dialog.height() <= 340
    assert dialog.width() <= 300
    bar = dialog.scrollArea.verticalScrollBar()
    assert bar.maximum() > 0
    dialog.histogram.setFocus()
    dialog.scrollArea.ensureWidgetVisible(dialog.histogram)
    assert not dialog.histogram.visibleRegion().isEmpty()
    for button in (dialog.copy_button, dialog.saveButton, dialog.layoutButton):
        assert not button.visibleRegion().isEmpty()


def test_help_opens_the_chapter(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    qtbot.mouseClick(dialog.buttonBox.button(QDialogButtonBox.StandardButton.Help), LEFT)
    [guide] = guide_windows()
    assert guide.view.textCursor().block().text() == "Summary"
    close_guide()


def test_tab_goes_through_it_from_top_to_bottom(open_summary, houses, qtbot):
    dialog = open_summary(houses)
    dialog.activateWindow()
    dialog.scopeCombo.setFocus()
    order = []
    for _turn in range(6):
        focus = dialog.focusWidget()
        order.append(focus.objectName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert order == ["scopeCombo", "factsTable", "measureCombo", "histogram", "saveButton", "layoutButton"]


def test_a_fault_is_told_and_nothing_is_lost(open_summary, houses, monkeypatch, qtbot):
    from mapflow_dock.layers.summary import summing

    dialog = open_summary(houses)

    def broken(_outline):
        raise RuntimeError("no way")

    monkeypatch.setattr(summing, "View", broken)
    choose(dialog.scopeCombo, Scope.EXTENT.value)
    qtbot.waitUntil(dialog.messageLabel.isVisible)
    assert "Try again" in dialog.messageLabel.text()
    choose(dialog.scopeCombo, Scope.WHOLE.value)
    settled(dialog, qtbot, 6)
