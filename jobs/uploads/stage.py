"""How far an upload is."""

from __future__ import annotations

import enum


class Stage(enum.Enum):
    """The stages, in their order."""

    CHECKING = "checking"
    UNDECIDED = "undecided"
    WAITING = "waiting"
    CONVERTING = "converting"
    SENDING = "sending"
    PROCESSING = "processing"  # the service has the whole file and is at work on it
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LEFT_OUT = "left out"  # as the user wanted it

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes by itself."""
        return self in {Stage.DONE, Stage.FAILED} or self.is_given_up

    @property
    def may_be_retried(self) -> bool:
        """Whether it ended without the image being there."""
        return self.is_over and self is not Stage.DONE

    @property
    def may_be_cleared(self) -> bool:
        """Whether nobody needs to hear of it any more."""
        return self.is_over and self is not Stage.FAILED

    @property
    def is_given_up(self) -> bool:
        """Whether the user did not want it, before or while it was under way."""
        return self in {Stage.CANCELLED, Stage.LEFT_OUT}

    @property
    def is_running(self) -> bool:
        """Whether work on it is under way."""
        return self in {Stage.CHECKING, Stage.CONVERTING, Stage.SENDING, Stage.PROCESSING}
