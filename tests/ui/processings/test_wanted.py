"""From a layer on the map to its processing: chosen in the list, in whichever project it is, or told why not."""

from __future__ import annotations

import pytest
from processings_service import CUT, record
from qgis.PyQt.QtWidgets import QLabel

from mapflow_dock.ui.contents import DockContents


def chosen(page):
    return [processing.id for processing in page.list.chosen()]


def test_a_listed_processing_is_chosen_although_a_filter_hid_it(listed, service):
    page = listed(record(1), record(2))
    page.filterEdit.setText("Processing 2")
    asked = len(service.calls)
    page.wanted.ask("id-1")
    assert chosen(page) == ["id-1"]
    assert page.filterEdit.text() == ""
    assert len(service.calls) == asked, "what is listed is not asked for"
    assert page.processingsView.hasFocus()


def test_one_of_another_project_is_chosen_there(listed, service, session, qtbot):
    page = listed(record(1))
    service.records.append(record(7, projectId="p2"))
    page.wanted.ask("id-7")
    qtbot.waitUntil(lambda: chosen(page) == ["id-7"])
    assert session.project.id == "p2"
    assert page.notices == []


def test_one_that_is_newer_than_the_list_is_found(listed, service, session, qtbot):
    page = listed(record(1))
    service.records.append(record(2))
    page.wanted.ask("id-2")
    qtbot.waitUntil(lambda: chosen(page) == ["id-2"])
    assert session.project.id == "p1"


def test_a_list_that_is_older_than_the_answer_does_not_count(listed, service, qtbot):
    page = listed(record(1))
    lists = [[record(1)], [record(1), record(2)]]
    service.answers["GET /projects/p1/processings/v2"] = lambda _body: lists.pop(0) if lists[1:] else lists[0]
    service.answers["GET /processings/id-2/v2"] = record(2)
    page.wanted.ask("id-2")
    qtbot.waitUntil(lambda: chosen(page) == ["id-2"])
    assert page.notices == []


def test_one_that_is_gone_is_told_of(listed, qtbot):
    page = listed(record(1))
    page.wanted.ask("id-9")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "not in your account" in page.notices[0].text
    assert chosen(page) == []


def test_one_whose_project_is_gone_is_told_of(listed, service, session, qtbot):
    page = listed(record(1))
    service.answers["GET /processings/id-9/v2"] = record(9, projectId="p9")
    page.wanted.ask("id-9")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "not in your account" in page.notices[0].text
    assert session.project.id == "p1"


def test_one_that_is_not_listed_is_told_of_by_name(listed, service, qtbot):
    page = listed(record(1))
    service.answers["GET /processings/id-9/v2"] = record(9)
    page.wanted.ask("id-9")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "“Processing 9” is one of the project's older processings" in page.notices[0].text


@pytest.mark.parametrize("answer", [CUT, (500, {"message": "boom"})])
def test_a_service_that_fails_is_told_of(listed, service, qtbot, answer):
    page = listed(record(1))
    service.answers["GET /processings/id-9/v2"] = answer
    page.wanted.ask("id-9")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "not in your account" not in page.notices[0].text


def test_after_signing_out_nothing_is_looked_for(listed, service, session, qtbot):
    page = listed(record(1))
    page.wanted.ask("id-9")
    session.sign_out()
    qtbot.wait(100)
    assert page.notices == []


@pytest.fixture
def contents(service, session, monitor, qgis_iface, results, qtbot):
    service.answers["POST /projects/page"] = {"results": [service.project, service.other], "total": 2}
    contents = DockContents(session, monitor, qgis_iface)
    contents.resize(380, 700)
    contents.show()
    yield contents
    contents.close()
    contents.deleteLater()


def told(contents):
    return [label.text() for label in contents.messageBar.findChildren(QLabel) if label.text()]


def test_the_dock_shows_the_list_with_the_row_chosen(contents, service, session, qtbot):
    service.records = [record(1), record(2)]
    contents.open_processing("id-2", session.client.server)
    page = contents.signed_in_page
    assert page.tabs.currentWidget().made is page.processings
    qtbot.waitUntil(lambda: chosen(page.processings) == ["id-2"])
    assert told(contents) == []


def test_a_layer_of_another_server_is_told_of(contents, service):
    contents.open_processing("id-2", "https://other.example/rest")
    assert any("another server, https://other.example/rest" in text for text in told(contents))
    assert "GET /processings/id-2/v2" not in [call for call, _body in service.calls]


def test_who_signs_in_for_it_gets_there(contents, service, session, qtbot):
    service.records = [record(1), record(2)]
    server = session.client.server
    session.sign_out()
    contents.open_processing("id-2", server)
    assert any("Sign in to see the processing" in text for text in told(contents))
    session.sign_in("demo@example.org:key", server, remember=False)
    qtbot.waitUntil(lambda: session.is_signed_in)
    qtbot.waitUntil(lambda: chosen(contents.signed_in_page.processings) == ["id-2"])
    assert told(contents) == []
