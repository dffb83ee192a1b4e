"""What a name that somebody types may be."""

from __future__ import annotations

import unicodedata

from .translation import translate


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
