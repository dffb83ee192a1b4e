"""Paints mosaics and images in two lines with their picture, and notes as what they say."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, Qt
from qgis.PyQt.QtGui import QFontMetrics, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QLineEdit, QStyleOptionViewItem, QTreeView, QWidget

from ....api.imagery_records import Image, Mosaic
from ....text.server_text import one_line, readable
from ....text.translation import translate
from ...widgets.icons import icon_named
from ...widgets.rows.carets import draw_caret
from ...widgets.rows.contrast import ground_of, is_middling
from ...widgets.rows.named_row_delegate import NamedRowDelegate
from ...widgets.rows.painting import (
    PADDING,
    draw_bar,
    draw_picture,
    draw_sign,
    draw_text,
    inner,
    lines_in,
    mirrored,
    small_font,
)
from ...widgets.rows.thumbnails import Thumbnails
from .model import Role
from .nodes import Doing, Note

_MOSAIC, _IMAGE = "mosaic.svg", "mIconRaster.svg"
_WAITING, _PREPARING, _FAILED = "sign_queued.svg", "sign_running.svg", "sign_warning.svg"
_PICTURES = (_MOSAIC, _IMAGE)  # of several colours; the others are signs of one
_LONGEST_NAME = 255
_ICON_SHARE = 0.6  # of the picture's place that the icon of an image without one takes


class ImageryDelegate(NamedRowDelegate):
    """Two-line rows. Pictures are asked for as rows are painted, so only those that are seen."""

    def __init__(self, thumbnails: Thumbnails, parent: Optional[QObject] = None) -> None:
        super().__init__("imageryNameEdit", translate("Tree", "New name"), _LONGEST_NAME, parent)
        self._thumbnails = thumbnails
        self._icons = {name: icon_named(name) for name in (_MOSAIC, _IMAGE, _WAITING, _PREPARING, _FAILED)}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint a row, and the caret of a mosaic."""
        super().paint(painter, option, index)
        view = option.widget
        if isinstance(view, QTreeView) and isinstance(index.data(int(Role.NODE)), Mosaic):
            own = QStyleOptionViewItem(option)
            self.initStyleOption(own, index)
            draw_caret(painter, own, index, view)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint a note, or a picture and two lines."""
        node = index.data(int(Role.NODE))
        if isinstance(node, Note):
            self._paint_note(painter, option, text)
        else:
            self._paint_picture(painter, option, node)
            self._paint_lines(painter, option, text, index)

    def name_rect(self, option: QStyleOptionViewItem) -> QRect:
        """Beside the picture."""
        return _text_rect(option)

    def name_of(self, index: QModelIndex) -> str:
        """The name as it is, not as it is shown, but without what cannot be seen."""
        node = index.data(int(Role.NODE))
        return " ".join(readable(node.name).splitlines()) if isinstance(node, (Mosaic, Image)) else ""

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the name; that of an image is chosen without its suffix."""
        is_new = isinstance(editor, QLineEdit) and not editor.text()
        super().setEditorData(editor, index)
        if is_new and isinstance(editor, QLineEdit) and isinstance(index.data(int(Role.NODE)), Image):
            stem = editor.text().rpartition(".")[0]
            editor.setSelection(0, len(stem or editor.text()))

    def _paint_picture(self, painter: QPainter, option: QStyleOptionViewItem, node: object) -> None:
        place = mirrored(option, _picture_rect(option))
        pixmap = self._thumbnails.picture(node.id, node.is_usable) if isinstance(node, Image) else QPixmap()
        if pixmap.isNull():
            icon = self._icons[icon_name(node)]
            side = place.height() if isinstance(node, Mosaic) else round(place.height() * _ICON_SHARE)
            small = QRect(0, 0, side, side)
            small.moveCenter(place.center())
            if icon_name(node) not in _PICTURES:
                draw_sign(painter, option, small, icon)
                return
            if is_middling(ground_of(option)):  # its colours are seen on a very light or dark ground
                painter.fillRect(place, Qt.GlobalColor.white)
            icon.paint(painter, small, Qt.AlignmentFlag.AlignCenter)
            return
        draw_picture(painter, place, pixmap)

    def _paint_lines(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        first, second = lines_in(_text_rect(option), option.font)
        node = index.data(int(Role.NODE))
        if self.is_edited(index):
            summary = str(index.data(int(Role.SUMMARY)) or "")
            self.draw_below_editor(painter, option, _text_rect(option), summary)
            return
        is_unready = isinstance(node, Image) and not node.is_usable
        draw_text(painter, option, first, text, option.font, faint=is_unready)
        doing = index.data(int(Role.DOING))
        small = small_font(option.font)
        if not isinstance(doing, Doing):
            draw_text(painter, option, second, str(index.data(int(Role.SUMMARY)) or ""), small, faint=True)
            return
        words = QRect(second)
        if doing.fraction >= 0:
            bar = QRect(second)
            bar.setLeft(second.left() + second.width() // 2)
            draw_bar(painter, option, bar, round(doing.fraction * 100), self.bar)
            words.setRight(bar.left() - PADDING)
        draw_text(painter, option, words, doing.text, small)

    @staticmethod
    def _paint_note(painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        """Up to two lines of text, cut at the end of the second."""
        font = small_font(option.font)
        metrics = QFontMetrics(font)
        place = inner(option.rect)
        first, rest = _broken(text, metrics, place.width())
        line = QRect(place.left(), place.top(), place.width(), metrics.height())
        if not rest:
            line.moveTop(place.center().y() - metrics.height() // 2)
        draw_text(painter, option, line, first, font, faint=True)
        draw_text(painter, option, line.translated(0, metrics.lineSpacing()), rest, font, faint=True)


def icon_name(node: object) -> str:
    """The icon that stands in the place of a picture: of a mosaic, or of an image that has none or is not ready."""
    if not isinstance(node, Image):
        return _MOSAIC
    if node.is_usable:
        return _IMAGE
    if node.is_awaited:
        return _WAITING if node.is_queued else _PREPARING
    return _FAILED


def _picture_rect(option: QStyleOptionViewItem) -> QRect:
    """A square at the row's beginning."""
    within = inner(option.rect)
    return QRect(within.left(), within.top(), within.height(), within.height())


def _text_rect(option: QStyleOptionViewItem) -> QRect:
    within = inner(option.rect)
    within.setLeft(_picture_rect(option).right() + 2 * PADDING)
    return within


def _broken(text: str, metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """Break `text` into the part that fits in one line, and the rest."""
    words = one_line(text).split(" ")
    line = ""
    while words:
        longer = f"{line} {words[0]}".strip()
        if line and metrics.horizontalAdvance(longer) > width:
            break
        line = longer
        words.pop(0)
    return line, " ".join(words)
