"""Whether a row that is painted by hand is mirrored in a view that is read from right to left."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt

_NEAR = 3  # pixels: letters have other margins at their other side


def ink(view, index):
    """The columns of pixels in a row that are not its ground, from the row's left edge; and the row's width."""
    row = view.visualRect(index)
    picture = view.viewport().grab(row).toImage()
    scale = picture.devicePixelRatio()
    ground = picture.pixel(picture.width() // 2, 0)
    columns = [
        x
        for x in range(picture.width())
        if any(picture.pixel(x, y) != ground for y in range(picture.height()))
    ]
    return [x / scale for x in columns], row.width()


def both_ways(view, index, qtbot):
    """The ink of a row read from the left, and that read from the right as seen in a mirror."""
    places = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        view.setLayoutDirection(direction)
        qtbot.waitUntil(lambda: not view.visualRect(index).isEmpty())
        columns, width = ink(view, index)
        assert columns, "something is painted"
        places.append(
            columns if direction == Qt.LayoutDirection.LeftToRight else [width - 1 - x for x in columns]
        )
    return places


def expect_mirrored(view, index, qtbot):
    """What stands at the beginning of a row stands at its other side; the row must not look the same either way."""
    view.clearSelection()
    left, mirrored = both_ways(view, index, qtbot)
    _columns, width = ink(view, index)
    assert abs(min(left) + max(left) - width) > 4 * _NEAR, (
        "a row that looks the same either way proves nothing"
    )
    assert abs(min(left) - min(mirrored)) <= _NEAR
    assert abs(max(left) - max(mirrored)) <= _NEAR
