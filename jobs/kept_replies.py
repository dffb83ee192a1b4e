"""The replies a page is waiting for, so that all of them can be dropped at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from ..api.http.errors import ApiError
    from ..api.http.reply import ApiReply


class KeptReplies:
    """Keeps each reply until it has ended."""

    def __init__(self) -> None:
        self._replies: list[ApiReply] = []

    def follow(
        self, reply: ApiReply, succeeded: Callable[..., None], failed: Callable[[ApiError], None]
    ) -> None:
        """Keep `reply` and tell of its outcome."""
        self._replies.append(reply)
        reply.succeeded.connect(succeeded)
        reply.failed.connect(failed)
        reply.finished.connect(partial(self._forget, reply))

    def abort(self) -> None:
        """Wait for none any more; what was sent already may still happen on the service."""
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()

    def _forget(self, reply: ApiReply) -> None:
        if reply in self._replies:
            self._replies.remove(reply)
