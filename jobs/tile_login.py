"""Whether a tile layer may name the login: the service is asked for tiles before QGIS asks for them by itself.

QGIS follows a redirect with the login, wherever it leads, and nothing in QGIS can be told not to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QUrl

from ..api.http.addresses import shown_host
from ..api.http.errors import Fault
from ..api.http.home import is_unprotected, may_have_login
from ..api.http.outcome import MOVED_CODE
from ..layers.tiles.address import sample_tiles, tile_address
from ..layers.tiles.vector import TileMatrix
from ..text.translation import translate
from .job import Job, JobError
from .tilejson import TileJsonRequest

if TYPE_CHECKING:
    from ..api.http.client import Client
    from ..api.http.errors import ApiError
    from ..api.processings import TileSet

UNTOLD = TileMatrix()
_UNKNOWN = frozenset({Fault.NETWORK, Fault.TIMEOUT, Fault.INTERNAL, Fault.CREDENTIAL})
_MISSING = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN})  # some storages forbid what they do not have
_NO_TILES = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})  # QGIS would show nothing, silently


@dataclass(frozen=True)
class TileLogin:
    """The id of the login a layer may name, "" where it needs none or may not have it.

    `forwarded_to` is the server that the tiles are forwarded to, which must not have the login; else "". `unprotected`
    is the server itself, where the login would be readable on the way to it; else "".
    """

    authcfg: str = ""
    forwarded_to: str = ""
    unprotected: str = ""

    @property
    def why_missing(self) -> str:
        """What to tell the user of tiles that do not get the login they may need; "" for others."""
        if self.forwarded_to:
            return translate(
                "Jobs",
                "Pictures may be missing: the service forwards them to another server, {other}, and your login was not "
                "sent along.",
            ).format(other=self.forwarded_to)
        if self.unprotected:
            return translate(
                "Jobs",
                "Pictures may be missing: the connection to {server} is not a secure one, and your login was not sent "
                "along. Use an address that begins with https.",
            ).format(server=self.unprotected)
        return ""


class TileLoginCheck(Job):
    """Asks for tiles of `template` with the client's login; succeeds with a TileLogin.

    It asks only where QGIS would send the login: for the tile in the middle at the first and the last zoom, and at all
    those between when there is none at these. If the tiles cannot be had at all, it is not known where they come from,
    and the job fails.
    """

    def __init__(self, client: Client, template: str, authcfg: str, matrix: TileMatrix) -> None:
        super().__init__()
        self._client = client
        self._authcfg = authcfg
        self._address = tile_address(template, client.server)
        self._matrix = matrix
        self._open = 0  # how many tiles are still to come
        self._is_any_there = False
        self._asked: frozenset[str] = frozenset()

    def _begin(self) -> None:
        server = self._client.server
        if not needs_check(self._address, server, self._authcfg):
            self._succeed(unchecked_login(self._address, server, self._authcfg))
            return
        self._ask(sample_tiles(self._address, self._matrix.zooms, self._matrix.bounds))

    def _ask(self, tiles: tuple[str, ...]) -> None:
        self._asked |= frozenset(tiles)
        self._open = len(tiles)
        for tile in tiles:
            self._follow(self._client.try_tile(tile), self._on_tile, self._on_no_tile)

    def _on_tile(self, _nothing: object) -> None:
        self._is_any_there = True
        self._one_told()

    def _one_told(self) -> None:
        self._open -= 1
        if self._open:
            return
        first, last = self._matrix.zooms
        between = sample_tiles(self._address, tuple(range(first, last + 1)), self._matrix.bounds)
        unasked = tuple(tile for tile in between if tile not in self._asked)
        if self._is_any_there or not unasked:
            self._succeed(TileLogin(self._authcfg))
        else:
            self._ask(unasked)

    def _on_no_tile(self, error: ApiError) -> None:
        if error.code == MOVED_CODE:
            self._replies.abort()
            self._succeed(TileLogin("", str(error.params.get("target", ""))))
        elif error.fault in _UNKNOWN and not error.status:
            self._replies.abort()
            self._fail_with(error)
        else:
            # the place where it is to come from has answered, be it that there is no such tile
            self._is_any_there = self._is_any_there or error.fault not in _MISSING
            self._one_told()


def needs_check(address: str, server: str, authcfg: str) -> bool:
    """Whether a layer that asks for tiles of `address` is to have the login."""
    return bool(address) and bool(authcfg) and may_have_login(address, server)


def unchecked_login(address: str, server: str, authcfg: str) -> TileLogin:
    """The login of a layer that is not to have any, with what there is to tell of that."""
    is_withheld = bool(authcfg) and is_unprotected(address, server)
    return TileLogin(unprotected=shown_host(QUrl(server)) if is_withheld else "")


@dataclass(frozen=True)
class ReadyTiles:
    """What a layer of tiles needs: their zooms and bounds, None where they were not told in time, and the login."""

    matrix: Optional[TileMatrix]
    login: TileLogin


class TilesRequest(Job):
    """Asks what a layer of `tiles` needs to know; succeeds with ReadyTiles.

    What their TileJSON does not say is taken from `instead`. The job fails where the service does not have the tiles,
    and where it cannot be reached.
    """

    def __init__(self, client: Client, tiles: TileSet, authcfg: str, instead: TileMatrix = UNTOLD) -> None:
        super().__init__()
        self._client = client
        self._tiles = tiles
        self._authcfg = authcfg
        self._instead = instead
        self._step: Optional[Job] = None

    def _begin(self) -> None:
        if not self._tiles.tilejson_url:
            self._check(None)
            return
        asked = TileJsonRequest(self._client, self._tiles.tilejson_url, self._instead.zooms)
        asked.succeeded.connect(self._guarded(self._check))
        asked.failed.connect(self._guarded(self._on_no_tilejson))
        self._step = asked
        asked.start()

    def _stop(self) -> None:
        if self._step is not None:
            self._step.cancel()

    def _on_no_tilejson(self, error: JobError) -> None:
        if error.cause is not None and error.cause.fault in _NO_TILES:
            self._fail(error)
        else:
            self._check(None)

    def _check(self, matrix: Optional[TileMatrix]) -> None:
        zooms = matrix.zooms if matrix is not None else self._instead.zooms
        bounds = matrix.bounds if matrix is not None else None
        known = TileMatrix(zooms, bounds or self._instead.bounds)
        check = TileLoginCheck(self._client, self._tiles.tile_url, self._authcfg, known)
        check.succeeded.connect(lambda login: self._succeed(ReadyTiles(matrix, login)))
        check.failed.connect(self._fail)
        self._step = check
        check.start()
