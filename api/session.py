"""Who is signed in, to which server, in which project."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..text.translation import translate
from . import log
from .account import Account
from .connection import Connection
from .current import CurrentAccount, CurrentProject
from .http.client import Client
from .http.errors import ApiError
from .login import store as auth_store
from .projects import Project
from .signing_in import SigningIn

_RECHECK_MS = 30_000


class Session(QObject):
    """The one login of the plugin. Signals carry what the rooms show; nothing here waits but QGIS's own prompts."""

    signed_in = pyqtSignal(object)  # Account
    signed_out = pyqtSignal(str)  # why, as a sentence; "" when the user asked
    sign_in_failed = pyqtSignal(object)  # ApiError
    not_remembered = pyqtSignal(str)  # signed in, but only until QGIS closes: why, as a sentence
    account_changed = pyqtSignal(object)  # Account, after each refresh
    project_changed = pyqtSignal(object)  # Optional[Project]; again when its models and limits are known
    project_failed = pyqtSignal(object)  # ApiError: the current project, or its detail, could not be had
    reachable_changed = pyqtSignal(bool)  # of the client in use

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._log_handler: Optional[log.MessageLogHandler] = log.attach()
        self._connection = Connection(self)
        self._account = CurrentAccount(self._connection, self)
        self._project = CurrentProject(self._connection, self._account, self)
        self._signing_in = SigningIn(self._connection, self._account, self)
        self._recheck = QTimer(self)
        self._recheck.setInterval(_RECHECK_MS)
        self._recheck.timeout.connect(self._check_again)
        self._connection.reachable_changed.connect(self._on_reachable)
        self._connection.refused.connect(self._on_refused)
        self._connection.credential_changed.connect(self._signing_in.learn)
        self._account.changed.connect(self._on_account)
        self._project.changed.connect(self.project_changed)
        self._project.failed.connect(self.project_failed)
        self._signing_in.begun.connect(self._on_begun)
        self._signing_in.entered.connect(self._on_entered)
        self._signing_in.failed.connect(self.sign_in_failed)
        self._signing_in.not_remembered.connect(self.not_remembered)
        self._signing_in.went_offline.connect(self._recheck.start)

    @property
    def client(self) -> Client:
        """The client in use; one without a login while nobody is signed in."""
        return self._connection.client

    @property
    def account(self) -> Optional[Account]:
        """Who is signed in."""
        return self._account.account

    @property
    def project(self) -> Optional[Project]:
        """The project the account works in."""
        return self._project.project

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account to work with."""
        return self.account is not None

    @property
    def is_reachable(self) -> bool:
        """Whether the service answered when it was last asked."""
        return self.client.is_reachable

    @property
    def is_busy(self) -> bool:
        """Whether a sign-in is on its way."""
        return self._signing_in.is_busy

    @property
    def tile_authcfg(self) -> str:
        """The authcfg id a tile layer may name for this login; "" where there is none that a layer can carry."""
        return self._signing_in.authcfg if self.is_signed_in else ""

    @property
    def account_key(self) -> str:
        """What tells one account of one server from another in the settings, without naming either."""
        return self._account.key

    # signing in and out

    def sign_in(self, pasted: str, server: str, remember: bool = True) -> None:
        """Sign in with what the user pasted; `signed_in` or `sign_in_failed` follows."""
        self._signing_in.with_pasted(pasted, server, remember)

    def sign_in_with(self, authcfg: str, server: str) -> None:
        """Sign in with one of the user's own authentication configurations."""
        self._signing_in.with_configuration(authcfg, server)

    def cancel_sign_in(self) -> None:
        """Give up a sign-in on its way, or one that would be tried again; no signal follows."""
        self._recheck.stop()
        self._signing_in.cancel()

    def restore(self) -> None:
        """Sign in with the remembered login; QGIS may ask for its master password."""
        self._signing_in.restore()

    def sign_out(self) -> None:
        """Sign out and forget the stored login; a configuration of the user's own stays in QGIS."""
        auth_store.forget()
        self._leave("")

    # the account and the project

    def refresh_account(self) -> None:
        """Ask for balance, limits, models and providers anew; `account_changed` follows."""
        if self.is_signed_in:
            self._account.refresh()

    def choose_project(self, project: Project) -> None:
        """Make `project` the current one, remember it, and ask for its models and limits."""
        if self.is_signed_in:
            self._project.choose(project)

    @property
    def may_ask_project_again(self) -> bool:
        """Whether the project, or its models and limits, could not be had and may be there another time."""
        return self._project.may_ask_again

    def ask_project_again(self) -> None:
        """Ask once more for the project, or its models and limits, where that failed; else do nothing."""
        if self.is_signed_in:
            self._project.ask_again()

    def close(self) -> None:
        """Stop everything; the stored login stays for the next start."""
        self._recheck.stop()
        self._connection.close()
        self._project.leave()
        if self._log_handler is not None:
            log.detach(self._log_handler)
            self._log_handler = None

    # what the parts say

    def _on_begun(self) -> None:
        self._recheck.stop()
        if self.is_signed_in:
            self._leave("")

    def _on_entered(self, account: Account) -> None:
        self.signed_in.emit(account)
        self._project.find()

    def _on_account(self, account: Account) -> None:
        self.account_changed.emit(account)
        self._project.ask_again()

    def _on_reachable(self, is_reachable: bool) -> None:
        if not is_reachable and self.is_signed_in:
            self._recheck.start()
        elif is_reachable:
            self._recheck.stop()
        self.reachable_changed.emit(is_reachable)
        if is_reachable:
            self.ask_project_again()

    def _check_again(self) -> None:
        if self.is_signed_in:
            self.refresh_account()
        elif self._signing_in.is_offline:
            self._signing_in.restore(is_quiet=True)
        else:
            self._recheck.stop()

    def _on_refused(self, _error: ApiError) -> None:
        if self.is_signed_in:
            self._leave(
                translate(
                    "Api", "Mapflow does not accept your login any more. Sign in again with a new API token."
                )
            )

    def _leave(self, why: str) -> None:
        was_in = self.is_signed_in
        self._recheck.stop()
        self._signing_in.leave()
        self._account.leave()
        self._project.leave()
        self._connection.reset()
        if was_in:
            self._project.set(None)
            self.signed_out.emit(why)
