"""The way Tab goes: in the order in which one reads."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QToolButton, QWidget


def read_in_order(parts: Iterable[QWidget]) -> None:
    """Let Tab go through `parts`, and inside each the way it goes there already.

    A group made of a form stands where it was made, not where it was put, and so does what was put in later.
    """
    stops = [stop for part in parts for stop in _stops_in(part)]
    for before, after in zip(stops, stops[1:]):
        QWidget.setTabOrder(before, after)


def _stops_in(part: QWidget) -> list[QWidget]:
    """`part` and all in it where Tab can stop, first `part` itself, then what folds it where it is a group."""
    inside: list[QWidget] = [part]
    # the chain goes through all of QGIS: a thousand widgets, where few are meant
    count = sum(part.isAncestorOf(each) for each in part.findChildren(QWidget))
    widget = part.nextInFocusChain()
    while widget is not part and len(inside) <= count:
        if part.isAncestorOf(widget):
            inside.append(widget)
        widget = widget.nextInFocusChain()
    fold = part.findChild(QToolButton, "collapseButton", Qt.FindChildOption.FindDirectChildrenOnly)
    if fold is not None:
        inside.remove(fold)
        inside.insert(1, fold)
    # Qt moves what hands its focus on, as the field of a spin box does, together with what gets it
    return [
        each for each in inside if each.focusPolicy() != Qt.FocusPolicy.NoFocus and each.focusProxy() is None
    ]
