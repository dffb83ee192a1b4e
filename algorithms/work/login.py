"""The login an algorithm works with: the one that is signed in, or a configuration of QGIS's authentication store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl

from ...api.http.addresses import server_address, shown_host
from ...api.login import store
from ...api.login.credential import Credential, Scheme
from ...api.settings import SERVER
from ...text.translation import translate


class NoLoginError(Exception):
    """There is no login to work with; `sentence` says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Login:
    """A server, and the credential that is sent there."""

    server: str
    credential: Credential


def login_for(authcfg: str, server: str, may_ask: bool) -> Login:
    """Return the login of the configuration `authcfg`, or with "" the one that is signed in; raises NoLoginError.

    `server` is an address, or "" for the one of the login. The login that is signed in goes to its own server alone.
    `may_ask`: there is a window in which QGIS can ask for its master password. To be called in the main thread.
    """
    address = server_address(server) if server else ""
    if server and not address:
        raise NoLoginError(
            translate("Work", "This is not a server address. It looks like https://api.mapflow.ai/rest.")
        )
    login = store.stored_login()
    if not authcfg and login is None:
        raise NoLoginError(_nobody())
    _open_store(may_ask)
    is_own = login is not None and authcfg in ("", login.authcfg)
    return _signed_in(address) if is_own else _chosen(authcfg, address)


def _open_store(may_ask: bool) -> None:
    if not store.is_usable():
        raise NoLoginError(
            translate("Work", "QGIS's authentication store is switched off, so there is no login.")
        )
    if store.is_locked() and not may_ask:
        raise NoLoginError(
            translate(
                "Work",
                "QGIS's authentication store is locked. Write its master password into a file that only you can read, "
                "name the file in the environment variable QGIS_AUTH_PASSWORD_FILE, and run this again.",
            )
        )
    if not store.unlock():
        raise NoLoginError(
            translate(
                "Work",
                "QGIS's authentication store was not opened, so the login cannot be read. Run this again with the "
                "master password.",
            )
        )


def _chosen(authcfg: str, address: str) -> Login:
    if authcfg not in QgsApplication.authManager().configIds():
        raise NoLoginError(
            translate(
                "Work",
                "QGIS's authentication store has no configuration “{authcfg}”. Choose one that is there.",
            ).format(authcfg=authcfg[:20])
        )
    return Login(address or SERVER.read(), Credential(Scheme.STORED, authcfg=authcfg))


def _signed_in(address: str) -> Login:
    login = store.stored_login()
    credential: Optional[Credential] = None if login is None else store.recall(login)
    if login is None or credential is None:
        raise NoLoginError(_nobody())
    own = login.server or SERVER.read()
    if address and address != own:
        raise NoLoginError(
            translate(
                "Work",
                "You are signed in to {own}, and this login goes nowhere else. For {other}, choose a configuration of "
                "QGIS's authentication store as login.",
            ).format(own=_host(own), other=_host(address))
        )
    return Login(own, credential)


def _nobody() -> str:
    return translate(
        "Work",
        "Nobody is signed in. Sign in with Remember me in the Mapflow dock, or choose a configuration of QGIS's "
        "authentication store as login.",
    )


def _host(address: str) -> str:
    return shown_host(QUrl(address))
