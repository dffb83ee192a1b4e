"""Filter fields look the same empty, typed in and emptied again."""

from __future__ import annotations

from qgis.gui import QgsFilterLineEdit

from mapflow_dock.ui.widgets.filter_field import dress_filter


def test_an_empty_filter_is_not_painted_in_another_way(qgis_app, qtbot):
    field = QgsFilterLineEdit()
    qtbot.addWidget(field)
    dress_filter(field)
    before = field.styleSheet()
    qtbot.keyClicks(field, "town")
    field.clearValue()
    assert field.text() == ""
    assert field.styleSheet() == before
    assert "italic" not in before
