"""Signing in: from a pasted or a stored login to an account, and what is stored of the login afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal

from ..text.translation import translate
from . import account as accounts
from .account import Account
from .connection import Connection
from .current import CurrentAccount
from .http.addresses import server_address
from .http.errors import NO_ANSWER, ApiError, Fault
from .http.outcome import not_mapflow_sentence
from .http.reply import ApiReply
from .login import store as auth_store
from .login.credential import Credential, PastedTextError, Scheme, read_pasted
from .login.store import Place, StoredLogin
from .settings import SERVER


@dataclass(frozen=True)
class _Attempt:
    """A sign-in on its way: whether to store its login, and the stored one it was made from."""

    remember: bool
    restored: Optional[StoredLogin] = None
    is_quiet: bool = False  # asked again by itself: a further failure is no news


class SigningIn(QObject):
    """One sign-in at a time; a new one takes the place of one that is on its way."""

    begun = pyqtSignal()  # a request is about to be sent: whoever is signed in leaves
    entered = pyqtSignal(object)  # Account
    failed = pyqtSignal(object)  # ApiError
    # The server of a stored login cannot be reached: `restore` may be called again.
    went_offline = pyqtSignal()
    not_remembered = pyqtSignal(str)  # signed in, but only until QGIS closes: why, as a sentence

    def __init__(self, connection: Connection, account: CurrentAccount, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._account = account
        self._reply: Optional[ApiReply] = None
        self._login: Optional[StoredLogin] = None
        self._offline_login: Optional[StoredLogin] = None

    @property
    def is_busy(self) -> bool:
        """Whether a sign-in is on its way."""
        return self._reply is not None

    @property
    def is_offline(self) -> bool:
        """Whether a stored login could not be tried, since its server could not be reached."""
        return self._offline_login is not None

    @property
    def authcfg(self) -> str:
        """The authcfg id of the login in use; "" where it has none."""
        return self._login.authcfg if self._login is not None else ""

    def with_pasted(self, pasted: str, server: str, remember: bool) -> None:
        """Sign in with what the user pasted."""
        try:
            credential = read_pasted(pasted)
        except PastedTextError as problem:
            self.failed.emit(ApiError(Fault.CREDENTIAL, problem.sentence, unsent=True))
            return
        self._begin(credential, server, _Attempt(remember))

    def with_configuration(self, authcfg: str, server: str) -> None:
        """Sign in with one of the user's own authentication configurations."""
        if not authcfg:
            sentence = translate("Api", "Choose an authentication configuration first.")
            self.failed.emit(ApiError(Fault.CREDENTIAL, sentence, unsent=True))
        elif not auth_store.unlock():
            self.failed.emit(_store_is_shut())
        else:
            self._begin(Credential(Scheme.STORED, authcfg=authcfg), server, _Attempt(remember=True))

    def restore(self, is_quiet: bool = False) -> None:
        """Sign in with the stored login; QGIS may ask for its master password."""
        login = auth_store.stored_login()
        if login is None or self.is_busy or self._account.account is not None:
            return
        credential = auth_store.recall(login)
        if credential is not None:
            self._begin(credential, login.server or SERVER.read(), _Attempt(False, login, is_quiet))
        elif auth_store.is_locked() or not auth_store.is_usable():
            self.failed.emit(_store_is_shut())
        else:
            auth_store.forget()
            sentence = translate(
                "Api", "The stored login is not in QGIS's authentication store any more. Sign in again."
            )
            self.failed.emit(ApiError(Fault.CREDENTIAL, sentence, unsent=True))

    def cancel(self) -> None:
        """Give up a sign-in on its way, or one that would be tried again; no signal follows."""
        self._offline_login = None
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
            self._connection.reset()

    def leave(self) -> None:
        """Nobody is signed in any more; what is stored stays."""
        self.cancel()
        self._login = None

    def learn(self, credential: Credential) -> None:
        """`credential` is the form of the login that works: what is stored becomes that."""
        if self._account.account is not None and self._login is not None and not auth_store.is_locked():
            self._login = auth_store.remember(credential, self._connection.client.server)

    def _begin(self, credential: Credential, server: str, attempt: _Attempt) -> None:
        address = server_address(server)
        if not address:
            sentence = translate(
                "Api", "This is not a server address. It looks like https://api.mapflow.ai/rest."
            )
            self.failed.emit(ApiError(Fault.NOT_MAPFLOW, sentence, unsent=True))
            return
        self.cancel()
        self.begun.emit()
        self._connection.open(address, credential)
        self._reply = accounts.status(self._connection.client)
        self._reply.succeeded.connect(lambda account: self._enter(account, attempt))
        self._reply.failed.connect(lambda error: self._turned_down(error, attempt))

    def _enter(self, account: Account, attempt: _Attempt) -> None:
        self._reply = None
        self._account.enter(account)
        self._login = attempt.restored
        SERVER.write(self._connection.client.server)
        is_stored = self._store(attempt)
        self.entered.emit(account)
        if attempt.remember and not is_stored:
            self.not_remembered.emit(_lasts_until_closed())

    def _store(self, attempt: _Attempt) -> bool:
        """Bring what is stored in line with the login that worked; False where nothing is stored."""
        client = self._connection.client
        if attempt.remember or (attempt.restored is not None and self._is_outdated(attempt.restored)):
            credential = client.credential
            self._login = auth_store.remember(credential, client.server) if credential else None
        elif attempt.restored is None:
            auth_store.forget()
        return self._login is not None

    def _is_outdated(self, login: StoredLogin) -> bool:
        """Whether the stored login is in the scheme the server turned down."""
        return (
            login.place is not Place.CHOSEN and auth_store.recall(login) != self._connection.client.credential
        )

    def _turned_down(self, error: ApiError, attempt: _Attempt) -> None:
        self._reply = None
        if error.fault in {Fault.MALFORMED, Fault.NOT_FOUND} or error.is_unsupported:
            sentence = not_mapflow_sentence(QUrl(self._connection.client.server))
            error = replace(error, fault=Fault.NOT_MAPFLOW, sentence=sentence)
        self._connection.reset()
        if attempt.restored is not None and error.fault in NO_ANSWER:
            self._offline_login = attempt.restored
            self.went_offline.emit()
            if attempt.is_quiet:
                return
        self.failed.emit(error)


def _store_is_shut() -> ApiError:
    sentence = translate(
        "Api",
        "QGIS's authentication store was not opened, so the stored login cannot be read. Press Sign In to try again "
        "with the master password, or paste your API token.",
    )
    return ApiError(Fault.CREDENTIAL, sentence, unsent=True)


def _lasts_until_closed() -> str:
    return translate(
        "Api",
        "You are signed in until QGIS is closed: QGIS's authentication store was not opened, so the login was not "
        "stored. Results are shown once they are downloaded.",
    )
