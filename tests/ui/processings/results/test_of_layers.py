"""What the layer panel's menu asks of the service: answered by a sentence in every state, and nothing is lost."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
from processings_service import CUT, features, record
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtGui import QIcon

from mapflow_dock.ui.layer_action import result_actions

PATIENCE_MS = 30_000
RESULT = "GET /processings/id-1/result"
ONE = "GET /processings/id-1/v2"
NEWER = "2027-01-01T00:00:00Z"


@pytest.fixture
def added(listed, results, qtbot):
    """A page whose first processing is on the map."""
    page = listed(record(1, name="Harbour"))
    page.list.choose("id-1")
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        page.addResultButton.click()
    page.notices.clear()
    return page


def only():
    (layer,) = QgsProject.instance().mapLayers().values()
    assert isinstance(layer, QgsVectorLayer)
    return layer


def told(page, qtbot):
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    return page.notices[-1].text


def test_the_newest_result_is_said_to_be_that(added, service, qtbot):
    added.results.of_layers.refresh("id-1")
    added.results.of_layers.refresh("id-1")
    assert told(added, qtbot).startswith("“Harbour” is the newest result. It was downloaded on ")
    assert len(service.bodies(RESULT)) == 1
    assert len(service.bodies(ONE)) == 1


def test_a_newer_one_comes_into_the_same_layer_with_its_style(added, service, results, qtbot):
    layer = only()
    layer.setName("Mine")
    layer.setOpacity(0.4)
    former = layer.source()
    service.answers[ONE] = record(1, name="Harbour", updated=NEWER)
    service.answers[RESULT] = features(7)
    with qtbot.waitSignal(added.results.adding.added, timeout=PATIENCE_MS):
        added.results.of_layers.refresh("id-1")
    assert only() is layer
    assert (layer.name(), layer.opacity(), layer.featureCount()) == ("Mine", 0.4, 7)
    assert layer.source() != former
    assert QgsVectorLayer(former, "former", "ogr").featureCount() == 3
    assert "stays as it was, with what you changed in it" in added.notices[-1].text


def test_edits_come_first(added, service, qtbot):
    layer = only()
    assert layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    service.answers[ONE] = record(1, name="Harbour", updated=NEWER)
    added.results.of_layers.refresh("id-1")
    assert "is being edited. Save its edits or discard them" in told(added, qtbot)
    assert only() is layer
    assert layer.isEditable()
    assert layer.featureCount() == 2
    layer.rollBack()


@pytest.mark.parametrize("ask", ["refresh", "to_tiles", "to_file"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (CUT, "Mapflow cannot be reached, and this needs an answer of it. The layer stays as it is"),
        ((404, {"message": "no"}), "is not in your account: it was deleted, or another account has it"),
        ((500, {"message": "Out of order"}), "because of a problem of its own (HTTP 500)"),
    ],
    ids=["offline", "gone", "broken"],
)
def test_what_cannot_be_answered_is_a_sentence(added, service, session, qtbot, ask, answer, words):
    session.client.retry_base_s = 0.001
    service.answers[ONE] = answer
    layer = only()
    getattr(added.results.of_layers, ask)("id-1")
    assert words in told(added, qtbot)
    assert only() is layer
    assert layer.isValid()


def test_a_result_without_tiles_cannot_be_swapped_for_them(added, qtbot):
    layer = only()
    added.results.of_layers.to_tiles("id-1")
    assert "“Harbour” could not be shown as tiles." in told(added, qtbot)
    assert only() is layer


def test_what_the_service_has_of_it_by_now_is_offered_after_a_refresh(
    added, service, qgis_iface, qtbot, monkeypatch
):
    layer = only()
    offered = []
    answers = {
        "addCustomActionForLayerType": lambda *_what: None,
        "addCustomActionForLayer": lambda action, of: offered.append((action.objectName(), of.id())),
        "removeCustomActionForLayerType": lambda _action: True,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(qgis_iface, name, answer, raising=False)
    actions = result_actions(qgis_iface, QIcon(), MagicMock())
    assert ("mActionAddMapflowResultRaster", layer.id()) not in offered
    raster = {"tileUrl": "http://tiles.example/{z}/{x}/{y}.png", "tileJsonUrl": None}
    service.answers[ONE] = record(1, name="Harbour", resultRasterLayer=raster)
    added.results.of_layers.refresh("id-1")
    assert "is the newest result" in told(added, qtbot)
    assert offered.count(("mActionAddMapflowResultRaster", layer.id())) == 1
    added.results.of_layers.refresh("id-1")
    qtbot.waitUntil(lambda: len(added.notices) == 2, timeout=PATIENCE_MS)
    assert offered.count(("mActionAddMapflowResultRaster", layer.id())) == 1
    for action in actions:
        action.close()
    layer.setCustomProperty("mapflow_dock/has_imagery", "1")
    assert ("mActionAddMapflowSourceImagery", layer.id()) not in offered
