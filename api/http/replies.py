"""Replies somebody waits for: dropped together, or each by the one that comes after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

if TYPE_CHECKING:
    from .errors import ApiError
    from .reply import ApiReply


class Replies:
    """The replies somebody waits for, so that all of them can be dropped at once."""

    def __init__(self) -> None:
        self._replies: list[ApiReply] = []

    @property
    def are_waited_for(self) -> bool:
        """Whether an outcome is still to come."""
        return bool(self._replies)

    def follow(
        self,
        reply: ApiReply,
        succeeded: Optional[Callable[..., None]] = None,
        failed: Optional[Callable[[ApiError], None]] = None,
    ) -> ApiReply:
        """Wait for `reply` and tell its outcome to `succeeded` or `failed`; returns it."""
        self._replies.append(reply)
        reply.finished.connect(partial(self._forget, reply))
        if succeeded is not None:
            reply.succeeded.connect(succeeded)
        if failed is not None:
            reply.failed.connect(failed)
        return reply

    def abort(self) -> None:
        """Wait for none any more; what was sent already may still happen on the service."""
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()

    def _forget(self, reply: ApiReply) -> None:
        if reply in self._replies:
            self._replies.remove(reply)


class LatestReply(Replies):
    """The reply to the latest question: an answer to an earlier one never comes."""

    def follow(
        self,
        reply: ApiReply,
        succeeded: Optional[Callable[..., None]] = None,
        failed: Optional[Callable[[ApiError], None]] = None,
    ) -> ApiReply:
        """Wait for `reply` instead of the one before it."""
        self.abort()
        return super().follow(reply, succeeded, failed)
