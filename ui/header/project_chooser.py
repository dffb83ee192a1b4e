"""The project combo box of the header: drop down to choose, type to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QEvent, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox

from ...text.server_text import bounded
from .project_model import ProjectModel
from .project_rows import ProjectDelegate
from .project_search import ProjectSearch

if TYPE_CHECKING:
    from ...api.projects import Project
    from .project_pages import FetchPage


_LIST_WIDTH = 42  # average characters of the list of projects: it may be wider than the field


class ProjectChooser(QObject):
    """Drives an editable combo box, which always holds the whole list; what is typed into it is searched for."""

    chosen = pyqtSignal(object)  # Project, by the user
    failed = pyqtSignal(object)  # ApiError

    def __init__(self, combo: QComboBox, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._combo = combo
        self._field = combo.lineEdit()
        self._current: Optional[Project] = None
        self.model = ProjectModel(self)
        combo.setModel(self.model)
        combo.setItemDelegate(ProjectDelegate(combo))
        combo.view().setMinimumWidth(_LIST_WIDTH * combo.fontMetrics().averageCharWidth())
        combo.setCompleter(None)  # type: ignore[arg-type]  # takes the built-in one away
        self.search = ProjectSearch(combo, self.model, self)
        self.search.found.connect(self._choose)
        self.search.ended.connect(self._show_current)
        self.search.failed.connect(self.failed)
        combo.activated.connect(self._choose_row)
        combo.installEventFilter(self)
        self._field.installEventFilter(self)
        self.model.failed.connect(self.failed)
        self.model.loaded.connect(self._show_current)
        # The combo box writes the current row's text into its field whenever that row changes. It was connected to
        # these signals first, so what is called here comes after it.
        for changed in (self.model.dataChanged, self.model.rowsInserted, self.model.rowsRemoved):
            changed.connect(lambda *_rows: self.search.keep_text())

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Where projects come from; None when signed out."""
        self._current = None
        self.search.set_source(fetch)
        self.model.set_source(fetch)
        self.model.pages.load()
        self._show_current()

    def set_current(self, project: Optional[Project]) -> None:
        """Show `project` as the chosen one."""
        self._current = project
        self.model.keep(project)
        self._show_current()

    def reload(self) -> None:
        """Read the list again; what did not change stays as it is."""
        self.model.pages.load()

    def close(self) -> None:
        """Let go of the combo box."""
        self.set_source(None)
        self.search.close()
        self._combo.removeEventFilter(self)
        self._field.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Turn the mouse wheel off: scrolling past the combo box must not switch the project."""
        return event.type() == QEvent.Type.Wheel

    def _choose_row(self, row: int) -> None:
        self._choose(self.model.project(row))

    def _choose(self, project: Optional[Project]) -> None:
        is_other = project is not None and (self._current is None or project.id != self._current.id)
        if is_other:
            self._current = project
            self.model.keep(project)
        self.search.give_up()
        if is_other:
            self.chosen.emit(project)

    def _show_current(self) -> None:
        if self.search.is_typing:
            return  # nothing that arrives may change what the user is typing
        row = self.model.row_of(self._current.id) if self._current is not None else -1
        self._combo.setCurrentIndex(row)
        self._combo.setEditText(bounded(self._current.name) if self._current is not None else "")
        self._field.setCursorPosition(0)
