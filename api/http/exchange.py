"""One request from its first attempt to its outcome, with its login, redirects, retries and timeouts."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from json import JSONDecodeError
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ...text.translation import translate
from ..answers.content import Content
from ..answers.json_reading import no_full_collection
from ..background import BackgroundWork
from ..login.use import LoginUse
from . import outcome
from .errors import ApiError, ForeignReply, MalformedReply
from .flight import Flight
from .guard import guarded, place_of, unforeseen
from .outcome import Attempt
from .reply import ApiReply
from .request import (
    Request,
    drop_from_cache,
    keep_body,
    keep_in_cache,
    network_manager,
    network_request,
    request_body,
)
from .route import Route
from .scrubbing import scrubbed

if TYPE_CHECKING:
    from ..login.credential import Credential
    from .client import Client

MAX_ANSWER = 64 * 1024 * 1024  # bytes of an answer that is held in memory
LARGE_ANSWER = 128 * 1024  # bytes; a larger answer is read in another thread, so that the GUI does not wait
_MOVED = frozenset({301, 302, 303, 307, 308})
_LOG = logging.getLogger("mapflow_dock")


class Exchange(QObject):
    """Runs one `Request` and reports to `reply`; a JSON answer goes through `parse`."""

    def __init__(self, client: Client, request: Request, parse: Callable[[object], object]) -> None:
        super().__init__(client)
        self.reply = ApiReply(self._stop)
        self._client = client
        self._request = request
        self._parse = parse
        self._route = Route(request, client.server)
        self._login = LoginUse()
        self._too_big = False
        self._flight: Optional[Flight] = None
        self._reading: Optional[BackgroundWork] = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._attempt)
        self._pause.start(0)  # so that the caller can connect before anything can fail

    # one attempt

    @guarded
    def _attempt(self) -> None:
        made = network_request(self._request, self._route.url)
        self._too_big = False
        credential = self._client.credential if self._route.may_have_login else None
        if not self._login.apply(made, credential):
            self.fail(outcome.authcfg_unusable())
            return
        network = self._send(made)
        self._flight = Flight(network, self)
        self._login.watch(network)
        self._flight.watch(self._client.idle_timeout_ms, self._client.window_ms)
        self._flight.ask(lambda sent: sent.readyRead.connect(self._read))
        self._flight.ask(lambda sent: sent.finished.connect(self._finished))

    def _send(self, made: QNetworkRequest) -> QNetworkReply:
        manager = network_manager()
        if self._route.verb == "GET":
            return manager.get(made)
        body = request_body(self._request)
        network = manager.sendCustomRequest(made, self._route.verb.encode("ascii"), body)
        keep_body(body, network)
        return network

    @guarded
    def _read(self) -> None:
        if self._flight is not None and self._flight.take() > MAX_ANSWER:
            self._too_big = True
            self._flight.ask(lambda network: network.abort())

    # when it ended

    @guarded
    def _finished(self) -> None:
        flight = self._flight
        if flight is None:
            return
        attempt = self._ended(flight)
        self._let_go()
        if self._too_big:
            self.fail(outcome.malformed(attempt, translate("Http", "it is too large")))
        elif attempt.is_broken:
            self._broken(attempt)
        else:
            self._answered(attempt)

    def _ended(self, flight: Flight) -> Attempt:
        return flight.ended(self._route.url)

    def _let_go(self) -> None:
        flight, self._flight = self._flight, None
        if flight is not None:
            flight.let_go()

    def _answered(self, attempt: Attempt) -> None:
        if not attempt.is_from_cache:
            self._client.note_reachable(True)
        if attempt.status in _MOVED:
            error = self._route.redirect(attempt)
            if error is None:
                self._pause.start(0)
            else:
                self.fail(error)
        elif attempt.status == 401 and attempt.is_portal:
            self.fail(outcome.not_mapflow(attempt))
        elif attempt.status == 401:
            self._unauthorised(attempt)
        elif 200 <= attempt.status < 300:
            if self._login.is_learned and self._login.used is not None:
                self._client.learn(self._login.used)
            self._accept(attempt)
        elif not self._retry(attempt):
            self.fail(outcome.refused_by_server(attempt))

    def _accept(self, attempt: Attempt) -> None:
        if attempt.is_html:
            self.fail(outcome.not_mapflow(attempt))
            return
        read = partial(_read_out, self._parse, attempt, self._request.content)
        if len(attempt.body) <= LARGE_ANSWER:
            self._take(attempt, read())
            return
        self._reading = BackgroundWork(partial(_read_apart, read), self)
        self._reading.done.connect(partial(self._take, attempt))
        self._reading.broken.connect(lambda problem: self.fail(unforeseen(problem)))
        self._reading.start()

    @guarded
    def _take(self, attempt: Attempt, read: object) -> None:
        """End with what was made of the answer, which is an ApiError when it could not be read."""
        if isinstance(read, ApiError):
            self.fail(read)
            return
        if self._request.is_cacheable and not attempt.is_from_cache:
            keep_in_cache(self._route.url)
        self._end()
        self.reply.succeed(read)

    def _broken(self, attempt: Attempt) -> None:
        error = self._why_broken(attempt)
        is_tls = error.code == outcome.TLS_CODE
        if not is_tls and self._retry(attempt):
            return
        if not is_tls and self._route.is_home:
            self._client.note_reachable(False)
        self.fail(error)

    def _why_broken(self, attempt: Attempt) -> ApiError:
        return outcome.broken_connection(attempt)

    def _retry(self, attempt: Attempt) -> bool:
        """Start again after a pause; return False when the request must not be sent again."""
        wait = self._route.start_over(attempt, self._client.retry_base_s)
        if wait is not None:
            self._pause.start(int(wait * 1000))
        return wait is not None

    def _unauthorised(self, attempt: Attempt) -> None:
        if not self._request.with_login or self._request.for_tiles:
            self.fail(outcome.refused_by_server(attempt))
            return
        if not self._route.is_home:
            self.fail(outcome.wants_another_login(attempt, self._request.url))
            return
        if self._login.choose_other(self._client.credential):
            self._pause.start(0)
            return
        error = _without_login(outcome.refused_by_server(attempt), self._login, self._client.credential)
        self.fail(error)
        self._client.note_refused(error)

    # the outcome

    def fail(self, error: ApiError) -> None:
        """End with `error`. The first error counts; later ones are ignored."""
        if not self.reply.is_running:
            return
        error = _without_login(error, self._login, self._client.credential, self._request.secrets)
        if self._route.is_done:
            error = replace(error, is_done=True)
        place = "…" if self._request.is_private else self._request.url.path()
        _LOG.warning(
            "%s %s: %s (HTTP %s) %s", self._route.verb, place, error.fault.value, error.status, error.code
        )
        try:
            self._stop()
            if self._request.is_cacheable:  # another answer than was asked for must not be given again
                drop_from_cache(self._route.url)
        except Exception as problem:  # noqa: BLE001 - what cannot be tidied up must not hide the error
            _LOG.error("%s was left behind by a request: %s", place, place_of(problem))
        self.reply.fail(error)

    def _stop(self) -> None:
        """Stop everything. The reply was aborted, or fails."""
        flight = self._flight
        if flight is not None and flight.ask(lambda network: network.isRunning()):
            self._flight = None  # `_finished` then ignores that it ends
            flight.ask(lambda network: network.abort())
            self._flight = flight
        if self._reading is not None:
            self._reading.drop()
            self._reading = None
        self._let_go()
        self._end()

    def _end(self) -> None:
        self._pause.stop()
        self._client.forget(self)
        self.deleteLater()


def _without_login(
    error: ApiError, login: LoginUse, current: Optional[Credential], others: tuple[str, ...] = ()
) -> ApiError:
    """`error` with every login hidden that the request was or could have been sent with."""
    credentials, headers = login.secrets
    try:
        return scrubbed(error, (current, *credentials), headers, others)
    except Exception as problem:  # noqa: BLE001 - an error that cannot be scrubbed must not be shown
        return unforeseen(problem)


def _read_apart(read: Callable[[], object]) -> object:
    """Read a large answer in another thread, so that this one can go on."""
    with no_full_collection():
        return read()


def _read_out(parse: Callable[[object], object], attempt: Attempt, content: Content) -> object:
    """Return the value that an answer holds, or an ApiError when it cannot be read. May run in any thread."""
    try:
        return parse(outcome.decoded(attempt, content))
    except ForeignReply:
        return outcome.not_mapflow(attempt)
    except MalformedReply as problem:
        return outcome.malformed(attempt, str(problem))
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        return outcome.malformed(attempt, translate("Http", "it is not JSON"))
    except Exception as problem:  # noqa: BLE001 - an answer that nobody foresaw is one that cannot be read
        _LOG.error("An answer could not be read: %s", place_of(problem))
        return outcome.malformed(attempt, translate("Http", "it is not as this version knows it"))
