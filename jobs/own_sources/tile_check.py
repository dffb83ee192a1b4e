"""Tries a source of one's own: asks for one of its tiles, and says what comes in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QUrl

from ...api.http.addresses import shown_host
from ...api.http.client import Client
from ...api.http.errors import Fault
from ...api.http.outcome import MOVED_CODE
from ...api.login.credential import Credential, Scheme
from ...api.own_sources.login import LoginUnavailableError, SourceLogin, read_login
from ...api.own_sources.sending import with_key
from ...text.translation import translate
from ..job import Job, JobError
from .picture import seen_tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.PyQt.QtGui import QImage

    from ...api.http.errors import ApiError
    from ...api.own_sources.source import OwnSource

PATIENCE_MS = 20_000  # without a byte
_NOTHING_THERE = (403, 404, 410)  # some storages forbid what they do not have


@dataclass(frozen=True)
class CheckedTile:
    """A tile that is as Mapflow takes it; `doubt` says what may be missing all the same, "" where nothing is."""

    image: QImage = field(repr=False, compare=False)
    doubt: str = ""

    @property
    def side(self) -> int:
        """Its width and height in pixels."""
        return int(self.image.width())


class TileCheck(Job):
    """Asks for the first tile of `addresses`, and for the next one where there is nothing at a place.

    Succeeds with a CheckedTile, and fails with a sentence on what came instead. The login goes to the origin of the
    source alone: `login`, or else the one the source names.
    """

    def __init__(
        self, source: OwnSource, addresses: Sequence[str], login: Optional[SourceLogin] = None
    ) -> None:
        super().__init__()
        self._source = source
        self._addresses = tuple(addresses)
        self._login = login
        self._server = shown_host(QUrl(self._addresses[0]))
        self._client: Optional[Client] = None
        self._asked = 0
        self._plain: Optional[CheckedTile] = None
        self._nothing: Optional[JobError] = None  # what was first said of a place without imagery

    def _begin(self) -> None:
        try:
            client = self._prepared()
        except LoginUnavailableError as problem:
            self._fail(JobError(problem.sentence))
            return
        client.idle_timeout_ms = PATIENCE_MS
        self.finished.connect(client.deleteLater)
        self._client = client
        self._ask()

    def _prepared(self) -> Client:
        """A client that has the login, where there is one to have; a key goes into the addresses."""
        login, authcfg = self._login, self._source.authcfg
        if self._source.has_key and (login or authcfg):
            secret = (login or read_login(authcfg)).secret
            self._addresses = tuple(with_key(address, secret) for address in self._addresses)
            return Client(self._server, None, self)
        if login is not None:
            return Client(self._server, Credential.of_pair(login.user, login.secret), self)
        if authcfg:
            read_login(authcfg)  # says why it cannot be had, and QGIS asks for its master password
            return Client(self._server, Credential(Scheme.STORED, authcfg=authcfg), self)
        return Client(self._server, None, self)

    def _ask(self) -> None:
        if self._client is not None:
            address = self._addresses[self._asked]
            self._asked += 1
            self._follow(self._client.tile(address), self._on_tile, self._on_error)

    def _on_tile(self, body: bytes) -> None:
        seen = seen_tile(body)
        if seen.image is None:
            error = JobError(seen.problem)
            self._go_on(error) if seen.is_empty else self._fail(error)
        elif seen.is_empty:
            self._plain = self._plain or CheckedTile(seen.image, _plain_text())
            self._go_on()
        else:
            self._succeed(CheckedTile(seen.image, _gap_text() if self._asked > 1 else ""))

    def _on_error(self, error: ApiError) -> None:
        has_login = bool(self._login or self._source.authcfg)
        sentence = why_no_tile(error, self._server, has_login)
        failure = JobError(sentence, error.raw if not self._source.has_key else "", error)
        is_nothing = error.code != MOVED_CODE and error.status in _NOTHING_THERE
        self._go_on(failure) if is_nothing else self._fail(failure)

    def _go_on(self, nothing: Optional[JobError] = None) -> None:
        """There is nothing at a place: look at the next one, and where that was the last, say so."""
        self._nothing = self._nothing or nothing
        if self._asked < len(self._addresses):
            self._ask()
        elif self._plain is not None:
            self._succeed(self._plain)
        elif self._nothing is not None:
            self._fail(self._nothing)


def _plain_text() -> str:
    return translate(
        "OwnSources", "What was tried of the source has one colour only: there may be no imagery."
    )


def _gap_text() -> str:
    return translate(
        "OwnSources",
        "The source has no imagery in the middle of the area: nothing can be found where it is missing.",
    )


def why_no_tile(error: ApiError, server: str, has_login: bool) -> str:
    """What to tell the user of a tile that did not come from `server`, and what to do."""
    if error.code == MOVED_CODE:
        return translate(
            "OwnSources",
            "{server} sends on to {target}, where your login is not sent. Use the address of the tiles there.",
        ).format(server=server, target=error.params.get("target", ""))
    if error.status == 401:
        return _unauthorised(has_login).format(server=server)
    if error.status == 403:
        return translate(
            "OwnSources",
            "{server} does not let you have its tiles. Check the login or the key of the source, and what you may use.",
        ).format(server=server)
    if error.status in (404, 410):
        return translate(
            "OwnSources",
            "{server} has no tile under the area at this zoom. Move the area, choose another zoom, or check the "
            "address.",
        ).format(server=server)
    if error.fault is Fault.NOT_MAPFLOW and 200 <= error.status < 300:
        return translate(
            "OwnSources",
            "{server} sends a web page in place of a picture. Check the address; the login page of a network or of the "
            "server can be in the way, too.",
        ).format(server=server)
    if error.fault is Fault.MALFORMED:
        return translate(
            "OwnSources", "What {server} sends is too large for a tile. Check the address of the source."
        ).format(server=server)
    if error.fault is Fault.NOT_MAPFLOW:
        return translate(
            "OwnSources", "{server} keeps sending on to other addresses. Check the address of the source."
        ).format(server=server)
    if error.status:
        return translate(
            "OwnSources",
            "{server} could not give a tile (HTTP {status}). Try again later, or check the address of the source.",
        ).format(server=server, status=error.status)
    return error.sentence


def _unauthorised(has_login: bool) -> str:
    if has_login:
        return translate("OwnSources", "{server} does not accept the login of the source. Correct the login.")
    return translate("OwnSources", "{server} asks for a login. Give the source a user name and a password.")
