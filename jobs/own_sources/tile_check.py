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
from .picture import tile_image

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QImage

    from ...api.http.errors import ApiError
    from ...api.own_sources.source import OwnSource

PATIENCE_MS = 20_000  # without a byte


@dataclass(frozen=True)
class CheckedTile:
    """A tile that is as Mapflow takes it."""

    image: QImage = field(repr=False, compare=False)

    @property
    def side(self) -> int:
        """Its width and height in pixels."""
        return int(self.image.width())


class TileCheck(Job):
    """Asks for the tile at `address`; succeeds with a CheckedTile, and fails with a sentence on what came instead.

    The login goes to the origin of the source alone: `login`, or else the one the source names.
    """

    def __init__(self, source: OwnSource, address: str, login: Optional[SourceLogin] = None) -> None:
        super().__init__()
        self._source = source
        self._address = address
        self._login = login
        self._server = shown_host(QUrl(address))

    def _begin(self) -> None:
        try:
            client = self._client()
        except LoginUnavailableError as problem:
            self._fail(JobError(problem.sentence))
            return
        client.idle_timeout_ms = PATIENCE_MS
        self.finished.connect(client.deleteLater)
        self._follow(client.tile(self._address), self._on_tile, self._on_error)

    def _client(self) -> Client:
        """One that has the login, where there is one to have; a key goes into the address."""
        login, authcfg = self._login, self._source.authcfg
        if self._source.has_key and (login or authcfg):
            self._address = with_key(self._address, (login or read_login(authcfg)).secret)
            return Client(self._server, None, self)
        if login is not None:
            return Client(self._server, Credential.of_pair(login.user, login.secret), self)
        if authcfg:
            read_login(authcfg)  # says why it cannot be had, and QGIS asks for its master password
            return Client(self._server, Credential(Scheme.STORED, authcfg=authcfg), self)
        return Client(self._server, None, self)

    def _on_tile(self, body: bytes) -> None:
        image, problem = tile_image(body)
        if problem or image is None:
            self._fail(JobError(problem))
        else:
            self._succeed(CheckedTile(image))

    def _on_error(self, error: ApiError) -> None:
        has_login = bool(self._login or self._source.authcfg)
        sentence = why_no_tile(error, self._server, has_login)
        self._fail(JobError(sentence, error.raw if not self._source.has_key else "", error))


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
        return translate("OwnSources", "{server} does not accept the login. Edit the source, and correct it.")
    return translate("OwnSources", "{server} asks for a login. Edit the source, and give it one.")
