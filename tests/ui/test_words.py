"""Buttons, titles, tabs, menu and combo box entries are in Title Case, as QGIS has them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mapflow_dock.ui.processings.status import StatusGroup, group_title

UI = Path(__file__).parents[2] / "ui"
TITLED = {"QPushButton", "QToolButton", "QGroupBox", "QgsCollapsibleGroupBox", "QDialog"}
SMALL = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "into",
    "is",
    "it",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
}
ENTRY = re.compile(
    r'(?:addItem|addAction|self\.add|_action|_add|addTab|addMenu)\((?:\s*"\w+",)?[^()"]*translate\(\s*"\w+",\s*"([^"]+)"'
)


def is_title_case(text: str) -> bool:
    words = re.findall(r"[^\W\d_][\w’']*", re.sub(r"\{[^}]*\}|%L?n|“[^”]*”", " ", text.replace("&", "")))
    return all(word[0].isupper() or (place > 0 and word in SMALL) for place, word in enumerate(words))


def texts_of_forms():
    for path in sorted(UI.rglob("*.ui")):
        for widget in ET.parse(path).getroot().iter("widget"):
            for found in widget.findall("property"):
                text = found.findtext("string")
                if (
                    widget.get("class") in TITLED
                    and found.get("name") in {"text", "title", "windowTitle"}
                    and text
                ):
                    yield path.name, text


def entries_of_menus_and_combos():
    for path in sorted(UI.rglob("*.py")):
        for text in ENTRY.findall(path.read_text(encoding="utf-8")):
            yield path.name, text


@pytest.mark.parametrize(("text", "expected"), [
    ("Add Result to Map", True), ("Send as It Is", True), ("Sig&n In", True), ("My imagery", False),
    ("from a Provider", False), ("All statuses", False), ("Sort by &Name", True),
])  # fmt: skip
def test_what_title_case_is(text, expected):
    assert is_title_case(text) is expected


def test_what_is_pressed_or_chosen_is_in_title_case():
    texts = [*texts_of_forms(), *entries_of_menus_and_combos()]
    texts += [("status.py", group_title(group)) for group in StatusGroup]
    assert len(texts) > 80, "they were found"
    assert [(place, text) for place, text in texts if not is_title_case(text)] == []
