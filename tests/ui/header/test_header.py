"""The header: projects of the real sandbox, chosen, made, renamed and deleted; the balance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
)

from mapflow_dock.api.account import Account, Billing
from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.projects import Project, ProjectRole, Standing
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import SERVER
from mapflow_dock.text.facts import facts_text
from mapflow_dock.ui.header.account_text import account_facts, balance_text
from mapflow_dock.ui.header.header import MapflowHeader
from mapflow_dock.ui.header.project_deletion import deletion_text
from mapflow_dock.ui.header.project_dialog import ProjectDialog
from mapflow_dock.ui.history.dialog import HistoryDialog, show_history
from mapflow_dock.ui.widgets.facts.dialog import FactsDialog
from mapflow_dock.ui.widgets.guide import close_guide
from mapflow_dock.ui.widgets.guide_window import GuideView

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000


@pytest.fixture
def session(qtbot: QtBot, sandbox) -> Iterator[Session]:
    session = Session()
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    yield session
    session.close()


@pytest.fixture
def header(qtbot: QtBot, session: Session) -> MapflowHeader:
    header = MapflowHeader(session)
    qtbot.addWidget(header)
    header.show()
    qtbot.waitUntil(lambda: header.projectCombo.currentText() != "", timeout=PATIENCE_MS)
    return header


def open_dialog(qtbot: QtBot, header: MapflowHeader) -> ProjectDialog:
    qtbot.waitUntil(lambda: bool(header.findChildren(ProjectDialog)))
    return header.findChildren(ProjectDialog)[-1]


def delete_button(box: QMessageBox) -> QAbstractButton:
    roles = [(box.buttonRole(each), each) for each in box.buttons()]
    return next(each for role, each in roles if role == QMessageBox.ButtonRole.DestructiveRole)


def make_project(qtbot: QtBot, header: MapflowHeader, name: str) -> None:
    header.project_menu.new_action.trigger()
    dialog = open_dialog(qtbot, header)
    qtbot.keyClicks(dialog.projectNameEdit, name)
    qtbot.mouseClick(dialog.projectButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    qtbot.waitUntil(lambda: header.projectCombo.currentText() == name, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not header.findChildren(ProjectDialog))


@pytest.mark.both_dialects
def test_the_current_project_and_the_balance_are_shown(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    assert session.project is not None
    assert header.projectCombo.currentText() == session.project.name
    assert header.balanceLabel.text() == balance_text(session.account)
    assert "credits" in header.balanceLabel.text()


@pytest.mark.both_dialects
def test_a_new_project_becomes_the_current_one_and_can_be_renamed(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    make_project(qtbot, header, "Harbour")
    assert session.project is not None
    qtbot.waitUntil(header.project_menu.rename_action.isEnabled, timeout=PATIENCE_MS)
    header.project_menu.rename_action.trigger()
    dialog = open_dialog(qtbot, header)
    assert dialog.projectNameEdit.text() == "Harbour"
    qtbot.keyClicks(dialog.projectNameEdit, "Harbour north")
    qtbot.keyClick(dialog.projectNameEdit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: header.projectCombo.currentText() == "Harbour north", timeout=PATIENCE_MS)
    assert session.project.name == "Harbour north"


def test_a_deleted_project_leaves_the_list_and_the_default_one_is_chosen(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    make_project(qtbot, header, "Short-lived")
    gone = session.project
    assert gone is not None
    qtbot.waitUntil(header.project_menu.delete_action.isEnabled, timeout=PATIENCE_MS)
    header.project_menu.delete_action.trigger()
    box = header.findChild(QMessageBox, "deleteProjectBox")
    assert "Short-lived" in box.text()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    delete = delete_button(box)
    qtbot.waitUntil(delete.isEnabled, timeout=PATIENCE_MS)
    with qtbot.waitSignal(header.notice, timeout=PATIENCE_MS) as caught:
        qtbot.mouseClick(delete, LEFT)
    assert "Short-lived" in caught.args[0].text
    qtbot.waitUntil(lambda: session.project is not None and session.project.is_default, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: header.chooser.model.row_of(gone.id) < 0, timeout=PATIENCE_MS)
    assert not header.project_menu.delete_action.isEnabled(), "the default project stays"


def test_escape_deletes_nothing(qtbot: QtBot, header: MapflowHeader, session: Session) -> None:
    make_project(qtbot, header, "Stays")
    kept = session.project
    header.project_menu.delete_action.trigger()
    box = header.findChild(QMessageBox, "deleteProjectBox")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: header.findChild(QMessageBox, "deleteProjectBox") is None)
    header.chooser.reload()
    with qtbot.waitSignal(header.chooser.model.loaded, timeout=PATIENCE_MS):
        pass
    assert kept is not None
    assert header.chooser.model.row_of(kept.id) >= 0


def test_typing_finds_a_project_on_the_server(qtbot: QtBot, header: MapflowHeader, session: Session) -> None:
    make_project(qtbot, header, "Quarry survey")
    make_project(qtbot, header, "Meadow survey")
    field = header.projectCombo.lineEdit()
    header.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    with qtbot.waitSignal(header.chooser.search.matches.loaded, timeout=PATIENCE_MS):
        qtbot.keyClicks(field, "quarry")
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.project is not None
    assert session.project.name == "Quarry survey"


def test_the_history_is_one_window_that_goes_with_the_login(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    for _twice in range(2):
        show_history(session, header)
    windows = header.findChildren(HistoryDialog)
    assert [window.isVisible() for window in windows] == [True]
    assert not windows[0].isModal(), "one goes on working beside it"
    qtbot.waitUntil(lambda: windows[0].loading.is_complete, timeout=PATIENCE_MS)
    session.sign_out()
    qtbot.waitUntil(lambda: not header.findChildren(HistoryDialog))


def test_what_was_typed_does_not_stay_as_if_it_were_the_project(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    assert session.project is not None
    name = session.project.name
    field = header.projectCombo.lineEdit()
    elsewhere = QLabel("takes no focus", header)
    elsewhere.show()
    header.activateWindow()
    for leave in ("escape", "a click elsewhere", "another field"):
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.selectAll()
        qtbot.keyClicks(field, "no such project")
        assert field.text() == "no such project"
        if leave == "escape":
            qtbot.keyClick(header.projectCombo, Qt.Key.Key_Escape)
        elif leave == "a click elsewhere":
            qtbot.mouseClick(elsewhere, Qt.MouseButton.LeftButton)
        else:
            header.projectCombo.clearFocus()
        qtbot.waitUntil(lambda: field.text() == name)
        assert not header.chooser.search.is_typing
    assert session.project.name == name


@pytest.mark.parametrize(
    ("role", "may_change"),
    [
        (ProjectRole.READONLY, False),
        (ProjectRole.CONTRIBUTOR, False),
        (ProjectRole.MAINTAINER, False),
        (ProjectRole.OWNER, True),
    ],
)
def test_the_menu_offers_what_the_role_permits(
    header: MapflowHeader, session: Session, role: ProjectRole, may_change: bool
) -> None:
    session.project_changed.emit(Project("p1", "Shared", standing=Standing(role)))
    assert header.project_menu.rename_action.isEnabled() is may_change
    assert header.project_menu.delete_action.isEnabled() is may_change


def test_a_project_that_could_not_be_read_can_be_asked_for_again(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    asked: list[bool] = []
    with qtbot.waitSignal(header.notice) as caught:
        session._project._keep_open(ApiError(Fault.SERVER, "It has a problem."), lambda: asked.append(True))
    assert caught.args[0].action == "Try Again"
    caught.args[0].on_action()
    assert asked == [True]


def test_the_list_is_read_again_when_the_server_answers_again(
    qtbot: QtBot, header: MapflowHeader, session: Session
) -> None:
    qtbot.waitUntil(lambda: header.chooser.model.rowCount() > 0, timeout=PATIENCE_MS)
    session.client.note_reachable(False)
    with qtbot.waitSignal(header.chooser.model.loaded, timeout=PATIENCE_MS):
        session.client.note_reachable(True)


def test_signing_out_closes_what_is_open(qtbot: QtBot, header: MapflowHeader, session: Session) -> None:
    header.project_menu.new_action.trigger()
    dialog = open_dialog(qtbot, header)
    qtbot.keyClicks(dialog.projectNameEdit, "Never made")
    header.project_menu.deletion.ask()
    header.account_menu.show_account()
    qtbot.mouseClick(dialog.projectButtons.button(QDialogButtonBox.StandardButton.Ok), LEFT)
    session.client.note_refused(ApiError(Fault.CREDENTIAL, "No more.", status=401))
    assert not session.is_signed_in
    qtbot.waitUntil(lambda: header.findChildren(QDialog) == [])


def test_a_deletion_names_what_goes() -> None:
    text = deletion_text(Project("p1", "Harbour"), 4)
    assert "Harbour" in text
    assert "4" in text


def test_the_balance_is_told_as_the_account_is_billed() -> None:
    assert balance_text(Account("a@example.org", Billing.CREDITS, credits=1.0)) == "1\u00a0credit"
    assert (
        balance_text(Account("a@example.org", Billing.AREA, remaining_area_m2=2_500_000))
        == "2.5\u00a0km² left"
    )
    assert balance_text(Account("a@example.org", Billing.NONE)) == ""
    assert balance_text(None) == ""


def test_the_account_is_told_with_the_server_it_is_of(
    qtbot: QtBot, header: MapflowHeader, session: Session, sandbox
) -> None:
    SERVER.write("http://another.example/rest")
    header.account_menu.show_account()
    dialog = header.findChild(FactsDialog)
    assert f"Server: {sandbox.url}" in dialog.table.text
    assert "Storage: Asking the service…" in dialog.table.text
    qtbot.waitUntil(lambda: "Storage: 0\u00a0B of " in dialog.table.text, timeout=PATIENCE_MS)
    assert "Where limits come from: The service sets them" in dialog.table.text
    dialog.close()


@pytest.mark.parametrize(
    ("account", "project", "line"),
    [
        (Account("a@b.c", aoi_area_limit_m2=25e6), None, "Largest area of a processing: 25\u00a0km²"),
        (
            Account("a@b.c", names_area_limit=False),
            Project("p1", "Harbour", aoi_area_limit_m2=1e10),
            "Largest area of a processing in this project: 10,000\u00a0km²",
        ),
        (
            Account("a@b.c", names_area_limit=False),
            Project("p1", "Harbour"),
            "Largest area of a processing: 100\u00a0km², the standard; the service names no limit of yours",
        ),
        (Account("a@b.c", credits=None), None, "Balance: –"),
    ],
)
def test_a_limit_is_told_with_what_it_is_a_limit_of(account, project, line):
    facts = account_facts(account, project, "https://server.example/rest")
    assert line in [fact.line for fact in facts]


def test_the_account_text_has_no_login_in_it(session: Session, sandbox) -> None:
    assert session.account is not None
    text = facts_text(account_facts(session.account, session.project, session.client.server))
    assert sandbox.email in text
    assert sandbox.basic not in text
    assert sandbox.bearer not in text


@pytest.mark.parametrize("action", ["newProjectAction", "projectSharingAction", "accountInfoAction"])
def test_help_opens_the_chapter_of_projects_and_accounts(
    qtbot: QtBot, header: MapflowHeader, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(GuideView, "show_chapter", lambda _view, anchor: opened.append(anchor))
    header.findChild(QAction, action).trigger()
    dialog = header.findChild(QDialog)
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Help), LEFT)
    assert opened == ["project-and-account"]
    close_guide()
    assert dialog.isVisible()
