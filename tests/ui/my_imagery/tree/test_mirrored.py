"""Rows of mosaics and images where one reads from right to left."""

from __future__ import annotations

import pytest
from mirrored_rows import expect_mirrored
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLineEdit


@pytest.mark.parametrize("node", ["m2", "a"])
def test_pictures_and_names_begin_at_the_right(page, qtbot, node):
    page.resize(700, 560)
    expect_mirrored(page.imageryView, page.list._index_of(node), qtbot)


def test_a_name_is_typed_beside_its_picture(page, qtbot):
    view = page.imageryView
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    index = page.list._index_of("a")
    view.edit(index)
    editor = view.viewport().findChild(QLineEdit, "imageryNameEdit")
    row = view.visualRect(index)
    assert row.right() - editor.geometry().right() > row.height() / 2, "where the picture is"
    assert editor.geometry().left() - row.left() < row.height() / 2
