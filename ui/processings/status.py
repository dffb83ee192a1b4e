"""The states of a processing as the user reads them: a word, a picture, and the groups the list is filtered by."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Optional, Union

from ...api.processings import AreaState, Processing, Review, Status
from ...text.quantities import (
    credits_text,
    days_left_text,
    local_date_text,
    number_text,
    percent_text,
)
from ...text.translation import translate

# What is shown: the status of a processing, or how far the review of its result is.
State = Union[Status, Review]

_ICONS: dict[State, str] = {
    Status.UNPROCESSED: "sign_queued.svg",
    Status.IN_PROGRESS: "sign_running.svg",
    Status.AWAITING: "sign_waiting.svg",
    Review.IN_REVIEW: "sign_review.svg",
    Review.NOT_ACCEPTED: "sign_refused.svg",
    Status.OK: "sign_ready.svg",
    Status.FAILED: "sign_warning.svg",
    Status.CANCELLED: "sign_cancelled.svg",
    Status.REFUNDED: "sign_refunded.svg",
    Status.UNKNOWN: "sign_unknown.svg",
}
# All of them, in the order the list is sorted in by status: what is under way comes first.
STATES: tuple[State, ...] = (
    Status.IN_PROGRESS,
    Status.UNPROCESSED,
    Status.AWAITING,
    Review.IN_REVIEW,
    Review.NOT_ACCEPTED,
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
    REVIEW = "review"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"

    def holds(self, state: State) -> bool:
        """Whether a processing in `state` belongs to this group."""
        if self is StatusGroup.RUNNING:
            return isinstance(state, Status) and state.is_running
        if self is StatusGroup.REVIEW:
            return isinstance(state, Review)
        if self is StatusGroup.READY:
            return state is Status.OK
        if self is StatusGroup.FAILED:
            return state is Status.FAILED
        if self is StatusGroup.STOPPED:
            return state in (Status.CANCELLED, Status.REFUNDED)
        return True


def group_title(group: StatusGroup) -> str:
    """The group's entry in the status filter."""
    return {
        StatusGroup.ALL: translate("Processings", "All Statuses"),
        StatusGroup.RUNNING: translate("Processings", "Running"),
        StatusGroup.REVIEW: translate("Processings", "In Review"),
        StatusGroup.READY: translate("Processings", "Ready"),
        StatusGroup.FAILED: translate("Processings", "Failed"),
        StatusGroup.STOPPED: translate("Processings", "Cancelled or Refunded"),
    }[group]


def state_of(processing: Processing) -> State:
    """What is shown of `processing`: a result that is in review, or was not accepted, is not ready.

    The service calls what it was sent "in progress" at once; as long as nothing of it is done, it waits for its turn.
    """
    if processing.status is Status.IN_PROGRESS and processing.percent == 0:
        return Status.UNPROCESSED
    review = processing.review
    if review is None or review is Review.ACCEPTED:
        return processing.status
    if review is Review.REFUNDED:
        return Status.REFUNDED
    return Status.UNKNOWN if review is Review.UNKNOWN else review


def state_word(state: State) -> str:
    """A word or two for `state`."""
    words: dict[State, str] = {
        Status.UNPROCESSED: translate("Processings", "Queued"),
        Status.IN_PROGRESS: translate("Processings", "Running"),
        Status.AWAITING: translate("Processings", "Waiting"),
        Review.IN_REVIEW: translate("Processings", "In review"),
        Review.NOT_ACCEPTED: translate("Processings", "Not accepted"),
        Status.OK: translate("Processings", "Ready"),
        Status.FAILED: translate("Processings", "Failed"),
        Status.CANCELLED: translate("Processings", "Cancelled"),
        Status.REFUNDED: translate("Processings", "Refunded"),
        Status.UNKNOWN: translate("Processings", "Unknown"),
    }
    return words[state]


def status_text(processing: Processing, now: Optional[datetime] = None) -> str:
    """The state in words with what is known of it: "Running, 43 %", "In review until 2/10/2026, 3 days left"."""
    state = state_of(processing)
    word = state_word(state)
    if state is Review.IN_REVIEW and processing.review_until is not None:
        until = processing.review_until
        return translate("Processings", "In review until {date}, {left}").format(
            date=local_date_text(until), left=days_left_text(until, now)
        )
    return _with_percent(word, shown_percent(processing))


def until_texts(processing: Processing, now: Optional[datetime] = None) -> tuple[str, ...]:
    """Until when its result is in review, as a second line: the whole, then what will do where room is scarce.

    () where it is not in review, or where that is not told.
    """
    until = processing.review_until
    if state_of(processing) is not Review.IN_REVIEW or until is None:
        return ()
    date, left = local_date_text(until), days_left_text(until, now)
    return translate("Processings", "until {date}, {left}").format(date=date, left=left), left


def shown_percent(processing: Processing) -> Optional[int]:
    """The percentage to show, 0–100; None for one that is not running or has not said."""
    if not processing.status.is_running or processing.percent is None:
        return None
    if processing.percent <= 0:
        return None  # an empty bar would say that it runs
    return min(100, processing.percent)


def status_order(processing: Processing) -> int:
    """A number to sort by: the status first, then what is still to be done."""
    percent = shown_percent(processing)
    return STATES.index(state_of(processing)) * 1000 + (100 - percent if percent is not None else 0)


def part_text(processing: Processing, part: AreaState) -> str:
    """How far a part of the area is; it knows nothing of the review of the whole."""
    is_of_result = part.status is processing.status is Status.OK
    word = state_word(state_of(processing) if is_of_result else part.status)
    return _with_percent(word, part.percent if part.status.is_running else None)


def _with_percent(word: str, percent: Optional[int]) -> str:
    if percent is None:
        return word
    return translate("Processings", "{status}, {percent}").format(status=word, percent=percent_text(percent))


def is_refunded(processing: Processing) -> bool:
    """Whether what it cost was given back, however it ended."""
    refunded = Review.REFUNDED.value
    return processing.status is Status.REFUNDED or processing.review_status.upper() == refunded


def cost_text(processing: Processing) -> str:
    """What it cost, and whether that was given back."""
    cost = credits_text(processing.cost)
    return translate("Processings", "{cost}, refunded").format(cost=cost) if is_refunded(processing) else cost


def rating_text(processing: Processing) -> str:
    """How good its result is said to be, in a number and a word; "" where nobody has said it."""
    words = {
        5: translate("Processings", "Excellent"),
        4: translate("Processings", "Good"),
        3: translate("Processings", "Fair"),
        2: translate("Processings", "Poor"),
        1: translate("Processings", "Unusable"),
    }
    if processing.rating not in words:
        return ""
    return translate("Processings", "{number} of 5 – {word}").format(
        number=number_text(processing.rating, 0), word=words[processing.rating]
    )


def state_icon(state: State) -> str:
    """The name of the sign that stands for `state`: it has one colour, which a row changes to one that is seen."""
    return _ICONS[state]


def reasons(processing: Processing) -> tuple[str, ...]:
    """Why it ended as it did, a sentence a message, each only once."""
    return tuple(dict.fromkeys(message.sentence for message in processing.messages if message.sentence))
