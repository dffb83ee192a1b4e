"""A project is shared from its menu: with whom, as what, and what is said where that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

from mapflow_dock.api.projects import ProjectRole, Standing
from mapflow_dock.api.session import Session
from mapflow_dock.ui.header.sharing_dialog import SharingDialog

LEFT = Qt.MouseButton.LeftButton
GUEST = "guest@example.org"
PATIENCE_MS = 20_000


@pytest.fixture
def place(sandbox):
    return sandbox.start(sandbox.dialect, account=GUEST)


@pytest.fixture
def session(qtbot, place):
    session = Session()
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(place.basic, place.url, remember=False)
    qtbot.waitUntil(lambda: session.project is not None)
    yield session
    session.close()


@pytest.fixture
def show(qtbot, session):
    """Opens the dialog for a project; each lives as long as the test."""
    window = QWidget()
    qtbot.addWidget(window)

    def show(project):
        dialog = SharingDialog(session, project, window)
        dialog.show()
        return dialog

    yield show
    window.close()


@pytest.fixture
def dialog(session, show):
    return show(session.project)


def share(dialog, qtbot, email, row=0):
    dialog.shareEdit.clear()
    qtbot.keyClicks(dialog.shareEdit, email)
    dialog.shareRoleCombo.setCurrentIndex(row)
    qtbot.keyClick(dialog.shareEdit, Qt.Key.Key_Return)


@pytest.mark.dialect("deployed")
def test_it_is_shared_and_the_role_is_changed(dialog, session, place, qtbot):
    for row, role in ((0, "contributor"), (1, "owner")):
        with qtbot.waitSignal(dialog.shared, timeout=PATIENCE_MS):
            share(dialog, qtbot, GUEST, row)
        assert dialog.shareMessage.text() == f"The project is shared with {GUEST}."
        assert f"{GUEST}: {role}" in dialog.facts.text
        told = requests.get(
            f"{place.url}/projects/{session.project.id}",
            headers={"Authorization": f"Basic {place.basic}"},
            timeout=30,
        ).json()["shareProject"]
        assert {each["email"]: each["role"] for each in told["owners"] + told["users"]}[GUEST] == role
    assert dialog.isVisible()


@pytest.mark.dialect("reference")
def test_a_service_that_names_no_members_is_asked_all_the_same(dialog, qtbot):
    with qtbot.waitSignal(dialog.shared, timeout=PATIENCE_MS):
        share(dialog, qtbot, GUEST)
    assert dialog.shareMessage.text() == f"The project is shared with {GUEST}."


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter the e-mail address"),
        ("guest", "Enter the e-mail address"),
        ("two words@example.org", "Enter the e-mail address"),
        ("demo@example.org", "your own address"),
    ],
)
def test_what_is_no_address_of_somebody_else_is_not_sent(dialog, session, qtbot, email, sentence):
    share(dialog, qtbot, session.account.email if email.startswith("demo") else email)
    assert sentence in dialog.shareMessage.text()
    assert dialog.shareEdit.isEnabled()


def test_whom_the_service_does_not_know_is_told_and_stays_in_the_field(dialog, qtbot):
    share(dialog, qtbot, "nobody@example.org")
    qtbot.waitUntil(
        lambda: bool(dialog.shareMessage.text()) and dialog.shareEdit.isEnabled(), timeout=PATIENCE_MS
    )
    assert "shared with" not in dialog.shareMessage.text()
    assert dialog.shareEdit.text() == "nobody@example.org"


@pytest.mark.parametrize("role", list(ProjectRole))
def test_only_owners_share(session, show, role):
    dialog = show(replace(session.project, standing=Standing(role)))
    assert dialog.sharePanel.isVisible() is (role is ProjectRole.OWNER)
