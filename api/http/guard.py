"""Ends a request with an error when one of its steps throws an exception that nobody expected.

Without this the request would never end: Qt drops the exceptions of a slot.
"""

from __future__ import annotations

import functools
import logging
import traceback
from typing import Any, Callable, Protocol, TypeVar, cast

from ...text.translation import translate
from .errors import ApiError, Fault

_LOG = logging.getLogger("mapflow_dock")


class _Ending(Protocol):
    def fail(self, error: ApiError) -> None: ...


_Step = TypeVar("_Step", bound=Callable[..., None])


def guarded(step: _Step) -> _Step:
    """Decorate a method that Qt calls. If it throws an exception, the `fail` of its object is called."""

    @functools.wraps(step)
    def run(self: _Ending, *arguments: Any) -> None:
        try:
            step(self, *arguments)
        except Exception as problem:  # noqa: BLE001 - what is to come here is not known, that is the point
            self.fail(unforeseen(problem))

    return cast("_Step", run)


def unforeseen(problem: BaseException) -> ApiError:
    """Return the error for an exception that nobody expected, and log it.

    The log gets the kind and the place of the exception, but not its text: that may hold a login.
    """
    place = place_of(problem)
    _LOG.error("Unforeseen %s", place)
    sentence = translate(
        "Http",
        "Something unexpected happened in the plugin while it spoke with the service, so it is not known what came "
        "of the request. Refresh and look; if it happens again, report it with the details.",
    )
    return ApiError(Fault.INTERNAL, sentence, raw=place)


def place_of(problem: BaseException) -> str:
    """What kind of exception `problem` is and where it was thrown, without its text."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{where}"
