"""The login of one request: which login it is sent with, which other one may be tried, and what must be hidden."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from . import store
from .credential import Credential, Scheme


class LoginUse:
    """Chooses the login for each attempt of one request."""

    def __init__(self) -> None:
        self._used: Optional[Credential] = None
        self._other: Optional[Credential] = None
        self._headers: set[tuple[str, str]] = set()  # by which QGIS sent a stored configuration's login

    @property
    def is_learned(self) -> bool:
        """Whether the attempt was sent with another login than the client had."""
        return self._used is not None and self._used is self._other

    @property
    def used(self) -> Optional[Credential]:
        """The login of the attempt."""
        return self._used

    @property
    def secrets(self) -> tuple[tuple[Optional[Credential], ...], list[str]]:
        """All logins so far, and the headers by which QGIS sent one."""
        return (self._used, self._other), [value for _name, value in self._headers]

    def apply(self, made: QNetworkRequest, credential: Optional[Credential]) -> bool:
        """Put a login into `made`; return False when QGIS could not give it.

        That is `credential`, or the other login after `choose_other`. If `credential` is None, there is no login.
        """
        self._used = None if credential is None else self._other or credential
        if self._used is None:
            return True
        if self._used.scheme is not Scheme.STORED:
            made.setRawHeader(b"Authorization", self._used.header)
            return True
        own = _headers_of(made)
        applied = store.apply(self._used.authcfg, made)
        self._headers |= set(_headers_of(made).items()) - set(own.items())
        return applied

    def watch(self, network: QNetworkReply) -> None:
        """Show the reply to the method of a stored configuration."""
        if self._used is not None and self._used.scheme is Scheme.STORED:
            store.follow(self._used.authcfg, network)

    def choose_other(self, learned: Optional[Credential]) -> bool:
        """Choose another login for the next attempt; return False when there is none. This is done once.

        It is the login that another request has `learned` meanwhile, or the same one in the other scheme.
        """
        if self._other is not None or self._used is None:
            return False
        is_news = learned is not None and learned != self._used
        self._other = learned if is_news else self._used.in_other_scheme()
        return self._other is not None


def _headers_of(made: QNetworkRequest) -> dict[str, str]:
    return {
        bytes(name).decode("latin-1"): bytes(made.rawHeader(name)).decode("latin-1")
        for name in made.rawHeaderList()
    }
