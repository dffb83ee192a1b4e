"""Each change is in its row at once, outlives a list that does not know it, and goes back with a reason if refused."""

from __future__ import annotations

import threading

import pytest
from processings_service import CUT, record
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel, QMessageBox, QPushButton, QRadioButton

from mapflow_dock.api.processings import Review

LEFT = Qt.MouseButton.LeftButton
IN_REVIEW = {"reviewStatus": {"reviewStatus": "IN_REVIEW", "inReviewUntil": "2026-12-24T10:00:00Z"}}
CHANGE = "PUT /processings/id-1"
PATIENCE_MS = 20_000


def press(dialog, qtbot):
    qtbot.mouseClick(dialog.editButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)


def say_yes(page, qtbot):
    qtbot.waitUntil(lambda: any(box.isVisible() for box in page.findChildren(QMessageBox)))
    (box,) = (box for box in page.findChildren(QMessageBox) if box.isVisible())
    accept = QMessageBox.ButtonRole.AcceptRole
    button = next((each for each in box.buttons() if box.buttonRole(each) == accept), None)
    qtbot.mouseClick(button or box.findChild(QPushButton, "goOnButton"), LEFT)


def rename(page, _qtbot):
    page.model.setData(page.model.index_of("id-1"), "Old Town")


def describe(page, qtbot):
    page.commands.actions.describe.trigger()
    page.commands.editing._dialog.descriptionEdit.setPlainText("other")
    press(page.commands.editing._dialog, qtbot)


def move(page, qtbot):
    page.commands.actions.move.trigger()
    dialog = page.commands.editing._dialog
    qtbot.waitUntil(lambda: dialog.moveCombo.count() == 2)
    dialog.moveCombo.activated.emit(1)
    press(dialog, qtbot)


def delete(page, qtbot):
    page.commands.actions.delete.trigger()
    say_yes(page, qtbot)


def restart(page, qtbot):
    page.commands.actions.restart.trigger()
    say_yes(page, qtbot)


def accept(page, qtbot):
    page.commands.actions.review.accept.trigger()
    say_yes(page, qtbot)


def reject(page, qtbot):
    page.commands.actions.review.reject.trigger()
    page.commands.editing._dialog.rejectionEdit.setPlainText("wrong")
    press(page.commands.editing._dialog, qtbot)


def rate(page, qtbot):
    page.commands.actions.review.rate.trigger()
    page.commands.editing._dialog.findChild(QRadioButton, "rating2Button").setChecked(True)
    press(page.commands.editing._dialog, qtbot)


# what is done, the call that is sent, how the row shows it, and what the service makes of its record
CHANGES = {
    "rename": (rename, CHANGE, lambda one: one.name == "Old Town", {"name": "Old Town"}, {}),
    "describe": (describe, CHANGE, lambda one: one.description == "other", {"description": "other"}, {}),
    "move": (move, CHANGE, lambda one: one is None, {"projectId": "p2"}, {}),
    "delete": (delete, "DELETE /processings/id-1", lambda one: one is None, None, {}),
    "restart": (
        restart,
        "POST /processings/id-1/restart",
        lambda one: one.status.is_running,
        {"status": "IN_PROGRESS", "percentCompleted": 0, "messages": []},
        {"status": "FAILED"},
    ),
    "accept": (
        accept,
        f"{CHANGE}/acceptation",
        lambda one: one.review is Review.ACCEPTED,
        {"reviewStatus": {"reviewStatus": "ACCEPTED"}},
        IN_REVIEW,
    ),
    "reject": (
        reject,
        f"{CHANGE}/rejection",
        lambda one: one.review is Review.NOT_ACCEPTED,
        {"reviewStatus": {"reviewStatus": "NOT_ACCEPTED"}},
        IN_REVIEW,
    ),
    "rate": (rate, f"{CHANGE}/rate", lambda one: one.rating == 2, {"rating": 2}, {}),
}


@pytest.fixture
def begin(listed, service, monitor, qtbot):
    """Does something with the one processing; the service answers once `go` is set."""
    go = threading.Event()

    def act(what, answer, is_done):
        act_on, call, shows, after, values = CHANGES[what]
        page = listed(record(1, **values), record(2))
        service.answers["POST /projects/page"] = {
            "results": [{"id": "p1", "name": "City survey"}, service.other], "total": 2, "count": 2
        }  # fmt: skip
        held = service.records[0]

        def respond(_body):
            go.wait(PATIENCE_MS / 1000)
            if is_done and after is None:
                service.records.remove(held)
            elif is_done:
                held.update(after, updated="2026-03-01T00:00:00Z")
            return (200, dict(held)) if answer == "told" else answer

        service.answers[call] = respond
        view = page.processingsView
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        view.selectionModel().select(view.model().mapFromSource(page.model.index_of("id-1")), flags)
        before = page.model.processing("id-1")
        act_on(page, qtbot)
        assert shows(page.model.processing("id-1")), "at once"
        assert not go.is_set()
        with qtbot.waitSignal(monitor.listed, timeout=PATIENCE_MS):
            monitor.refresh()
        assert shows(page.model.processing("id-1")), "a list that does not know it changes nothing"
        assert page.model.processing("id-2") is not None
        return page, shows, before

    act.go = go
    yield act
    go.set()


def sentences(page):
    """All that is said, in the bar and in a dialog that is open."""
    labels = page.findChildren(QLabel, "editMessage")
    return [notice.text for notice in page.notices] + [each.text() for each in labels if each.text()]


@pytest.mark.parametrize("answer", [(403, {"message": "not yours"}), (400, {"message": "not so"})])
@pytest.mark.parametrize("what", CHANGES)
def test_what_is_refused_goes_back_with_a_reason(begin, what, answer, qtbot):
    page, _shows, before = begin(what, answer, is_done=False)
    begin.go.set()
    qtbot.waitUntil(lambda: bool(sentences(page)), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.model.processing("id-1") == before, timeout=PATIENCE_MS)
    assert len(page.model.processings()) == 2
    assert any("not so" in each or "allow" in each or "not yours" in each for each in sentences(page))


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_done_stays(begin, service, monitor, what, qtbot):
    page, shows, _before = begin(what, "told", is_done=True)
    begin.go.set()
    qtbot.waitUntil(lambda: not page.listed.pending._changes, timeout=PATIENCE_MS)
    assert shows(page.model.processing("id-1"))
    with qtbot.waitSignal(monitor.listed, timeout=PATIENCE_MS):
        monitor.refresh()
    assert shows(page.model.processing("id-1"))
    assert page.model.processing("id-2") is not None


@pytest.mark.parametrize("what", CHANGES)
def test_a_lost_answer_to_what_was_done_is_looked_for(begin, what, qtbot):
    page, shows, _before = begin(what, CUT, is_done=True)
    begin.go.set()
    qtbot.waitUntil(
        lambda: not page.listed.pending._changes and shows(page.model.processing("id-1")), timeout=PATIENCE_MS
    )


@pytest.mark.parametrize("what", CHANGES)
def test_a_lost_answer_to_what_was_not_done_goes_back(begin, what, qtbot):
    page, _shows, before = begin(what, CUT, is_done=False)
    begin.go.set()
    qtbot.waitUntil(lambda: bool(sentences(page)), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.model.processing("id-1") == before, timeout=PATIENCE_MS)


def test_a_list_that_was_asked_for_before_takes_nothing_back(begin, service, monitor, qtbot):
    old = dict(record(1))
    page, shows, _before = begin("rename", "told", is_done=True)
    begin.go.set()
    qtbot.waitUntil(lambda: not page.listed.pending._changes, timeout=PATIENCE_MS)
    new, service.records[0] = service.records[0], old
    with qtbot.waitSignal(monitor.listed, timeout=PATIENCE_MS):
        monitor.refresh()
    assert shows(page.model.processing("id-1"))
    service.records[0] = {**new, "name": "Newer", "updated": "2026-03-02T00:00:00Z"}
    with qtbot.waitSignal(monitor.listed, timeout=PATIENCE_MS):
        monitor.refresh()
    assert page.model.processing("id-1").name == "Newer"


def test_a_dialog_that_is_closed_while_it_is_sent_leaves_what_is_true(begin, service, qtbot):
    page, shows, before = begin("describe", "told", is_done=True)
    page.commands.editing._dialog.reject()
    qtbot.waitUntil(lambda: page.model.processing("id-1") == before, timeout=PATIENCE_MS)
    begin.go.set()
    qtbot.waitUntil(lambda: service.records[0].get("description") == "other", timeout=PATIENCE_MS)
    page.listed.ask_again()
    qtbot.waitUntil(lambda: shows(page.model.processing("id-1")), timeout=PATIENCE_MS)


def test_an_answer_that_a_newer_one_has_overtaken_changes_nothing(begin, service, monitor, qtbot):
    page, shows, before = begin("describe", "told", is_done=True)
    old, overtaken = dict(service.records[0]), threading.Event()
    service.answers["GET /processings/id-1/v2"] = lambda _body: overtaken.wait(PATIENCE_MS / 1000) and old
    page.commands.editing._dialog.reject()
    qtbot.waitUntil(lambda: page.model.processing("id-1") == before, timeout=PATIENCE_MS)
    begin.go.set()
    qtbot.waitUntil(lambda: service.records[0].get("description") == "other", timeout=PATIENCE_MS)
    with qtbot.waitSignal(monitor.listed, timeout=PATIENCE_MS):
        monitor.refresh()
    assert shows(page.model.processing("id-1"))
    with qtbot.waitSignal(page.commands._rows.row_changed, timeout=PATIENCE_MS):
        overtaken.set()
    assert shows(page.model.processing("id-1"))
