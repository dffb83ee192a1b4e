"""Signing in from the page: each way of it, and a sentence of its own for each way it can fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytestqt.qtbot import QtBot
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtNetwork import QHostAddress, QTcpServer
from qgis.PyQt.QtWidgets import QApplication

from mapflow_dock.api.login.store import stored_login
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import DEFAULT_SERVER
from mapflow_dock.ui.sign_in import SignInPage
from mapflow_dock.ui.widgets.notice import DetailsDialog

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> SignInPage:
    page = SignInPage(session)
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def html_server() -> Iterator[str]:
    """A web server that is no Mapflow: it answers everything with a page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html><body>Welcome to the intranet</body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/rest"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes a connection and never answers."""
    server = QTcpServer()
    assert server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
    yield f"http://127.0.0.1:{server.serverPort()}/rest"
    server.close()


def fill(page: SignInPage, pasted: str, server: str, *, remember: bool = False) -> None:
    page.tokenEdit.setText(pasted)
    page.serverEdit.setText(server)
    page.rememberCheck.setChecked(remember)


def failure(qtbot: QtBot, page: SignInPage, session: Session) -> str:
    with qtbot.waitSignal(session.sign_in_failed, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    assert not session.is_signed_in
    assert page.signInButton.isEnabled()
    assert page.signInDetailsButton.isVisible()
    return str(page.signInMessage.text())


@pytest.mark.both_dialects
@pytest.mark.parametrize("kind", ["basic", "bearer"])
def test_enter_in_the_field_signs_in_with_either_kind_of_token(
    qtbot: QtBot, page: SignInPage, session: Session, sandbox, kind: str
) -> None:
    fill(page, getattr(sandbox, kind), sandbox.url)
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS) as caught:
        qtbot.keyClick(page.tokenEdit, Qt.Key.Key_Return)
        assert page.signInProgress.isVisible()
        assert page.cancelSignInButton.isVisible()
    assert caught.args[0].email == sandbox.email
    assert page.tokenEdit.text() == ""
    assert not page.signInProgress.isVisible()
    assert not page.signInMessage.isVisible()


def test_a_wrong_token_an_absent_server_and_a_foreign_one_each_have_their_sentence(
    qtbot: QtBot, page: SignInPage, session: Session, sandbox, html_server: str
) -> None:
    fill(page, "bm9ib2R5QGV4YW1wbGUub3JnOndyb25n", sandbox.url)
    wrong = failure(qtbot, page, session)
    assert page.tokenEdit.text() != "", "what was typed stays"
    page.serverEdit.setText("http://127.0.0.1:1/rest")
    absent = failure(qtbot, page, session)
    page.serverEdit.setText(html_server)
    foreign = failure(qtbot, page, session)
    assert all((wrong, absent, foreign))
    assert len({wrong, absent, foreign}) == 3


def close_details() -> None:
    for window in QApplication.topLevelWidgets():
        if isinstance(window, DetailsDialog):
            window.close()


def test_the_details_of_a_failure_stop_nothing_and_go_with_the_page(
    qtbot: QtBot, page: SignInPage, session: Session
) -> None:
    fill(page, "bm9ib2R5QGV4YW1wbGUub3JnOndyb25n", "http://127.0.0.1:1/rest")
    failure(qtbot, page, session)
    QTimer.singleShot(2_000, close_details)  # where it would stop everything until closed
    qtbot.mouseClick(page.signInDetailsButton, LEFT)
    (dialog,) = page.findChildren(DetailsDialog)
    assert dialog.isVisible()
    dialog.close()
    qtbot.waitUntil(lambda: not page.findChildren(DetailsDialog))


def test_nothing_is_sent_without_a_token_or_a_configuration(
    qtbot: QtBot, page: SignInPage, session: Session
) -> None:
    qtbot.mouseClick(page.signInButton, LEFT)
    assert not session.is_busy
    assert page.signInMessage.text() == "Paste your API token, or choose a stored configuration."


def test_a_wrong_server_address_opens_the_group_it_is_in(
    qtbot: QtBot, page: SignInPage, session: Session
) -> None:
    assert page.advancedGroup.isCollapsed()
    fill(page, "abc", "not an address")
    qtbot.mouseClick(page.signInButton, LEFT)
    assert not session.is_busy
    assert not page.advancedGroup.isCollapsed()
    assert page.signInMessage.isVisible()
    qtbot.mouseClick(page.serverDefaultButton, LEFT)
    assert page.serverEdit.text() == DEFAULT_SERVER


def test_what_cannot_be_a_token_is_said_at_once(qtbot: QtBot, page: SignInPage, session: Session) -> None:
    fill(page, "Привет, это не токен", "http://127.0.0.1:1/rest")
    qtbot.mouseClick(page.signInButton, LEFT)
    assert not session.is_busy
    assert page.signInMessage.isVisible()
    assert not page.signInProgress.isVisible()


def test_a_sign_in_can_be_cancelled(
    qtbot: QtBot, page: SignInPage, session: Session, silent_server: str
) -> None:
    fill(page, "abc", silent_server)
    qtbot.mouseClick(page.signInButton, LEFT)
    assert session.is_busy
    qtbot.mouseClick(page.cancelSignInButton, LEFT)
    assert not session.is_busy
    assert not session.is_signed_in
    assert page.signInButton.isEnabled()
    assert not page.signInMessage.isVisible()
    assert page.tokenEdit.text() == "abc"


def test_any_stored_configuration_signs_in(qtbot: QtBot, page: SignInPage, session: Session, sandbox) -> None:
    config = QgsAuthMethodConfig("Basic")
    config.setName("demo")
    user, _colon, key = pair_of(sandbox.basic).partition(":")
    config.setConfigMap({"username": user, "pass" + "word": key, "realm": ""})
    stored, config = QgsApplication.authManager().storeAuthenticationConfig(config)
    assert stored
    page.authConfigSelect.setConfigId(config.id())
    page.serverEdit.setText(sandbox.url)
    assert not page.tokenEdit.isEnabled()
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    assert page.authConfigSelect.configId() == ""


def pair_of(basic: str) -> str:
    import base64

    return base64.b64decode(basic).decode()


def test_a_remembered_login_is_restored_and_a_forgotten_one_is_not(
    qtbot: QtBot, page: SignInPage, session, sandbox
) -> None:
    fill(page, sandbox.basic, sandbox.url, remember=True)
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    later = Session()
    later_page = SignInPage(later)
    qtbot.addWidget(later_page)
    later_page.show()
    with qtbot.waitSignal(later.signed_in, timeout=PATIENCE_MS):
        later_page.restore()
        assert later_page.signInMessage.text()
    later.sign_out()
    assert stored_login() is None
    later.close()


def test_the_remembered_configuration_can_be_chosen_from_the_list(
    qtbot: QtBot, page: SignInPage, session, sandbox
) -> None:
    """It is in the list of stored configurations as well, and stays there."""
    fill(page, sandbox.basic, sandbox.url, remember=True)
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    remembered = session.tile_authcfg
    later = Session()
    later_page = SignInPage(later)
    qtbot.addWidget(later_page)
    later_page.show()
    later_page.authConfigSelect.setConfigId(remembered)
    with qtbot.waitSignal(later.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(later_page.signInButton, LEFT)
    assert later.tile_authcfg == remembered
    assert remembered in QgsApplication.authManager().configIds()
    with qtbot.waitSignal(later.account_changed, timeout=PATIENCE_MS):
        later.refresh_account()
    later.sign_out()
    assert remembered not in QgsApplication.authManager().configIds(), (
        "the plugin has made it, and removes it"
    )
    later.close()


def test_after_a_refused_master_password_sign_in_tries_the_stored_login_again(
    qtbot: QtBot, page: SignInPage, session, sandbox, monkeypatch
) -> None:
    fill(page, sandbox.basic, sandbox.url, remember=True)
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    later = Session()
    later_page = SignInPage(later)
    qtbot.addWidget(later_page)
    later_page.show()
    with monkeypatch.context() as patch:
        patch.setattr("mapflow_dock.api.login.store.unlock", lambda: False)
        patch.setattr("mapflow_dock.api.login.store.is_locked", lambda: True)
        with qtbot.waitSignal(later.sign_in_failed, timeout=PATIENCE_MS):
            later_page.restore()
            texts = [later_page.masterHintLabel.text(), later_page.signInMessage.text()]
            assert "master password" in texts[0]
            assert texts[1] == "Signing in with the stored login…", "the reason is not said twice"
    assert "Press Sign In to try again" in later_page.signInMessage.text()
    with qtbot.waitSignal(later.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(later_page.signInButton, LEFT)
    later.close()


def test_the_stored_login_of_one_server_is_not_tried_at_another(
    qtbot: QtBot, page: SignInPage, session, sandbox
) -> None:
    fill(page, sandbox.basic, sandbox.url, remember=True)
    with qtbot.waitSignal(session.signed_in, timeout=PATIENCE_MS):
        qtbot.mouseClick(page.signInButton, LEFT)
    later = Session()
    later_page = SignInPage(later)
    qtbot.addWidget(later_page)
    later_page.show()
    later_page.serverEdit.setText("http://another.example/rest")
    qtbot.mouseClick(later_page.signInButton, LEFT)
    assert later_page.signInMessage.text().startswith("Paste your API token")
    assert not later.is_busy
    later.close()


def test_the_page_says_why_qgis_asks_for_its_master_password(page: SignInPage) -> None:
    page.rememberCheck.setChecked(True)
    assert not page.masterHintLabel.isVisible(), "the store is open: QGIS asks nothing"
    QgsApplication.authManager().clearMasterPassword()
    page.hide()
    page.show()
    assert "master password" in page.masterHintLabel.text()
    assert page.masterHintLabel.isVisible()
    page.rememberCheck.setChecked(False)
    assert not page.masterHintLabel.isVisible(), "nothing is stored, so QGIS asks nothing"


def test_a_reason_for_being_signed_out_is_shown(page: SignInPage, session: Session) -> None:
    session.signed_out.emit("Mapflow does not accept the login any more. Sign in again.")
    assert page.signInMessage.text() == "Mapflow does not accept the login any more. Sign in again."


def test_the_page_can_be_used_by_keyboard_alone(qtbot: QtBot, page: SignInPage) -> None:
    page.activateWindow()
    page.tokenEdit.setFocus()
    qtbot.waitUntil(page.tokenEdit.hasFocus)
    visited = set()
    for _step in range(20):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        visited.add(page.focusWidget().objectName())
    assert {"tokenEdit", "rememberCheck", "signInButton"} <= visited
