"""One request from its first attempt to its outcome, with its login, redirects, retries and timeouts."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, QRandomGenerator, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ...text.translation import translate
from ..login.use import LoginUse
from . import outcome
from .addresses import origin_of
from .auth_challenge import ChallengeGuard
from .background import BackgroundWork
from .errors import ApiError, ForeignReply, MalformedReply
from .guard import guarded, place_of, unforeseen
from .outcome import Attempt
from .pace import Pace
from .reply import ApiReply
from .request import (
    Content,
    Request,
    keep_body,
    keep_in_cache,
    network_manager,
    network_request,
    request_body,
)
from .scrubbing import scrubbed

if TYPE_CHECKING:
    from .client import Client

MAX_REDIRECTS = 5
MAX_RETRIES = 3
MAX_TIMEOUT_RETRIES = 1  # each costs the user a whole idle timeout
MAX_WAIT_S = 60.0  # when a server asks for a longer pause, the request fails and its error says so
MAX_ANSWER = 64 * 1024 * 1024  # bytes of an answer that is held in memory
LARGE_ANSWER = 128 * 1024  # bytes; a larger answer is read in another thread, so that the GUI does not wait
_RETRIED = frozenset({429, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_NEVER_MS = 2**31 - 1
_LOG = logging.getLogger("mapflow_dock")


class Exchange(QObject):
    """Runs one `Request` and reports to `reply`; a JSON answer goes through `parse`."""

    def __init__(self, client: Client, request: Request, parse: Callable[[object], object]) -> None:
        super().__init__(client)
        self.reply = ApiReply(self._stop)
        self._client = client
        self._request = request
        self._parse = parse
        self._url = request.url
        self._verb = request.verb
        self._redirects = 0
        self._retries = 0
        self._login = LoginUse()
        self._timed_out = False
        self._too_big = False
        self._network: Optional[QNetworkReply] = None
        self._guard: Optional[ChallengeGuard] = None
        self._reading: Optional[BackgroundWork] = None
        self._pace = Pace(self)
        self._pace.stalled.connect(self._stalled)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._attempt)
        self._pause.start(0)  # so that the caller can connect before anything can fail

    # one attempt

    @guarded
    def _attempt(self) -> None:
        made = network_request(self._request, self._url)
        self._timed_out = self._too_big = False
        may_have_login = self._request.with_login and self._is_home()
        if not self._login.apply(made, self._client.credential if may_have_login else None):
            self.fail(outcome.authcfg_unusable())
            return
        network = self._send(made)
        self._network = network
        self._guard = ChallengeGuard(network)
        self._login.watch(network)
        # QGIS would abort the request after an idle timeout of its own. The timeout of the client replaces it.
        for timer in network.findChildren(QTimer, "timeoutTimer"):
            timer.setInterval(_NEVER_MS)
        network.downloadProgress.connect(self._moved_on)
        network.uploadProgress.connect(self._moved_on)
        network.readyRead.connect(self._read)
        network.finished.connect(self._finished)
        self._begin_pace()

    def _send(self, made: QNetworkRequest) -> QNetworkReply:
        manager = network_manager()
        if self._verb == "GET":
            return manager.get(made)
        body = request_body(self._request)
        network = manager.sendCustomRequest(made, self._verb.encode("ascii"), body)
        keep_body(body, network)
        return network

    def _is_home(self) -> bool:
        return origin_of(self._url) == origin_of(QUrl(self._client.server))

    # while it runs

    def _begin_pace(self) -> None:
        self._pace.begin(self._client.idle_timeout_ms, self._client.window_ms)

    def _moved_on(self, done: int, _total: int) -> None:
        self._pace.note(done)

    @guarded
    def _read(self) -> None:
        if self._network is not None and self._network.bytesAvailable() > MAX_ANSWER:
            self._too_big = True
            self._network.abort()

    @guarded
    def _stalled(self) -> None:
        if self._network is not None:
            self._timed_out = True
            self._network.abort()

    # when it ended

    @guarded
    def _finished(self) -> None:
        self._pace.stop()
        network = self._network
        if network is None:
            return
        attempt = self._ended(network)
        self._let_go()
        if self._too_big:
            self.fail(outcome.malformed(attempt, translate("Http", "it is too large")))
        elif attempt.is_broken:
            self._broken(attempt)
        else:
            self._answered(attempt)

    def _ended(self, network: QNetworkReply) -> Attempt:
        challenged = self._guard is not None and self._guard.was_challenged
        status = network.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        location = network.attribute(QNetworkRequest.Attribute.RedirectionTargetAttribute)
        error = network.error()  # type: ignore[operator]  # Qt 5 has a signal of this name, too
        return Attempt(
            url=QUrl(self._url),
            status=401 if challenged else int(status or 0),
            body=bytes(network.readAll()) if network.isOpen() else b"",
            content_type=str(network.header(QNetworkRequest.KnownHeaders.ContentTypeHeader) or ""),
            retry_after=bytes(network.rawHeader(b"Retry-After")).decode("latin-1"),
            location=self._url.resolved(location) if isinstance(location, QUrl) else QUrl(),
            error=None if error == QNetworkReply.NetworkError.NoError else error,
            error_text=network.errorString(),
            timed_out=self._timed_out,
            was_challenged=challenged,
            is_from_cache=bool(network.attribute(QNetworkRequest.Attribute.SourceIsFromCacheAttribute)),
        )

    def _let_go(self) -> None:
        if self._network is not None:
            self._network.deleteLater()
            self._network = None
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.release()

    def _answered(self, attempt: Attempt) -> None:
        if not attempt.is_from_cache:
            self._client.note_reachable(True)
        if attempt.status in _MOVED:
            self._redirected(attempt)
        elif attempt.status == 401 and attempt.is_portal:
            self.fail(outcome.not_mapflow(attempt))
        elif attempt.status == 401:
            self._unauthorised(attempt)
        elif 200 <= attempt.status < 300:
            if self._login.is_learned and self._login.used is not None:
                self._client.learn(self._login.used)
            self._accept(attempt)
        elif not (attempt.status in _RETRIED and self._retry(attempt, MAX_RETRIES)):
            self.fail(outcome.refused_by_server(attempt))

    def _accept(self, attempt: Attempt) -> None:
        if attempt.is_html:
            self.fail(outcome.not_mapflow(attempt))
            return
        read = partial(_read_out, self._parse, attempt, self._request.content)
        if len(attempt.body) <= LARGE_ANSWER:
            self._take(attempt, read())
            return
        self._reading = BackgroundWork(read, self)
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
            keep_in_cache(self._url)
        self._end()
        self.reply.succeed(read)

    def _broken(self, attempt: Attempt) -> None:
        error = self._why_broken(attempt)
        is_tls = error.code == outcome.TLS_CODE
        if not is_tls and self._retry(attempt, MAX_TIMEOUT_RETRIES if attempt.timed_out else MAX_RETRIES):
            return
        if not is_tls and self._is_home():
            self._client.note_reachable(False)
        self.fail(error)

    def _why_broken(self, attempt: Attempt) -> ApiError:
        return outcome.broken_connection(attempt)

    def _retry(self, attempt: Attempt, limit: int) -> bool:
        """Start again at the first address after a pause; return False when the request must not be sent again."""
        if not self._request.repeatable or self._retries >= limit:
            return False
        wait = outcome.seconds_to_wait(attempt)
        if wait is None:
            jitter = 0.5 + QRandomGenerator.global_().generateDouble()
            wait = self._client.retry_base_s * 2**self._retries * jitter
        if wait > MAX_WAIT_S:
            return False
        self._retries += 1
        self._redirects = 0
        self._url, self._verb = self._request.url, self._request.verb
        self._pause.start(int(wait * 1000))
        return True

    def _redirected(self, attempt: Attempt) -> None:
        target = attempt.location
        if not target.isValid() or target.scheme().lower() not in {"http", "https"}:
            self.fail(outcome.not_mapflow(attempt))
            return
        downgraded = attempt.url.scheme().lower() == "https" and target.scheme().lower() == "http"
        # Only a GET may leave the origin. Another place must not get a change, and its answer would prove nothing.
        leaves = self._request.verb != "GET" and origin_of(target) != origin_of(attempt.url)
        changes_verb = self._verb == "POST" and attempt.status in {301, 302}
        if downgraded or leaves or changes_verb:
            self.fail(outcome.moved(attempt, attempt.url, target))
        elif self._redirects >= MAX_REDIRECTS:
            self.fail(outcome.endless_redirects(attempt))
        else:
            self._redirects += 1
            self._verb = "GET" if attempt.status == 303 else self._verb
            self._url = target
            self._pause.start(0)

    def _unauthorised(self, attempt: Attempt) -> None:
        if not self._request.with_login:
            self.fail(outcome.refused_by_server(attempt))
            return
        if not self._is_home():
            self.fail(outcome.moved(attempt, self._request.url, attempt.url))
            return
        if self._login.choose_other(self._client.credential):
            self._pause.start(0)
            return
        error = self._scrubbed(outcome.refused_by_server(attempt))
        self.fail(error)
        self._client.note_refused(error)

    # the outcome

    def fail(self, error: ApiError) -> None:
        """End with `error`. The first error counts; later ones are ignored."""
        if not self.reply.is_running:
            return
        error = self._scrubbed(error)
        place = self._request.url.path()
        _LOG.warning("%s %s: %s (HTTP %s) %s", self._verb, place, error.fault.value, error.status, error.code)
        try:
            self._stop()
        except Exception as problem:  # noqa: BLE001 - what cannot be tidied up must not hide the error
            _LOG.error("%s was left behind by a request: %s", place, place_of(problem))
        self.reply.fail(error)

    def _scrubbed(self, error: ApiError) -> ApiError:
        credentials, headers = self._login.secrets
        try:
            return scrubbed(error, (self._client.credential, *credentials), headers)
        except Exception as problem:  # noqa: BLE001 - an error that cannot be scrubbed must not be shown
            return unforeseen(problem)

    def _stop(self) -> None:
        """Stop everything. The reply was aborted, or fails."""
        network = self._network
        if network is not None and network.isRunning():
            self._network = None  # `_finished` then ignores that it ends
            network.abort()
            self._network = network
        if self._reading is not None:
            self._reading.drop()
            self._reading = None
        self._let_go()
        self._end()

    def _end(self) -> None:
        self._pace.stop()
        self._pause.stop()
        self._client.forget(self)
        self.deleteLater()


def _read_out(parse: Callable[[object], object], attempt: Attempt, content: Content) -> object:
    """Return the value that an answer holds, or an ApiError when it cannot be read. May run in any thread."""
    try:
        document = outcome.decoded(attempt, content)
    except (ValueError, RecursionError):
        return outcome.malformed(attempt, translate("Http", "it is not JSON"))
    try:
        return parse(document)
    except ForeignReply:
        return outcome.not_mapflow(attempt)
    except MalformedReply as problem:
        return outcome.malformed(attempt, str(problem))
    except Exception as problem:  # noqa: BLE001 - an answer that nobody foresaw is one that cannot be read
        _LOG.error("An answer could not be read: %s", place_of(problem))
        return outcome.malformed(attempt, translate("Http", "it is not as this version knows it"))
