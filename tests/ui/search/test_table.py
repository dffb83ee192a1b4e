"""The found images as a table, against the sandbox: columns, order, keys, the same choice and light."""

from __future__ import annotations

import csv
import json
import urllib.request

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtCore import QItemSelectionModel, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QMenu

from mapflow_dock.api.settings import SEARCH_AS_TABLE, SEARCH_COLUMNS
from mapflow_dock.ui.search.found.cells import Column
from mapflow_dock.ui.search.found.orders import Order
from mapflow_dock.ui.search.page import SearchPage

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
USUAL = ["Date", "Sensor", "Resolution", "Cloud", "Covers", "Provider"]


@pytest.fixture
def page(dock, qtbot):
    """The page with the first images, as a table."""
    page = dock.search
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    qtbot.mouseClick(page.tableButton, LEFT)
    qtbot.waitUntil(page.foundTable.isVisible)
    return page


def raw(sandbox, area, **more):
    """What the server says, by an HTTP client that is not the plugin's."""
    request = urllib.request.Request(
        f"{sandbox.url}/catalog/meta",
        json.dumps({"aoi": area, "limit": 1000, **more}).encode(),
        {"Authorization": f"Basic {sandbox.basic}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        told = json.load(answer)
    return told["images"] if isinstance(told, dict) else told


def titles(page):
    """The titles of the shown columns as they stand."""
    header = page.foundTable.horizontalHeader()
    sections = [header.logicalIndex(place) for place in range(header.count())]
    return [
        page.list.model.headerData(section, Qt.Orientation.Horizontal)
        for section in sections
        if not header.isSectionHidden(section)
    ]


def click_header(page, qtbot, column):
    header = page.foundTable.horizontalHeader()
    page.foundTable.scrollTo(page.list.model.index(0, column))
    x = header.sectionViewportPosition(column) + 5
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(x, header.height() // 2))
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)


def click_row(page, qtbot, row, keys=Qt.KeyboardModifier.NoModifier):
    table = page.foundTable
    index = page.list.model.index(row, page.list.views.columns.shown[0])
    table.scrollTo(index)
    qtbot.mouseClick(table.viewport(), LEFT, keys, table.visualRect(index).center())


def shown(page):
    return [each.image.id for each in page.list.model.found()]


def choose_columns(page, *names):
    page.list.views.columns._fill_menu()
    menu = page.findChild(QMenu, "foundColumnsMenu")
    for action in menu.actions():
        if action.text().replace("&", "") in names:
            action.trigger()


def test_what_is_chosen_is_chosen_in_list_and_table_alike(page, qtbot):
    click_row(page, qtbot, 2)
    click_row(page, qtbot, 4, CTRL)
    keys = [page.list.model.at(row).key for row in (2, 4)]
    assert [each.key for each in page.list.chosen()] == keys
    qtbot.mouseClick(page.tableButton, LEFT)
    assert page.foundView.isVisible()
    assert not page.foundTable.isVisible()
    assert [each.key for each in page.list.chosen()] == keys
    assert sorted({index.row() for index in page.foundView.selectionModel().selectedIndexes()}) == [2, 4]
    assert page.foundView.model() is page.list.model
    assert page.foundTable.model() is None, "the hidden view asks for nothing"
    qtbot.keyClick(page.foundView, Qt.Key.Key_Down)
    assert [each.key for each in page.list.chosen()] == [page.list.model.at(5).key]
    qtbot.mouseClick(page.tableButton, LEFT)
    qtbot.keyClick(page.foundTable, Qt.Key.Key_Up)
    assert [each.key for each in page.list.chosen()] == [page.list.model.at(4).key]


def test_the_pointer_over_a_row_lights_its_footprint_and_the_other_way_round(page, qtbot, canvas, dock):
    table, model = page.foundTable, page.list.model
    index = model.index(1, Column.DATE)
    QTest.mouseMove(table.viewport(), table.visualRect(index).center() + QPoint(1, 1))
    QTest.mouseMove(table.viewport(), table.visualRect(index).center())
    table.entered.emit(index)  # offscreen, no pointer moves
    assert page.list.map._bands[1].asGeometry().equals(model.at(1).ground)
    canvas.xyCoordinates.emit(QgsPointXY(*dock.middle))
    key = page.list.map.at(QgsPointXY(*dock.middle))[0]
    row = model.index_of(key).row()
    table.scrollTo(model.index(row, Column.DATE))

    def colours():
        QApplication.processEvents()
        rect = table.visualRect(model.index(row, Column.SENSOR))
        return table.viewport().grab(rect).toImage().pixelColor(rect.width() - 2, 1).name()

    lit = colours()
    canvas.xyCoordinates.emit(QgsPointXY(0, 0))
    assert lit != colours(), "the whole row is seen to be lit, whatever the style shows of pointers"


@pytest.mark.parametrize(
    ("column", "sort", "first"),
    [
        (Column.CLOUD, "CLOUD_COVER", "ASC"),
        (Column.SENSOR, "SAT_ID", "ASC"),
        (Column.RESOLUTION, "PIXEL_RESOLUTION", "ASC"),
        (Column.PROVIDER, "PROVIDER_NAME", "ASC"),
    ],
)
def test_the_service_sorts_by_what_it_can(sandbox, dock, page, qtbot, column, sort, first):
    click_row(page, qtbot, 0)
    chosen = page.list.chosen()[0].key
    area = dock.pages.run.area.area.to_geojson()
    for order in (first, "DESC"):
        click_header(page, qtbot, column)
        told = [row["id"] for row in raw(sandbox, area, sortBy=sort, sortOrder=order)]
        assert shown(page) == told[: len(shown(page))]
        assert len(shown(page)) == 100
    assert page.search.query.sort.value == sort
    while page.search.is_more:
        page.search.more()
        qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    assert [each.key for each in page.list.chosen()] == [chosen], "chosen again when it came again"


def test_what_the_service_cannot_sort_by_is_sorted_here_and_goes_on_so(page, qtbot):
    choose_columns(page, "ID")
    click_row(page, qtbot, 3)
    chosen = page.list.chosen()
    before = shown(page)
    click_header(page, qtbot, Column.ID)
    assert shown(page) == sorted(before, key=str.casefold) != before
    assert page.list.chosen() == chosen
    assert page.search.is_more
    page.search.more()
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    assert shown(page) == sorted(shown(page), key=str.casefold)
    assert len(shown(page)) > len(before)
    assert page.list.chosen() == chosen
    click_header(page, qtbot, Column.ID)
    assert shown(page) == sorted(shown(page), key=str.casefold, reverse=True)
    assert page.orderCombo.currentText() == "ID, Falling"
    assert "sorted as far as they came" in page.foundNote.text()
    page.orderCombo.setCurrentIndex(page.orderCombo.findData(Order.NEWEST.name))
    page.orderCombo.activated.emit(page.orderCombo.currentIndex())
    assert shown(page)[: len(before)] == before


def test_what_is_not_known_comes_last_either_way(page, qtbot):
    click_header(page, qtbot, Column.COVERS)
    for is_falling in (True, False):
        told = [each.image.overlap_percent for each in page.list.model.found()]
        known = [share for share in told if share is not None]
        assert known == sorted(known, reverse=is_falling)
        assert told[: len(known)] == known
        click_header(page, qtbot, Column.COVERS)


def test_columns_are_chosen_in_the_header_s_menu_and_kept(page, qtbot, dock, canvas):
    assert titles(page) == USUAL
    assert not page.foundTable.isColumnHidden(Column.CLOUD)
    choose_columns(page, "Cloud", "ID")
    assert titles(page) == ["Date", "Sensor", "Resolution", "Covers", "Provider", "ID"]
    header = page.foundTable.horizontalHeader()
    header.moveSection(header.visualIndex(Column.ID), 0)
    header.resizeSection(Column.SENSOR, 222)
    qtbot.mouseClick(page.tableButton, LEFT)
    qtbot.mouseClick(page.tableButton, LEFT)
    assert titles(page) == ["ID", "Date", "Sensor", "Resolution", "Covers", "Provider"]
    page.list.views.close()
    again = SearchPage(dock.session, canvas, dock.pages.run.area)
    qtbot.addWidget(again)
    assert again.list.views.is_table
    assert again.tableButton.isChecked()
    assert titles(again) == titles(page)
    assert again.foundTable.columnWidth(Column.SENSOR) == 222
    again.list.views.columns.reset()
    assert titles(again) == USUAL
    again.close()


def test_the_last_column_stays(page):
    choose_columns(page, *USUAL[1:])
    assert titles(page) == ["Date"]
    choose_columns(page, "Date")
    assert titles(page) == ["Date"]


@pytest.mark.parametrize("stored", ["", "DATE", "DATE:x,IMAGE:80,NOBODY:9", "\0:\0", "SENSOR:-4"])
def test_kept_columns_that_cannot_be_read_are_the_usual_ones(dock, canvas, qtbot, stored):
    SEARCH_AS_TABLE.write(True)
    SEARCH_COLUMNS.write(stored)
    page = SearchPage(dock.session, canvas, dock.pages.run.area)
    qtbot.addWidget(page)
    assert titles(page) == USUAL
    page.close()


def test_rows_are_copied_with_the_shown_columns_by_keys(page, qtbot):
    click_row(page, qtbot, 1)
    qtbot.keyClick(page.foundTable, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.foundTable, Qt.Key.Key_C, CTRL)
    lines = list(csv.reader(QApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert lines[0] == USUAL
    model = page.list.model
    cells = [[model.index(row, column).data() for column in range(1, 5)] for row in (1, 2)]
    expected = [[cell.replace("\u00a0", " ") for cell in row] for row in cells]
    assert [line[:4] for line in lines[1:]] == expected
    qtbot.mouseClick(page.tableButton, LEFT)
    QApplication.clipboard().clear()
    qtbot.keyClick(page.foundView, Qt.Key.Key_C, CTRL)
    assert len(QApplication.clipboard().text().splitlines()) == 3


def test_all_rows_are_chosen_by_keys_and_the_end_asks_for_more(page, qtbot):
    page.foundTable.setFocus()
    qtbot.keyClick(page.foundTable, Qt.Key.Key_A, CTRL)
    count = page.list.model.rowCount()
    assert len(page.list.chosen()) == count
    qtbot.keyClick(page.foundTable, Qt.Key.Key_End, CTRL)
    qtbot.waitUntil(lambda: page.list.model.rowCount() > count, timeout=PATIENCE_MS)


def test_enter_previews_and_the_menu_is_the_list_s(page, qtbot):
    row = next(row for row in range(50) if page.list.model.at(row).image.preview_url)
    click_row(page, qtbot, row)
    asked = []
    page._actions.preview.triggered.connect(lambda: asked.append(page.list.chosen()))
    qtbot.keyClick(page.foundTable, Qt.Key.Key_Return)
    assert asked
    page.list.views.menu_wanted.emit(QPoint(5, 5))
    menu = page._actions.menu
    qtbot.waitUntil(menu.isVisible)
    assert page._actions.columns.isVisible()
    menu.close()


def test_a_table_read_from_right_to_left_begins_at_the_right(page, qtbot):
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.foundTable.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.waitUntil(
        lambda: (
            page.foundTable.columnViewportPosition(Column.DATE)
            > page.foundTable.columnViewportPosition(Column.RESOLUTION)
        )
    )


def test_a_hidden_table_does_not_page(dock, qtbot):
    qtbot.mouseClick(dock.search.searchButton, LEFT)
    qtbot.waitUntil(lambda: dock.search.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.wait(300)  # a view that asks does so in the next turn
    assert dock.search.list.model.rowCount() == 100
    assert dock.search.foundView.selectionModel() is dock.search.list.views.selection
    assert isinstance(dock.search.foundView.selectionModel(), QItemSelectionModel)
