"""The project combo box of the header: drop down to choose, type to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFocusEvent, QKeyEvent
from qgis.PyQt.QtWidgets import QComboBox, QCompleter, QToolTip

from ...text.translation import translate
from .project_model import ProjectModel

if TYPE_CHECKING:
    from ...api.projects import Project
    from .project_model import FetchPage

_TYPING_PAUSE_MS = 250
_POPUP = Qt.FocusReason.PopupFocusReason  # to the list of matches: the field is not left


class ProjectChooser(QObject):
    """Drives an editable combo box over two models of projects.

    The combo box itself always holds the whole list; what is typed is searched for on the server and shown in
    a completer's list of its own, so that a search never disturbs the current project.
    """

    chosen = pyqtSignal(object)  # Project, by the user
    failed = pyqtSignal(object)  # ApiError

    def __init__(self, combo: QComboBox, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._combo = combo
        self._field = combo.lineEdit()
        self._current: Optional[Project] = None
        self._typing: Optional[str] = None  # what the user has typed and not yet chosen or given up
        self.model = ProjectModel(self)
        self.matches = ProjectModel(self)
        combo.setModel(self.model)
        combo.setCompleter(None)  # type: ignore[arg-type]  # takes the built-in one away
        self.completer = QCompleter(self.matches, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(12)
        self.completer.setWidget(self._field)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        combo.activated.connect(self._choose_row)
        self._field.textEdited.connect(self._typed)
        self._field.setPlaceholderText(translate("Header", "Search projects"))
        combo.installEventFilter(self)
        self._field.installEventFilter(self)
        self.completer.activated[QModelIndex].connect(self._choose_match)
        self.model.failed.connect(self.failed)
        self.model.loaded.connect(self._show_current)
        # connected after the combo box did, which shows the current row's text whenever that row changes
        for changed in (self.model.dataChanged, self.model.rowsInserted, self.model.rowsRemoved):
            changed.connect(lambda *_rows: self._keep_typing())
        self.matches.failed.connect(self.failed)
        self.matches.loaded.connect(self._offer)

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Where projects come from; None when signed out."""
        self._current = None
        self._forget_typing()
        self.model.set_source(fetch)
        self.matches.set_source(fetch)
        self.model.load()
        self._show_current()

    def set_current(self, project: Optional[Project]) -> None:
        """Show `project` as the chosen one."""
        self._current = project
        self.model.keep(project)
        self._show_current()

    def reload(self) -> None:
        """Read the list again; what did not change stays as it is."""
        self.model.load()

    def close(self) -> None:
        """Let go of the combo box."""
        self.set_source(None)
        self._combo.removeEventFilter(self)
        self._field.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter takes the one match, Escape and leaving the field bring the project's name back."""
        if event.type() == QEvent.Type.Wheel:
            return True  # scrolling past the combo box must not switch the project
        if watched is not self._field:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key_pressed(event.key())
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != _POPUP:
            self._forget_typing()
        return False

    def _key_pressed(self, key: int) -> bool:
        if self._typing is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take_only_match()
            return True
        if key == Qt.Key.Key_Escape:
            self._forget_typing()
            return True
        return False

    def _typed(self, text: str) -> None:
        self._typing = text
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self.matches.stop()
            self.completer.popup().hide()

    def _keep_typing(self) -> None:
        if self._typing is not None and self._field.text() != self._typing:
            self._field.setText(self._typing)

    def _search(self) -> None:
        if self._typing is not None:
            self.matches.load(self._typing.strip())

    def _offer(self) -> None:
        if self._typing is None or not self._field.hasFocus():
            return
        if self.matches.rowCount() == 0:
            self.completer.popup().hide()
            below = self._field.mapToGlobal(self._field.rect().bottomLeft())
            QToolTip.showText(below, translate("Header", "No project has this in its name."), self._field)
        else:
            self.completer.complete(self._combo.rect())

    def _take_only_match(self) -> None:
        text = (self._typing or "").strip()
        exact = [row for row in range(self.model.rowCount()) if self._name(self.model, row) == text]
        if len(exact) == 1:
            self._choose(self.model.project(exact[0]))
        elif self.matches.text == text and self.matches.rowCount() == 1 and not self._pause.isActive():
            self._choose(self.matches.project(0))
        elif text:
            self._pause.stop()
            self._search()

    @staticmethod
    def _name(model: ProjectModel, row: int) -> str:
        project = model.project(row)
        return project.name if project is not None else ""

    def _choose_row(self, row: int) -> None:
        self._choose(self.model.project(row))

    def _choose_match(self, index: QModelIndex) -> None:
        self._choose(index.data(ProjectModel.ProjectRole))

    def _choose(self, project: Optional[Project]) -> None:
        is_other = project is not None and (self._current is None or project.id != self._current.id)
        if is_other:
            self._current = project
            self.model.keep(project)
        self._forget_typing()
        if is_other:
            self.chosen.emit(project)

    def _forget_typing(self) -> None:
        self._typing = None
        self._pause.stop()
        self.matches.stop()
        self.completer.popup().hide()
        self._show_current()

    def _show_current(self) -> None:
        if self._typing is not None:
            return  # nothing that arrives may change what the user is typing
        row = self.model.row_of(self._current.id) if self._current is not None else -1
        self._combo.setCurrentIndex(row)
        self._combo.setEditText(self._current.name if self._current is not None else "")
        self._field.setCursorPosition(0)
