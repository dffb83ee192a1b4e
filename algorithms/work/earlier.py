"""Finds the processing that an earlier run of the same has started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...api.processings import Status, fetch, list_by_project
from ...jobs.batches.key import run_key_of
from ...text.server_text import bounded
from ...text.translation import translate
from .errand import RefusedError

if TYPE_CHECKING:
    from ...api.processings import Processing, ProcessingListing
    from .errand import Errand
    from .order import Order

_MOST_ASKED = 20  # one by one, where the list does not tell their keys
_LONGEST = 80
_OF_NO_USE = frozenset({Status.FAILED, Status.CANCELLED, Status.REFUNDED})


def find_earlier(errand: Errand, order: Order) -> Optional[Processing]:
    """Return the processing of the same run in the project: a finished one before one that runs, else None."""
    errand.stage(translate("Work", "Looking for an earlier run of the same…"))
    listing: ProcessingListing = errand.ask(list_by_project(errand.client, order.project.id))
    useful = [each for each in listing.processings if each.status not in _OF_NO_USE]
    same = [each for each in useful if run_key_of(each) == order.key]
    same = same or _told_alone(errand, order, [each for each in useful if not each.meta])
    same.sort(key=lambda each: each.status is not Status.OK)  # the list has the newest first, and that stays
    if not same:
        return None
    errand.say(
        translate("Work", "“{name}” did the same before ({id}): it is taken, and nothing is spent.").format(
            name=bounded(same[0].name, _LONGEST), id=same[0].id
        )
    )
    return same[0]


def _told_alone(errand: Errand, order: Order, untold: list[Processing]) -> list[Processing]:
    """Those whose whole record has the key: a list may leave out what that has."""
    found = []
    for each in [each for each in untold if each.model_id in ("", order.model.id)][:_MOST_ASKED]:
        try:
            whole: Processing = errand.try_to_ask(fetch(errand.client, each.id))
        except RefusedError:
            continue
        if run_key_of(whole) == order.key and whole.status not in _OF_NO_USE:
            found.append(whole)
    return found
