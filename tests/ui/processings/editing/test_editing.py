"""Describing, moving, accepting, rejecting and rating, from the menu to what is sent and what the row says then."""

from __future__ import annotations

import pytest
from processings_service import CUT, record
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QLabel, QMessageBox, QRadioButton

from mapflow_dock.api.processings import Review
from mapflow_dock.api.projects import ProjectRole, Standing
from mapflow_dock.ui.processings.editing.dialogs import (
    DescriptionDialog,
    MoveDialog,
    RatingDialog,
    RejectionDialog,
)

LEFT = Qt.MouseButton.LeftButton
IN_REVIEW = {"reviewStatus": {"reviewStatus": "IN_REVIEW", "inReviewUntil": "2026-12-24T10:00:00Z"}}


@pytest.fixture
def chosen(listed):
    """The page with one processing, which is chosen."""

    def show(**values):
        page = listed(record(1, **values))
        view = page.processingsView
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        view.selectionModel().select(view.model().mapFromSource(page.model.index_of("id-1")), flags)
        return page

    return show


def opened(page, qtbot, kind):
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in page.findChildren(kind)))
    return next(dialog for dialog in page.findChildren(kind) if dialog.isVisible())


def press_ok(dialog, qtbot):
    qtbot.mouseClick(dialog.editButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)


def said(dialog):
    return dialog.findChild(QLabel, "editMessage").text()


def test_a_description_is_changed(chosen, service, qtbot):
    page = chosen(description="As it was\nin two lines")
    page.commands.actions.describe.trigger()
    dialog = opened(page, qtbot, DescriptionDialog)
    assert dialog.descriptionEdit.toPlainText() == "As it was\nin two lines"
    dialog.descriptionEdit.setPlainText("<b>Now</b> & then")
    press_ok(dialog, qtbot)
    assert page.model.processing("id-1").description == "<b>Now</b> & then", "at once"
    qtbot.waitUntil(lambda: page.commands.editing._dialog is None)
    assert page.model.processing("id-1").description == "<b>Now</b> & then"
    assert service.bodies("PUT /processings/id-1") == [{"description": "<b>Now</b> & then"}]


@pytest.mark.parametrize("answer", [(403, {"message": "not yours"}), (500, None), CUT])
def test_what_is_refused_stays_in_the_dialog(chosen, service, qtbot, answer):
    page = chosen(description="before")
    service.answers["PUT /processings/id-1"] = answer
    page.commands.actions.describe.trigger()
    dialog = opened(page, qtbot, DescriptionDialog)
    dialog.descriptionEdit.setPlainText("typed with care")
    press_ok(dialog, qtbot)
    qtbot.waitUntil(lambda: bool(said(dialog)), timeout=15_000)
    assert dialog.isVisible()
    assert dialog.descriptionEdit.toPlainText() == "typed with care"
    assert page.model.processing("id-1").description == "before"


def test_a_description_that_is_too_long_is_not_sent(chosen, service, qtbot):
    page = chosen()
    page.commands.actions.describe.trigger()
    dialog = opened(page, qtbot, DescriptionDialog)
    dialog.descriptionEdit.setPlainText("x" * 4_001)
    press_ok(dialog, qtbot)
    assert said(dialog) == "The text is too long: at most 4,000 characters."
    assert service.bodies("PUT /processings/id-1") == []


@pytest.fixture
def projects(service):
    rows = [
        {"id": "p1", "name": "City survey"},
        {"id": "p2", "name": "Forest survey"},
        {
            "id": "p3",
            "name": "Only to look at",
            "user": {"email": "other@example.org"},
            "shareProject": {"owners": [], "users": [{"email": "demo@example.org", "role": "readonly"}]},
        },
    ]
    service.answers["POST /projects/page"] = {"results": rows, "total": 3, "count": 3}
    return rows


def test_a_processing_is_moved(chosen, service, projects, session, qtbot):
    page = chosen()
    page.commands.actions.move.trigger()
    dialog = opened(page, qtbot, MoveDialog)
    qtbot.waitUntil(lambda: dialog.moveCombo.count() == 3)
    press_ok(dialog, qtbot)
    assert said(dialog) == "Choose the project to move it to."
    for row, sentence in ((0, "already"), (2, "may not change")):
        dialog.moveCombo.activated.emit(row)
        press_ok(dialog, qtbot)
        assert sentence in said(dialog)
    dialog.moveCombo.activated.emit(1)
    press_ok(dialog, qtbot)
    assert page.model.processing("id-1") is None, "at once"
    qtbot.waitUntil(lambda: page.commands.editing._dialog is None)
    assert page.model.processing("id-1") is None
    assert service.bodies("PUT /processings/id-1") == [{"projectId": "p2"}]
    notice = page.notices[-1]
    assert notice.text == "“Processing 1” was moved to the project “Forest survey”."
    notice.on_action()
    qtbot.waitUntil(lambda: session.project.id == "p2")


def test_a_list_that_was_on_its_way_does_not_bring_it_back(chosen, service, projects, monitor, qtbot):
    page = chosen()
    page.commands.actions.move.trigger()
    dialog = opened(page, qtbot, MoveDialog)
    qtbot.waitUntil(lambda: dialog.moveCombo.count() == 3)
    service.answers["PUT /processings/id-1"] = None  # the list still has it
    dialog.moveCombo.activated.emit(1)
    press_ok(dialog, qtbot)
    qtbot.waitUntil(lambda: page.model.processing("id-1") is None)
    with qtbot.waitSignal(monitor.listed):
        monitor.refresh()
    assert page.model.processing("id-1") is None


def accept(page, qtbot):
    page.commands.actions.review.accept.trigger()
    box = next(each for each in page.findChildren(QMessageBox) if each.isVisible())
    yes = next(
        button for button in box.buttons() if box.buttonRole(button) == QMessageBox.ButtonRole.AcceptRole
    )
    qtbot.mouseClick(yes, LEFT)


def test_a_result_is_accepted_in_the_row_at_once(chosen, service, qtbot):
    page = chosen(**IN_REVIEW)
    assert page.model.processing("id-1").review is Review.IN_REVIEW
    service.answers["PUT /processings/id-1/acceptation"] = None
    accept(page, qtbot)
    assert page.model.processing("id-1").review is Review.ACCEPTED
    qtbot.waitUntil(lambda: service.bodies("PUT /processings/id-1/acceptation") == [None])


def test_a_row_goes_back_where_accepting_is_refused(chosen, service, qtbot):
    page = chosen(**IN_REVIEW)
    service.answers["PUT /processings/id-1/acceptation"] = (400, {"message": "too late"})
    accept(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "could not be accepted" in page.notices[0].text
    assert page.model.processing("id-1").review is Review.IN_REVIEW


def test_accepting_whose_answer_is_lost_is_sent_once_and_looked_after(chosen, service, qtbot):
    page = chosen(**IN_REVIEW)

    def carried_out(_body):
        service.records[0]["reviewStatus"] = {"reviewStatus": "ACCEPTED", "inReviewUntil": None}
        return CUT

    service.answers["PUT /processings/id-1/acceptation"] = carried_out
    accept(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices), timeout=15_000)
    qtbot.waitUntil(lambda: page.model.processing("id-1").review is Review.ACCEPTED, timeout=15_000)
    assert len(service.bodies("PUT /processings/id-1/acceptation")) == 1


@pytest.fixture
def corrections(qgis_new_project):
    layer = QgsVectorLayer("Point?crs=EPSG:3857&field=what:string", "Corrections", "memory")
    features = []
    for x, what in ((0, "missing"), (111319.49079327358, "no house")):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(f"Point ({x} 0)"))
        feature.setAttribute("what", what)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    return layer


def rejection(page, qtbot):
    page.commands.actions.review.reject.trigger()
    return opened(page, qtbot, RejectionDialog)


def test_a_result_is_rejected_with_a_reason_and_what_shows_where(chosen, service, corrections, qtbot):
    page = chosen(**IN_REVIEW)
    corrections.selectByIds([2])
    service.answers["PUT /processings/id-1/rejection"] = None
    dialog = rejection(page, qtbot)
    press_ok(dialog, qtbot)
    assert said(dialog).startswith("Say what is wrong")
    qtbot.keyClicks(dialog.rejectionEdit, "Sheds are missing")
    dialog.correctionsCombo.setLayer(corrections)
    assert dialog.selectedCheck.isChecked()
    press_ok(dialog, qtbot)
    assert page.model.processing("id-1").review is Review.NOT_ACCEPTED, "at once"
    qtbot.waitUntil(lambda: page.commands.editing._dialog is None)
    (body,) = service.bodies("PUT /processings/id-1/rejection")
    assert body["comment"] == "Sheds are missing"
    (feature,) = body["features"]["features"]
    assert (feature["properties"]["what"], feature["geometry"]["type"]) == ("no house", "Point")
    assert feature["geometry"]["coordinates"] == pytest.approx([1.0, 0.0], abs=1e-7)


def test_without_a_layer_the_reason_goes_alone(chosen, service, corrections, qtbot):
    page = chosen(**IN_REVIEW)
    service.answers["PUT /processings/id-1/rejection"] = None
    dialog = rejection(page, qtbot)
    assert dialog.correctionsCombo.currentLayer() is None
    assert not dialog.selectedCheck.isEnabled()
    qtbot.keyClicks(dialog.rejectionEdit, "All wrong")
    press_ok(dialog, qtbot)
    qtbot.waitUntil(lambda: bool(service.bodies("PUT /processings/id-1/rejection")))
    assert service.bodies("PUT /processings/id-1/rejection") == [{"comment": "All wrong"}]


def test_a_layer_that_shows_nothing_is_told_of(chosen, service, corrections, qtbot):
    page = chosen(**IN_REVIEW)
    dialog = rejection(page, qtbot)
    qtbot.keyClicks(dialog.rejectionEdit, "All wrong")
    dialog.correctionsCombo.setLayer(corrections)
    dialog.selectedCheck.setChecked(True)
    press_ok(dialog, qtbot)
    assert said(dialog).startswith("No feature of the layer is selected")
    assert service.bodies("PUT /processings/id-1/rejection") == []


@pytest.mark.parametrize("number", [1, 5])
def test_a_result_is_rated_with_words(chosen, service, qtbot, number):
    page = chosen()
    service.answers["PUT /processings/id-1/rate"] = None
    page.commands.actions.review.rate.trigger()
    dialog = opened(page, qtbot, RatingDialog)
    press_ok(dialog, qtbot)
    assert said(dialog) == "Choose one of the five."
    QApplication.setActiveWindow(dialog)
    QTest.keyClick(dialog.windowHandle(), getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.AltModifier)
    button = dialog.findChild(QRadioButton, f"rating{number}Button")
    qtbot.waitUntil(button.isChecked)
    qtbot.keyClicks(dialog.feedbackEdit, "Thanks")
    press_ok(dialog, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert service.bodies("PUT /processings/id-1/rate") == [{"rating": number, "feedback": "Thanks"}]


@pytest.mark.parametrize(
    ("role", "status", "offered"),
    [
        (ProjectRole.READONLY, "OK", set()),
        (ProjectRole.CONTRIBUTOR, "OK", {"accept", "reject", "rate"}),
        (ProjectRole.MAINTAINER, "OK", {"accept", "reject", "rate", "describe", "move"}),
        (ProjectRole.OWNER, "FAILED", {"describe", "move"}),
    ],
)
def test_roles_and_states_decide_what_is_offered(chosen, role, status, offered):
    from dataclasses import replace

    page = chosen(status=status, **IN_REVIEW)
    page.listed.project = replace(page.listed.project, standing=Standing(role))
    page.commands.update()
    actions, review = page.commands.actions, page.commands.actions.review
    all_of_them = {
        "accept": review.accept, "reject": review.reject, "rate": review.rate,
        "describe": actions.describe, "move": actions.move,
    }  # fmt: skip
    assert {name for name, action in all_of_them.items() if action.isEnabled()} == offered


def test_a_sign_out_takes_the_dialog_away(chosen, session, qtbot):
    page = chosen()
    page.commands.actions.describe.trigger()
    dialog = opened(page, qtbot, DescriptionDialog)
    session.sign_out()
    qtbot.waitUntil(lambda: not page.findChildren(DescriptionDialog) or not dialog.isVisible())
