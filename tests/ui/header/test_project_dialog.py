"""The dialog for a project: checks what is typed, and keeps it when the server fails."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.api.projects import Project
from mapflow_dock.ui.header.project_dialog import MAX_DESCRIPTION, MAX_NAME, ProjectDialog


class Desk:
    """Takes what the dialog submits."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.replies: list[ApiReply] = []

    def submit(self, name: str, description: str) -> ApiReply:
        self.sent.append((name, description))
        self.replies.append(ApiReply())
        return self.replies[-1]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk) -> ProjectDialog:
    dialog = ProjectDialog("New Project", desk.submit)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def press_ok(qtbot: QtBot, dialog: ProjectDialog) -> None:
    button = dialog.projectButtons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("name", ["", "   ", "\t"])
def test_a_project_needs_a_name(qtbot: QtBot, dialog: ProjectDialog, desk: Desk, name: str) -> None:
    dialog.projectNameEdit.setText(name)
    press_ok(qtbot, dialog)
    assert desk.sent == []
    assert dialog.isVisible()
    assert dialog.projectMessage.text() == "Give the project a name."
    qtbot.keyClicks(dialog.projectNameEdit, "a")
    assert not dialog.projectMessage.isVisible()


def test_white_space_around_and_within_a_name_is_tidied(
    qtbot: QtBot, dialog: ProjectDialog, desk: Desk
) -> None:
    dialog.projectNameEdit.setText("  Harbour \t survey ")
    dialog.projectDescriptionEdit.setPlainText(" Two\nlines \n")
    press_ok(qtbot, dialog)
    assert desk.sent == [("Harbour survey", "Two\nlines")]


def test_names_and_descriptions_are_bounded(qtbot: QtBot, dialog: ProjectDialog, desk: Desk) -> None:
    for typed, why in (("x" * (MAX_NAME + 50), "Too long by 50 characters"), ("bell\x07", "unreadable")):
        dialog.projectNameEdit.setText(typed)
        press_ok(qtbot, dialog)
        assert desk.sent == []
        assert why in dialog.projectMessage.text()
        assert dialog.projectNameEdit.text() == typed, "nothing of it is cut off unasked"
    dialog.projectNameEdit.setText("x" * MAX_NAME)
    dialog.projectDescriptionEdit.setPlainText("x" * (MAX_DESCRIPTION + 1))
    press_ok(qtbot, dialog)
    assert desk.sent == []
    assert "at most 4,000 characters" in dialog.projectMessage.text()


def test_what_was_typed_stays_when_the_server_fails(qtbot: QtBot, dialog: ProjectDialog, desk: Desk) -> None:
    dialog.projectNameEdit.setText("Harbour")
    dialog.projectDescriptionEdit.setPlainText("Piers and sheds")
    press_ok(qtbot, dialog)
    assert dialog.projectProgress.isVisible()
    desk.replies[0].fail(ApiError(Fault.SERVER, "Mapflow is in trouble. Try again later."))
    assert dialog.isVisible()
    assert dialog.projectMessage.text() == "Mapflow is in trouble. Try again later."
    assert dialog.projectNameEdit.text() == "Harbour"
    assert dialog.projectDescriptionEdit.toPlainText() == "Piers and sheds"
    press_ok(qtbot, dialog)
    with qtbot.waitSignal(dialog.saved):
        desk.replies[1].succeed(Project("p1", "Harbour"))
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_second_press_sends_nothing_twice(qtbot: QtBot, dialog: ProjectDialog, desk: Desk) -> None:
    dialog.projectNameEdit.setText("Harbour")
    qtbot.keyClick(dialog.projectNameEdit, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.projectNameEdit, Qt.Key.Key_Return)
    press_ok(qtbot, dialog)
    assert len(desk.sent) == 1


def test_closing_the_dialog_drops_the_request(qtbot: QtBot, dialog: ProjectDialog, desk: Desk) -> None:
    dialog.projectNameEdit.setText("Harbour")
    press_ok(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not desk.replies[0].is_running


def test_renaming_starts_from_what_the_project_is_called(qtbot: QtBot, desk: Desk) -> None:
    dialog = ProjectDialog("Rename Project", desk.submit, Project("p1", "Old name", "About it"))
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.keyClicks(dialog.projectNameEdit, "New name")
    qtbot.keyClick(dialog.projectNameEdit, Qt.Key.Key_Return)
    assert desk.sent == [("New name", "About it")]
