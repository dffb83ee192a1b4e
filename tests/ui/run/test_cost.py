"""What the page asks of the service as the form changes, and what it says of the answers."""

from __future__ import annotations

import math
import threading

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsRectangle
from qgis.PyQt.QtWidgets import QAbstractButton
from run_page_service import (
    COST,
    CUT,
    LEFT,
    MODELS,
    PROVIDER,
    sign_in,
    source,
)

from mapflow_dock.api.session import Session
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.run.page import RunPage

LEAST = " (minimum charge: 1\u00a0km²)"  # the area of these tests is a little smaller


def test_the_cost_is_asked_once_after_several_changes(page, service, qtbot):
    page.area.mapExtentButton.click()
    for _ in range(3):
        page.model.modelCombo.setCurrentIndex(1)
        page.model.modelCombo.setCurrentIndex(0)
    assert page.foot.costLabel.text() == "Asking the cost…"
    assert page.foot.costProgress.isVisible()
    assert not page.foot.startButton.isEnabled()
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == f"Cost: 17\u00a0credits{LEAST}")
    (body,) = service.bodies(COST)
    assert body["wdId"] == "b"
    assert body["params"] == source(page)
    assert body["blocks"] == [{"name": "Simplify", "enabled": False}, {"name": "Classify", "enabled": False}]
    assert not page.foot.costProgress.isVisible()
    assert page.foot.costBalanceLabel.text() == "100\u00a0credits left"
    assert page.foot.reasonLabel.isHidden()


def test_a_late_answer_to_an_earlier_question_never_shows(page, service, qtbot):
    late = threading.Event()
    given = threading.Event()

    def by_model(body):
        if body["wdId"] == "b":
            late.wait(10)
            given.set()
            return 17
        return 4

    service.answers[COST] = by_model
    page.area.mapExtentButton.click()
    qtbot.waitUntil(lambda: len(service.bodies(COST)) == 1)
    page.model.modelCombo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == f"Cost: 4\u00a0credits{LEAST}")
    late.set()
    qtbot.waitUntil(given.is_set)
    # one more round trip: anything late has arrived by then
    with qtbot.waitSignal(page._session.account_changed):
        page._session.refresh_account()
    assert page.foot.costLabel.text() == f"Cost: 4\u00a0credits{LEAST}"


def test_name_and_description_do_not_ask_the_cost_anew(ready, service, qtbot):
    qtbot.keyClicks(ready.naming.descriptionEdit, "spring")
    qtbot.keyClicks(ready.naming.nameEdit, "x")
    ready.hide()
    ready.show()
    assert ready.foot.costLabel.text() == f"Cost: 17\u00a0credits{LEAST}"
    assert len(service.bodies(COST)) == 1


def test_models_and_options_are_shown_by_their_display_names_and_sent_by_their_names(
    page, service, session, qtbot
):
    option = {"name": "OSM", "displayName": "Merge with OpenStreetMap", "optional": True, "price": 0}
    model = {"id": "d", "name": "buildings-2", "displayName": "Buildings", "blocks": [option]}
    service.project["workflowDefs"] = [model]
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(session.project)
    assert page.model.modelCombo.currentText() == "Buildings"
    assert page.naming.name.startswith("Buildings ")
    (check,) = page.model.blocksBox.findChildren(QAbstractButton, "block_OSM")
    assert check.accessibleName() == "Merge with OpenStreetMap, free"
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    (body,) = service.bodies(COST)
    assert (body["wdId"], body["blocks"]) == ("d", [{"name": "OSM", "enabled": False}])


def test_an_option_changes_the_question(ready, service, qtbot):
    service.answers[COST] = lambda body: 21 if {"name": "Classify", "enabled": True} in body["blocks"] else 17
    check = next(check for check in ready.model.blocksBox.findChildren(QAbstractButton, "block_Classify"))
    check.click()
    assert not ready.foot.startButton.isEnabled()
    qtbot.waitUntil(lambda: ready.foot.costLabel.text() == f"Cost: 21\u00a0credits{LEAST}")


def test_a_refused_cost_is_told_in_place_and_can_be_asked_again(page, service, qtbot):
    service.answers[COST] = (400, {"code": "BAD_REQUEST", "message": "Not this zoom"})
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.retryCostButton.isVisible)
    assert page.foot.costLabel.text() == "Cost: unknown"
    assert page.foot.reasonLabel.text()
    assert not page.foot.startButton.isEnabled()
    service.answers[COST] = 17
    qtbot.mouseClick(page.foot.retryCostButton, LEFT)
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == f"Cost: 17\u00a0credits{LEAST}")
    assert page.foot.retryCostButton.isHidden()
    assert page.notices == [], "what is told in place is not told twice"


def test_without_an_answer_an_estimate_is_marked_as_such_and_recovers_by_itself(
    page, session, service, qtbot
):
    service.answers[COST] = CUT
    page.imagery.zoomCombo.setCurrentIndex(page.imagery.zoomCombo.findData(18))
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.retryCostButton.isVisible, timeout=10_000)
    km2 = max(1, page.area.area.area_m2 / 1e6)
    expected = math.ceil(5 * km2) + math.ceil(2 * km2)
    assert page.foot.costLabel.text() == f"About {expected}\u00a0credits (estimate)"
    assert not page.foot.startButton.isEnabled()
    service.answers[COST] = 17
    with qtbot.waitSignal(session.reachable_changed):
        session.refresh_account()
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == f"Cost: 17\u00a0credits{LEAST}")


def test_while_mapflow_cannot_be_reached_nothing_starts_and_nothing_typed_is_lost(
    ready, session, service, qtbot
):
    foot = ready.foot
    ready.naming.nameEdit.setText("Harbour at noon")
    service.answers["GET /user/status"] = CUT
    with qtbot.waitSignal(session.reachable_changed, timeout=15_000):
        session.refresh_account()
    assert not foot.startButton.isEnabled()
    assert foot.reasonLabel.isVisible()
    assert foot.reasonLabel.text() == "Mapflow cannot be reached. You can start this once it answers."
    assert foot.startButton.accessibleDescription() == foot.reasonLabel.text()
    assert foot.costLabel.text() == f"Cost: 17\u00a0credits{LEAST}", "what is known stays"
    del service.answers["GET /user/status"]
    with qtbot.waitSignal(session.reachable_changed, timeout=15_000):
        session.refresh_account()
    qtbot.waitUntil(foot.startButton.isEnabled)
    assert foot.reasonLabel.isHidden()
    assert ready.naming.nameEdit.text() == "Harbour at noon"


def pick_zoom(page, zoom):
    """None: Automatic."""
    combo = page.imagery.zoomCombo
    combo.setCurrentIndex(0 if zoom is None else combo.findData(zoom))


def by_zoom(**prices):
    """Answer the cost by the zoom asked for, or by the price under `zoom` where there is none."""
    return lambda body: prices[f"zoom{body['params']['sourceParams']['dataProvider'].get('zoom', '')}"]


def test_without_an_answer_nothing_but_the_least_is_claimed_for_an_automatic_zoom(page, service, qtbot):
    """A rectangle of 1,085,079 m² for which the deployed service asks 16 credits, where zoom 19 costs 30."""
    prices = {17: 1.0654664597287398, 18: 4.261865838914959, 19: 17.047463355659836, 20: 68.18985342263935}
    buildings = {"id": "b", "name": "Buildings", "pricePerSqKm": 10, "blocks": []}
    tiles = {"required": {"min_zoom": 17}, "recommended": {"min_zoom": 19, "max_zoom": 19}}
    service.project["workflowDefs"] = [{**buildings, "requirements": {"sources": {"xyz": tiles}}}]
    service.account["dataProviders"] = [
        {**PROVIDER, "price": [{"zoom": zoom, "priceSqKm": price} for zoom, price in prices.items()]}
    ]
    service.answers[COST] = CUT
    with qtbot.waitSignals([page._session.account_changed, page._session.project_changed]):
        page._session.refresh_account()
        page._session.choose_project(page._session.project)
    side = math.sqrt(1_085_079) / 2
    ground = QgsGeometry.fromRect(QgsRectangle(500_000 - side, -side, 500_000 + side, side))
    page.area.use_ground(ground, QgsCoordinateReferenceSystem("EPSG:32631"), "A field")
    assert abs(page.area.area.area_m2 - 1_085_079) < 3_000
    qtbot.waitUntil(page.foot.retryCostButton.isVisible, timeout=10_000)
    assert page.foot.costLabel.text() == "At least 13\u00a0credits (estimate)"
    pick_zoom(page, 18)
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == "About 16\u00a0credits (estimate)", timeout=10_000)
    pick_zoom(page, 19)
    qtbot.waitUntil(lambda: page.foot.costLabel.text() == "About 30\u00a0credits (estimate)", timeout=10_000)


def test_what_a_picked_zoom_costs_more_than_an_automatic_one_is_said_while_it_is_so(ready, service, qtbot):
    service.answers[COST] = by_zoom(zoom=7, zoom17=7, zoom18=9.5)
    pick_zoom(ready, 18)
    label = ready.imagery.imageryLabel
    qtbot.waitUntil(lambda: "Automatic costs 2.5\u00a0credits less" in label.text())
    assert ready.foot.costLabel.text() == f"Cost: 9.5\u00a0credits{LEAST}"
    pick_zoom(ready, 17)
    assert "Automatic" not in label.text()
    asked = len(service.bodies(COST))
    qtbot.waitUntil(lambda: len(service.bodies(COST)) == asked + 2)
    qtbot.waitUntil(lambda: ready.foot._saving._automatic.cost.credits == 7)
    assert "Automatic" not in label.text(), "it costs no less"
    pick_zoom(ready, 18)
    qtbot.waitUntil(lambda: "less" in label.text())
    pick_zoom(ready, None)
    assert label.text() == "from 1\u00a0credit per km²"


def test_nothing_is_asked_besides_where_the_service_chooses_the_zoom(ready, service, qtbot):
    ready.model.modelCombo.setCurrentIndex(1)
    qtbot.waitUntil(ready.foot.startButton.isEnabled)
    with qtbot.waitSignal(ready._session.account_changed):
        ready._session.refresh_account()
    assert not ready.foot._saving._automatic._delay.isActive()
    assert len(service.bodies(COST)) == 2, "once for each model"


def test_a_map_extent_that_is_too_large_is_told_once(page, qtbot):
    page.area._canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_280_000, 7_600_000))
    page.area.mapExtentButton.click()
    assert "zoom in." in page.foot.reasonLabel.text()
    assert page.area.areaProblemsLabel.isHidden()
    page.area._canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_181_000, 7_501_000))
    page.area.mapExtentButton.click()
    assert "zoom in." not in page.foot.reasonLabel.text()


def test_what_cannot_run_is_not_asked_for(page, service, qtbot):
    page.area._canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_190_000, 7_510_000))
    page.area.mapExtentButton.click()
    assert "10\u00a0km²" in page.foot.reasonLabel.text()
    assert page.foot.costLabel.text() == "Cost: not known yet"
    assert page.foot.costLabel.isHidden(), "what is missing tells more"
    assert not page.foot.costBalanceLabel.isVisible(), "the header says it"
    assert not page.foot._cost._delay.isActive()
    with qtbot.waitSignal(page._session.account_changed):
        page._session.refresh_account()
    assert service.bodies(COST) == []
    assert not page.foot.startButton.isEnabled()


def test_too_little_credit_is_said_in_numbers(page, service, qtbot):
    service.answers[COST] = 101
    page.area.mapExtentButton.click()
    qtbot.waitUntil(lambda: "101\u00a0credits" in page.foot.reasonLabel.text())
    assert "100\u00a0credits" in page.foot.reasonLabel.text()
    assert not page.foot.startButton.isEnabled()
    service.account["remainingCredits"] = 200
    page._session.refresh_account()
    qtbot.waitUntil(page.foot.startButton.isEnabled)


def test_a_reader_of_the_project_is_told_and_asks_nothing(page, service, session, qtbot):
    service.project["user"] = {"email": "owner@example.org"}
    service.project["shareProject"] = {
        "owners": [{"email": "owner@example.org"}],
        "users": [{"email": "demo@example.org", "role": "readonly"}],
    }
    page.area.mapExtentButton.click()
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(session.project)
    assert "not start anything" in page.foot.reasonLabel.text()
    assert not page.foot.startButton.isEnabled()


def test_the_projects_models_go_before_the_accounts(page, service, session, qtbot):
    page.model.modelCombo.setCurrentIndex(1)
    service.project["workflowDefs"] = [{"id": "r", "name": "🚗 Roads", "pricePerSqKm": 1}, MODELS[1]]
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(session.project)
    combo = page.model.modelCombo
    assert [combo.itemText(row) for row in range(combo.count())] == ["🚗 Roads", "🌲 Forest"]
    assert combo.currentText() == "🌲 Forest"


def test_the_form_survives_a_change_of_project(ready, session, qtbot):
    row = ready.imagery.zoomCombo.findData(17)
    ready.imagery.zoomCombo.setCurrentIndex(row)
    ready.imagery.zoomCombo.activated.emit(row)
    qtbot.keyClicks(ready.naming.nameEdit, "mine ")
    typed = ready.naming.name
    area = ready.area.area
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(session.project)
    assert (ready.naming.name, ready.area.area, ready.imagery.zoom) == (typed, area, 17)


def test_an_account_that_pays_in_area_asks_no_cost(service, canvas, qgis_iface, qtbot):
    service.account.update(billingType="AREA", remainingArea=5_000_000)
    session = Session()
    sign_in(session, service, qtbot)
    page = RunPage(session, canvas, qgis_iface, ImageryLoading(session, ImageryTree()))
    qtbot.addWidget(page)
    page.show()
    page.area.mapExtentButton.click()
    assert page.foot.startButton.isEnabled()
    assert page.foot.costLabel.text().startswith("Uses ")
    assert page.foot.costBalanceLabel.text() == "5\u00a0km² left"
    with qtbot.waitSignal(page.started):
        qtbot.mouseClick(page.foot.startButton, LEFT)
    assert service.bodies(COST) == []
    page.close()
    session.close()
