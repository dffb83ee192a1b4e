"""Start: asked about once, sent once, and what happens when it fails."""

from __future__ import annotations

import threading

import pytest
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QApplication, QMessageBox
from run_page_service import (
    COST,
    CUT,
    DEFERRED_DELETE,
    LEFT,
    LISTING,
    START,
    answer_box,
    box_of,
    confirm,
    sign_in,
    source,
)

from mapflow_dock.api.settings import CONFIRM_SPENDING


def test_start_asks_then_sends_what_the_form_says(ready, service, qtbot):
    qtbot.keyClicks(ready.naming.descriptionEdit, "spring")
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    name = ready.naming.name  # after the click, which brings the suggestion up to the present minute
    box = box_of(ready)
    assert box.text() == f"Start “{name}”? It costs 17\u00a0credits; your balance is 100\u00a0credits."
    assert box.informativeText() == "The service charges for at least 1\u00a0km²."
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert service.bodies(START) == []
    with qtbot.waitSignal(ready.started):
        confirm(ready, qtbot)

    (body,) = service.bodies(START)
    assert (body["name"], body["description"], body["projectId"], body["wdId"]) == (name, "spring", "p1", "b")
    assert body["geometry"]["type"] == "Polygon"
    assert body["params"] == source(ready)
    assert ready.runs[0].id == "run-1"
    assert ready.naming.description == ""
    assert ready.area.area is not None


def test_the_balance_is_read_anew_after_a_start(ready, service, session, qtbot):
    service.account["remainingCredits"] = 83
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    confirm(ready, qtbot)
    qtbot.waitUntil(lambda: ready.foot.costBalanceLabel.text() == "83\u00a0credits left")


def test_cancel_spends_nothing_and_start_is_there_again(ready, service, qtbot):
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert not ready.foot.startButton.isEnabled()
    answer_box(ready, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert ready.foot.startButton.isEnabled()
    assert service.bodies(START) == []
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    qtbot.keyClick(box_of(ready), Qt.Key.Key_Escape)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    assert service.bodies(START) == []


@pytest.mark.parametrize("how", ["double-click", "enter twice", "ctrl+enter twice"])
def test_however_often_it_is_pressed_it_starts_once(ready, service, qtbot, how):
    CONFIRM_SPENDING.write(False)
    release = threading.Event()
    answer = service.answers[START]
    service.answers[START] = lambda body: answer(body) if release.wait(10) else None
    ready.activateWindow()
    ready.foot.startButton.setFocus()
    if how == "double-click":
        qtbot.mouseClick(ready.foot.startButton, LEFT)
        qtbot.mouseDClick(ready.foot.startButton, LEFT)
        qtbot.mouseRelease(ready.foot.startButton, LEFT)
    else:
        held = (
            Qt.KeyboardModifier.ControlModifier if how.startswith("ctrl") else Qt.KeyboardModifier.NoModifier
        )
        for _ in range(2):
            qtbot.keyClick(ready.foot.startButton, Qt.Key.Key_Return, held)
    assert ready.foot.startButton.text() == "Starting…"
    assert ready.foot.costProgress.isVisible()
    release.set()
    qtbot.waitUntil(lambda: len(ready.runs) == 1)
    with qtbot.waitSignal(ready._session.account_changed):
        ready._session.refresh_account()
    assert len(service.bodies(START)) == 1
    qtbot.waitUntil(ready.foot.startButton.isEnabled)


def test_enter_in_the_question_starts_once(ready, service, qtbot):
    ready.activateWindow()
    ready.foot.startButton.setFocus()
    qtbot.keyClick(ready.foot.startButton, Qt.Key.Key_Return)
    qtbot.keyClick(ready.foot.startButton, Qt.Key.Key_Return)
    assert len(ready.findChildren(QMessageBox, "confirmStart")) == 1
    with qtbot.waitSignal(ready.started):
        qtbot.keyClick(box_of(ready), Qt.Key.Key_Return)
    assert len(service.bodies(START)) == 1


def test_nothing_is_asked_where_nothing_is_spent(page, service, qtbot):
    service.answers[COST] = 0
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    with qtbot.waitSignal(page.started):
        qtbot.mouseClick(page.foot.startButton, LEFT)
    assert box_of(page) is None


def test_do_not_ask_again_is_remembered(ready, service, qtbot):
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    box_of(ready).checkBox().setChecked(True)
    with qtbot.waitSignal(ready.started):
        confirm(ready, qtbot)
    ready.model.modelCombo.setCurrentIndex(1)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert box_of(ready) is None
    first, second = (body["meta"] for body in service.bodies(START))
    assert first != second, "two runs have one id"


def test_the_same_again_is_asked_about_even_where_nothing_else_is(ready, service, qtbot):
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    box_of(ready).checkBox().setChecked(True)
    with qtbot.waitSignal(ready.started):
        confirm(ready, qtbot)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert AGAIN in box_of(ready).informativeText()
    assert box_of(ready).checkBox() is None
    answer_box(ready, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert len(service.bodies(START)) == 1


def test_a_refused_start_keeps_the_form_and_tells_with_details(ready, service, qtbot):
    service.answers[START] = (400, {"code": "ODD_THING", "message": "It went wrong", "params": {}})
    qtbot.keyClicks(ready.naming.nameEdit, "mine ")
    qtbot.keyClicks(ready.naming.descriptionEdit, "spring")
    typed = ready.naming.name
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    confirm(ready, qtbot)
    qtbot.waitUntil(lambda: len(ready.notices) == 1)
    assert "It went wrong" in ready.notices[0].text
    assert "ODD_THING" in ready.notices[0].details
    assert (ready.naming.name, ready.naming.description) == (typed, "spring")
    assert ready.runs == []
    qtbot.waitUntil(ready.foot.startButton.isEnabled)


def test_trying_again_after_a_lost_answer_uses_the_same_id(ready, service, qtbot):
    CONFIRM_SPENDING.write(False)
    answer = service.answers[START]
    service.answers[START] = CUT
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: len(ready.notices) == 1, timeout=20_000)
    assert len(service.bodies(START)) == 1
    service.answers[START] = answer
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    lost, sent = service.bodies(START)
    assert lost["meta"] == sent["meta"]


def test_a_run_found_after_all_is_not_started_a_second_time(ready, service, qtbot):
    CONFIRM_SPENDING.write(False)
    service.answers[START] = CUT
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: len(ready.notices) == 1, timeout=20_000)
    (lost,) = service.bodies(START)
    service.answers[LISTING] = [
        {"id": "late", "name": lost["name"], "status": "IN_PROGRESS", "projectId": "p1", "meta": lost["meta"]}
    ]
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert ready.runs[0].id == "late"
    assert len(service.bodies(START)) == 1


def lose_the_answer(page, service, qtbot):
    """Press Start, and let no answer come; returns what was sent."""
    CONFIRM_SPENDING.write(False)
    answer, service.answers[START] = service.answers[START], CUT
    before = len(page.notices)
    qtbot.mouseClick(page.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: len(page.notices) > before, timeout=20_000)
    service.answers[START] = answer
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    return service.bodies(START)[-1]


def test_a_run_that_a_short_list_hides_is_not_started_a_second_time(ready, service, qtbot):
    lost = lose_the_answer(ready, service, qtbot)
    short = {"id": "late", "name": lost["name"], "status": "IN_PROGRESS"}
    service.answers[LISTING] = [short]
    service.answers["GET /processings/late/v2"] = {**short, "projectId": "p1", "meta": lost["meta"]}
    qtbot.keyClicks(ready.naming.nameEdit, "another name for it ")
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert ready.runs[0].id == "late"
    assert len(service.bodies(START)) == 1


@pytest.mark.parametrize("listing", [[{"name": "cannot be read"}], (500, {"message": "no list today"})])
def test_nothing_is_sent_again_while_it_is_not_known_what_became_of_it(ready, service, qtbot, listing):
    lost = lose_the_answer(ready, service, qtbot)
    service.answers[LISTING] = listing
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: len(ready.notices) == 2, timeout=20_000)
    assert "not known" in ready.notices[1].text
    assert lost["name"] in ready.notices[1].text
    assert len(service.bodies(START)) == 1
    service.answers[LISTING] = []
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert [body["meta"] for body in service.bodies(START)] == [lost["meta"]] * 2


def test_a_start_cut_off_by_signing_out_is_looked_for_before_the_next(ready, session, service, qtbot):
    CONFIRM_SPENDING.write(False)
    release = threading.Event()
    answer = service.answers[START]
    service.answers[START] = lambda body: answer(body) if release.wait(10) else None
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: len(service.bodies(START)) == 1)
    ready.hide()
    session.sign_out()
    release.set()
    (lost,) = service.bodies(START)
    short = {"id": "late", "name": lost["name"], "status": "IN_PROGRESS"}
    service.answers[LISTING] = [short]
    service.answers["GET /processings/late/v2"] = {**short, "projectId": "p1", "meta": lost["meta"]}
    sign_in(session, service, qtbot)
    ready.show()
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert ready.runs[0].id == "late"
    assert len(service.bodies(START)) == 1


def test_a_lost_start_is_remembered_while_others_are_started(ready, service, qtbot):
    lost = lose_the_answer(ready, service, qtbot)
    zoom = ready.imagery.zoomCombo.currentIndex()
    ready.imagery.zoomCombo.setCurrentIndex(1 if zoom != 1 else 2)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert service.bodies(START)[-1]["meta"] != lost["meta"]
    ready.imagery.zoomCombo.setCurrentIndex(zoom)
    service.answers[LISTING] = [
        {"id": "late", "name": lost["name"], "status": "IN_PROGRESS", "projectId": "p1", "meta": lost["meta"]}
    ]
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready.started):
        qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert ready.runs[-1].id == "late"
    assert len(service.bodies(START)) == 2


def test_signing_out_takes_the_question_back_and_leaves_nothing_on_the_canvas(ready, session, canvas, qtbot):
    qtbot.mouseClick(ready.area.drawPolygonButton, LEFT)
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(40, 40))
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    session.sign_out()
    assert canvas.mapTool() is None
    assert [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)] == []
    assert not ready.foot.startButton.isEnabled()
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert box_of(ready) is None


def test_after_signing_in_again_the_form_goes_on_where_it_was(ready, session, service, qtbot):
    ready.hide()
    session.sign_out()
    sign_in(session, service, qtbot)
    ready.show()
    assert ready.area.area is not None
    qtbot.waitUntil(ready.foot.startButton.isEnabled)


def test_nothing_starts_while_another_area_is_drawn(ready, service, canvas, qtbot):
    CONFIRM_SPENDING.write(False)
    ready.area.drawPolygonButton.click()
    assert ready.area.area is not None, "the one from before"
    assert ready.foot.reasonLabel.text() == "Finish drawing, or press Esc."
    assert not ready.foot.startButton.isEnabled()
    qtbot.keyClick(ready.naming.nameEdit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ready.area.is_drawing
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    assert service.bodies(START) == []


AGAIN = "You have just started the same area with this model and imagery."


def test_the_same_again_is_asked_about_with_its_age(ready, service, qtbot):
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    with qtbot.waitSignal(ready.started):
        confirm(ready, qtbot)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    qtbot.mouseClick(ready.foot.startButton, LEFT)
    assert box_of(ready).informativeText() == f"The service charges for at least 1\u00a0km². {AGAIN}"
    answer_box(ready, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert len(service.bodies(START)) == 1


def test_another_model_or_a_failed_start_is_not_the_same_again(ready, service, qtbot):
    answer = service.answers[START]
    service.answers[START] = (400, {"message": "no"})
    for model in (0, 0, 1):
        ready.model.modelCombo.setCurrentIndex(model)
        qtbot.waitUntil(ready.foot.startButton.isEnabled)
        qtbot.mouseClick(ready.foot.startButton, LEFT)
        assert box_of(ready).informativeText() == "The service charges for at least 1\u00a0km²."
        with qtbot.waitSignal(ready._session.account_changed):
            confirm(ready, qtbot)
        service.answers[START] = answer
    assert len(service.bodies(START)) == 3
