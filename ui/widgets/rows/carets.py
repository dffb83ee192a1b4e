"""The carets of a tree: those of styles and themes are hardly seen on a chosen row."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, QPointF, QRect, Qt
from qgis.PyQt.QtGui import QPainter, QPolygonF
from qgis.PyQt.QtWidgets import QStyleOptionViewItem, QTreeView

from .contrast import ground_of
from .painting import make_legible, text_colour

_SHARE = 0.45  # of the indentation that a caret takes


def draw_caret(painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex, view: QTreeView) -> None:
    """Paint a caret over that of the style, in the colour of the row's text; nothing where nothing can be opened."""
    is_open = view.isExpanded(index)
    if not index.model().hasChildren(index) or (is_open and index.model().rowCount(index) == 0):
        return
    is_mirrored = view.layoutDirection() == Qt.LayoutDirection.RightToLeft
    wide = view.indentation()
    left = option.rect.right() + 1 if is_mirrored else option.rect.left() - wide
    place = QRect(left, option.rect.top(), wide, option.rect.height())
    row = QStyleOptionViewItem(option)
    make_legible(row)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(place, ground_of(option))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(text_colour(row))
    middle, half = QPointF(place.center()) + QPointF(0.5, 0.5), wide * _SHARE / 2
    painter.translate(middle)
    painter.rotate(90 if is_open else 180 if is_mirrored else 0)
    painter.drawPolygon(QPolygonF([QPointF(-half / 2, -half), QPointF(half, 0), QPointF(-half / 2, half)]))
    painter.restore()
