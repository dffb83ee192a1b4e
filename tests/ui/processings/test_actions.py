"""What is done with processings from the page: rename, delete, restart, details, zoom, and who may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from processings_service import CUT, SOUTH, WEST, record
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QItemSelectionModel, QPoint, Qt
from qgis.PyQt.QtWidgets import QAction, QApplication, QLineEdit, QMessageBox, QPushButton

from mapflow_dock.api.projects import ProjectRole, Standing
from mapflow_dock.text.quantities import copied
from mapflow_dock.ui.processings.details import ProcessingDetails
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.delegate import has_stop
from mapflow_dock.ui.widgets.rows.painting import PADDING

LEFT = Qt.MouseButton.LeftButton
COARSE = {"code": "source-validator.PixelSizeTooHigh", "parameters": {"max_res": "1.2", "actual_res": "5"}}


def choose(page, *keys):
    view = page.processingsView
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().clear()
    for key in keys:
        index = view.model().mapFromSource(page.model.index_of(key))
        view.selectionModel().select(index, flags)
    view.setFocus()


def question(page, qtbot):
    found = []

    def is_open():
        found[:] = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
        return bool(found)

    qtbot.waitUntil(is_open)
    return found[0]


def answer(page, qtbot, yes):
    box = question(page, qtbot)
    wanted = QMessageBox.ButtonRole.AcceptRole if yes else QMessageBox.ButtonRole.RejectRole
    qtbot.mouseClick(next(button for button in box.buttons() if box.buttonRole(button) == wanted), LEFT)


def details(page, qtbot):
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in page.findChildren(ProcessingDetails)))
    return page.findChildren(ProcessingDetails)[0]


def test_f2_renames_in_the_row(listed, service, qtbot):
    page = listed(record(1), record(2))
    choose(page, "id-1")
    qtbot.keyClick(page.processingsView, Qt.Key.Key_F2)
    editor = page.processingsView.findChild(QLineEdit, "processingNameEdit")
    editor.selectAll()
    qtbot.keyClicks(editor, "Harbour")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.processing("id-1").name == "Harbour")
    qtbot.waitUntil(lambda: service.bodies("PUT /processings/id-1") == [{"name": "Harbour"}])
    assert page.notices == []


def test_a_refused_name_is_taken_back(listed, service, qtbot):
    page = listed(record(1))
    service.answers["PUT /processings/id-1"] = (403, {"message": "not yours"})
    page.model.setData(page.model.index_of("id-1"), "Mine now")
    assert page.model.processing("id-1").name == "Mine now"
    qtbot.waitUntil(lambda: bool(page.notices))
    assert page.model.processing("id-1").name == "Processing 1"
    assert "could not be renamed" in page.notices[0].text


def click_stop(page, qtbot, key):
    """Click on the end of the first line of the row's state."""
    view = page.processingsView
    index = view.model().mapFromSource(page.model.index_of(key)).siblingAtColumn(Column.STATUS)
    cell = view.visualRect(index)
    place = QPoint(cell.right() - PADDING - 6, cell.top() + PADDING + 6)
    qtbot.mouseMove(view.viewport(), place)
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)


def test_what_runs_is_stopped_from_its_row(listed, service, qtbot):
    page = listed(record(1), record(2, status="IN_PROGRESS", percentCompleted=40))
    choose(page, "id-1")
    click_stop(page, qtbot, "id-2")
    assert "Processing 2" in question(page, qtbot).text()
    answer(page, qtbot, yes=True)
    qtbot.waitUntil(lambda: service.bodies("DELETE /processings/id-2") == [None])
    assert page.model.processing("id-1") is not None


def test_a_finished_row_has_nothing_to_stop(listed, service, qtbot):
    page = listed(record(1), record(2, status="IN_PROGRESS", percentCompleted=40))
    click_stop(page, qtbot, "id-1")
    assert not [box for box in page.findChildren(QMessageBox) if box.isVisible()]
    view = page.processingsView
    rows = [view.model().mapFromSource(page.model.index_of(key)) for key in ("id-1", "id-2")]
    found = [row.siblingAtColumn(Column.STATUS) for row in rows]
    assert [has_stop(index) for index in found] == [False, True]


def test_deleting_is_asked_and_names_what_goes(listed, service, qtbot):
    page = listed(record(1), record(2, name="Harbour", status="IN_PROGRESS"), record(3))
    choose(page, "id-1", "id-2")
    qtbot.keyClick(page.processingsView, Qt.Key.Key_Delete)
    box = question(page, qtbot)
    assert "2 processings" in box.text()
    assert "Harbour" in box.informativeText()
    assert "Processing 1" in box.informativeText()
    told = "1 of them is still running, and deleting stops it. The 12\u00a0credits paid may be lost."
    assert told in box.informativeText()
    answer(page, qtbot, yes=False)
    assert not service.bodies("DELETE /processings/id-1")
    assert page.model.rowCount() == 3


def test_what_runs_is_stopped_by_deleting_it_and_says_so(listed, service, qtbot):
    page = listed(record(1, status="IN_PROGRESS", percentCompleted=40), record(2))
    delete = page.commands.actions.delete
    choose(page, "id-1")
    assert delete.text() == "Stop and &Delete…"
    assert "can only delete" in page.deleteButton.toolTip()
    qtbot.mouseClick(page.deleteButton, LEFT)
    box = question(page, qtbot)
    assert (
        "It is still running, and deleting stops it. The 12\u00a0credits paid may be lost."
        in box.informativeText()
    )
    answer(page, qtbot, yes=True)
    assert page.model.rowCount() == 1, "at once"
    qtbot.waitUntil(lambda: len(service.bodies("DELETE /processings/id-1")) == 1)
    choose(page, "id-2")
    assert delete.text() == "&Delete…"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"status": "IN_PROGRESS", "percentCompleted": 40}, "once the processing is ready"),
        ({"status": "FAILED", "aoiCount": 1}, "no part of it is ready"),
        ({"status": "CANCELLED"}, "There is no result to add"),
    ],
)
def test_where_there_is_nothing_to_add_the_button_is_off_and_says_why(listed, values, why):
    page = listed(record(1, **values))
    assert "Choose the processing" in page.addResultButton.toolTip()
    choose(page, "id-1")
    assert not page.addResultButton.isEnabled()
    assert not page.saveAsButton.isEnabled()
    assert why in page.addResultButton.toolTip()


def test_a_cost_that_is_not_told_is_not_left_out_of_what_is_lost(listed, qtbot):
    page = listed(record(1, status="IN_PROGRESS"), record(2, status="IN_PROGRESS", cost=None))
    choose(page, "id-1", "id-2")
    qtbot.keyClick(page.processingsView, Qt.Key.Key_Delete)
    box = question(page, qtbot)
    assert (
        "2 of them are still running, and deleting stops them. What was paid for is lost."
        in box.informativeText()
    )
    answer(page, qtbot, yes=False)


def test_many_are_deleted_after_a_yes(listed, service, monitor, qtbot):
    page = listed(record(1), record(2), record(3))
    before = list(service.records)
    choose(page, "id-1", "id-3")
    qtbot.mouseClick(page.deleteButton, LEFT)
    answer(page, qtbot, yes=True)
    assert page.model.rowCount() == 1, "at once"
    qtbot.waitUntil(lambda: [held["id"] for held in service.records] == ["id-2"])
    service.records = before  # an answer that was on its way before
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    assert page.model.rowCount() == 1


def test_what_could_not_be_deleted_is_told_once_and_tried_again(listed, service, qtbot):
    page = listed(record(1), record(2), record(3))
    for key in ("id-1", "id-2"):
        service.answers[f"DELETE /processings/{key}"] = (500, {"message": "no"})
    service.answers["DELETE /processings/id-3"] = (404, {"message": "gone already"})
    choose(page, "id-1", "id-2", "id-3")
    page.commands.actions.delete.trigger()
    answer(page, qtbot, yes=True)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert len(page.notices) == 1
    assert "2 processings could not be deleted" in page.notices[0].text
    assert "Processing 1" in page.notices[0].details
    assert sorted(one.id for one in page.model.processings()) == ["id-1", "id-2"]
    assert len(service.bodies("DELETE /processings/id-1")) == 1  # what deletes is not sent again by itself
    service.answers.clear()
    page.notices[0].on_action()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)


def test_only_what_the_role_allows_is_offered(listed, session, service, qtbot):
    page = listed(record(1, status="FAILED"))
    choose(page, "id-1")
    offered = {
        role: (
            page.commands.actions.rename.isEnabled(),
            page.deleteButton.isEnabled(),
            page.commands.actions.restart.isEnabled(),
        )
        for role in ProjectRole
        if page.listed._on_project(replace(session.project, standing=Standing(role))) is None
    }
    assert offered == {
        ProjectRole.READONLY: (False, False, False),
        ProjectRole.CONTRIBUTOR: (False, False, True),
        ProjectRole.MAINTAINER: (True, True, True),
        ProjectRole.OWNER: (True, True, True),
    }
    page.listed._on_project(replace(session.project, standing=Standing(ProjectRole.READONLY)))
    qtbot.keyClick(page.processingsView, Qt.Key.Key_Delete)
    qtbot.keyClick(page.processingsView, Qt.Key.Key_F2)
    assert not page.findChildren(QMessageBox)
    assert page.processingsView.findChild(QLineEdit, "processingNameEdit") is None
    assert "maintainers" in page.deleteButton.toolTip()


def test_delete_in_the_filter_box_deletes_letters(listed, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    page.filterEdit.setFocus()
    page.filterEdit.setText("Proc")
    page.filterEdit.setCursorPosition(0)
    qtbot.keyClick(page.filterEdit, Qt.Key.Key_Delete)
    assert page.filterEdit.text() == "roc"
    assert not page.findChildren(QMessageBox)


def test_only_a_failed_one_restarts_and_only_after_a_yes(listed, service, monitor, qtbot):
    page = listed(record(1), record(2, status="FAILED", messages=[COARSE]))
    choose(page, "id-1")
    assert not page.commands.actions.restart.isEnabled()
    choose(page, "id-2")
    page.commands.actions.restart.trigger()
    assert "12\u00a0credits" in question(page, qtbot).informativeText()
    answer(page, qtbot, yes=True)
    assert page.model.processing("id-2").status.is_running, "at once"
    qtbot.waitUntil(lambda: "id-2" in monitor.watched)
    assert page.model.processing("id-2").status.is_running


def restart(page, qtbot, key):
    choose(page, key)
    page.commands.actions.restart.trigger()
    answer(page, qtbot, yes=True)


@pytest.mark.parametrize("loss", [CUT, (502, {}), (200, {"id": "id-2"})])
def test_a_restart_whose_answer_was_lost_is_looked_for(listed, service, monitor, qtbot, loss):
    page = listed(record(2, status="FAILED", messages=[COARSE]))

    def restart_and_say_nothing(_body):
        service.records[0].update(status="IN_PROGRESS", percentCompleted=0, messages=[])
        return loss

    service.answers["POST /processings/id-2/restart"] = restart_and_say_nothing
    restart(page, qtbot, "id-2")
    qtbot.waitUntil(lambda: "id-2" in monitor.watched)
    assert page.model.processing("id-2").status.is_running
    assert len(service.bodies("POST /processings/id-2/restart")) == 1
    assert page.notices == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, "safe to try again"),
        ({"updated": "2026-03-01T00:00:00Z"}, "not known"),  # it may have run, and failed once more
        (None, "not known"),
    ],
)
def test_a_restart_that_is_not_seen_says_whether_to_try_again(listed, service, qtbot, now, told):
    page = listed(record(2, status="FAILED"))
    service.answers["POST /processings/id-2/restart"] = CUT
    whole = record(2, status="FAILED", **(now or {}))
    service.answers["GET /processings/id-2/v2"] = (500, {}) if now is None else whole
    restart(page, qtbot, "id-2")
    qtbot.waitUntil(lambda: bool(page.notices), timeout=20_000)
    assert told in page.notices[0].text
    assert "Processing 2" in page.notices[0].text
    assert len(service.bodies("POST /processings/id-2/restart")) == 1


@pytest.mark.parametrize("status", ["FAILED", "OK"])
def test_the_details_say_everything_in_plain_words(listed, service, qtbot, status):
    part = {
        "id": "a1",
        "status": "FAILED",
        "area": 5e5,
        "messages": [{"code": "", "message": "No <b>pixels</b>."}],
    }
    service.answers["GET /processings/id-1/aois"] = [part]
    messages = [COARSE] if status == "FAILED" else []
    page = listed(record(1, status=status, messages=messages, description="For the ferry", meta={"run": "7"}))
    choose(page, "id-1")
    qtbot.mouseClick(page.detailsButton, LEFT)
    dialog = details(page, qtbot)
    qtbot.waitUntil(lambda: "1 of 1" in dialog.facts.text)
    said = dialog.facts.text
    for wanted in (
        "id-1",
        "For the ferry",
        "run: 7",
        "1.24\u00a0km²",
        "12\u00a0credits",
        "No <b>pixels</b>.",
    ):
        assert wanted in said, wanted
    assert ("source-validator.PixelSizeTooHigh" in said) == (status == "FAILED")
    assert ("too coarse" in dialog.reasonLabel.text()) == (status == "FAILED")
    assert dialog.reasonLabel.textFormat() == Qt.TextFormat.PlainText
    qtbot.mouseClick(dialog.findChild(QPushButton, "copyButton"), LEFT)
    assert QApplication.clipboard().text() == copied(said)
    assert "1.24 km²" in QApplication.clipboard().text(), "as other programs take it"
    dialog.reject()


def test_a_failure_without_a_reason_says_so(listed, qtbot):
    page = listed(record(1, status="FAILED"))
    choose(page, "id-1")
    page.commands.actions.details.trigger()
    assert "gave no reason" in details(page, qtbot).reasonLabel.text()


def test_zoom_shows_the_area_in_the_crs_of_the_canvas(listed, canvas, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    page.commands.actions.zoom.trigger()
    to_canvas = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"),
        QgsCoordinateReferenceSystem("EPSG:3857"),
        QgsProject.instance(),
    )
    middle = to_canvas.transform(QgsPointXY(WEST + 0.0005, SOUTH + 0.0005))
    qtbot.waitUntil(lambda: canvas.extent().contains(middle))
    assert canvas.extent().width() < 1_000  # metres: the area, not the world


def test_the_area_becomes_a_layer(listed, canvas, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    page.commands.actions.area.trigger()
    qtbot.waitUntil(lambda: bool(QgsProject.instance().mapLayers()))
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 1
    assert layer.extent().contains(QgsPointXY(WEST + 0.0005, SOUTH + 0.0005))
    assert canvas.extent().width() < 1_000  # metres


def test_the_area_asked_for_again_is_the_same_layer(listed, service, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    for _time in range(2):
        asked = len(service.bodies("GET /processings/id-1/aois"))
        page.commands.actions.area.trigger()
        qtbot.waitUntil(lambda asked=asked: len(service.bodies("GET /processings/id-1/aois")) > asked)
        qtbot.waitUntil(lambda: not page.commands._inquiry._areas.are_waited_for)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 1
    (group,) = QgsProject.instance().layerTreeRoot().children()
    assert (group.name(), [node.name() for node in group.children()]) == ("Mapflow", [layer.name()])


def test_a_service_that_does_not_say_where_is_no_dead_end(listed, service, qtbot):
    page = listed(record(1))
    service.answers["GET /processings/id-1/aois"] = (404, {"message": "unknown"})
    choose(page, "id-1")
    page.commands.actions.zoom.trigger()
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "does not say where" in page.notices[0].text
    assert "Add its result" in page.notices[0].text


def test_the_lists_keys_win_over_those_of_the_desktop(listed, service, qtbot):
    page = listed(record(1))
    desktop = QAction("Refresh the map", page)  # as QGIS has one on F5
    desktop.setShortcut("F5")
    page.addAction(desktop)
    heard = []
    desktop.triggered.connect(heard.append)
    choose(page, "id-1")
    asked = len(service.bodies("GET /projects/p1/processings/v2"))
    qtbot.keyClick(page.processingsView, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(service.bodies("GET /projects/p1/processings/v2")) > asked)
    assert heard == []
    qtbot.keyClick(page.processingsView, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    details(page, qtbot).reject()
    page.filterEdit.setFocus()
    qtbot.keyClick(page.filterEdit, Qt.Key.Key_F5)
    assert len(heard) == 1


def test_the_menu_offers_everything(listed, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    menu = page.commands.actions.menu
    names = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    assert names == [
        "Add Result to Map", "Add as Tiles", "Add Source Imagery", "Add Result Raster",
        "Save Result As", "Cancel Adding or Saving", "Zoom to Area", "Add Area as Layer",
        "Show Source", "Details…", "Summary…", "Copy ID", "Copy Rows",
        "Duplicate into Run", "Rename", "Describe…", "Move to Project…", "Restart…", "Review",
        "Refresh List", "Delete…",
    ]  # fmt: skip
    assert [action.text() for action in page.commands.actions.save_menu.actions()] == [
        "Geo&Package…", "Geo&JSON…", "&FlatGeobuf…", "E&SRI Shapefile…",
    ]  # fmt: skip
    page.commands.actions.copy_id.trigger()
    assert QApplication.clipboard().text() == "id-1"


def test_rows_are_copied_with_all_their_columns(listed, qtbot):
    page = listed(record(1, name="Tab\there"), record(2), record(3))
    choose(page, "id-1", "id-3")
    qtbot.keyClick(page.processingsView, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert rows[0] == ["Name", "Status", "Area", "Cost", "Created", "Model", "Project"]
    assert {tuple(row[5:]) for row in rows[1:]} == {("🏠 Buildings", "City survey")}
    assert sorted(row[:4] for row in rows[1:]) == [
        ["Processing 3", "Ready", "1.24 km²", "12 credits"],
        ["Tab here", "Ready", "1.24 km²", "12 credits"],
    ]


def test_signing_out_takes_questions_and_details_away(listed, session, qtbot):
    page = listed(record(1))
    choose(page, "id-1")
    page.commands.actions.delete.trigger()
    page.commands.actions.details.trigger()
    box, dialog = question(page, qtbot), details(page, qtbot)
    session.sign_out()
    assert not box.isVisible()
    assert not dialog.isVisible()
