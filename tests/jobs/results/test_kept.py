"""A result that was downloaded is found again by what its file says, opens at once, and without a network too."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime

import pytest
from fault_proxy import Answer
from osgeo import gdal
from qgis.core import QgsFeature, QgsVectorLayer
from result_service import BUILDINGS, MIXED, PROCESSING_ID, collection, feature, geojson_answer, square

from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.layers.origin.record import from_record, to_record
from mapflow_dock.layers.results.kept import find_kept, read_kept

WAIT = 20_000
RESULT = f"/processings/{PROCESSING_ID}/result"
NEWER = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def deliver(qtbot, client, project, tmp_path):
    def deliver(processing, folder=tmp_path, others=()):
        delivery = ResultDelivery(client, processing, "", folder, project, others)
        outcome = []
        delivery.succeeded.connect(outcome.append)
        delivery.failed.connect(outcome.append)
        delivery.start()
        qtbot.waitUntil(lambda: bool(outcome), timeout=WAIT)
        return outcome[0]

    return deliver


def source_of(name):
    return {"dataProvider": {"providerName": name, "zoom": 18}}


def test_in_a_new_project_the_file_opens_without_a_request(
    serve, server, processing, deliver, project, tmp_path
):
    serve(BUILDINGS)
    first = deliver(processing())
    assert first.downloaded is None
    path = first.path
    project.clear()
    server.route("GET", RESULT, Answer(503, b""))
    again = deliver(processing())
    assert (again.path, again.feature_count) == (path, 9)
    assert abs((datetime.now(UTC) - again.downloaded).total_seconds()) < 300
    assert not again.is_outdated
    assert server.count(path=RESULT) == 1
    (layer,) = again.layers
    assert [each.label() for each in layer.renderer().categories()][-1] == "Not classified"
    assert layer.customProperty("mapflow_dock/object_type") == ""
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".gpkg"] == [path.name]


def test_a_file_of_another_name_and_folder_is_found_by_what_it_says(
    serve, server, processing, deliver, project, tmp_path
):
    serve(BUILDINGS)
    path = deliver(processing()).path
    project.clear()
    folder = tmp_path / "by hand"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.gpkg").write_bytes(b"no database")
    moved = folder / "Häuser 2026.gpkg"
    shutil.move(path, moved)
    again = deliver(processing(), others=[folder])
    assert again.path == moved
    assert server.count(path=RESULT) == 1


def test_files_of_other_results_and_servers_are_not_taken(
    serve, client, processing, deliver, project, tmp_path
):
    serve(BUILDINGS)
    path = deliver(processing()).path
    assert find_kept([tmp_path], PROCESSING_ID, client.server).tables[0].path == path
    assert find_kept([tmp_path], PROCESSING_ID, "https://other.example/rest") is None
    # the first letters of the id are in the name of the file
    assert find_kept([tmp_path], PROCESSING_ID[:8] + "-0000", client.server) is None
    assert find_kept([tmp_path / "missing"], PROCESSING_ID, client.server) is None


def test_what_the_user_changed_in_the_file_is_what_opens(serve, processing, deliver, project):
    serve(BUILDINGS)
    path = deliver(processing()).path
    project.clear()
    by_hand = QgsVectorLayer(str(path), "by hand", "ogr")
    assert by_hand.startEditing()
    by_hand.deleteFeature(next(by_hand.getFeatures()).id())
    assert by_hand.commitChanges()
    del by_hand
    assert deliver(processing()).feature_count == 8


def test_a_newer_result_of_the_service_is_downloaded(serve, server, processing, deliver, project):
    serve(BUILDINGS)
    former = deliver(processing()).path
    project.clear()
    serve(collection(feature(square(38, 56), class_id="101")))
    fresh = deliver(processing(updated=NEWER))
    assert (fresh.feature_count, fresh.downloaded) == (1, None)
    assert fresh.path != former
    project.clear()
    assert deliver(processing(updated=NEWER)).path == fresh.path, "the newest of the files is the one"
    assert server.count(path=RESULT) == 2


@pytest.mark.parametrize("is_open", [False, True])
def test_without_a_network_an_older_file_is_shown_and_told_of(
    serve, server, client, processing, deliver, project, is_open
):
    serve(BUILDINGS)
    path = deliver(processing()).path
    if not is_open:
        project.clear()
    server.add(path=RESULT, times=99, drop_before=True)
    client.retry_base_s = 0.001
    shown = deliver(processing(updated=NEWER))
    assert (shown.path, shown.feature_count, shown.is_outdated) == (path, 9, True)
    assert shown.downloaded is not None
    assert len(project.mapLayers()) == 1


def test_a_refusal_of_the_service_is_not_hidden_behind_an_old_file(
    serve, server, processing, deliver, project
):
    serve(BUILDINGS)
    deliver(processing())
    project.clear()
    server.route("GET", RESULT, Answer.of({"message": "no such thing"}, 404))
    error = deliver(processing(updated=NEWER))
    assert error.sentence
    assert project.mapLayers() == {}


def test_several_tables_open_with_their_names_and_types(serve, processing, deliver, project):
    serve(MIXED)
    named = [(each.name(), each.featureCount()) for each in deliver(processing(model_name="New")).layers]
    project.clear()
    again = deliver(processing(model_name="New"))
    assert [(each.name(), each.featureCount()) for each in again.layers] == named
    assert again.downloaded is not None


def test_a_table_removed_from_the_file_means_a_new_download(serve, server, processing, deliver, project):
    serve(MIXED)
    path = deliver(processing()).path
    project.clear()
    opened = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
    opened.DeleteLayer(0)
    opened = None
    again = deliver(processing())
    assert server.count(path=RESULT) == 2
    assert again.path != path


def test_the_file_tells_qgis_and_sql_alike_what_it_is(serve, client, processing, deliver, project):
    serve(BUILDINGS)
    made = processing(
        project_id="p-7",
        area_m2=1_234_567.0,
        cost=12.0,
        source=source_of("Mapbox"),
        blocks=(("simplification", True), ("heights", False)),
        block_titles={"simplification": "Simplification"},
    )
    layer = deliver(made).layers[0]
    path = layer.source().split("|")[0]
    by_hand = QgsVectorLayer(layer.source(), "by hand", "ogr").metadata()
    for metadata in (by_hand, layer.metadata()):
        assert metadata.identifier() == PROCESSING_ID
        assert metadata.parentIdentifier() == "p-7"
        assert metadata.title() == "Old town"
        assert metadata.type() == "dataset"
        assert metadata.crs().authid() == "EPSG:4326"
        (where,) = metadata.extent().spatialExtents()
        assert where.bounds.xMinimum() == pytest.approx(37)
        assert where.bounds.xMaximum() == pytest.approx(37.081)
        assert metadata.rights() == ["Mapflow, from imagery of Mapbox"]
        assert set(metadata.keywords()["Mapflow"]) == {"Buildings", "Mapbox", "Simplification"}
        for words in ("Model: Buildings", "Options: Simplification", "Imagery: Provider Mapbox, zoom 18"):
            assert words in metadata.abstract()
        assert "Area: 1.23 km²" in metadata.abstract().replace("\xa0", " ").replace("\u202f", " ")
        assert "12" in metadata.abstract().split("Cost: ")[1].split("\n")[0]
        assert len(metadata.history()) == 2
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT r.table_name, m.metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r "
            "ON r.md_file_id = m.id WHERE m.md_standard_uri = 'http://mrcc.com/qgis.dtd'"
        ).fetchall()
    assert [name for name, _text in rows] == ["buildings"]
    assert PROCESSING_ID in rows[0][1]
    told = gdal.OpenEx(path).GetMetadata("mapflow_dock")
    assert json.loads(told["processing"])["id"] == PROCESSING_ID
    assert told["server"] == client.server


def test_each_of_several_tables_is_described(serve, processing, deliver, project, capfd):
    serve(MIXED)
    result = deliver(processing(model_name="New"))
    assert "ERROR" not in capfd.readouterr().err
    opened = gdal.OpenEx(str(result.path), gdal.OF_VECTOR)
    described = opened.ExecuteSQL(
        "SELECT identifier, description FROM gpkg_contents WHERE data_type = 'features'"
    )
    rows = [(row["identifier"], row["description"]) for row in described]
    opened.ReleaseResultSet(described)
    assert len({name for name, _text in rows}) == 3
    assert all(name.startswith(PROCESSING_ID + "/") for name, _text in rows)
    assert all(f"Processing ID: {PROCESSING_ID}" in text for _name, text in rows)
    assert {each.metadata().identifier() for each in result.layers} == {PROCESSING_ID}
    of_file = [QgsVectorLayer(each.source(), "x", "ogr").metadata() for each in result.layers]
    assert sorted(each.identifier() for each in of_file) == sorted(name for name, _text in rows)


def test_maps_name_whom_they_owe_the_layer_also_after_the_project_was_opened(
    serve, processing, deliver, project, tmp_path
):
    from mapflow_dock.layers.origin.metadata import attribution_of

    serve(BUILDINGS)
    deliver(processing(source=source_of("Mapbox")))
    assert project.write(str(tmp_path / "project.qgz"))
    project.clear()
    assert project.read(str(tmp_path / "project.qgz"))
    (layer,) = project.mapLayers().values()
    assert attribution_of(layer) == "Mapflow, from imagery of Mapbox"
    assert layer.metadata().identifier() == PROCESSING_ID


def test_a_record_keeps_what_names_and_styles_the_layers_and_no_key(processing):
    secret = {"userDefined": {"sourceType": "XYZ", "url": "https://t.example/{z}/{x}/{y}?key=abc123"}}
    made = processing(
        name="Ünï \ud800 \x01 <b>",
        description="two\nlines",
        project_id="p",
        area_m2=5.5,
        cost=0.5,
        source=secret,
        model_style="forest",
        model_display_name="🌳 Trees",
    )
    text = to_record(made)
    assert "abc123" not in text
    assert text.isascii()
    again = from_record(text)
    for name in (
        "id",
        "name",
        "description",
        "project_id",
        "model_name",
        "model_style",
        "model_display_name",
        "created",
        "updated",
        "area_m2",
        "cost",
    ):
        assert getattr(again, name) == getattr(made, name), name


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"id": 5}', '{"id": ""}', "[" * 100_000, '{"id": "x", "created": "soon"}'],
)
def test_what_others_wrote_into_a_file_does_no_harm(text):
    made = from_record(text)
    assert made is None or made.created is None


def test_a_file_that_cannot_be_read_is_passed_over(serve, processing, deliver, project, tmp_path):
    serve(BUILDINGS)
    path = deliver(processing()).path
    project.clear()
    broken = tmp_path / f"broken_{PROCESSING_ID[:8]}.gpkg"
    broken.write_bytes(path.read_bytes()[:5000])
    os.mkdir(tmp_path / "folder.gpkg")
    assert read_kept(broken) is None
    assert deliver(processing()).path == path


def test_attributes_added_by_hand_do_not_hide_the_file(serve, processing, deliver, project):
    serve(BUILDINGS)
    layer = deliver(processing()).layers[0]
    assert layer.startEditing()
    assert layer.addFeature(QgsFeature(layer.fields()))
    assert layer.commitChanges()
    project.clear()
    assert deliver(processing()).feature_count == 10


def test_a_saved_copy_counts_as_well(serve, server, client, processing, deliver, qtbot, project, tmp_path):
    from mapflow_dock.jobs.results.export import ExportFormat, ResultExport

    serve(BUILDINGS)
    saved = tmp_path / "saved.gpkg"
    export = ResultExport(client, processing(), saved, ExportFormat.GEOPACKAGE)
    with qtbot.waitSignal(export.succeeded, timeout=WAIT):
        export.start()
    server.route("GET", RESULT, geojson_answer(b""))
    assert deliver(processing()).path == saved
