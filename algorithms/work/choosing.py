"""Finds what a name or an id means, and says what there is where it means nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Callable, TypeVar

from qgis.core import QgsProcessingException

from ...text.server_text import unmarked
from ...text.translation import translate

_MOST_NAMED = 30
_LONGEST = 80  # characters of a name in a sentence
Thing = TypeVar("Thing")


def chosen(things: Iterable[Thing], wanted: str, names: Callable[[Thing], Sequence[str]], what: str) -> Thing:
    """Return the one of `things` that is called `wanted`; raises QgsProcessingException that names what there is.

    `names` gives what a thing is called, its id first and what people know it by last. An id is looked for before
    names. Case, blanks and pictures in a name do not matter. `what` is a sentence that says what was not found, with
    {name} in it.
    """
    known = list(things)
    exact = [thing for thing in known if wanted in names(thing)[:1]]
    alike = exact or [thing for thing in known if _plain(wanted) in map(_plain, names(thing)[1:])]
    if len(alike) == 1:
        return alike[0]
    if alike:
        text = translate("Work", "“{name}” may be several. Give its id, one of: {ids}.")
        raise QgsProcessingException(
            text.format(name=_shown(wanted), ids=listed(names(thing)[0] for thing in alike))
        )
    there = [names(thing)[-1] or names(thing)[0] for thing in known]
    missing = what.format(name=_shown(wanted))
    if not there:
        nothing = translate("Work", "{missing} There is nothing to choose from.")
        raise QgsProcessingException(nothing.format(missing=missing))
    raise QgsProcessingException(
        translate("Work", "{missing} Choose one of: {names}.").format(missing=missing, names=listed(there))
    )


def listed(names: Iterable[str]) -> str:
    """Names within a sentence; an ellipsis stands for more than can be read."""
    shown = [_shown(name) for name in names]
    return ", ".join(shown[:_MOST_NAMED]) + (", …" if len(shown) > _MOST_NAMED else "")


def _shown(name: str) -> str:
    return unmarked(name, _LONGEST)


def _plain(name: str) -> str:
    """A name as it is compared: without case, double blanks and pictures."""
    letters = (each for each in name.casefold() if unicodedata.category(each) not in {"So", "Mn", "Cf", "Sk"})
    return " ".join("".join(letters).split())
