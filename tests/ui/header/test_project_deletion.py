"""Deleting a project: what goes with it is counted before the question can be answered."""

from __future__ import annotations

import pytest
from processings_service import ProcessingsService, record
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox

from mapflow_dock.api.lost_answers.create import create_project
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.processings import ProcessingRequest
from mapflow_dock.api.projects import Project
from mapflow_dock.api.session import Session
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.ui.header.header import MapflowHeader
from mapflow_dock.ui.header.project_deletion import deletion_text

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000
PAGE = "POST /projects/p1/processings/v2/page"
LIST = "GET /projects/p1/processings/v2"


@pytest.fixture
def service():
    service = ProcessingsService()
    service.project = {"id": "p1", "name": "Harbour", "processingCounts": None}
    yield service
    service.stop()


@pytest.fixture
def show_header(qtbot):
    def show(session):
        header = MapflowHeader(session)
        qtbot.addWidget(header)
        header.show()
        return header

    return show


def question(header):
    header.project_menu.delete_action.trigger()
    return header.findChild(QMessageBox, "deleteProjectBox")


def delete_button(box):
    roles = [(box.buttonRole(each), each) for each in box.buttons()]
    return next(each for role, each in roles if role == QMessageBox.ButtonRole.DestructiveRole)


def asked(header, qtbot):
    """The question, once it can be answered."""
    box = question(header)
    qtbot.waitUntil(lambda: delete_button(box).isEnabled(), timeout=PATIENCE_MS)
    return box.text()


def outcome(reply, qtbot):
    with qtbot.waitSignal(reply.succeeded, timeout=PATIENCE_MS) as told:
        pass
    return told.args[0]


@pytest.mark.both_dialects
def test_the_processings_of_a_project_are_counted_although_its_detail_does_not_say(
    qtbot, sandbox, show_header
):
    session = Session()
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    header = show_header(session)
    project = outcome(create_project(session.client, "Counted", ""), qtbot)
    models = session.project.models or session.account.models
    west, south = sandbox.bbox[:2]
    ring = [[west, south], [west + 1e-3, south], [west + 1e-3, south + 1e-3], [west, south + 1e-3]]
    for name in ("one", "two"):
        request = ProcessingRequest(
            name,
            project.id,
            next(model.id for model in models if "Buildings" in model.name),
            {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            ProviderSource(sandbox.provider, 18),
        )
        outcome(start(session.client, request), qtbot)
    session.choose_project(project)
    qtbot.waitUntil(header.project_menu.delete_action.isEnabled, timeout=PATIENCE_MS)
    assert session.project.succeeded is None
    assert "Its 2 processings" in asked(header, qtbot)
    session.close()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({PAGE: {"results": [], "total": 17, "count": 1}}, "Its 17 processings"),
        ({PAGE: {"results": [], "total": 1, "count": 1}}, "Its one processing"),
        ({PAGE: {"results": [], "total": 0, "count": 0}}, "It has no processings."),
        ({}, "Its 2 processings"),  # a service without pages: both are in its list
        ({PAGE: {"results": [], "total": None}}, "is not known"),
        ({PAGE: (500, {"message": "It has a problem."})}, "is not known"),
        ({LIST: (500, {"message": "It has a problem."})}, "is not known"),
    ],
)
def test_what_cannot_be_counted_is_said_to_be_unknown(qtbot, service, session, show_header, answers, said):
    service.records = [record(1), record(2)]
    service.answers.update(answers)
    text = asked(show_header(session), qtbot)
    assert said in text
    assert "Harbour" in text


def test_nothing_is_deleted_before_the_question_is_whole(qtbot, service, session, show_header):
    service.answers["DELETE /projects/p1"] = None
    box = question(show_header(session))
    assert "Harbour" in box.text()
    qtbot.mouseClick(delete_button(box), LEFT)
    qtbot.waitUntil(lambda: delete_button(box).isEnabled(), timeout=PATIENCE_MS)
    assert not service.bodies("DELETE /projects/p1")
    qtbot.mouseClick(delete_button(box), LEFT)
    qtbot.waitUntil(lambda: bool(service.bodies("DELETE /projects/p1")), timeout=PATIENCE_MS)


def test_an_unknown_number_is_no_zero():
    unknown, none = (deletion_text(Project("p1", "Harbour"), count) for count in (None, 0))
    assert "no processings" not in unknown
    assert "no processings" in none
