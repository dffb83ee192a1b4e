"""Finds a project by what is typed into the field of the combo box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFocusEvent, QKeyEvent
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QCompleter, QToolTip, QWidget

from ...text.server_text import bounded
from ...text.translation import translate
from .project_model import ProjectModel
from .project_rows import ProjectDelegate

if TYPE_CHECKING:
    from .project_pages import FetchPage

_TYPING_PAUSE_MS = 250
_POPUP = Qt.FocusReason.PopupFocusReason  # the focus goes to the list of matches: the field is not left


class _ClicksElsewhere(QObject):
    """While something is being typed: a click elsewhere gives it up, also where nothing takes the focus."""

    def __init__(self, search: ProjectSearch) -> None:
        super().__init__(search)
        self._search = search

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: whatever happens in QGIS."""
        is_click = event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget)
        if is_click and not self._search.owns(watched):  # type: ignore[arg-type]  # a widget, by the line above
            self._search.give_up()
        return False


class ProjectSearch(QObject):
    """Asks the service for the projects whose names hold the typed text, and offers them below the field.

    The matches have a model of their own: a search never changes the list of the combo box.
    """

    found = pyqtSignal(object)  # Project, as the user chose it
    ended = pyqtSignal()  # nothing is being typed any more
    failed = pyqtSignal(object)  # ApiError

    def __init__(self, combo: QComboBox, listed: ProjectModel, parent: QObject) -> None:
        super().__init__(parent)
        self._combo = combo
        self._field = combo.lineEdit()
        self._listed = listed
        self._typed: Optional[str] = None  # what the user has typed and neither chosen nor given up
        self._clicks = _ClicksElsewhere(self)
        self.matches = ProjectModel(self)
        self.completer = QCompleter(self.matches, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(12)
        self.completer.setWidget(self._field)
        self.completer.popup().setItemDelegate(ProjectDelegate(self))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._field.textEdited.connect(self._on_typed)
        self._field.setPlaceholderText(translate("Header", "Search projects"))
        # the combo box has the focus, and hands what it gets to the field past the field's filters
        combo.installEventFilter(self)
        self._field.installEventFilter(self)
        self.completer.activated[QModelIndex].connect(self._choose_match)
        self.matches.failed.connect(self.failed)
        self.matches.loaded.connect(self._offer)

    @property
    def is_typing(self) -> bool:
        """Whether the field holds what the user is typing."""
        return self._typed is not None

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Search with `fetch` from now on; None (signed out) finds nothing."""
        self.give_up()
        self.matches.set_source(fetch)

    def keep_text(self) -> None:
        """Show again what the user has typed: the combo box writes the current row's text into its field."""
        if self._typed is not None and self._field.text() != self._typed:
            self._field.setText(self._typed)

    def give_up(self) -> None:
        """Forget what was typed."""
        self._typed = None
        QApplication.instance().removeEventFilter(self._clicks)  # type: ignore[union-attr]  # there is one
        self._stop()
        self.ended.emit()

    def owns(self, widget: QWidget) -> bool:
        """Whether `widget` is the field, or belongs to the list of matches."""
        popup = self.completer.popup()
        return widget is self._field or widget is popup or popup.isAncestorOf(widget)

    def close(self) -> None:
        """Let go of the field."""
        self.set_source(None)
        self._field.removeEventFilter(self)
        self._combo.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter takes the one match; Escape, or leaving the field, gives the search up."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key_pressed(event.key())
        is_left = isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != _POPUP
        # a combo box that is being deleted loses the focus, too
        if is_left and self._typed is not None and not sip.isdeleted(self._combo):
            self.give_up()
        return False

    def _key_pressed(self, key: int) -> bool:
        if self._typed is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_only_match(self._typed.strip())
            return True
        if key == Qt.Key.Key_Escape:
            self.give_up()
            return True
        return False

    def _on_typed(self, text: str) -> None:
        if self._typed is None:
            QApplication.instance().installEventFilter(self._clicks)  # type: ignore[union-attr]
        self._typed = text
        if text.strip():
            self._pause.start()
        else:
            self._stop()

    def _stop(self) -> None:
        self._pause.stop()
        self.matches.pages.stop()
        self.completer.popup().hide()

    def _search(self) -> None:
        if self._typed is not None:
            self.matches.pages.load(self._typed.strip())

    def _offer(self) -> None:
        if self._typed is None or not self._field.hasFocus():
            return
        if self.matches.rowCount() == 0:
            self.completer.popup().hide()
            below = self._field.mapToGlobal(self._field.rect().bottomLeft())
            QToolTip.showText(below, translate("Header", "No project has this in its name."), self._field)
        else:
            self.completer.complete(self._combo.rect())

    def _take_only_match(self, text: str) -> None:
        listed = (self._listed.project(row) for row in range(self._listed.rowCount()))
        exact = [project for project in listed if project is not None and bounded(project.name) == text]
        is_searched = self.matches.pages.text == text and not self._pause.isActive()
        if len(exact) == 1:
            self.found.emit(exact[0])
        elif is_searched and self.matches.rowCount() == 1:
            self.found.emit(self.matches.project(0))
        elif text:
            self._pause.stop()
            self._search()

    def _choose_match(self, index: QModelIndex) -> None:
        self.found.emit(index.data(ProjectModel.ProjectRole))
