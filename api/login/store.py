"""Keeps the login in QGIS's encrypted authentication store. The settings say only where it is in the store.

A login that decodes to user and key becomes a *Basic* configuration, which layers can name. Any other one becomes an
*APIHeader* configuration where QGIS has that method, and an encrypted setting of the store where it has not.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Optional

from qgis.core import QgsApplication, QgsAuthManager, QgsAuthMethodConfig
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ...text.translation import translate
from ..settings import FORMER_AUTHCFG, FORMER_SERVER, LOGIN_AUTHCFG, LOGIN_PLACE, LOGIN_SERVER
from .credential import Credential, Scheme

_STORE_ENTRY = "mapflow_dock/login"
_HEADER_METHOD = "APIHeader"
_HEADER = "Authorization"


class Place(enum.Enum):
    """Where a remembered login is."""

    CONFIGURATION = "configuration"  # an authcfg this plugin made, and removes
    STORE_ENTRY = "store entry"  # an encrypted setting of the store
    CHOSEN = "chosen"  # an authcfg of the user's own, which stays


@dataclass(frozen=True)
class StoredLogin:
    """A remembered login: its place, its authcfg id where it has one, and the server it is for."""

    place: Place
    authcfg: str
    server: str


def stored_login() -> Optional[StoredLogin]:
    """Return where the login is, as the settings say; the user is not asked for anything."""
    place = LOGIN_PLACE.read()
    if place not in {known.value for known in Place}:
        return None
    return StoredLogin(Place(place), LOGIN_AUTHCFG.read(), LOGIN_SERVER.read())


def is_usable() -> bool:
    """Whether QGIS has an authentication store at all."""
    return not _manager().isDisabled()


def is_locked() -> bool:
    """Whether QGIS would ask for its master password before it opens the store."""
    return is_usable() and not _manager().masterPasswordIsSet()


def is_new() -> bool:
    """Whether QGIS would ask to invent a master password, since its store has none yet."""
    return is_usable() and not _manager().masterPasswordHashInDatabase()


def unlock() -> bool:
    """Open the store; QGIS asks for the master password where it has to. False where it stays shut."""
    manager = _manager()
    if manager.isDisabled():
        return False
    return bool(manager.masterPasswordIsSet() or manager.setMasterPassword(True))


def why_master_password() -> str:
    """The sentence that says, before QGIS asks for it, what its master password is for."""
    if is_new():
        return translate(
            "Login",
            "QGIS will ask you to choose a master password: with it, it encrypts your Mapflow login on this computer.",
        )
    return translate(
        "Login", "QGIS will ask for its master password: your Mapflow login is encrypted with it."
    )


def remember(credential: Credential, server: str) -> Optional[StoredLogin]:
    """Put `credential` into the store in place of the former one; None where the store stays shut or refuses.

    A configuration gets the id of the former one for that server, so that layers that name it keep their login.
    """
    if credential.scheme is Scheme.STORED:
        return remember_chosen(credential.authcfg, server)
    if not unlock():
        return None
    config = _configuration(credential, server)
    if config is not None and _was_renewed(config, server):
        return _note(StoredLogin(Place.CONFIGURATION, config.id(), server))
    forget()
    if config is None:
        kept = _manager().storeAuthSetting(_STORE_ENTRY, credential.header.decode("ascii"), True)
        return _note(StoredLogin(Place.STORE_ENTRY, "", server)) if kept else None
    config.setId(_former_id(server))
    if not _was_stored(_manager(), config):
        return None
    _manager().clearCachedConfig(config.id())
    return _note(StoredLogin(Place.CONFIGURATION, config.id(), server))


def remember_chosen(authcfg: str, server: str) -> StoredLogin:
    """Note that the configuration `authcfg` is to be used: the user's own, or the one that is remembered already."""
    login = stored_login()
    if login is not None and login.place is Place.CONFIGURATION and login.authcfg == authcfg:
        return _note(replace(login, server=server))  # to forget it would remove what was chosen
    forget()
    return _note(StoredLogin(Place.CHOSEN, authcfg, server))


def recall(login: StoredLogin) -> Optional[Credential]:
    """The credential of `login`; QGIS may ask for its master password. None where it cannot be had."""
    if not unlock():
        return None
    if login.place is Place.CHOSEN:
        known = login.authcfg in _manager().configIds()
        return Credential(Scheme.STORED, authcfg=login.authcfg) if known else None
    if login.place is Place.STORE_ENTRY:
        return _from_header(str(_manager().authSetting(_STORE_ENTRY, "", True) or ""))
    config = QgsAuthMethodConfig()
    if not _was_loaded(_manager(), login.authcfg, config):
        return None
    if config.method() == _HEADER_METHOD:
        return _from_header(config.config(_HEADER))
    return Credential.of_pair(config.config("username"), config.config("password"))


def forget() -> None:
    """Remove the remembered login, and what this plugin put into the store for it."""
    login = stored_login()
    if login is not None:
        manager = _manager()
        if login.place is Place.CONFIGURATION and login.authcfg:
            manager.removeAuthenticationConfig(login.authcfg)
            FORMER_AUTHCFG.write(login.authcfg)
            FORMER_SERVER.write(login.server)
        elif login.place is Place.STORE_ENTRY:
            manager.removeAuthSetting(_STORE_ENTRY)
    for setting in (LOGIN_PLACE, LOGIN_AUTHCFG, LOGIN_SERVER):
        setting.forget()


def apply(authcfg: str, request: QNetworkRequest) -> bool:
    """Let QGIS put the login of the configuration `authcfg` into `request`; False where it cannot."""
    applied, _request = _manager().updateNetworkRequest(request, authcfg)
    return bool(applied)


def follow(authcfg: str, network: QNetworkReply) -> None:
    """Show the reply to the method of the configuration. OAuth2 needs it to renew its login."""
    _manager().updateNetworkReply(network, authcfg)


def _note(login: StoredLogin) -> StoredLogin:
    LOGIN_PLACE.write(login.place.value)
    LOGIN_AUTHCFG.write(login.authcfg)
    LOGIN_SERVER.write(login.server)
    return login


def _configuration(credential: Credential, server: str) -> Optional[QgsAuthMethodConfig]:
    config = QgsAuthMethodConfig()
    config.setName(f"Mapflow Dock – {server}")
    config.setUri(server)
    pair = credential.pair
    if pair is not None:
        config.setMethod("Basic")
        config.setConfig("username", pair[0])
        config.setConfig("password", pair[1])
        return config
    if _HEADER_METHOD in _manager().authMethodsKeys():
        config.setMethod(_HEADER_METHOD)
        config.setConfig(_HEADER, credential.header.decode("ascii"))
        return config
    return None


def _was_renewed(config: QgsAuthMethodConfig, server: str) -> bool:
    """Store `config` under the id of the configuration that is stored for `server`; return whether that was done."""
    login, manager = stored_login(), _manager()
    if login is None or login.place is not Place.CONFIGURATION or login.server != server:
        return False
    if login.authcfg not in manager.configIds():
        return False
    config.setId(login.authcfg)
    if not manager.updateAuthenticationConfig(config):
        return False
    manager.clearCachedConfig(login.authcfg)
    return True


def _former_id(server: str) -> str:
    """The id a configuration for `server` had before it was removed; "" where it had none, or it is taken."""
    former = FORMER_AUTHCFG.read()
    is_free = FORMER_SERVER.read() == server and former not in _manager().configIds()
    return former if is_free else ""


def _was_stored(manager: QgsAuthManager, config: QgsAuthMethodConfig) -> bool:
    """Store `config`; return whether that was done. Newer bindings return a tuple, of which the success is first."""
    outcome = manager.storeAuthenticationConfig(config)
    return bool(outcome[0] if isinstance(outcome, tuple) else outcome) and bool(config.id())


def _was_loaded(manager: QgsAuthManager, authcfg: str, config: QgsAuthMethodConfig) -> bool:
    outcome = manager.loadAuthenticationConfig(authcfg, config, True)
    return bool(outcome[0] if isinstance(outcome, tuple) else outcome)


def _from_header(text: str) -> Optional[Credential]:
    word, _space, value = text.partition(" ")
    for scheme in (Scheme.BASIC, Scheme.BEARER):
        if word == scheme.value and value:
            return Credential(scheme, value)
    return None


def _manager() -> QgsAuthManager:
    manager = QgsApplication.authManager()
    if manager is None:
        raise RuntimeError("QGIS has not started")
    return manager
