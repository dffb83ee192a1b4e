"""Letters for the entries of a menu that is made of many titles, none of which can have one of its own choice."""

from __future__ import annotations

from collections.abc import Iterable


def letter_of(text: str) -> str:
    """The letter after the "&" of a text; "" where it has none."""
    return text.replace("&&", "").partition("&")[2][:1]


def with_letters(titles: Iterable[str], taken: str = "") -> list[str]:
    """`titles` with "&" before a letter of each that no other one has, nor `taken`; without where none is left."""
    used = set(taken.casefold())
    lettered = []
    for title in titles:
        plain = title.replace("&", "&&")
        place = next(
            (at for at, letter in enumerate(plain) if letter.isalnum() and letter.casefold() not in used), -1
        )
        if place >= 0:
            used.add(plain[place].casefold())
            plain = f"{plain[:place]}&{plain[place:]}"
        lettered.append(plain)
    return lettered
