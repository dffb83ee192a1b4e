"""Summing up in the background: the latest question counts, and QGIS goes on meanwhile."""

from __future__ import annotations

import pytest
from osgeo import ogr, osr
from qgis.core import QgsVectorLayer

from mapflow_dock.jobs.results import summary
from mapflow_dock.jobs.results.summary import LatestSummary
from mapflow_dock.layers.gdal_errors import ConversionError
from mapflow_dock.layers.summary.source import Scope, request_of


@pytest.fixture
def houses(tmp_path, qgis_app):
    """So many that they are read in several batches."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(tmp_path / "houses.gpkg"))
    layer = data.CreateLayer("buildings", system, ogr.wkbPolygon)
    layer.StartTransaction()
    for index in range(5_000):
        feature = ogr.Feature(layer.GetLayerDefn())
        west = index * 1e-4
        ring = f"{west} 0, {west + 5e-5} 0, {west + 5e-5} 0.00005, {west} 0"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    layer = data = None
    return QgsVectorLayer(f"{tmp_path / 'houses.gpkg'}|layername=buildings", "houses", "ogr")


@pytest.fixture
def latest(qgis_app):
    latest = LatestSummary()
    latest.all_told, latest.all_busy, latest.all_failed = [], [], []
    latest.told.connect(latest.all_told.append)
    latest.failed.connect(latest.all_failed.append)
    latest.busy_changed.connect(latest.all_busy.append)
    yield latest
    latest.close()


def test_the_latest_question_alone_is_answered(latest, houses, qtbot):
    whole = request_of([houses], Scope.WHOLE)
    houses.selectByIds([1, 2, 3])
    selected = request_of([houses], Scope.SELECTION)
    for _turn in range(5):
        latest.ask(whole)
    latest.ask(selected)
    qtbot.waitUntil(lambda: not latest.is_busy)
    qtbot.wait(200)
    assert [(each.scope, each.count) for each in latest.all_told] == [(Scope.SELECTION, 3)]
    assert latest.all_busy == [True, False]
    assert latest.all_failed == []


def test_what_is_closed_is_not_answered(latest, houses, qtbot):
    latest.ask(request_of([houses], Scope.WHOLE))
    latest.close()
    qtbot.wait(200)
    assert latest.all_told == []
    assert latest.all_busy == [True, False]
    assert not latest.is_busy


def test_a_fault_is_told_once_and_the_next_question_is_answered(latest, houses, monkeypatch, qtbot):
    def broken(_request, _report):
        raise ConversionError("It cannot be read.", "disk")

    with monkeypatch.context() as context:
        context.setattr(summary, "sum_up", broken)
        latest.ask(request_of([houses], Scope.WHOLE))
        qtbot.waitUntil(lambda: bool(latest.all_failed))
    assert [error.sentence for error in latest.all_failed] == ["It cannot be read."]
    latest.ask(request_of([houses], Scope.WHOLE))
    qtbot.waitUntil(lambda: bool(latest.all_told))
    assert latest.all_told[0].count == 5_000


def test_a_layer_may_go_while_it_is_summed_up(latest, houses, qtbot):
    latest.ask(request_of([houses], Scope.WHOLE))
    del houses
    qtbot.waitUntil(lambda: bool(latest.all_told))
    assert latest.all_told[0].count == 5_000
