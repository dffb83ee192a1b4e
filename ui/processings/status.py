"""The states of a processing as the user reads them: a word, a picture, and the groups the list is filtered by."""

from __future__ import annotations

import enum
from typing import Optional

from ...api.processings import Processing, Status
from ...text.translation import translate

_ICONS = {
    Status.UNPROCESSED: "mTaskQueued.svg",
    Status.IN_PROGRESS: "mTaskRunning.svg",
    Status.AWAITING: "mTaskOnHold.svg",
    Status.OK: "mIconSuccess.svg",
    Status.FAILED: "mIconWarning.svg",
    Status.CANCELLED: "mTaskCancel.svg",
    Status.REFUNDED: "mActionUndo.svg",
    Status.UNKNOWN: "mActionHelpContents.svg",
}
# The order the list is sorted in by status: what is under way comes first.
_ORDER = (
    Status.IN_PROGRESS,
    Status.UNPROCESSED,
    Status.AWAITING,
    Status.OK,
    Status.FAILED,
    Status.CANCELLED,
    Status.REFUNDED,
    Status.UNKNOWN,
)


class StatusGroup(enum.Enum):
    """What the status filter offers."""

    ALL = "all"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"

    def holds(self, status: Status) -> bool:
        """Whether a processing in `status` belongs to this group."""
        if self is StatusGroup.RUNNING:
            return status.is_running
        if self is StatusGroup.READY:
            return status is Status.OK
        if self is StatusGroup.FAILED:
            return status is Status.FAILED
        if self is StatusGroup.STOPPED:
            return status in (Status.CANCELLED, Status.REFUNDED)
        return True


def group_title(group: StatusGroup) -> str:
    """The group's entry in the status filter."""
    return {
        StatusGroup.ALL: translate("Processings", "All statuses"),
        StatusGroup.RUNNING: translate("Processings", "Running"),
        StatusGroup.READY: translate("Processings", "Ready"),
        StatusGroup.FAILED: translate("Processings", "Failed"),
        StatusGroup.STOPPED: translate("Processings", "Cancelled"),
    }[group]


def status_word(status: Status) -> str:
    """One word for `status`."""
    return {
        Status.UNPROCESSED: translate("Processings", "Queued"),
        Status.IN_PROGRESS: translate("Processings", "Running"),
        Status.AWAITING: translate("Processings", "Waiting"),
        Status.OK: translate("Processings", "Ready"),
        Status.FAILED: translate("Processings", "Failed"),
        Status.CANCELLED: translate("Processings", "Cancelled"),
        Status.REFUNDED: translate("Processings", "Refunded"),
        Status.UNKNOWN: translate("Processings", "Unknown"),
    }[status]


def status_text(processing: Processing) -> str:
    """The state in words, with the percentage where one is known: "Running, 43 %"."""
    word = status_word(processing.status)
    percent = shown_percent(processing)
    if percent is None:
        return word
    return translate("Processings", "{status}, {percent} %").format(status=word, percent=percent)


def shown_percent(processing: Processing) -> Optional[int]:
    """The percentage to show, 0–100; None for one that is not running or has not said."""
    if not processing.status.is_running or processing.percent is None:
        return None
    if processing.status is not Status.IN_PROGRESS and processing.percent <= 0:
        return None  # an empty bar would say that it runs
    return max(0, min(100, processing.percent))


def status_order(processing: Processing) -> int:
    """A number to sort by: the status first, then what is still to be done."""
    percent = shown_percent(processing)
    return _ORDER.index(processing.status) * 1000 + (100 - percent if percent is not None else 0)


def status_icon(status: Status) -> str:
    """The name of the QGIS theme icon that stands for `status`."""
    return _ICONS[status]


def reasons(processing: Processing) -> tuple[str, ...]:
    """Why it ended as it did, a sentence a message, each only once."""
    return tuple(dict.fromkeys(message.sentence for message in processing.messages if message.sentence))
