"""A run of the sandbox, its result on the map, its summary: as the service's own GeoJSON counts and measures it."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter

import pytest
from qgis.core import QgsCoordinateTransformContext, QgsDistanceArea, QgsGeometry, QgsProject
from qgis.PyQt.QtWidgets import QApplication

from mapflow_dock.api import processings
from mapflow_dock.api.lost_answers.start import start as start_processing
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.jobs.results.delivery import ResultDelivery
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.layers.summary.source import Scope

ANSWER_MS = 15_000
RUN_MS = 120_000
SIDES = {"Buildings": 0.003, "Forest": 0.009}  # degrees: as much as has some of it


@pytest.fixture
def signed_in(sandbox, qgis_new_project, qtbot):
    session = Session()
    session.sign_in(sandbox.basic, sandbox.url, remember=False)
    qtbot.waitUntil(lambda: session.project is not None and session.account is not None, timeout=ANSWER_MS)
    yield session
    session.close()


def outcome(reply, qtbot):
    with qtbot.waitSignal(reply.succeeded, timeout=ANSWER_MS) as told:
        pass
    return told.args[0]


def finished(session, sandbox, model, qtbot):
    """A processing of the middle of the imagery that has come to its end."""
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, SIDES[model] / 2
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    models = session.project.models or session.account.models
    request = ProcessingRequest(
        name=f"Sum of {model}",
        project_id=session.project.id,
        model_id=next(one.id for one in models if model in one.name),
        geometry={"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        source=ProviderSource(sandbox.provider, 18),
    )
    found = outcome(start_processing(session.client, request), qtbot)

    def has_ended():
        return outcome(processings.fetch(session.client, found.id), qtbot).status is Status.OK

    qtbot.waitUntil(has_ended, timeout=RUN_MS)
    return outcome(processings.fetch(session.client, found.id), qtbot)


def geojson(sandbox, processing):
    request = urllib.request.Request(
        f"{sandbox.url}/processings/{processing.id}/result",
        headers={"Authorization": f"Basic {sandbox.basic}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["features"]


def ellipsoid():
    found = QgsDistanceArea()
    found.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    found.setEllipsoid("EPSG:7030")
    return found


def as_qgis(feature):
    geometry = feature["geometry"]
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [
        ", ".join("(" + ", ".join(f"{x} {y}" for x, y, *_z in ring) + ")" for ring in part) for part in parts
    ]
    return QgsGeometry.fromWkt(f"MultiPolygon({', '.join(f'({each})' for each in rings)})")


@pytest.mark.both_dialects
@pytest.mark.parametrize("model", ["Buildings", "Forest"])
def test_the_figures_are_those_of_the_services_own_file(
    sandbox, signed_in, open_summary, tmp_path, qtbot, model
):
    processing = finished(signed_in, sandbox, model, qtbot)
    delivery = ResultDelivery(signed_in.client, processing, "", tmp_path, QgsProject.instance())
    with qtbot.waitSignal(delivery.succeeded, timeout=RUN_MS) as told:
        delivery.start()
    layers = told.args[0].layers
    signed_in.sign_out()
    dialog = open_summary(layers[0])

    features = geojson(sandbox, processing)
    assert features
    assert dialog.summary.count == len(features)
    wanted = Counter(each["properties"].get("class_id") for each in features)
    found = Counter()
    for layer in dialog.summary.layers:
        for each in layer.classes:
            found[each.code] += each.totals.count
    assert found == wanted or (set(wanted) == {None} and not found)
    area = sum(ellipsoid().measureArea(as_qgis(each)) for each in features)
    assert sum(layer.totals.area_m2 for layer in dialog.summary.layers) == pytest.approx(area, rel=1e-5)
    assert dialog.summary.ground_m2 == pytest.approx(processing.area_m2)
    assert f"Objects: {len(features):,}" in dialog.table.text

    dialog.choose(Scope.SELECTION)
    layers[0].selectByIds([next(layers[0].getFeatures()).id()])
    qtbot.waitUntil(lambda: dialog.summary is not None and dialog.summary.count == 1, timeout=ANSWER_MS)
    dialog.copy_button.click()
    assert "Objects: 1" in QApplication.clipboard().text()
