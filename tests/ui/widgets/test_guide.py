"""The chapters that the buttons *Help* open are in the guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialogButtonBox

from mapflow_dock.ui.widgets.guide import GUIDE_URL, Chapter, add_help_button

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"


def test_every_chapter_is_a_heading_of_the_guide() -> None:
    headings = re.findall(r"^##+ (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {chapter.value for chapter in Chapter} <= {
        heading.lower().replace(" ", "-") for heading in headings
    }


def test_the_guide_begins_with_a_list_of_all_its_chapters() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(.+)\]\(#(.+)\)$", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert listed == [(heading, heading.lower().replace(" ", "-")) for heading in headings]


@pytest.mark.parametrize("chapter", list(Chapter))
def test_help_opens_its_chapter(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, chapter: Chapter) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    buttons = QDialogButtonBox()
    qtbot.addWidget(buttons)
    add_help_button(buttons, chapter)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Help), Qt.MouseButton.LeftButton)
    assert opened == [f"{GUIDE_URL}#{chapter.value}"]
