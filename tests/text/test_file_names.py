"""Names from the server become file names that every system takes, and never paths."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapflow_dock.text.file_names import file_stem, plain_stem

BOTH = pytest.mark.parametrize("stem_of", [file_stem, plain_stem])


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Old Town", "Old Town"),
        ("../../etc/passwd", "etc passwd"),
        ("a\x00b\nc", "a b c"),
        ("…", "…"),
        ("  . ", "result"),
        ("", "result"),
        ("CON", "result CON"),
        ("nul.tif", "result nul.tif"),
        ("com1 .x", "result com1 .x"),
        ("Console", "Console"),
        ("report\u202efdp.exe", "reportfdp.exe"),
    ],
)
def test_names_of_files_are_never_paths(name: str, stem: str) -> None:
    assert file_stem(name, "result") == stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Old Town", "Old_Town"),
        ("C:\\Windows\\x", "C_Windows_x"),
        ("lpt9", "result_lpt9"),
        ("北京 🏠", "北京"),
        ("<b>bold</b>", "b_bold_b"),
        ("../..", "result"),
        ("a\u202eb", "ab"),
    ],
)
def test_a_plain_name_has_words_alone(name: str, stem: str) -> None:
    assert plain_stem(name, "result") == stem


@BOTH
@pytest.mark.parametrize(
    "name", ["x" * 5_000, "🏠" * 5_000, "я" * 5_000, "a" + ". " * 5_000, "con." + "x" * 5_000]
)
def test_a_long_name_fits_every_file_system(stem_of: Callable[..., str], name: str) -> None:
    for longest in (8, 80, 240):
        stem = stem_of(name, "result", longest)
        assert len(stem) <= longest + len("result ")
        assert len(stem.encode()) <= 220
        assert stem == stem.strip(" ._")


@BOTH
@pytest.mark.parametrize("name", ['<>:"/\\|?*', "\x00\x1f\x7f", "\u202e\u2066", "\ud83c", "....", "\n"])
def test_of_nothing_usable_another_name_is_made(stem_of: Callable[..., str], name: str) -> None:
    assert stem_of(name, "image") == "image"
