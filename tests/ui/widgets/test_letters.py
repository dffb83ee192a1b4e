"""Menus made of many titles: each entry has a letter of its own as long as there is one left."""

from __future__ import annotations

from mapflow_dock.ui.widgets.keys.letters import letter_of, with_letters


def test_every_title_has_a_letter_that_no_other_one_has() -> None:
    titles = ["Date", "Cloud", "Covers", "Sensor", "Provider & Co", "Resolution"]
    lettered = with_letters(titles, taken="U")
    assert [text.replace("&&", "\0").replace("&", "").replace("\0", "&") for text in lettered] == titles
    letters = [letter_of(text).casefold() for text in lettered]
    assert "" not in letters
    assert len({*letters, "u"}) == len(titles) + 1


def test_where_no_letter_is_left_there_is_none() -> None:
    assert with_letters(["A", "a", "–"]) == ["&A", "a", "–"]
    assert letter_of("Fish && Chips") == ""
