"""The Processings page: what it lists, what it says when it lists nothing, and what it does when projects change."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from processings_service import CUT, record
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from mapflow_dock.api import processings
from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.api.settings import PROCESSINGS_HEADER, PROCESSINGS_HIDDEN
from mapflow_dock.ui.processings.details import ProcessingDetails
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.page import ProcessingsPage

LEFT = Qt.MouseButton.LeftButton
LISTING = "GET /projects/p1/processings/v2"


def names(page):
    model = page.processingsView.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def empty_text(page):
    return page.emptyLabel.text() if page.listStack.currentWidget() is page.emptyPage else ""


def test_the_newest_comes_first(listed):
    page = listed(record(1), record(3), record(2))
    assert names(page) == ["Processing 3", "Processing 2", "Processing 1"]
    assert empty_text(page) == ""


def test_it_fits_into_the_narrow_dock(listed):
    page = listed(record(1, name="A name that is far too long for a dock of 340 pixels, as names tend to be"))
    assert page.minimumSizeHint().width() <= 340
    assert not page.processingsView.horizontalScrollBar().isVisible()
    buttons = [page.addResultButton, page.saveAsButton, page.detailsButton, page.deleteButton]
    assert all(button.width() >= button.minimumSizeHint().width() for button in buttons)


def test_while_the_list_is_on_its_way_it_says_so(page, service, monitor, qtbot):
    page.listed._on_project(None)
    gate = threading.Event()
    service.answers[LISTING] = lambda _body: [] if gate.wait(10) else CUT
    page.listed._on_project(page.commands._session.project)
    monitor.refresh()
    assert "Loading" in empty_text(page)
    assert "City survey" in empty_text(page)
    gate.set()
    qtbot.waitUntil(lambda: "has no processings yet" in empty_text(page))


def test_an_empty_project_says_what_would_fill_the_list(listed):
    text = empty_text(listed())
    assert "City survey" in text
    assert "Run" in text
    assert "Start" in text


def test_without_a_project_one_is_asked_for(page):
    page.listed._on_project(None)
    assert "Choose a project" in empty_text(page)


def test_a_list_that_cannot_be_loaded_can_be_asked_for_again(page, service, monitor, qtbot):
    page.listed.is_loaded = False
    service.answers[LISTING] = (500, {"message": "out of order"})
    with qtbot.waitSignal(monitor.failed):
        monitor.refresh()
    assert "could not be loaded" in empty_text(page)
    del service.answers[LISTING]
    service.records = [record(1)]
    qtbot.mouseClick(page.emptyButton, LEFT)
    qtbot.waitUntil(lambda: names(page) == ["Processing 1"])


def test_a_list_that_could_be_out_of_date_says_since_when(listed, service, monitor, qtbot):
    page = listed(record(1))
    assert not page.listNote.isVisible()
    service.answers[LISTING] = CUT
    with qtbot.waitSignal(monitor.failed):
        monitor.refresh()
    assert names(page) == ["Processing 1"]
    assert "has not answered since" in page.listNote.text()
    del service.answers[LISTING]
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    assert not page.listNote.isVisible()


def test_records_that_cannot_be_read_are_counted(listed):
    page = listed(record(1), {"projectId": "p1", "name": "no id"})
    assert names(page) == ["Processing 1"]
    assert "One processing" in page.listNote.text()


def test_of_far_too_many_the_newest_are_listed_and_the_others_told_of(listed, monkeypatch):
    monkeypatch.setattr(processings, "MOST_LISTED", 3)
    days = {number: f"2026-01-{number:02d}T10:00:00Z" for number in range(1, 7)}
    page = listed(*(record(number, created=day) for number, day in days.items()), record(9, created=None))
    assert sorted(names(page)) == ["Processing 5", "Processing 6", "Processing 9"], "9 may be new"
    assert page.listNote.text() == "The list holds the newest ones; 4 older ones are not shown."
    listed(record(1))
    assert page.listNote.text() == ""


def test_a_filter_that_hides_everything_can_be_cleared(listed, qtbot):
    page = listed(record(1), record(2, name="Harbour"), record(3, status="FAILED"))
    qtbot.keyClicks(page.filterEdit, "harbour")
    assert names(page) == ["Harbour"]
    page.statusCombo.setCurrentIndex(page.statusCombo.findText("Failed"))
    assert "matches the filter" in empty_text(page)
    qtbot.mouseClick(page.emptyButton, LEFT)
    assert len(names(page)) == 3
    assert page.filterEdit.text() == ""


def test_what_was_just_started_is_listed_chosen_and_watched(listed, service, monitor, qtbot):
    page = listed(record(1))
    page.filterEdit.setText("nothing of the kind")
    started = Processing("new", "Fresh", project_id="p1", status=Status.UNPROCESSED)
    page.show_processing(started)
    assert [one.id for one in page.list.chosen()] == ["new"]
    assert "new" in monitor.watched
    with qtbot.waitSignal(monitor.listed):  # an answer that does not have it yet
        monitor.refresh()
    assert "Fresh" in names(page)
    service.records.append(record(2, id="new", name="Fresh", status="IN_PROGRESS", percentCompleted=7))
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    assert page.model.processing("new").percent == 7
    assert [one.id for one in page.list.chosen()] == ["new"]


def test_what_was_started_in_another_project_stays_there(listed):
    page = listed(record(1))
    page.show_processing(Processing("new", "Elsewhere", project_id="p2", status=Status.IN_PROGRESS))
    assert names(page) == ["Processing 1"]


def test_another_project_has_its_own_list(listed, service, session, monitor, qtbot):
    page = listed(record(1), record(2, projectId="p2", name="Pines"))
    page.list.choose("id-1")
    with qtbot.waitSignal(monitor.listed):
        session.choose_project(replace(session.project, id="p2", name="Forest survey"))
    assert names(page) == ["Pines"]
    assert page.list.chosen() == []
    assert not page.addResultButton.isEnabled()


def test_the_old_projects_rows_leave_before_the_new_ones_come(listed, service, session, qtbot):
    page = listed(record(1))
    gate = threading.Event()
    service.answers["GET /projects/p2/processings/v2"] = lambda _body: [] if gate.wait(10) else CUT
    session.choose_project(replace(session.project, id="p2", name="Forest survey"))
    assert names(page) == []
    assert "Loading" in empty_text(page)
    assert "Forest survey" in empty_text(page)
    gate.set()
    qtbot.waitUntil(lambda: "has no processings yet" in empty_text(page))


def test_knowing_more_of_the_same_project_touches_nothing(listed, session):
    page = listed(record(1))
    page.list.choose("id-1")
    page.listed._on_project(replace(session.project, description="now known"))
    assert [one.id for one in page.list.chosen()] == ["id-1"]


def test_signing_out_empties_the_page(listed, session):
    page = listed(record(1))
    session.sign_out()
    assert names(page) == []


def test_columns_come_when_there_is_room(listed, qtbot):
    page = listed(record(1))
    view = page.processingsView
    optional = (Column.AREA, Column.COST, Column.CREATED)
    assert all(view.isColumnHidden(column) for column in optional)
    page.resize(800, 560)
    qtbot.waitUntil(lambda: not any(view.isColumnHidden(column) for column in optional))
    page.list._columns.show_column(Column.COST, False)
    assert view.isColumnHidden(Column.COST)
    page.resize(340, 560)
    qtbot.waitUntil(lambda: all(view.isColumnHidden(column) for column in optional))


def test_order_and_columns_are_remembered(listed, session, monitor, canvas, qtbot):
    page = listed(record(1), record(2, cost=99), record(3))
    page.list._columns.show_column(Column.AREA, False)
    page.list._columns.sort_by(Column.COST)
    page.close()
    assert PROCESSINGS_HEADER.read()
    assert PROCESSINGS_HIDDEN.read() == "AREA"
    again = ProcessingsPage(session, monitor, canvas)
    qtbot.addWidget(again)
    again.resize(900, 400)
    again.show()
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    assert names(again)[0] == "Processing 2"
    assert again.processingsView.isColumnHidden(Column.AREA)
    assert not again.processingsView.isColumnHidden(Column.COST)
    again.close()


def test_the_columns_menu_sorts(listed, qtbot):
    page = listed(record(1, name="b"), record(2, name="c"), record(3, name="a"))
    menu = page.columnsButton.menu()
    menu.aboutToShow.emit()
    actions = {action.text().replace("&", ""): action for action in menu.actions()}
    actions["Sort by Name"].trigger()
    assert names(page) == ["a", "b", "c"]
    actions["Reverse Order"].trigger()
    assert names(page) == ["c", "b", "a"]


def test_the_columns_menu_has_the_columns_below_a_heading(listed):
    menu = listed(record(1)).columnsButton.menu()
    menu.aboutToShow.emit()
    texts = [action.text().replace("&", "") for action in menu.actions()]
    assert texts[texts.index("Columns") + 1 :] == ["Created", "Area", "Cost", "Model"]
    assert "Sort by Date Created" in texts
    headings = [action for action in menu.actions() if action.text() == "Columns"]
    assert headings[0].isSeparator(), "keys skip it"
    assert all(action.isCheckable() for action in menu.actions()[-4:])


@pytest.mark.parametrize("width", [340, 420])
def test_everything_is_reached_by_keyboard(listed, qtbot, width):
    page = listed(record(1))
    page.resize(width, 560)
    page.list.choose("id-1")
    page.activateWindow()
    page.filterEdit.setFocus()
    seen = []
    for _step in range(12):
        widget = page.window().focusWidget()
        if isinstance(widget, QWidget) and widget.objectName() not in seen:
            seen.append(widget.objectName())
        page.focusNextChild()
    wanted = [
        "filterEdit",
        "statusCombo",
        "processingsView",
        "addResultButton",
        "saveAsButton",
        "deleteButton",
    ]
    assert [name for name in seen if name in wanted] == wanted


def test_controls_have_names_to_be_read_aloud(page):
    for name in (
        "filterEdit", "statusCombo", "columnsButton", "processingsView",
        "addResultButton", "saveAsButton", "detailsButton", "deleteButton", "cancelTransferButton",
    ):  # fmt: skip
        assert getattr(page, name).accessibleName(), name


def test_closing_leaves_no_connection_and_no_timer(session, monitor, canvas, qtbot):
    def receivers():
        return [
            monitor.receivers(monitor.listed), monitor.receivers(monitor.ended), monitor.receivers(monitor.failed),
            session.receivers(session.project_changed), session.receivers(session.signed_out),
        ]  # fmt: skip

    before = receivers()
    page = ProcessingsPage(session, monitor, canvas)
    qtbot.addWidget(page)
    page.show()
    assert receivers() != before
    page.close()
    page.close()  # a second time does no harm
    assert receivers() == before
    assert not page.list._ages.isActive()


def test_details_that_cannot_be_had_anew_say_why(listed, service, qtbot):
    page = listed(record(1))
    page.list.choose("id-1")
    service.answers["GET /processings/id-1/v2"] = (403, {"message": "not yours"})
    qtbot.mouseClick(page.detailsButton, LEFT)
    qtbot.waitUntil(lambda: len(page.notices) == 1)
    (dialog,) = page.findChildren(ProcessingDetails)
    assert dialog.isVisible()
    assert "Processing 1" in dialog.titleLabel.text()
