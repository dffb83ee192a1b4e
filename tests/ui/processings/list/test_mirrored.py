"""Rows of processings where one reads from right to left."""

from __future__ import annotations

import pytest
from mirrored_rows import both_ways, expect_mirrored
from processings_service import record
from qgis.PyQt.QtCore import Qt

from mapflow_dock.ui.processings.list.cells import Column


@pytest.fixture
def rows(listed, qtbot):
    page = listed(record(1), record(2, status="IN_PROGRESS", percentCompleted=40))
    page.resize(900, 560)
    page.processingsView.header().resizeSection(int(Column.NAME), 400)
    page.processingsView.header().resizeSection(int(Column.STATUS), 300)
    return page


def cell(page, processing_id, column):
    index = page.list._index_of(processing_id)
    return index.sibling(index.row(), int(column))


@pytest.mark.parametrize("column", [Column.NAME, Column.STATUS])
def test_the_name_and_the_state_begin_at_the_right(rows, qtbot, column):
    expect_mirrored(rows.processingsView, cell(rows, "id-1", column), qtbot)


def test_the_number_stands_at_the_bar_s_other_end(rows, qtbot):
    left, mirrored = both_ways(rows.processingsView, cell(rows, "id-2", Column.STATUS), qtbot)
    assert abs(min(left) - min(mirrored)) <= 3
    assert abs(max(left) - max(mirrored)) <= 3


def test_a_name_is_typed_where_it_stands(rows, qtbot):
    view = rows.processingsView
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    rows.list.choose("id-1")
    rows.list.edit_name(rows.model.processing("id-1"))
    editor = view.viewport().findChild(object, "processingNameEdit")
    assert view.visualRect(cell(rows, "id-1", Column.NAME)).contains(editor.geometry().center())
