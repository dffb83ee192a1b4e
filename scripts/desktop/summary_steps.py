"""What a user does in the window of a summary."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget

from desktop.eyes import NotSeen
from desktop.hands import Desk

WINDOW = "SummaryDialog"


def wait_for_figures(desk: Desk) -> list[str]:
    """The figures as lines, once they are worked out."""
    window: Any = desk.wait("the summary was shown", lambda: desk.sees(WINDOW) and desk.find(WINDOW), 60)
    desk.wait("it is worked out", lambda: not desk.sees("progressBar") and window.summary is not None, 60)
    return str(window.table.text).splitlines()


def choose_scope(desk: Desk, title: str) -> list[str]:
    """Sum up other objects; returns the figures."""
    window: Any = desk.find(WINDOW)
    before = window.summary
    desk.choose("scopeCombo", title)
    desk.wait(f"{title} is summed up", lambda: window.summary is not before, 30)
    return wait_for_figures(desk)


def value_of(lines: list[str], label: str) -> str:
    """What stands behind a label among the figures."""
    found = [line.split(": ", 1)[1] for line in lines if line.startswith(f"{label}: ")]
    if not found:
        raise NotSeen(f"no {label} among {lines}")
    return found[0]


def close(desk: Desk) -> None:
    """Close the window by its key."""
    window: QWidget = desk.find(WINDOW)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    desk.wait("the summary was closed", lambda: not desk.sees(WINDOW))
