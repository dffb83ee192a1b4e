"""Paints found images in two lines with their picture."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, Qt
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QStyle, QStyleOptionViewItem

from ....jobs.catalog.search import FoundImage
from ....layers.footprints.scene_pictures import thumbnail_address
from ...widgets.icons import icon_named
from ...widgets.rows.contrast import ground_of, is_middling
from ...widgets.rows.painting import PADDING, draw_picture, draw_text, inner, lines_in, mirrored, small_font
from ...widgets.rows.thumbnails import Thumbnails
from ...widgets.rows.two_line_delegate import TwoLineDelegate
from .lighting import light_up
from .model import SearchRole

_MOSAIC, _SCENE = "mosaic.svg", "mIconRaster.svg"


class SearchDelegate(TwoLineDelegate):
    """Two-line rows. Pictures are asked for as rows are painted, so only those that are seen."""

    def __init__(self, thumbnails: Thumbnails, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._icons = {is_mosaic: icon_named(_MOSAIC if is_mosaic else _SCENE) for is_mosaic in (False, True)}

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: a row looks hovered while the pointer is over its footprint, too."""
        super().initStyleOption(option, index)
        if option.state & QStyle.StateFlag.State_MouseOver or index.data(int(SearchRole.IS_LIT)):
            light_up(option)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint a picture and two lines."""
        found = index.data(int(SearchRole.FOUND))
        within = inner(option.rect)
        side = within.height()
        place = QRect(within.left(), within.top(), side, side)
        if isinstance(found, FoundImage):
            self._paint_picture(painter, option, mirrored(option, place), found)
        within.setLeft(place.right() + 2 * PADDING)
        first, second = lines_in(within, option.font)
        draw_text(painter, option, first, text, option.font)
        summary = str(index.data(int(SearchRole.SUMMARY)) or "")
        draw_text(painter, option, second, summary, small_font(option.font), faint=True)

    def _paint_picture(
        self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, found: FoundImage
    ) -> None:
        address = thumbnail_address(found.image, found.ground, self._thumbnails.server)
        pixmap = self._thumbnails.picture(address, bool(address))
        if not pixmap.isNull():
            draw_picture(painter, place, pixmap)
            return
        # the icon's colours are seen on a very light or dark ground
        if option.state & QStyle.StateFlag.State_MouseOver or is_middling(ground_of(option)):
            painter.fillRect(place, Qt.GlobalColor.white)
        self._icons[found.image.is_mosaic].paint(painter, place, Qt.AlignmentFlag.AlignCenter)
