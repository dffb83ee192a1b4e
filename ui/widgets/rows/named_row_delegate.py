"""Rows with a name that is typed in its place, and refused there with the reason."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette
from qgis.PyQt.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QStyleOptionViewItem, QWidget

from ....text.names import name_problem
from .contrast import legible
from .painting import draw_text, mirrored, small_font
from .two_line_delegate import TwoLineDelegate

_ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class NamedRowDelegate(TwoLineDelegate):
    """While a name is typed its field takes the row's first line, and below it stands why it is refused.

    What was typed stays: the field does not close over a name that cannot be, nor is it filled anew by news of the row.
    Where it closes all the same, since another row was chosen, `refused` says why, and the next edit goes on.
    """

    refused = pyqtSignal(str)  # sentence

    def __init__(
        self, editor_name: str, editor_title: str, longest_name: int, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._editor_name, self._editor_title, self._longest_name = editor_name, editor_title, longest_name
        self._edited = QPersistentModelIndex()
        self._problem = ""
        self._first_text: Optional[str] = None  # what the field was filled with; None until it is
        self._kept = QPersistentModelIndex(), ""  # a refused name, to be gone on with

    def name_rect(self, option: QStyleOptionViewItem) -> QRect:
        """Where in a row its name is edited."""
        return option.rect

    def name_of(self, index: QModelIndex) -> str:
        """The name as it is, not as it is shown."""
        return str(index.data(int(Qt.ItemDataRole.EditRole)) or "")

    def is_edited(self, index: QModelIndex) -> bool:
        """Whether the name of this row is being typed."""
        return self._edited.isValid() and self._edited == QPersistentModelIndex(index)

    def draw_below_editor(
        self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, otherwise: str
    ) -> None:
        """Paint why the name is refused, or `otherwise`, in the line that the field leaves free."""
        small = small_font(option.font)
        height = QFontMetrics(small).height()
        line = QRect(place.left(), option.rect.bottom() - height, place.width(), height)
        draw_text(painter, option, line, self._problem or otherwise, small, faint=not self._problem)

    # QStyledItemDelegate

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        """Qt: the name is typed in the row."""
        editor = QLineEdit(parent)
        editor.setObjectName(self._editor_name)
        editor.setAccessibleName(self._editor_title)
        running = QApplication.instance()
        is_themed = isinstance(running, QApplication) and bool(running.styleSheet())
        if is_themed:  # a theme of QGIS has fields that are hardly read
            ground = parent.palette().color(QPalette.ColorRole.Base)
            ink = legible(parent.palette().color(QPalette.ColorRole.Text), ground)
            editor.setStyleSheet(f"background-color: {ground.name()}; color: {ink.name()}")
        self._edited = QPersistentModelIndex(index)
        self._problem, self._first_text = "", None
        editor.textChanged.connect(lambda _text: self._on_typed(editor))
        return editor

    def destroyEditor(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the field is closed."""
        self._edited = QPersistentModelIndex()
        self._problem = ""
        super().destroyEditor(editor, index)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex
    ) -> None:
        """Qt: all of the row but its second line."""
        place = mirrored(option, self.name_rect(option))
        below = QFontMetrics(small_font(option.font)).height()
        editor.setGeometry(place.left(), option.rect.top(), place.width(), option.rect.height() - below)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the name as it is, once: what is typed is not overwritten."""
        if not isinstance(editor, QLineEdit) or self._first_text is not None:
            return
        self._first_text = self.name_of(index)
        kept, text = self._kept
        self._kept = QPersistentModelIndex(), ""
        editor.setText(text if kept.isValid() and kept == QPersistentModelIndex(index) else self._first_text)
        editor.selectAll()

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex
    ) -> None:
        """Qt: the field closes; a name that cannot be is told of, and kept for the next time."""
        if isinstance(editor, QLineEdit):
            problem = self._problem_of(editor)
            if problem:
                self._kept = QPersistentModelIndex(index), editor.text()
                self.refused.emit(problem)
                return
        super().setModelData(editor, model, index)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: a key that would end the edit, or the focus that leaves it, does not where the name cannot be."""
        is_key = (
            event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _ENDING
        )
        is_left = event.type() == QEvent.Type.FocusOut
        if isinstance(editor, QLineEdit) and (is_key or is_left):
            problem = self._problem_of(editor)
            if problem:
                self._tell(editor, problem)
                return is_key
        return bool(super().eventFilter(editor, event))

    # inside

    def _problem_of(self, editor: QLineEdit) -> str:
        if editor.text() == self._first_text:
            return ""
        return name_problem(editor.text(), self._longest_name)

    def _on_typed(self, editor: QLineEdit) -> None:
        if self._problem:
            self._tell(editor, self._problem_of(editor))

    def _tell(self, editor: QLineEdit, problem: str) -> None:
        self._problem = problem
        editor.setToolTip(problem)
        editor.setAccessibleDescription(problem)
        view = self.parent()
        if isinstance(view, QAbstractItemView):
            view.viewport().update()
