"""The figures of a summary as bars of a histogram, as CSV, as a table in a print layout."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qgis.core import (
    QgsLayoutFrame,
    QgsLayoutItemMap,
    QgsMapSettings,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QLocale

from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.summary.facts import (
    Bin,
    ClassTotals,
    Distribution,
    Ground,
    LayerSummary,
    Measure,
    ResultSummary,
    Totals,
)
from mapflow_dock.layers.summary.layout import layouts, new_layout, put_table
from mapflow_dock.layers.summary.source import Scope
from mapflow_dock.layers.summary.spread import MOST_BINS, distribution_of
from mapflow_dock.layers.summary.table import COLUMNS, csv_text

numbers = st.floats(-1e9, 1e9) | st.integers(0, 300).map(float) | st.just(float("nan"))


def summary(title="Houses", class_title="House", code="102"):
    spread = Distribution(Measure.AREA, 3, 1.0, 2.0, 2.0, 3.5, (Bin(0, 2.5, 2), Bin(2.5, None, 1)))
    layer = LayerSummary(
        title,
        Kind.BUILDINGS,
        Totals(3, 1234.5678, 0.0),
        (
            ClassTotals(code, class_title, Totals(2, 1000.0, 0.0)),
            ClassTotals(None, "Not classified", Totals(1, 234.5678, 0)),
        ),
        (spread,),
    )
    return ResultSummary(Scope.WHOLE, (layer,), Ground.PROCESSING, 2_000_000.0)


@given(st.lists(numbers, max_size=60))
def test_every_known_value_is_in_one_bar(values):
    found = distribution_of(Measure.HEIGHT, np.array(values, dtype=float))
    known = [value for value in values if value == value]
    if found is None:
        assert not known
        return
    assert found.known == len(known) == sum(each.count for each in found.bins)
    assert (found.least, found.greatest) == (min(known), max(known))
    assert found.median == pytest.approx(np.median(known))
    assert len(found.bins) <= MOST_BINS
    assert all(one.high == other.low for one, other in zip(found.bins, found.bins[1:], strict=False))
    for each in found.bins:
        wanted = sum(each.low <= value < (np.inf if each.high is None else each.high) for value in known)
        if each is not found.bins[0]:
            assert each.count == wanted


def test_bars_lie_between_round_numbers():
    found = distribution_of(Measure.AREA, np.arange(1.0, 1000.0))
    assert [each.low for each in found.bins] == [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]
    assert [each.count for each in found.bins] == [99, *[100] * 9]


def test_few_giants_do_not_squeeze_the_bars():
    found = distribution_of(Measure.AREA, np.array([*np.linspace(10, 100, 99), 1e6]))
    assert found.bins[-1].high is None
    assert found.bins[-1].count >= 1
    assert found.bins[0].high <= 25


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("language", ["en_US", "de_DE", "ar_EG"])
def test_csv_has_plain_numbers_in_every_locale(language):
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        rows = rows_of(csv_text(summary()))
    finally:
        QLocale.setDefault(before)
    assert tuple(rows[0]) == COLUMNS
    total, house, other, small, large = rows
    assert (total["row"], total["objects"], total["area_m2"], total["objects_per_km2"]) == (
        "total",
        "3",
        "1234.568",
        "1.5",
    )
    assert (house["row"], house["class"], house["class_id"], house["area_m2"]) == (
        "class",
        "House",
        "102",
        "1000",
    )
    assert (other["class"], other["class_id"]) == ("Not classified", "")
    assert (small["row"], small["from"], small["to"], small["objects"]) == ("area", "0", "2.5", "2")
    assert (large["from"], large["to"], large["objects"]) == ("2.5", "", "1")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200b=1"])
def test_no_text_is_a_formula_for_a_spreadsheet(text):
    for row in rows_of(csv_text(summary(title=text, class_title=text, code=text)))[:2]:
        for value in (row["layer"], row["class"], row["class_id"]):
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=30))
def test_any_text_stays_in_its_cell(text):
    rows = list(csv.reader(io.StringIO(csv_text(summary(title=text, class_title=text, code=text)))))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len(rows) == 6


def test_csv_is_as_the_standard_has_it():
    text = csv_text(summary(title='A, "B"'))
    assert text.endswith("\r\n")
    assert '"A, ""B"""' in text


ROWS = [["Layer", "Objects"], ["Houses", "3"], ["– House", "2"]]


@pytest.fixture
def layout(qgis_app, qgis_new_project):
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("Sheet")
    QgsProject.instance().layoutManager().addLayout(layout)
    return layout


def tables(layout):
    return [item.multiFrame() for item in layout.items() if isinstance(item, QgsLayoutFrame)]


def contents(table):
    return [[cell.content() for cell in row] for row in table.tableContents()]


def test_a_table_in_a_layout_is_undone_and_done_again(layout):
    stack = layout.undoStack().stack()
    assert not put_table(layout, "one whole", ROWS)
    [table] = tables(layout)
    assert contents(table) == ROWS[1:]
    assert [column.heading() for column in table.headers()] == ROWS[0]
    stack.undo()
    assert tables(layout) == []
    stack.redo()
    assert [contents(each) for each in tables(layout)] == [ROWS[1:]]


def test_the_same_summary_is_no_second_table(layout):
    put_table(layout, "one whole", ROWS)
    assert put_table(layout, "one whole", [*ROWS, ["More", "1"]])
    [table] = tables(layout)
    assert contents(table)[-1] == ["More", "1"]
    layout.undoStack().stack().undo()
    assert contents(tables(layout)[0]) == ROWS[1:]
    assert not put_table(layout, "one selection", ROWS)
    assert len(tables(layout)) == 2


def test_after_it_was_taken_out_it_is_put_in_anew(layout):
    put_table(layout, "one whole", ROWS)
    layout.undoStack().stack().undo()
    assert not put_table(layout, "one whole", ROWS)
    assert len(tables(layout)) == 1


def test_tables_do_not_lie_upon_each_other(layout):
    put_table(layout, "one whole", ROWS)
    put_table(layout, "two whole", ROWS)
    first, second = sorted(
        (item.sceneBoundingRect() for item in layout.items() if isinstance(item, QgsLayoutFrame)),
        key=lambda place: place.top(),
    )
    assert first.bottom() <= second.top()


def test_a_table_in_a_layout_survives_the_project(layout, tmp_path):
    put_table(layout, "one whole", ROWS)
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "p.qgz"))
    [again] = layouts(project)
    assert put_table(again, "one whole", [*ROWS, ["More", "1"]])
    assert [len(contents(each)) for each in tables(again)] == [3]


def test_a_new_layout_shows_the_map_and_has_a_name_of_its_own(qgis_app, qgis_new_project):
    settings = QgsMapSettings()
    settings.setExtent(QgsRectangle(0, 0, 10, 10))
    project = QgsProject.instance()
    made = [new_layout(project, "Old <b>town</b>", settings) for _turn in range(2)]
    assert [each.name() for each in made] == ["Old ‹b›town‹/b›", "Old ‹b›town‹/b› 2"]
    [shown] = [item for item in made[0].items() if isinstance(item, QgsLayoutItemMap)]
    assert shown.extent().contains(QgsRectangle(1, 1, 9, 9))
    put_table(made[0], "x", ROWS)
    frame = next(item for item in made[0].items() if isinstance(item, QgsLayoutFrame))
    assert frame.sceneBoundingRect().top() >= shown.sceneBoundingRect().bottom()
