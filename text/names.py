"""What a name that somebody types may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from .translation import translate

_NUMBERED = re.compile(r"(?P<stem>.+?) ?\((?P<number>[0-9]{1,6})\)")


def tidy_name(typed: str) -> str:
    """`typed` with single blanks between its words, and none around them."""
    return " ".join(typed.split())


def name_problem(typed: str, longest: int) -> str:
    """Why `typed` can be no name, short enough for a row; "" where it can. `longest` is counted in characters."""
    name = tidy_name(typed)
    if not name:
        return translate("Text", "Give it a name.")
    if len(name) > longest:
        return translate(
            "Text",
            "Too long by %Ln characters.",
            "Too long by 1 character.",
            len(name) - longest,
        )
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        return translate("Text", "It has unreadable characters.")
    return ""


def next_name(name: str, taken: Collection[str], longest: int) -> str:
    """`name` with the next number in brackets that no name in `taken` has: "Town" becomes "Town (2)".

    It has at most `longest` characters.
    """
    whole = tidy_name(name)
    numbered = _NUMBERED.fullmatch(whole)
    stem, number = (numbered["stem"], int(numbered["number"])) if numbered else (whole, 1)
    while True:
        number += 1
        ending = f" ({number})" if stem else f"({number})"
        made = stem[: longest - len(ending)].rstrip() + ending
        if made not in taken:
            return made
