"""What a question names: the first of many, and how many more there are."""

from __future__ import annotations

from qgis.PyQt.QtCore import QLocale

from mapflow_dock.ui.widgets.question import named


def test_how_many_more_there_are_is_grouped_as_every_number_is() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        lines = named([f"image {number}" for number in range(1508)])
    finally:
        QLocale.setDefault(before)
    assert len(lines) == 9
    assert lines[0] == "• image 0"
    assert lines[-1] == "… and 1.500 more"
