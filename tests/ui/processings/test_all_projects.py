"""The processings of all projects in one list: what is told of each project, and what one may do there."""

from __future__ import annotations

import pytest
from processings_service import record
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox

from mapflow_dock.api.settings import ALL_PROJECTS_LISTED
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.delegate import has_stop

MINE = "demo@example.org"


def shared(role):
    """A project of somebody else."""
    return {
        "id": "p2",
        "name": "Forest survey",
        "user": {"email": "boss@example.org"},
        "shareProject": {"owners": [], "users": [{"email": MINE, "role": role}]},
    }


@pytest.fixture
def in_all(listed, service, qtbot):
    """Show these of all projects; in the other one the person has `role`."""

    def show(role, *records):
        service.other = shared(role)
        service.project = {**service.project, "user": {"email": MINE}}
        service.answers["POST /projects/page"] = lambda _body: {
            "results": [service.project, service.other],
            "total": 2,
        }
        page = listed(*records)
        page.allProjectsButton.click()
        qtbot.waitUntil(lambda: page.model.rowCount() == len(records))
        return page

    return show


def may(page):
    actions = page.commands.actions
    return actions.rename.isEnabled(), actions.delete.isEnabled(), actions.restart.isEnabled()


def test_the_rows_of_all_projects_tell_theirs(in_all, service):
    page = in_all("readonly", record(1), record(2, projectId="p2", name="Pines"))
    cells = {key: page.model.index_of(key, int(Column.PROJECT)).data() for key in ("id-1", "id-2")}
    assert cells == {"id-1": "City survey", "id-2": "Forest survey"}
    page.filterEdit.setText("forest")
    assert [one.id for one in page.model.processings() if page.list.is_shown(one.id)] == ["id-2"]
    assert ALL_PROJECTS_LISTED.read() is True


@pytest.mark.parametrize(
    ("role", "in_other"),
    [
        ("readonly", (False, False, False)),
        ("contributor", (False, False, True)),
        ("maintainer", (True, True, True)),
        ("a new one", (False, False, False)),
    ],
)
def test_what_is_offered_is_what_the_rows_own_project_allows(in_all, role, in_other):
    rows = (record(1, status="FAILED"), record(2, projectId="p2", status="FAILED"))
    page = in_all(role, *rows)
    page.list.choose("id-1")
    assert may(page) == (True, True, True)
    page.list.choose("id-2")
    assert may(page) == in_other
    page.processingsView.selectAll()
    assert page.commands.actions.delete.isEnabled() is in_other[1], "of several, the least counts"
    flags = {key: page.list.filter.flags(page.list._index_of(key)) for key in ("id-1", "id-2")}
    assert flags["id-1"] & Qt.ItemFlag.ItemIsEditable
    assert bool(flags["id-2"] & Qt.ItemFlag.ItemIsEditable) is in_other[0]
    assert page.model.setData(page.model.index_of("id-2"), "Mine") is in_other[0]


def test_what_runs_in_another_project_can_be_stopped_by_who_may_delete_there(in_all):
    rows = (
        record(1, status="IN_PROGRESS", percentCompleted=5),
        record(2, projectId="p2", status="IN_PROGRESS", percentCompleted=5),
    )
    page = in_all("readonly", *rows)
    stops = {
        key: has_stop(page.list.filter.mapFromSource(page.model.index_of(key, int(Column.STATUS))))
        for key in ("id-1", "id-2")
    }
    assert stops == {"id-1": True, "id-2": False}


def test_another_current_project_leaves_the_list_of_all_as_it_is(in_all, session, service, qtbot):
    page = in_all("maintainer", record(1), record(2, projectId="p2"))
    page.list.choose("id-2")
    with qtbot.waitSignal(session.project_changed):
        session.choose_project(page.listed.scope.of([page.model.processing("id-2")]))
    qtbot.waitUntil(lambda: session.client.running == 0)
    assert page.model.rowCount() == 2
    assert [one.id for one in page.list.chosen()] == ["id-2"]
    page.allProjectsButton.click()
    qtbot.waitUntil(lambda: [one.id for one in page.model.processings()] == ["id-2"])


def test_a_project_that_cannot_be_read_costs_its_rows_alone(in_all, service, qtbot):
    service.answers["GET /projects/p2/processings/v2"] = (403, {"message": "not yours"})
    service.project = {**service.project, "user": {"email": MINE}}
    page = in_all("readonly", record(1))
    assert page.listed.error is None
    service.answers["GET /projects/p2/processings/v2"] = (500, {"message": "boom"})
    page.listed.ask_again()
    qtbot.waitUntil(lambda: page.listed.error is not None)
    assert [one.id for one in page.model.processings()] == ["id-1"]


def test_where_the_projects_cannot_be_had_it_says_so_and_asks_again(listed, service, qtbot):
    page = listed(record(1))
    service.answers["POST /projects/page"] = (500, {"message": "boom"})
    page.allProjectsButton.click()
    qtbot.waitUntil(lambda: "could not be loaded" in page.emptyLabel.text())
    service.answers["POST /projects/page"] = {"results": [service.project], "total": 1}
    page.emptyButton.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)


def test_what_runs_in_another_project_is_followed_to_its_end(in_all, service, monitor, qtbot):
    running = record(2, projectId="p2", status="IN_PROGRESS", percentCompleted=5)
    page = in_all("readonly", record(1), running)
    assert "id-2" in monitor.watched
    service.records[1]["percentCompleted"] = 60
    monitor.refresh()
    qtbot.waitUntil(lambda: page.model.processing("id-2").percent == 60)
    service.records[1].update(status="OK", percentCompleted=100)
    with qtbot.waitSignal(monitor.ended) as ended:
        monitor.refresh()
    assert ended.args[0].id == "id-2"
    qtbot.waitUntil(lambda: page.model.index_of("id-2", int(Column.STATUS)).data() == "Ready")


def move(page, processing_id, place, qtbot):
    """Move it to the project at that place of the chooser."""
    page.list.choose(processing_id)
    page.commands.actions.move.trigger()
    dialog = page.commands.editing._dialog
    qtbot.waitUntil(lambda: dialog.moveCombo.count() == 2)
    dialog.moveCombo.activated.emit(place)
    qtbot.mouseClick(dialog.editButtons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_what_is_moved_stays_in_its_row_and_can_come_back(in_all, service, session, qtbot):
    page = in_all("maintainer", record(1), record(2, projectId="p2"))
    took = []
    page.model.rowsRemoved.connect(lambda *_rows: took.append(_rows))
    service.answers["PUT /processings/id-1"] = lambda body: (
        service.records[0].update(body) or service.records[0]
    )
    for place, title in ((1, "Forest survey"), (0, "City survey"), (1, "Forest survey")):
        move(page, "id-1", place, qtbot)
        assert page.model.index_of("id-1", int(Column.PROJECT)).data() == title, "at once"
        qtbot.waitUntil(lambda: page.commands.editing._dialog is None)
        qtbot.waitUntil(lambda: session.client.running == 0 and not page.listed.pages.is_reading)
        page.listed.ask_again()
        qtbot.waitUntil(lambda: session.client.running == 0 and not page.listed.pages.is_reading)
        assert page.model.index_of("id-1", int(Column.PROJECT)).data() == title
        assert [one.id for one in page.list.chosen()] == ["id-1"]
    assert took == []


def test_a_move_that_is_refused_goes_back_to_its_project(in_all, service, session, qtbot):
    page = in_all("maintainer", record(1), record(2, projectId="p2"))
    service.answers["PUT /processings/id-1"] = (403, {"message": "not yours"})
    move(page, "id-1", 1, qtbot)
    qtbot.waitUntil(lambda: session.client.running == 0)
    assert page.model.index_of("id-1", int(Column.PROJECT)).data() == "City survey"
    page.commands.editing._dialog.reject()


@pytest.mark.parametrize("role", ["readonly", "maintainer"])
def test_a_duplicate_runs_in_the_current_project_and_is_offered_by_its_role(in_all, session, service, role):
    page = in_all(role, record(1), record(2, projectId="p2"))
    page.list.choose("id-2")
    assert page.commands.actions.duplicate.isEnabled(), "one may run in the City survey"
    session.choose_project(page.listed.scope.of([page.model.processing("id-2")]))
    for key in ("id-1", "id-2"):
        page.list.choose(key)
        assert page.commands.actions.duplicate.isEnabled() is (role == "maintainer")


def test_what_changed_in_another_project_is_seen_when_an_old_list_comes_into_view(in_all, service, qtbot):
    page = in_all("readonly", record(1), record(2, projectId="p2"))
    page.hide()
    service.records[1] = record(2, projectId="p2", name="Renamed elsewhere", updated="2026-03-01T00:00:00Z")
    service.records.append(record(3, projectId="p2"))
    page.listed._listed_at -= 60
    page.show()
    qtbot.waitUntil(lambda: page.model.processing("id-2").name == "Renamed elsewhere")
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
