"""Results on the map: tiles at once, then styled and described layers from a file that is whole or not there."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime

import pytest
from fault_proxy import Answer
from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from result_service import BUILDINGS, MIXED, PROCESSING_ID, collection, feature, square

from mapflow_dock.api.processings import TileSet
from mapflow_dock.jobs.job import Job
from mapflow_dock.jobs.results import download as result_download
from mapflow_dock.jobs.results.conversion import ConversionPlan
from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.jobs.task import _Task

NOBODY = 65534
WAIT = 20_000
RESULT = f"/processings/{PROCESSING_ID}/result"
TILEJSON = {"tilejson": "3.0.0", "minzoom": 3, "maxzoom": 16, "bounds": [37.0, 55.0, 37.1, 55.1]}


@pytest.fixture
def deliver(qtbot, client, project, tmp_path):
    """Deliver a processing's result and return ("completed", ResultLayers) or ("failed", sentence, detail)."""

    def deliver(processing, authcfg="", folder=tmp_path):
        delivery = ResultDelivery(client, processing, authcfg, folder, project)
        outcome = []
        delivery.succeeded.connect(lambda result: outcome.append(("completed", result)))
        delivery.failed.connect(lambda error: outcome.append(("failed", error.sentence, error.detail)))
        delivery.start()
        assert not outcome, "told before start had returned"
        qtbot.waitUntil(lambda: bool(outcome), timeout=WAIT)
        assert len(outcome) == 1
        assert not any(isinstance(job, ResultDelivery) for job in Job._kept)
        return outcome[0]

    return deliver


def with_tiles(server, processing, **changes):
    tiles = TileSet(
        server.origin + "/rest/tiles/{z}/{x}/{y}.pbf?uri=s3%3A%2F%2Fa", server.url + "/tiles.json"
    )
    return processing(vector=tiles, **changes)


def names(folder):
    """What is in a folder, but for the log files SQLite keeps beside a database that is open."""
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.endswith(("-wal", "-shm")))


def test_a_result_becomes_one_styled_indexed_described_layer(
    serve, server, processing, deliver, project, tmp_path
):
    serve(BUILDINGS)
    kind, result = deliver(processing(description="<b>of 1900</b>"))
    assert kind == "completed"
    assert result.feature_count == 9
    (layer,) = result.layers
    assert layer.name() == "Old town"
    assert layer.featureCount() == 9
    assert result.path == tmp_path / "Old_town_3fa85f64.gpkg"
    assert names(tmp_path) == ["Old_town_3fa85f64.gpkg"]
    assert layer.hasSpatialIndex() == layer.SpatialIndexPresent
    assert result.extent.crs().authid() == "EPSG:4326"
    assert result.extent.contains(layer.extent())
    assert result.extent.width() == pytest.approx(0.081)

    (mapflow,) = project.layerTreeRoot().children()
    assert (mapflow.name(), [child.name() for child in mapflow.children()]) == ("Mapflow", ["Old town"])
    assert result.group.findLayer(layer.id()) is not None
    assert layer.customProperty("mapflow_dock/processing_id") == PROCESSING_ID
    assert layer.customProperty("mapflow_dock/server") == server.url
    abstract = layer.metadata().abstract()
    for words in (
        "Old town",
        "Model: Buildings",
        PROCESSING_ID,
        "2026-02-10T10:30:00",
        "‹b›of 1900‹/b›",
    ):
        assert words in abstract


def test_classes_get_a_category_each_and_the_style_is_kept_in_the_file(serve, processing, deliver):
    serve(BUILDINGS)
    _kind, result = deliver(processing())
    again = QgsVectorLayer(result.layers[0].source(), "opened by hand", "ogr")
    for layer in (result.layers[0], again):
        renderer = layer.renderer()
        assert isinstance(renderer, QgsCategorizedSymbolRenderer)
        labels = [category.label() for category in renderer.categories()]
        assert labels == ["Apartment building", "House", "Industrial building", "Not classified"]
        colours = {category.symbol().color().name() for category in renderer.categories()[:3]}
        assert len(colours) == 3


def test_the_map_tip_shows_attributes_and_no_markup_of_the_server(serve, processing, deliver):
    serve(collection(feature(square(37, 55), note="<img src=x>", class_id="101")))
    _kind, result = deliver(processing())
    (layer,) = result.layers
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    text = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert "&lt;img src=x&gt;" in text
    assert "<img" not in text
    assert "[%" not in text


def test_several_geometry_types_become_a_layer_each(serve, processing, deliver):
    serve(MIXED)
    _kind, result = deliver(processing(model_name="Something new"))
    assert result.feature_count == 3
    assert [layer.name() for layer in result.layers] == [
        "Old town: Objects (polygons)",
        "Old town: Objects (lines)",
        "Old town: Objects (points)",
    ]
    assert [layer.featureCount() for layer in result.layers] == [1, 1, 1]
    assert all(layer.isValid() and layer.renderer() is not None for layer in result.layers)
    assert result.extent.xMaximum() == pytest.approx(37.2)
    assert len({layer.source().split("|")[0] for layer in result.layers}) == 1


def test_a_result_of_nothing_says_so_and_leaves_nothing(
    serve, server, processing, deliver, project, tmp_path
):
    serve(collection())
    server.route("GET", "/tiles.json", Answer.of(TILEJSON))
    kind, result = deliver(with_tiles(server, processing), authcfg="abc1234")
    assert (kind, result.feature_count, result.layers, result.path) == ("completed", 0, (), None)
    assert names(tmp_path) == []
    assert project.layerTreeRoot().children() == []


def test_tiles_show_while_the_result_is_downloaded_and_go_when_it_is_there(
    serve, server, client, processing, project, qtbot, tmp_path
):
    serve(BUILDINGS)
    server.route("GET", "/tiles.json", Answer.of(TILEJSON))
    server.add(path=RESULT, hold=True)
    delivery = ResultDelivery(client, with_tiles(server, processing), "abc1234", tmp_path, project)
    with qtbot.waitSignal(delivery.tiles_added, timeout=WAIT) as added:
        delivery.start()
    tiles = added.args[0]
    assert isinstance(tiles, QgsVectorTileLayer)
    assert (tiles.sourceMinZoom(), tiles.sourceMaxZoom()) == (3, 16)
    assert tiles.extent().width() == pytest.approx(11_131.9, rel=1e-3)
    assert [node.name() for node in project.layerTreeRoot().findLayers()] == ["Old town (tiles)"]
    with qtbot.waitSignal(delivery.succeeded, timeout=WAIT):
        server.release()
    assert [node.name() for node in project.layerTreeRoot().findLayers()] == ["Old town"]


def test_a_result_comes_without_tiles_where_their_description_is_missing(serve, server, processing, deliver):
    serve(BUILDINGS)
    kind, result = deliver(with_tiles(server, processing), authcfg="abc1234")
    assert (kind, result.feature_count) == ("completed", 9)


@pytest.mark.parametrize(
    "body",
    [BUILDINGS[:-40], b'{"detail": "gone"}', b"<html>", b"", b'{"type": "FeatureCollection"'],
    ids=range(5),
)
def test_a_broken_result_is_told_and_leaves_no_file(serve, processing, deliver, project, tmp_path, body):
    serve(body)
    kind, sentence, detail = deliver(processing())
    assert kind == "failed"
    assert sentence.endswith(".")
    assert "Traceback" not in detail
    assert names(tmp_path) == []
    assert project.layerTreeRoot().children() == []


def test_a_refused_download_is_told_in_the_words_of_the_service(server, processing, deliver, tmp_path):
    server.route("GET", RESULT, Answer.of({"message": "no such thing"}, 404))
    kind, sentence, _detail = deliver(processing())
    assert kind == "failed"
    assert sentence
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(serve, processing, deliver, tmp_path):
    serve(BUILDINGS)
    (tmp_path / "file").write_text("in the way")
    kind, sentence, _detail = deliver(processing(), folder=tmp_path / "file" / "results")
    assert kind == "failed"
    assert "folder" in sentence


def test_the_folder_is_made_and_names_from_the_server_are_no_paths(serve, processing, deliver, tmp_path):
    serve(BUILDINGS)
    folder = tmp_path / "new" / "folder"
    _kind, result = deliver(processing(name="../../etc/пас:swd\x00 <b>"), folder=folder)
    assert result.path.parent == folder
    assert result.path.name == "etc_пас_swd_b_3fa85f64.gpkg"


def test_cancelling_the_download_leaves_nothing(serve, server, client, processing, project, qtbot, tmp_path):
    serve(BUILDINGS)
    server.route("GET", "/tiles.json", Answer.of(TILEJSON))
    server.add(path=RESULT, hold=True)
    delivery = ResultDelivery(client, with_tiles(server, processing), "abc1234", tmp_path, project)
    told = []
    delivery.failed.connect(lambda *_: told.append("failed"))
    delivery.succeeded.connect(lambda *_: told.append("completed"))
    with qtbot.waitSignal(delivery.tiles_added, timeout=WAIT):
        delivery.start()
    delivery.cancel()
    assert names(tmp_path) == []
    assert project.layerTreeRoot().children() == []
    assert project.mapLayers() == {}
    server.release()
    qtbot.wait(100)
    assert told == []


@pytest.fixture
def held_conversion(monkeypatch):
    """A conversion that stops at its first step until it is let go on."""
    reached, go_on = threading.Event(), threading.Event()
    carry_out = ConversionPlan.carry_out

    def held(self, report):
        def slow(fraction):
            reached.set()
            go_on.wait(30)
            return report(fraction)

        return carry_out(self, slow)

    monkeypatch.setattr(ConversionPlan, "carry_out", held)
    yield reached, go_on
    go_on.set()


@pytest.mark.parametrize("by", ["delivery", "task manager"])
def test_cancelling_the_conversion_leaves_nothing(
    serve, client, processing, project, qtbot, tmp_path, held_conversion, by
):
    reached, go_on = held_conversion
    serve(BUILDINGS)
    delivery = ResultDelivery(client, processing(), "", tmp_path, project)
    told = []
    delivery.failed.connect(lambda error: told.append(error.sentence))
    delivery.succeeded.connect(lambda *_: told.append("completed"))
    delivery.start()
    qtbot.waitUntil(reached.is_set, timeout=WAIT)
    if by == "delivery":
        delivery.cancel()
    else:
        (task,) = QgsApplication.taskManager().activeTasks()
        assert "Old town" in task.description()
        task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not any("Old town" in task.description() for task in _Task._alive), timeout=WAIT)
    assert names(tmp_path) == []
    assert project.mapLayers() == {}
    assert told == ([] if by == "delivery" else ["It was cancelled in QGIS's task manager."])


def test_closing_the_project_ends_the_delivery(serve, server, client, processing, project, qtbot, tmp_path):
    serve(BUILDINGS)
    server.add(path=RESULT, hold=True)
    delivery = ResultDelivery(client, processing(), "", tmp_path, project)
    delivery.start()
    qtbot.waitUntil(lambda: server.count(path=RESULT) == 1, timeout=WAIT)
    with qtbot.waitSignal(delivery.failed, timeout=WAIT) as failed:
        project.clear()
    assert "closed" in failed.args[0].sentence
    assert names(tmp_path) == []


def test_adding_the_same_result_again_neither_downloads_nor_duplicates(
    serve, server, processing, deliver, project
):
    serve(BUILDINGS)
    first = deliver(processing())[1]
    second = deliver(processing())[1]
    assert second.layers == first.layers
    assert second.feature_count == 9
    assert second.path == first.path
    assert server.count(path=RESULT) == 1
    assert len(project.mapLayers()) == 1


def test_a_newer_result_goes_to_its_own_file_and_refreshes_the_layer(
    serve, processing, deliver, project, tmp_path
):
    serve(BUILDINGS)
    layer = deliver(processing())[1].layers[0]
    layer.setName("My buildings")
    before = tmp_path / "Old_town_3fa85f64.gpkg"
    serve(collection(feature(square(38, 56), class_id="101")))
    result = deliver(processing(updated=datetime(2026, 3, 1, tzinfo=UTC)))[1]
    assert result.layers == (layer,)
    assert layer.name() == "My buildings"
    assert layer.featureCount() == 1
    former = QgsVectorLayer(str(before), "former", "ogr")
    assert former.featureCount() == 9, "a file that may have been edited is not touched"
    assert result.path.name == "Old_town_3fa85f64_2.gpkg"
    assert len(project.mapLayers()) == 1
    assert len(project.layerTreeRoot().children()) == 1


def test_a_layer_being_edited_is_left_alone(serve, processing, deliver, project):
    serve(BUILDINGS)
    layer = deliver(processing())[1].layers[0]
    assert layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    result = deliver(processing(updated=datetime(2026, 3, 1, tzinfo=UTC)))[1]
    assert layer.isEditable()
    assert layer not in result.layers
    assert len(project.mapLayers()) == 2
    layer.rollBack()


def test_two_results_get_a_group_each_the_newest_on_top(serve, server, processing, deliver, project):
    serve(BUILDINGS)
    deliver(processing())
    server.route(
        "GET", "/processings/other/result", Answer(200, MIXED, {"Content-Type": "application/geo+json"})
    )
    deliver(processing(id="other", name="New town"))
    (mapflow,) = project.layerTreeRoot().children()
    assert [child.name() for child in mapflow.children()] == ["New town", "Old town"]


def test_a_saved_project_finds_its_result_again(serve, server, processing, deliver, project, tmp_path):
    serve(BUILDINGS)
    deliver(processing())
    assert project.write(str(tmp_path / "project.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "project.qgz"))
    deliver(processing())
    assert server.count(path=RESULT) == 1
    assert len(project.mapLayers()) == 1


def test_attributes_named_like_gdals_own_survive(serve, processing, deliver):
    serve(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"id": 7, **feature(square(37, 55), fid="a", Fid=1, geom="x", nested={"k": [1]})},
                    {"id": 7, **feature(square(38, 55), fid="b", Fid=2, geom="y", nested=None)},
                ],
            }
        ).encode()
    )
    kind, *told = deliver(processing())
    assert kind == "completed", told
    (layer,) = told[0].layers
    assert layer.featureCount() == 2
    assert sorted(row["fid"] for row in layer.getFeatures()) == ["a", "b"]


def test_three_dimensions_and_several_geometries_in_one_object(serve, processing, deliver):
    both = {
        "type": "GeometryCollection",
        "geometries": [square(37, 55), {"type": "Point", "coordinates": [37, 55, 10]}],
    }
    serve(
        collection(feature(both, name="a"), feature({"type": "Point", "coordinates": [38, 55, 3]}, name="b"))
    )
    _kind, result = deliver(processing())
    assert sorted((layer.featureCount(), layer.wkbType()) for layer in result.layers) == [(1, 6), (2, 4)]


def test_progress_runs_from_nothing_to_all_and_says_what_it_does(
    serve, client, processing, project, qtbot, tmp_path
):
    serve(collection(*(feature(square(30 + i / 1000, 50), n=i) for i in range(5000))))
    delivery = ResultDelivery(client, processing(), "", tmp_path, project)
    steps = []
    delivery.progressed.connect(lambda fraction, doing: steps.append((fraction, doing)))
    with qtbot.waitSignal(delivery.succeeded, timeout=WAIT):
        delivery.start()
    fractions = [fraction for fraction, _doing in steps]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert {doing.split(",")[0] for _fraction, doing in steps} == {"Downloading", "Converting", "Ready"}
    assert result_download.FETCHED_SHARE in fractions


@pytest.fixture
def closed_folder(tmp_path):
    """A folder nobody may write to. Root may write anywhere: who runs the tests as root is somebody else meanwhile."""
    user = os.geteuid()
    tmp_path.chmod(0o500)
    if user == 0:
        os.seteuid(NOBODY)
    yield tmp_path
    os.seteuid(user)
    tmp_path.chmod(0o700)


def test_a_folder_without_permission_is_told(serve, processing, deliver, closed_folder):
    serve(BUILDINGS)
    kind, sentence, _detail = deliver(processing())
    assert kind == "failed"
    assert "permission" in sentence


def test_a_full_disk_is_told(serve, processing, deliver, tmp_path):
    full = "/dev/full"
    if not os.path.exists(full):
        pytest.skip("no /dev/full here")
    from mapflow_dock.text.disk import write_fault

    with pytest.raises(OSError, match="space") as fault, open(full, "wb", buffering=0) as stream:
        stream.write(b"x")
    assert "full" in write_fault(fault.value, tmp_path)
