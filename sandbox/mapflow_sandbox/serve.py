"""Runs the server: opens the data folder, says how to sign in, and writes the ready file once it can be reached."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import assets, credentials, providers
from .app import create_app
from .catalog import file
from .catalog.search import Catalog
from .context import Sandbox
from .imagery.own import Uploads
from .imagery.source import Imagery
from .rasters import open_rasters
from .scene import Scene
from .settings import API_PREFIX, Settings
from .store import Database, Role, accounts, moved_clock, past, projects, reviews
from .wire import wire_of
from .work.scheduler import Scheduler


class _PromptProtocol(H11Protocol):
    """Acknowledges what arrives at once: Qt sends the head of a request and its body apart, and waits for it between.

    Left to itself, Linux takes 40 ms for that on a connection that is used again.
    """

    def data_received(self, data: bytes) -> None:
        """Take what arrived."""
        if hasattr(socket, "TCP_QUICKACK") and not self.transport.is_closing():
            self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().data_received(data)


class _AnnouncingServer(uvicorn.Server):
    """Calls `announce` when the server accepts connections."""

    def __init__(self, config: uvicorn.Config, settings: Settings, about: dict[str, object]) -> None:
        super().__init__(config)
        self._settings = settings
        self._about = about

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.should_exit:
            return
        print(f"The sandbox listens on {self._about['url']}", flush=True)
        if self._settings.ready_file is not None:
            _write_private(self._settings.ready_file, json.dumps(self._about))


def serve(settings: Settings) -> None:
    """Run until a signal ends it. Prepares the imagery first where it is missing."""
    os.umask(0o077)  # whatever is written from here on is its owner's alone, by the worker processes too
    settings.data.mkdir(parents=True, exist_ok=True)
    for written_before in settings.data.glob("*.sqlite*"):
        written_before.chmod(0o600)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _leave)  # uvicorn passes a signal on when it has closed its connections
    with _held(settings):
        painted = assets.prepare(settings.assets, report=lambda line: print(line, flush=True))
        sandbox = _sandbox(settings, painted)
        listener = _listen(settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{listener.getsockname()[1]}{API_PREFIX}"
        _tell_logins(settings, sandbox.credentials)
        _tell_place(painted)
        config = uvicorn.Config(
            create_app(sandbox),
            http=_PromptProtocol,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=5,
        )
        server = _AnnouncingServer(config, settings, _about(url, sandbox.credentials, painted))
        sandbox.work.start()
        sandbox.rasters.preparer.start()
        try:
            server.run(sockets=[listener])
        finally:
            if settings.ready_file is not None:
                settings.ready_file.unlink(missing_ok=True)
            sandbox.work.stop()
            sandbox.rasters.preparer.stop()


def _sandbox(settings: Settings, painted: Scene) -> Sandbox:
    database = Database(settings.database)
    moved_clock.restore(database)
    known = credentials.load_or_make(settings.credentials_file, settings.emails)
    for credential in known.known:
        accounts.ensure(database, credential.email, settings.credits)
    first = accounts.by_email(database, known.first.email)
    if first is not None:
        past.seed(database, first.id, settings.processings, painted.bbox_4326)
        _share(database, first.id, settings)
    reviews.decide_due(database)
    rasters = open_rasters(settings, database)
    catalog = Catalog(file.prepare(settings.assets, painted.bbox_4326, settings.catalog))
    imagery = Imagery(painted, catalog, Uploads(database, rasters.files))
    return Sandbox(
        settings=settings,
        database=database,
        credentials=known,
        scene=painted,
        catalog=catalog,
        imagery=imagery,
        rasters=rasters,
        wire=wire_of(settings.dialect),
        work=Scheduler(settings, database, imagery),
    )


def _share(database: Database, owner_id: str, settings: Settings) -> None:
    own = [each for each in projects.visible(database, owner_id)[0] if each.owner_id == owner_id]
    for email, role in settings.shares:
        whom = accounts.by_email(database, email)
        if whom is None or whom.id == owner_id:
            continue
        for project in own:
            projects.share(database, project.id, whom.id, Role(role))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    """Hold the data folder, since two servers would do the same work twice; a server that is killed lets go of it."""
    with closing(sqlite3.connect(settings.lock, timeout=0, isolation_level=None)) as held:
        try:
            held.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise SystemExit(
                f"Another sandbox is using the data folder {settings.data}: work with that one, or end it first."
            ) from error
        yield


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio switches off Nagle only where the protocol is named: else each small answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise SystemExit(
            f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}."
        ) from error
    listener.set_inheritable(False)
    return listener


def _about(url: str, known: credentials.Credentials, painted: Scene) -> dict[str, object]:
    return {
        "url": url,
        "email": known.first.email,
        "basic": known.first.basic,
        "bearer": known.first.bearer,
        "pid": os.getpid(),
        "scene": {"bbox": list(painted.bbox_4326), "provider": providers.ORTHOPHOTO.name},
        "accounts": [
            {"email": each.email, "basic": each.basic, "bearer": each.bearer} for each in known.known
        ],
    }


def _tell_logins(settings: Settings, known: credentials.Credentials) -> None:
    """Print the tokens on a terminal; a log is told where they are and does not hold them."""
    if not sys.stdout.isatty():
        print(f"The accounts' tokens, basic and bearer, are in {settings.credentials_file}", flush=True)
        return
    for each in known.known:
        print(
            f"Account {each.email}\n  Basic token:  {each.basic}\n  Bearer token: {each.bearer}", flush=True
        )


def _tell_place(painted: Scene) -> None:
    """Print where the imagery lies, for whoever looks for it on a map."""
    west, south, east, north = painted.bbox_4326
    middle = f"{(west + east) / 2:.4f},{(south + north) / 2:.4f}"
    print(
        f"The imagery lies around longitude, latitude {middle} (EPSG:4326); Show Imagery in the dock goes there.",
        flush=True,
    )


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    fresh.replace(path)
