"""What the server says is shown as text, in bounds, and cannot disguise itself or what stands beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapflow_dock.text.server_text import (
    MAX_LENGTH,
    bounded,
    bounded_lines,
    plain_tip,
    readable,
    tip_of_lines,
    unmarked,
)

LONG = "x" * 5_000
MARKUP = "<a href='https://example.org'>Sign in</a> & <img src=x>"
HIDDEN = "in\x00voice\x1b[31m\u202efdp.exe\u202c\u2066\u200f\x9f"
SHOWN = "invoice[31mfdp.exe"


def tip(text: str) -> str:
    return tip_of_lines([text])


@pytest.mark.parametrize("show", [readable, bounded, bounded_lines, plain_tip, tip])
def test_what_cannot_be_seen_and_turns_text_around_is_taken_out(show: Callable[[str], str]) -> None:
    shown = show(HIDDEN)
    assert SHOWN in shown
    assert not set(shown) & set("\x00\x1b\u202e\u202c\u2066\u200f\x9f")


@pytest.mark.parametrize("hidden", ["\xad", "\u034f", "\u3164", "\uffa0", "\ufffb", "\U0001d173"])
def test_two_names_that_look_the_same_are_the_same(hidden: str) -> None:
    assert readable(f"Har{hidden}bour") == "Harbour"


def test_what_looks_like_an_expression_is_none() -> None:
    assert unmarked("[% env('HOME') %] 50 % [a]") == "[％ env('HOME') %] 50 % [a]"


@pytest.mark.parametrize("show", [bounded, bounded_lines, plain_tip, tip])
def test_half_a_character_does_not_break_what_is_shown(show: Callable[[str], str]) -> None:
    assert "ab" in show("a\ud83cb")
    show("a\ud83cb").encode()


@pytest.mark.parametrize("show", [readable, bounded, bounded_lines])
def test_words_of_every_script_stay(show: Callable[[str], str]) -> None:
    text = "Снимок №1 北京 नमस्ते שלום مرحبا 👩‍🚀 – “x”"
    assert show(text) == text


@pytest.mark.parametrize(("show", "most"), [(bounded, MAX_LENGTH), (bounded_lines, 60_000)])
def test_text_has_an_end(show: Callable[[str], str], most: int) -> None:
    assert show(LONG * 20) == "x" * (most - 1) + "…"
    assert show("x" * most) == "x" * most


def test_a_limit_can_be_given() -> None:
    assert bounded(LONG, 80) == "x" * 79 + "…"
    assert bounded_lines("a\nb" + LONG, 4) == "a\nb…"


def test_one_line_is_one_line() -> None:
    assert bounded("  a\r\n\tb\u2028c \x00 d ") == "a b c d"
    assert bounded_lines("a\r\nb\u2028c") == "a\nb\nc"


@pytest.mark.parametrize("show", [plain_tip, tip])
def test_markup_is_shown_in_a_tip_as_it_is(show: Callable[[str], str]) -> None:
    shown = show(MARKUP)
    assert "&lt;a href=&#x27;https://example.org&#x27;&gt;Sign in&lt;/a&gt; &amp; &lt;img" in shown
    assert "<a" not in shown
    assert "<img" not in shown
    assert len(show(LONG)) < MAX_LENGTH + 20


def test_a_tip_of_nothing_is_none() -> None:
    assert not plain_tip(" \x00 ")
    assert tip_of_lines(["a", "", "b"]) == "<qt>a<br/>b</qt>"
