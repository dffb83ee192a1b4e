"""What the user is told when things could not be deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.core import Qgis

from ...api.http.errors import Fault
from ...text.server_text import bounded
from ...text.translation import translate
from .notice import Notice, job_details

if TYPE_CHECKING:
    from ...jobs.deletions import Deletable, Failures


def failures_notice(
    failures: Failures, many: Callable[[int], str], again: Callable[[Iterable[Deletable]], None]
) -> Notice:
    """The notice of one or more failures, with a button that calls `again` with what could not be deleted.

    `many` says of a number of them that they could not be deleted, with a place for the {reason}.
    """
    thing, error = failures[0]
    if len(failures) == 1:
        text = translate("Widgets", "“{name}” could not be deleted. {reason}").format(
            name=bounded(thing.name, 80), reason=error.sentence
        )
    else:
        text = many(len(failures)).format(reason=error.sentence)
    details = "\n\n".join(f"{bounded(each.name)}\n{job_details(why)}" for each, why in failures)
    retry = partial(again, [each for each, _why in failures])
    action = translate("Widgets", "Try Again")
    later = None
    if all(why.cause is not None and why.cause.fault is Fault.NETWORK for _each, why in failures):
        told = translate(
            "Widgets",
            "%Ln items were not deleted while Mapflow could not be reached.",
            "“{name}” was not deleted while Mapflow could not be reached.",
            len(failures),
        ).format(name=bounded(thing.name, 80))
        later = Notice(told, Qgis.MessageLevel.Warning, "", action, retry)
    return Notice(text, Qgis.MessageLevel.Warning, details, action, retry, once_reachable=later)
