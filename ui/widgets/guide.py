"""The user guide: where its chapters are, and the buttons that open them."""

from __future__ import annotations

import enum
from functools import partial
from typing import Optional

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QDialogButtonBox

GUIDE_URL = "https://github.com/mapflow-dock/mapflow_dock/blob/main/docs/guide.md"


class Chapter(enum.Enum):
    """A heading of the guide, as an address names it."""

    PROJECT = "project-and-account"
    RUN = "run"
    PROCESSINGS = "processings"
    RESULTS = "results"
    SUMMARY = "summary"
    MY_IMAGERY = "my-imagery"
    HISTORY = "history"
    SETTINGS = "settings"
    PROBLEMS = "when-something-goes-wrong"


def open_guide(chapter: Optional[Chapter] = None, _checked: bool = False) -> None:
    """Open the guide in the browser, at `chapter` where one is named."""
    url = QUrl(GUIDE_URL)
    if chapter is not None:
        url.setFragment(chapter.value)
    QDesktopServices.openUrl(url)


def add_help_button(buttons: QDialogButtonBox, chapter: Chapter) -> None:
    """Give a dialog the button *Help*, which opens `chapter`."""
    button = buttons.addButton(QDialogButtonBox.StandardButton.Help)
    button.setAutoDefault(False)
    button.clicked.connect(partial(open_guide, chapter))
