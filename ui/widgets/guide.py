"""The user guide: where its chapters are, and the buttons that open them."""

from __future__ import annotations

import enum
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox

if TYPE_CHECKING:
    from .guide_window import GuideWindow


class Chapter(enum.Enum):
    """A heading of the guide, as an address names it."""

    PROJECT = "project-and-account"
    RUN = "run"
    PROCESSINGS = "processings"
    RESULTS = "results"
    SUMMARY = "summary"
    MY_IMAGERY = "my-imagery"
    MY_SOURCES = "my-sources"
    HISTORY = "history"
    SETTINGS = "settings"
    PROBLEMS = "when-something-goes-wrong"


_open: list[GuideWindow] = []  # Qt alone would let go of the Python half of one that has no parent


def open_guide(chapter: Optional[Chapter] = None, _checked: bool = False) -> None:
    """Open the guide in its window, at `chapter` where one is named."""
    from .guide_window import GuideWindow

    # a window that is not below a modal one could not be scrolled while that is open
    owner = QApplication.activeModalWidget() or QApplication.activeWindow()
    if isinstance(owner, GuideWindow):
        owner = owner.parentWidget()
    window = next((each for each in guide_windows() if each.parentWidget() is owner), None)
    if window is None:
        window = GuideWindow(owner)
        _open.append(window)
    window.show()
    window.raise_()
    window.activateWindow()
    if chapter is not None:
        window.view.show_chapter(chapter.value)


def guide_windows() -> list[GuideWindow]:
    """The windows of the guide that are open."""
    _open[:] = [window for window in _open if not sip.isdeleted(window) and not window.is_closed]
    return list(_open)


def close_guide() -> None:
    """Close the guide, wherever it is open."""
    for window in guide_windows():
        window.close()
    _open.clear()


def add_help_button(buttons: QDialogButtonBox, chapter: Chapter) -> None:
    """Give a dialog the button *Help*, which opens `chapter`."""
    button = buttons.addButton(QDialogButtonBox.StandardButton.Help)
    button.setAutoDefault(False)
    button.clicked.connect(partial(open_guide, chapter))
