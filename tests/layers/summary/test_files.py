"""What a summary makes of damaged and empty files; the file and QGIS say the same of any layer."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from qgis.core import (
    QgsGeometry,
    QgsRectangle,
)
from summed_layers import ONE, SIDE, classes, square, summed, written

from mapflow_dock.layers.gdal_errors import ConversionCancelledError
from mapflow_dock.layers.summary.source import Scope, request_of
from mapflow_dock.layers.summary.summing import sum_up


@pytest.fixture
def houses(tmp_path, qgis_app):
    """Nine squares in a row, a third of a kind each: apartment buildings, houses, industrial buildings."""
    rows = [(square(i * 2 * SIDE), str(101 + i % 3)) for i in range(9)]
    return written(tmp_path / "houses.gpkg", rows)


def test_damaged_texts_and_outlines_are_counted(houses, tmp_path):
    with closing(sqlite3.connect(tmp_path / "houses.gpkg")) as data:
        for (name,) in data.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            data.execute(f'DROP TRIGGER "{name}"')
        data.execute("UPDATE buildings SET class_id = CAST(x'ff41' AS TEXT) WHERE fid = 1")
        data.execute("UPDATE buildings SET geom = substr(geom, 1, 60) WHERE fid = 2")
        data.commit()
    [layer] = summed(houses).layers
    assert (layer.totals.count, layer.unreadable, layer.placeless) == (9, 1, 0)
    assert layer.totals.area_m2 == pytest.approx(8 * ONE, rel=1e-6)
    assert sum(classes(layer).values()) == 9


def test_an_empty_result(tmp_path):
    found = summed(written(tmp_path / "e.gpkg", []))
    assert (found.count, found.ground_m2, found.layers[0].classes) == (0, None, ())


def test_it_stops_when_it_is_cancelled(houses):
    with pytest.raises(ConversionCancelledError):
        sum_up(request_of([houses], Scope.WHOLE), lambda _fraction: False)


def test_the_file_is_left_as_it_is(houses, tmp_path):
    before = (tmp_path / "houses.gpkg").read_bytes()
    houses.selectByIds([1])
    for scope in Scope:
        summed(houses, scope=scope, view=(-1, -1, 3.5 * SIDE, 1))
    assert (tmp_path / "houses.gpkg").read_bytes() == before


@given(st.integers(0, 2**32), st.integers(1, 40))
@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_file_and_qgis_say_the_same_of_any_layer(qgis_app, seed, count):
    """Boxes anywhere, in any class, counted and measured by hand; from the file, and through an edit buffer."""
    chance = random.Random(seed)
    rows, sides = [], []
    for _index in range(count):
        side = chance.choice([0.0001, 0.001, 0.01])
        sides.append(side)
        rows.append(
            (square(chance.uniform(-0.05, 0.05), chance.uniform(-0.05, 0.05), side), chance.choice("abc"))
        )
    west, south = chance.uniform(-0.06, 0.05), chance.uniform(-0.06, 0.05)
    view = (west, south, west + 0.05, south + 0.03)
    with tempfile.TemporaryDirectory() as folder:
        layer = written(Path(folder) / "r.gpkg", rows)
        [whole] = summed(layer).layers
        assert classes(whole) == {
            code: sum(row[1] == code for row in rows) for code in {row[1] for row in rows}
        }
        assert whole.totals.area_m2 == pytest.approx(
            sum((side / SIDE) ** 2 * ONE for side in sides), rel=1e-5
        )
        seen = QgsGeometry.fromRect(QgsRectangle(*view))
        parts = [seen.intersection(QgsGeometry.fromWkt(row[0])).area() for row in rows]
        by_file = summed(layer, scope=Scope.EXTENT, view=view).layers[0]
        assert by_file.totals.count == sum(part > 0 for part in parts)
        assert by_file.totals.area_m2 == pytest.approx(sum(parts) / SIDE**2 * ONE, rel=1e-5)
        layer.startEditing()
        layer.changeAttributeValue(1, layer.fields().lookupField("class_id"), rows[0][1] + " ")
        layer.changeAttributeValue(1, layer.fields().lookupField("class_id"), rows[0][1])
        assert layer.isModified()
        by_qgis = summed(layer, scope=Scope.EXTENT, view=view).layers[0]
        assert by_qgis.classes == by_file.classes
        assert by_qgis.distributions == by_file.distributions
        layer.rollBack()
