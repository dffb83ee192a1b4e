"""From the list of processings to the summary of a result: by key, menu and details; with and without its layers."""

from __future__ import annotations

import pytest
from processings_service import features, record
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from mapflow_dock.ui.contents import DockContents
from mapflow_dock.ui.processings.details import ProcessingDetails
from mapflow_dock.ui.summary.dialog import SummaryDialog

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 20_000


def choose(page, key):
    view = page.processingsView
    index = view.model().mapFromSource(page.model.index_of(key))
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().select(index, flags)
    view.setFocus()


@pytest.fixture
def wanted(page):
    asked = []
    page.summaries.wanted.connect(lambda *told: asked.append(told))
    return asked


@pytest.fixture
def with_result(listed, service):
    service.answers["GET /processings/id-1/result"] = features(3)
    page = listed(record(1, name="Old town"), record(2, status="IN_PROGRESS", percentCompleted=3))
    choose(page, "id-1")
    return page


def test_the_key_asks_for_the_layers_first_and_then_sums_up(with_result, wanted, session, qtbot):
    page = with_result
    qtbot.keyClick(page.processingsView, Qt.Key.Key_F4)
    [notice] = page.notices
    assert "is not on the map" in notice.text
    assert notice.action == "Add Result and Sum Up"
    assert wanted == []
    with qtbot.waitSignal(page.results.adding.added, timeout=WAIT_MS):
        notice.on_action()
    assert wanted == [("id-1", session.client.server, "Old town")]
    qtbot.keyClick(page.processingsView, Qt.Key.Key_F4)
    assert len(wanted) == 2, "what is on the map is summed up at once"
    page.results.adding.add(page.list.chosen())
    qtbot.wait(200)
    assert len(wanted) == 2, "to add a result asks for no summary"


def test_the_menu_offers_it_of_what_may_have_a_result(with_result):
    page = with_result
    summary = page.commands.actions.summary
    assert summary in page.commands.actions.menu.actions()
    assert summary.isEnabled()
    choose(page, "id-2")
    assert not summary.isEnabled()
    assert "once the processing is ready" in summary.toolTip()


def test_the_details_have_a_button_for_it(with_result, wanted, qtbot):
    page = with_result
    with qtbot.waitSignal(page.results.adding.added, timeout=WAIT_MS):
        page.commands.actions.add.trigger()
    page.commands.actions.details.trigger()
    dialog = page.findChild(ProcessingDetails)
    qtbot.mouseClick(dialog.findChild(QPushButton, "summaryButton"), LEFT)
    assert [told[0] for told in wanted] == ["id-1"]
    dialog.close()


def test_where_nothing_was_found_there_is_nothing_to_sum_up(listed, service, wanted, qtbot):
    service.answers["GET /processings/id-1/result"] = features(0)
    page = listed(record(1))
    choose(page, "id-1")
    page.commands.actions.summary.trigger()
    with qtbot.waitSignal(page.results.adding.added, timeout=WAIT_MS):
        page.notices[0].on_action()
    assert wanted == []
    assert "nothing was found" in page.notices[-1].text


def test_a_result_that_cannot_be_added_is_not_waited_for(with_result, service, wanted, qtbot):
    page = with_result
    service.answers["GET /processings/id-1/result"] = (404, {"message": "gone"})
    page.commands.actions.summary.trigger()
    page.notices[0].on_action()
    qtbot.waitUntil(lambda: len(page.notices) > 1, timeout=WAIT_MS)
    assert "could not be added" in page.notices[-1].text
    assert wanted == []


@pytest.fixture
def contents(service, session, monitor, qgis_iface, results, qtbot):
    service.answers["POST /projects/page"] = {"results": [service.project, service.other], "total": 2}
    service.answers["GET /processings/id-1/result"] = features(3)
    service.records = [record(1, name="Old town")]
    contents = DockContents(session, monitor, qgis_iface)
    contents.resize(380, 700)
    contents.show()
    yield contents
    contents.close()
    assert windows() == [], "they go with the dock"
    contents.deleteLater()


def windows():
    return [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, SummaryDialog) and each.isVisible()
    ]


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_layer_without_objects_leads_to_the_summary_through_the_dock(
    contents, session, qgis_new_project, qtbot, is_signed_in
):
    """Its tiles, or a layer whose file is gone, say where it came from; who is signed out signs in first."""
    server = session.client.server
    if not is_signed_in:
        session.sign_out()
    contents.open_processing("id-1", server, sum_up=True)
    if not is_signed_in:
        assert windows() == []
        session.sign_in("demo@example.org:key", server, remember=False)
    qtbot.waitUntil(lambda: bool(windows()), timeout=WAIT_MS)
    [dialog] = windows()
    qtbot.waitUntil(lambda: dialog.summary is not None, timeout=WAIT_MS)
    assert dialog.summary.count == 3
    assert dialog.titleLabel.text() == "Old town"
    assert QgsProject.instance().mapLayers()


def test_to_open_a_processing_sums_up_nothing(contents, session, qgis_new_project, qtbot):
    contents.open_processing("id-1", session.client.server, sum_up=True)
    contents.open_processing("id-1", session.client.server)
    page = contents.signed_in_page.processings
    qtbot.waitUntil(lambda: [each.id for each in page.list.chosen()] == ["id-1"], timeout=WAIT_MS)
    qtbot.wait(300)
    assert windows() == []
    assert not QgsProject.instance().mapLayers()
