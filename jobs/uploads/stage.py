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
    PROCESSING = "processing"  # the service has the whole file, and has not answered yet
    PREPARING = "preparing"  # the image is in its mosaic, and the service makes it ready
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
    def is_on_its_way(self) -> bool:
        """Whether its image is not in the mosaic yet, and nobody has given up: ending QGIS now would lose it."""
        return not self.is_over and self is not Stage.PREPARING
