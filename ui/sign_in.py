"""The page shown while nobody is signed in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsAuthConfigSelect, QgsCollapsibleGroupBox, QgsPasswordLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QEvent, QTimer
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStyle,
    QToolButton,
    QWidget,
)

from ..api.login import store as auth_store
from ..api.settings import DEFAULT_SERVER, SERVER
from ..text.translation import translate
from .options.preferences import server_problem
from .widgets.keys.tab_order import read_in_order
from .widgets.notice import DetailsDialog, details_of
from .widgets.rows.contrast import link_colour

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

    from ..api.http.errors import ApiError
    from ..api.session import Session

_FORM = str(Path(__file__).with_name("sign_in.ui"))


class SignInPage(QWidget):
    """Takes a token or a stored configuration and hands it to the session; says why signing in failed."""

    tokenEdit: QgsPasswordLineEdit
    tokenLabel: QLabel
    authConfigSelect: QgsAuthConfigSelect
    tokenHelpLabel: QLabel
    masterHintLabel: QLabel
    advancedGroup: QgsCollapsibleGroupBox
    serverEdit: QLineEdit
    serverDefaultButton: QToolButton
    rememberCheck: QCheckBox
    signInIcon: QLabel
    signInMessage: QLabel
    signInDetailsButton: QToolButton
    signInProgress: QProgressBar
    cancelSignInButton: QPushButton
    signInButton: QPushButton

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._error: Optional[ApiError] = None
        self._restore_timer = QTimer(self)
        self._restore_timer.setSingleShot(True)
        self._restore_timer.timeout.connect(session.restore)
        self.serverEdit.setPlaceholderText(DEFAULT_SERVER)
        self.serverEdit.setText(SERVER.read())
        self._connect_fields()
        read_in_order(
            (
                self.rememberCheck,
                self.authConfigSelect,
                self.advancedGroup,
                self.signInMessage,
                self.signInDetailsButton,
                self.cancelSignInButton,
                self.signInButton,
            )
        )
        session.sign_in_failed.connect(self._fail)
        session.signed_in.connect(self._welcome)
        session.signed_out.connect(self._part)
        self._say("")
        self._set_busy(False)
        self._follow_choice()

    def restore(self) -> None:
        """Sign in with what QGIS stores, once this page has said why QGIS may ask for its master password.

        Where that has begun already, show it.
        """
        if self._session.is_signed_in or auth_store.stored_login() is None:
            return
        is_begun = self._session.is_busy
        self._set_busy(True)
        if not is_begun and auth_store.is_locked() and not self.masterHintLabel.text():
            self._say(auth_store.why_master_password())
        else:
            self._say(translate("Ui", "Signing in with the stored login…"))
        if not is_begun:
            self._restore_timer.start(0)

    def sign_in(self) -> None:
        """Check the fields and sign in with what they hold."""
        if self._session.is_busy:
            return
        authcfg = self.authConfigSelect.configId()
        pasted = self.tokenEdit.text().strip()
        address = self.serverEdit.text().strip().rstrip("/") or DEFAULT_SERVER
        if not pasted and not authcfg:
            if _is_remembered_for(address):  # QGIS got no master password, or nothing answered
                self.restore()
                return
            self._say(
                translate("Ui", "Paste your API token, or choose a stored configuration."), is_problem=True
            )
            self.tokenEdit.setFocus()
            return
        problem = server_problem(address)
        if problem:
            self._say(problem, is_problem=True)
            self.advancedGroup.setCollapsed(False)
            self.serverEdit.setFocus()
            return
        self._say(translate("Ui", "Signing in…"))
        self._set_busy(True)
        if authcfg:
            self._session.sign_in_with(authcfg, address)
        else:
            self._session.sign_in(pasted, address, self.rememberCheck.isChecked())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: take over what was set elsewhere meanwhile."""
        super().showEvent(event)
        _make_link_legible(self.tokenHelpLabel)
        self._follow_settings()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: icons follow the theme; and QGIS's own dialogs, just closed, may have changed the settings."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible():
            self._follow_settings()
        if event.type() == QEvent.Type.StyleChange and self.signInIcon.isVisible():
            self._show_icon()

    def _connect_fields(self) -> None:
        self.signInButton.clicked.connect(lambda _checked=False: self.sign_in())
        self.cancelSignInButton.clicked.connect(lambda _checked=False: self._cancel())
        self.tokenEdit.returnPressed.connect(self.sign_in)
        self.serverEdit.returnPressed.connect(self.sign_in)
        self.tokenEdit.textEdited.connect(lambda _text: self._say(""))
        self.authConfigSelect.selectedConfigIdChanged.connect(lambda _id: self._follow_choice())
        self.rememberCheck.toggled.connect(lambda _checked: self._follow_choice())
        self.serverDefaultButton.clicked.connect(
            lambda _checked=False: self.serverEdit.setText(DEFAULT_SERVER)
        )
        self.signInDetailsButton.clicked.connect(lambda _checked=False: self._open_details())

    def _follow_settings(self) -> None:
        """Show the server of the settings, unless another one was typed here; and whether QGIS will ask."""
        if not self.serverEdit.isModified() and not self._session.is_busy:
            self.serverEdit.setText(SERVER.read())
        self._follow_choice()

    def _follow_choice(self) -> None:
        """A stored configuration needs no token; say why QGIS will ask for a password of its own."""
        is_stored = bool(self.authConfigSelect.configId())
        for widget in (self.tokenEdit, self.tokenLabel, self.rememberCheck):
            widget.setEnabled(not is_stored and not self._session.is_busy)
        needs_store = is_stored or self.rememberCheck.isChecked()
        if QgsApplication.authManager().isDisabled():
            text = translate(
                "Ui",
                "The authentication store of QGIS is switched off: the login lasts until QGIS is closed.",
            )
        elif needs_store and auth_store.is_locked():
            text = auth_store.why_master_password()
        else:
            text = ""
        self.masterHintLabel.setText(text)
        self.masterHintLabel.setVisible(bool(text))

    def _cancel(self) -> None:
        self._restore_timer.stop()
        self._session.cancel_sign_in()
        self._set_busy(False)
        self._say("")
        self.tokenEdit.setFocus()

    def _welcome(self, _account: object) -> None:
        self._restore_timer.stop()
        self.tokenEdit.clear()
        self.authConfigSelect.setConfigId("")
        self.serverEdit.setText(SERVER.read())
        self._set_busy(False)
        self._say("")

    def _part(self, why: str) -> None:
        self._set_busy(False)
        self._say(why, is_problem=bool(why))

    def _fail(self, error: ApiError) -> None:
        self._set_busy(False)
        self._say(error.sentence, is_problem=True)
        self._error = error
        self.signInDetailsButton.setVisible(True)
        self.tokenEdit.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self.signInProgress.setVisible(busy)
        self.cancelSignInButton.setVisible(busy)
        self.signInButton.setEnabled(not busy)
        for widget in (self.authConfigSelect, self.serverEdit, self.serverDefaultButton):
            widget.setEnabled(not busy)
        self._follow_choice()
        if busy:
            self.tokenEdit.setEnabled(False)
            self.rememberCheck.setEnabled(False)

    def _say(self, sentence: str, is_problem: bool = False) -> None:
        self._error = None
        self.signInDetailsButton.setVisible(False)
        self.signInMessage.setText(sentence)
        self.signInMessage.setVisible(bool(sentence))
        self.signInIcon.setVisible(is_problem)
        if is_problem:
            self._show_icon()

    def _show_icon(self) -> None:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.signInIcon.setPixmap(QgsApplication.getThemeIcon("/mIconWarning.svg").pixmap(size, size))

    def _open_details(self) -> None:
        if self._error is not None:
            DetailsDialog(translate("Ui", "Details"), details_of(self._error), self, self._error).open()


def _is_remembered_for(address: str) -> bool:
    login = auth_store.stored_login()
    return login is not None and (login.server or SERVER.read()) == address


def _make_link_legible(label: QLabel) -> None:
    """Give its link a colour that is read: Qt takes the theme's, whatever it stands on."""
    plain = re.sub(r'<a style="[^"]*" ', "<a ", label.text())
    label.setText(plain.replace("<a ", f'<a style="color: {link_colour(label).name()}" '))
