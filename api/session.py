"""Who is signed in, to which server, in which project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSignal

from ..text.translation import translate
from . import account as accounts
from . import log
from . import projects as projects_api
from .account import Account
from .http.addresses import account_key, server_address
from .http.client import Client
from .http.errors import ApiError, Fault
from .http.outcome import not_mapflow_sentence
from .http.reply import ApiReply
from .login import store as auth_store
from .login.credential import Credential, PastedTextError, Scheme, read_pasted
from .login.server import SERVER_KEY, stored_server
from .login.store import SETTINGS, Place, StoredLogin
from .projects import Project, ProjectPage

_PROJECTS = SETTINGS + "projects/"
_RECHECK_MS = 30_000
_OFFLINE = frozenset({Fault.NETWORK, Fault.TIMEOUT})
_NO_SUCH_PROJECT = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})


@dataclass(frozen=True)
class _Attempt:
    """A sign-in on its way: whether to store its login, and the stored one it was made from."""

    remember: bool
    restored: Optional[StoredLogin] = None
    is_quiet: bool = False  # asked again by itself: a further failure is no news


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
        self.account: Optional[Account] = None
        self.project: Optional[Project] = None
        self._login: Optional[StoredLogin] = None
        self._offline_login: Optional[StoredLogin] = None
        self._signing_in: Optional[ApiReply] = None
        self._account_reply: Optional[ApiReply] = None
        self._project_reply: Optional[ApiReply] = None
        self._open_question: Optional[Callable[[], None]] = (
            None  # about the project; it could not be answered
        )
        self._recheck = QTimer(self)
        self._recheck.setInterval(_RECHECK_MS)
        self._recheck.timeout.connect(self._check_again)
        self.client = self._connected(Client(stored_server(), parent=self))

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account to work with."""
        return self.account is not None

    @property
    def is_busy(self) -> bool:
        """Whether a sign-in is on its way."""
        return self._signing_in is not None

    @property
    def tile_authcfg(self) -> str:
        """The authcfg id a tile layer may name for this login; "" where there is none that a layer can carry."""
        return self._login.authcfg if self.is_signed_in and self._login is not None else ""

    @property
    def account_key(self) -> str:
        """What tells one account of one server from another in the settings, without naming either."""
        return account_key(self.client.server, self.account.email if self.account else "")

    # signing in and out

    def sign_in(self, pasted: str, server: str, remember: bool = True) -> None:
        """Sign in with what the user pasted; `signed_in` or `sign_in_failed` follows."""
        try:
            credential = read_pasted(pasted)
        except PastedTextError as problem:
            self._fail_sign_in(ApiError(Fault.CREDENTIAL, problem.sentence, unsent=True))
            return
        self._begin(credential, server, _Attempt(remember))

    def sign_in_with(self, authcfg: str, server: str) -> None:
        """Sign in with one of the user's own authentication configurations."""
        if not authcfg:
            sentence = translate("Api", "Choose an authentication configuration first.")
            self._fail_sign_in(ApiError(Fault.CREDENTIAL, sentence, unsent=True))
        elif not auth_store.unlock():
            self._fail_sign_in(_store_is_shut())
        else:
            self._begin(Credential(Scheme.STORED, authcfg=authcfg), server, _Attempt(remember=True))

    def cancel_sign_in(self) -> None:
        """Give up a sign-in on its way, or one that would be tried again; no signal follows."""
        self._offline_login = None
        self._recheck.stop()
        reply, self._signing_in = self._signing_in, None
        if reply is not None:
            reply.abort()
            self._replace_client(Client(stored_server(), parent=self))

    def has_stored_login(self) -> bool:
        """Whether `restore` has something to restore; asks nobody for anything."""
        return auth_store.stored_login() is not None

    def needs_master_password(self) -> bool:
        """Whether QGIS would ask for its master password when a login is restored or remembered."""
        return auth_store.is_locked()

    def why_master_password(self) -> str:
        """The sentence to show before that happens."""
        return auth_store.why_master_password()

    def restore(self) -> None:
        """Sign in with the remembered login; QGIS may ask for its master password."""
        self._restore(is_quiet=False)

    def sign_out(self) -> None:
        """Sign out and forget the stored login; a configuration of the user's own stays in QGIS."""
        auth_store.forget()
        self._leave("")

    # the account and the project

    def refresh_account(self) -> None:
        """Ask for balance, limits, models and providers anew; `account_changed` follows."""
        if not self.is_signed_in:
            return
        if self._account_reply is not None:
            self._account_reply.abort()
        self._account_reply = accounts.status(self.client)
        self._account_reply.succeeded.connect(self._account_came)

    def choose_project(self, project: Project) -> None:
        """Make `project` the current one, remember it, and ask for its models and limits."""
        if not self.is_signed_in:
            return
        QgsSettings().setValue(_PROJECTS + self.account_key, project.id)
        self._set_project(project)
        self._ask_detail(project.id)

    @property
    def may_ask_project_again(self) -> bool:
        """Whether the project, or its models and limits, could not be had and may be there another time."""
        return self._open_question is not None

    def ask_project_again(self) -> None:
        """Ask once more for the project, or its models and limits, where that failed; else do nothing."""
        question, self._open_question = self._open_question, None
        if question is not None and self.is_signed_in:
            question()

    def close(self) -> None:
        """Stop everything; the stored login stays for the next start."""
        self._recheck.stop()
        self.client.close()
        self._signing_in = self._account_reply = self._project_reply = self._open_question = None
        if self._log_handler is not None:
            log.detach(self._log_handler)
            self._log_handler = None

    # how a sign-in goes on

    def _restore(self, is_quiet: bool) -> None:
        login = auth_store.stored_login()
        if login is None or self.is_busy or self.is_signed_in:
            return
        credential = auth_store.recall(login)
        if credential is not None:
            self._begin(credential, login.server or stored_server(), _Attempt(False, login, is_quiet))
        elif auth_store.is_locked() or not auth_store.is_usable():
            self._fail_sign_in(_store_is_shut())
        else:
            auth_store.forget()
            sentence = translate(
                "Api", "The stored login is not in QGIS's authentication store any more. Sign in again."
            )
            self._fail_sign_in(ApiError(Fault.CREDENTIAL, sentence, unsent=True))

    def _begin(self, credential: Credential, server: str, attempt: _Attempt) -> None:
        address = server_address(server)
        if not address:
            sentence = translate(
                "Api", "This is not a server address. It looks like https://api.mapflow.ai/rest."
            )
            self._fail_sign_in(ApiError(Fault.NOT_MAPFLOW, sentence, unsent=True))
            return
        self.cancel_sign_in()
        if self.is_signed_in:
            self._leave("")
        self._replace_client(Client(address, credential, self))
        self._signing_in = accounts.status(self.client)
        self._signing_in.succeeded.connect(lambda account: self._enter(account, attempt))
        self._signing_in.failed.connect(lambda error: self._turned_down(error, attempt))

    def _enter(self, account: Account, attempt: _Attempt) -> None:
        self._signing_in = None
        self.account = account
        self.client.account_email = account.email
        self._login = attempt.restored
        QgsSettings().setValue(SERVER_KEY, self.client.server)
        is_stored = self._store_login(attempt)
        self.signed_in.emit(account)
        if attempt.remember and not is_stored:
            self.not_remembered.emit(_lasts_until_closed())
        self._find_project()

    def _store_login(self, attempt: _Attempt) -> bool:
        """Bring what is stored in line with the login that worked; False where nothing is stored."""
        if attempt.remember or (attempt.restored is not None and self._is_outdated(attempt.restored)):
            credential = self.client.credential
            self._login = auth_store.remember(credential, self.client.server) if credential else None
        elif attempt.restored is None:
            auth_store.forget()
        return self._login is not None

    def _is_outdated(self, login: StoredLogin) -> bool:
        """Whether the stored login is in the scheme the server turned down."""
        return login.place is not Place.CHOSEN and auth_store.recall(login) != self.client.credential

    def _turned_down(self, error: ApiError, attempt: _Attempt) -> None:
        self._signing_in = None
        if error.fault in {Fault.MALFORMED, Fault.NOT_FOUND} or error.is_unsupported:
            sentence = not_mapflow_sentence(QUrl(self.client.server))
            error = replace(error, fault=Fault.NOT_MAPFLOW, sentence=sentence)
        self._replace_client(Client(stored_server(), parent=self))
        if attempt.restored is not None and error.fault in _OFFLINE:
            self._offline_login = attempt.restored
            self._recheck.start()
            if attempt.is_quiet:
                return
        self._fail_sign_in(error)

    def _fail_sign_in(self, error: ApiError) -> None:
        self.sign_in_failed.emit(error)

    def _leave(self, why: str) -> None:
        was_in = self.is_signed_in
        self.cancel_sign_in()
        self.account = self._login = None
        self._account_reply = self._project_reply = self._open_question = None
        self._replace_client(Client(stored_server(), parent=self))
        if was_in:
            self._set_project(None)
            self.signed_out.emit(why)

    # the client

    def _connected(self, client: Client) -> Client:
        client.reachable_changed.connect(self._reachable)
        client.refused.connect(self._refused)
        client.credential_changed.connect(self._learned)
        return client

    def _replace_client(self, client: Client) -> None:
        former = self.client
        for signal in (former.reachable_changed, former.refused, former.credential_changed):
            signal.disconnect()
        self.client = self._connected(client)
        former.close()
        former.deleteLater()

    def _reachable(self, is_reachable: bool) -> None:
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
        elif self._offline_login is not None:
            self._restore(is_quiet=True)
        else:
            self._recheck.stop()

    def _refused(self, _error: ApiError) -> None:
        if self.is_signed_in:
            self._leave(
                translate(
                    "Api", "Mapflow does not accept your login any more. Sign in again with a new API token."
                )
            )

    def _learned(self, credential: Credential) -> None:
        if self.is_signed_in and self._login is not None and not auth_store.is_locked():
            self._login = auth_store.remember(credential, self.client.server)

    # the account and the project, as they come

    def _account_came(self, account: Account) -> None:
        self._account_reply = None
        self.account = account
        self.client.account_email = account.email
        self.account_changed.emit(account)
        self.ask_project_again()

    def _find_project(self) -> None:
        """The project used last; else the default one; else the one that changed last."""
        known = str(QgsSettings().value(_PROJECTS + self.account_key, "") or "")
        if known:
            reply = self._ask_project(projects_api.fetch(self.client, known))
            reply.failed.connect(lambda error: self._not_had(error, self._find_default_project))
        else:
            self._find_default_project()

    def _find_default_project(self) -> None:
        reply = self._ask_project(projects_api.fetch_default(self.client))
        reply.failed.connect(lambda error: self._not_had(error, self._find_any_project))

    def _not_had(self, error: ApiError, find_another: Callable[[], None]) -> None:
        """Another project takes the place of one that is gone, not of one that could not be read this time."""
        if error.fault in _NO_SUCH_PROJECT or error.is_unsupported:
            find_another()
        else:
            self._leave_open(error, self._find_project)

    def _find_any_project(self) -> None:
        self._project_reply = projects_api.page(self.client, limit=1)
        self._project_reply.succeeded.connect(self._choose_first)
        self._project_reply.failed.connect(lambda error: self._leave_open(error, self._find_project))

    def _choose_first(self, page: ProjectPage) -> None:
        if page.projects:
            self.choose_project(page.projects[0])
        else:
            self._set_project(None)

    def _ask_detail(self, project_id: str) -> None:
        def failed(error: ApiError) -> None:
            if error.fault in _NO_SUCH_PROJECT:
                self.project_failed.emit(error)
            else:
                self._leave_open(error, lambda: self._ask_detail(project_id))

        self._ask_project(projects_api.fetch(self.client, project_id)).failed.connect(failed)

    def _ask_project(self, reply: ApiReply) -> ApiReply:
        self._open_question = None
        if self._project_reply is not None:
            self._project_reply.abort()
        self._project_reply = reply
        reply.succeeded.connect(self._set_project)
        return reply

    def _leave_open(self, error: ApiError, question: Callable[[], None]) -> None:
        """Report `error`; `question` is asked again when that may help."""
        self._open_question = question
        self.project_failed.emit(error)

    def _set_project(self, project: Optional[Project]) -> None:
        self.project = project
        self.project_changed.emit(project)


def _store_is_shut() -> ApiError:
    sentence = translate(
        "Api",
        "QGIS's authentication store was not opened, so the stored login cannot be read. Try again with the master "
        "password, or paste your API token.",
    )
    return ApiError(Fault.CREDENTIAL, sentence, unsent=True)


def _lasts_until_closed() -> str:
    return translate(
        "Api",
        "You are signed in until QGIS is closed: QGIS's authentication store was not opened, so the login was not "
        "stored. Results are shown once they are downloaded.",
    )
