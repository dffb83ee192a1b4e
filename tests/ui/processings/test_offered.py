"""What the list offers, by the role in the project and by the state of what is chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from processings_service import record
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QMessageBox

from mapflow_dock.api.projects import ProjectRole, Standing

IN_REVIEW = {"reviewStatus": {"reviewStatus": "IN_REVIEW"}}
LOOKS = {"zoom", "area", "details", "source", "copy_id"}
STARTS = {"duplicate"}
JUDGES = {"accept", "reject", "rate"}
CHANGES = {"rename", "describe", "move", "delete"}
ROLES = {
    ProjectRole.READONLY: set(),
    ProjectRole.CONTRIBUTOR: STARTS,
    ProjectRole.MAINTAINER: STARTS | CHANGES,
    ProjectRole.OWNER: STARTS | CHANGES,
}


def offered(page):
    actions = page.commands.actions
    named = {
        name: getattr(actions, name) for name in LOOKS | STARTS | CHANGES | {"restart", "add", "summary"}
    }
    named |= {name: getattr(actions.review, name) for name in JUDGES}
    return {name for name, action in named.items() if action.isEnabled()}


def choose(page, *keys):
    view = page.processingsView
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().clear()
    for key in keys:
        view.selectionModel().select(view.model().mapFromSource(page.model.index_of(key)), flags)
    view.setFocus()


@pytest.fixture
def as_role(listed, session):
    def act(role, *records):
        page = listed(*records)
        page.listed._on_project(replace(session.project, standing=Standing(role)))
        choose(page, *[each["id"] for each in records])
        return page

    return act


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("state", "looked_at", "done"),
    [
        ({}, {"add", "summary"}, {"rate"}),
        (IN_REVIEW, {"add", "summary"}, JUDGES),
        ({"reviewStatus": {"reviewStatus": "ACCEPTED"}}, {"add", "summary"}, {"rate"}),
        ({"reviewStatus": {"reviewStatus": "REFUNDED"}}, {"add", "summary"}, {"rate"}),
        ({"status": "FAILED", "aoiCount": 2}, {"add", "summary"}, {"restart"}),
        ({"status": "FAILED", "aoiCount": 1}, set(), {"restart"}),
        ({"status": "IN_PROGRESS", "percentCompleted": 10}, set(), set()),
        ({"status": "AWAITING"}, set(), set()),
        ({"status": "CANCELLED"}, set(), set()),
        ({"status": "REFUNDED"}, set(), set()),
        ({"status": "OF_TOMORROW"}, set(), set()),
    ],
)
def test_what_a_role_may_do_with_one(as_role, role, state, looked_at, done):
    page = as_role(role, record(1, **state))
    judged = set() if role is ProjectRole.READONLY else done
    assert offered(page) == LOOKS | looked_at | ROLES[role] | judged


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_with_several(as_role, role):
    page = as_role(role, record(1), record(2, status="FAILED"))
    deletes = {"delete"} & ROLES[role]
    assert offered(page) == {"add", "copy_id"} | deletes


@pytest.mark.parametrize("role", [ProjectRole.READONLY])
def test_keys_do_no_more_than_the_menu(as_role, role, service, qtbot):
    page = as_role(role, record(1))
    before = len(service.calls)
    with qtbot.assertNotEmitted(page.commands.duplication.wanted):
        for key in (Qt.Key.Key_Insert, Qt.Key.Key_Delete, Qt.Key.Key_F2):
            qtbot.keyClick(page.processingsView, key)
    assert not page.findChildren(QMessageBox)
    assert len(service.calls) == before
    assert "may only look" in page.commands.actions.duplicate.toolTip()


def test_ins_asks_for_all_of_it(as_role, service, qtbot):
    page = as_role(ProjectRole.CONTRIBUTOR, record(1, name="Town"), record(2, name="Town (2)"))
    choose(page, "id-1")
    with qtbot.waitSignal(page.commands.duplication.wanted) as wanted:
        qtbot.keyClick(page.processingsView, Qt.Key.Key_Insert)
    duplicated = wanted.args[0]
    assert (duplicated.processing.id, duplicated.name) == ("id-1", "Town (3)")
    assert duplicated.ground.boundingBox().width() == pytest.approx(0.001)


@pytest.mark.parametrize("gone", ["GET /processings/id-1/v2", "GET /processings/id-1/aois"])
def test_what_cannot_be_asked_is_said(as_role, service, gone, qtbot):
    page = as_role(ProjectRole.OWNER, record(1))
    service.answers[gone] = (403, {"message": "not yours"})
    with qtbot.assertNotEmitted(page.commands.duplication.wanted):
        page.commands.actions.duplicate.trigger()
        qtbot.waitUntil(lambda: bool(page.notices))


def test_a_service_that_knows_no_parts_leaves_the_area_open(as_role, service, qtbot):
    page = as_role(ProjectRole.OWNER, record(1))
    service.answers["GET /processings/id-1/aois"] = (404, {"message": "no such path"})
    with qtbot.waitSignal(page.commands.duplication.wanted) as wanted:
        page.commands.actions.duplicate.trigger()
    assert wanted.args[0].ground is None
