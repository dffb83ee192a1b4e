"""The login of a source of one's own: a Basic configuration in QGIS's encrypted authentication store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from qgis.core import QgsApplication, QgsAuthManager, QgsAuthMethodConfig

from ...text.translation import translate
from ..login.store import is_usable, unlock
from ..settings import OWN_LOGINS

BASIC = "Basic"
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class SourceLogin:
    """A name and a password; for an address with {key} the password is the key. Neither is in the repr."""

    user: str = field(repr=False)
    secret: str = field(repr=False)


class LoginUnavailableError(Exception):
    """The login cannot be had; `sentence` tells the user why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def login_problem(authcfg: str) -> str:
    """What keeps the configuration from being a login that Mapflow takes, as a sentence; "" when nothing does.

    The user is not asked for the master password.
    """
    if not authcfg:
        return ""
    if not is_usable():
        return translate(
            "OwnSources", "QGIS's authentication store is switched off. Use a source without a login."
        )
    config = _manager().availableAuthMethodConfigs().get(authcfg)
    if config is None:
        return translate(
            "OwnSources", "The login of this source is not in QGIS's authentication store. Edit the source."
        )
    if config.method() != BASIC:
        return translate(
            "OwnSources",
            "Mapflow takes a name and a password only. Choose a configuration for basic authentication.",
        )
    return ""


def read_login(authcfg: str) -> SourceLogin:
    """The login of a configuration; QGIS may ask for its master password. Raises LoginUnavailableError."""
    problem = login_problem(authcfg)
    if problem:
        raise LoginUnavailableError(problem)
    config = QgsAuthMethodConfig()
    if not unlock() or not _succeeded(_manager().loadAuthenticationConfig(authcfg, config, True)):
        raise LoginUnavailableError(
            translate(
                "OwnSources",
                "QGIS's authentication store stayed locked, so the login of the source could not be read. Try again, "
                "and enter the master password.",
            )
        )
    return SourceLogin(config.config("username"), config.config("password"))


def keep_login(login: SourceLogin, source_name: str, authcfg: str = "") -> Optional[str]:
    """Put a login into the store, in place of `authcfg` where that was made here; return its id.

    None where the store stays shut or refuses. QGIS may ask for its master password.
    """
    if not is_usable() or not unlock():
        return None
    config = QgsAuthMethodConfig()
    config.setName(translate("OwnSources", "Mapflow source {name}").format(name=source_name)[:_LONGEST_TITLE])
    config.setMethod(BASIC)
    config.setConfig("username", login.user)
    config.setConfig("password", login.secret)
    if is_made_here(authcfg) and authcfg in _manager().configIds():
        config.setId(authcfg)
        kept = bool(_manager().updateAuthenticationConfig(config))
    else:
        kept = _succeeded(_manager().storeAuthenticationConfig(config))
    if not kept or not config.id():
        return None
    _manager().clearCachedConfig(config.id())
    OWN_LOGINS.write(config.id(), source_name)
    return str(config.id())


def is_made_here(authcfg: str) -> bool:
    """Whether the configuration was made for a source, and is not one the user had already."""
    return bool(authcfg) and authcfg in OWN_LOGINS.read_all()


def remove_login(authcfg: str) -> None:
    """Take a configuration that was made for a source out of the store; any other one stays."""
    if is_made_here(authcfg):
        _manager().removeAuthenticationConfig(authcfg)
        OWN_LOGINS.forget(authcfg)


def _succeeded(outcome: object) -> bool:
    """Newer bindings return a tuple, of which the success is first."""
    return bool(outcome[0] if isinstance(outcome, tuple) else outcome)


def _manager() -> QgsAuthManager:
    manager = QgsApplication.authManager()
    if manager is None:
        raise RuntimeError("QGIS has not started")
    return manager
