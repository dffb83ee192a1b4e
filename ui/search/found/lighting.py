"""How a row looks whose footprint is under the pointer, in the list and in the table."""

from __future__ import annotations

from qgis.PyQt.QtGui import QBrush, QPalette
from qgis.PyQt.QtWidgets import QStyle, QStyleOptionViewItem

from ...widgets.rows.contrast import colour_group, mixed

_SHARE = 0.22  # of the colour of chosen rows


def light_up(option: QStyleOptionViewItem) -> None:
    """Let a row look hovered: many styles show nothing of that by themselves."""
    option.state |= QStyle.StateFlag.State_MouseOver
    if not option.state & QStyle.StateFlag.State_Selected:
        group, palette = colour_group(option), option.palette
        ground = palette.color(group, QPalette.ColorRole.Base)
        chosen = palette.color(group, QPalette.ColorRole.Highlight)
        option.backgroundBrush = QBrush(mixed(ground, chosen, _SHARE))
