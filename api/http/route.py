"""Where a request goes: to its first address, on to where a server sends it, and back to the first to start again."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QRandomGenerator, QUrl

from . import outcome
from .addresses import origin_of
from .errors import ApiError
from .home import may_have_login
from .outcome import Attempt
from .request import Request

MAX_REDIRECTS = 5
MAX_RETRIES = 3
MAX_TIMEOUT_RETRIES = 1  # each costs the user a whole idle timeout
MAX_WAIT_S = 60.0  # when a server asks for a longer pause, the request fails and its error says so
_RETRIED = frozenset({429, 502, 503, 504})
_SEE_OTHER = 303
_CHANGES_POST = frozenset({301, 302})  # by which programs turn a POST into a GET


class Route:
    """The address and the verb of the next attempt of `request`, which belongs to `server`."""

    def __init__(self, request: Request, server: str) -> None:
        self.url = request.url
        self.verb = request.verb
        self.is_done = False  # a server said that it did what was asked, and where its answer is
        self._request = request
        self._server = server
        self._home = origin_of(QUrl(server))
        self._redirects = 0
        self._retries = 0

    @property
    def is_home(self) -> bool:
        """Whether it leads to the server's own origin, where the login may go."""
        return origin_of(self.url) == self._home

    @property
    def may_have_login(self) -> bool:
        """Whether the next attempt is sent with the login."""
        return self._request.with_login and self._is_ours(self.url)

    def redirect(self, attempt: Attempt) -> Optional[ApiError]:
        """Go on to where the answer sends; return an error where that is not done."""
        self.is_done = self.is_done or (attempt.status == _SEE_OTHER and self._request.verb != "GET")
        target = attempt.location
        if not target.isValid() or target.scheme().lower() not in {"http", "https"}:
            return outcome.not_mapflow(attempt)
        # Only a GET may leave the origin. Another place must not get a change, and its answer would prove nothing.
        leaves = self._request.verb != "GET" and origin_of(target) != origin_of(attempt.url)
        changes_verb = self.verb == "POST" and attempt.status in _CHANGES_POST
        if leaves or changes_verb:
            return outcome.not_sent_on(attempt, target)
        downgraded = attempt.url.scheme().lower() == "https" and target.scheme().lower() == "http"
        if downgraded or (self._request.for_tiles and not self._is_ours(target)):
            return outcome.moved(attempt, attempt.url, target)
        if self._redirects >= MAX_REDIRECTS:
            return outcome.endless_redirects(attempt)
        self._redirects += 1
        self.verb = "GET" if attempt.status == _SEE_OTHER else self.verb
        self.url = target
        return None

    def start_over(self, attempt: Attempt, base_s: float) -> Optional[float]:
        """Go back to the first address; return the seconds to wait before.

        Return None where the request must not be sent again: it is not repeatable, was tried often enough, or waiting
        does not help. Without a word of the server, the wait doubles from `base_s` on.
        """
        if not (attempt.is_broken or attempt.status in _RETRIED):
            return None
        if not self._request.repeatable or self._retries >= _limit(attempt):
            return None
        wait = outcome.seconds_to_wait(attempt)
        if wait is None:
            jitter = 0.5 + QRandomGenerator.global_().generateDouble()
            wait = base_s * 2**self._retries * jitter
        if wait > MAX_WAIT_S:
            return None
        self._retries += 1
        self._redirects = 0
        self.url, self.verb, self.is_done = self._request.url, self._request.verb, False
        return wait

    def _is_ours(self, url: QUrl) -> bool:
        if self._request.for_tiles:
            return may_have_login(bytes(url.toEncoded()).decode("ascii"), self._server)
        return origin_of(url) == self._home


def _limit(attempt: Attempt) -> int:
    return MAX_TIMEOUT_RETRIES if attempt.timed_out else MAX_RETRIES
