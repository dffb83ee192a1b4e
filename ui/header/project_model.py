"""The projects of the account as an item model that is updated by difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from ...text.server_text import bounded, tip_of_lines
from ...text.translation import translate
from .project_pages import PAGE_SIZE, ProjectPages
from .project_rows import SUMMARY_ROLE, counts_text, summary_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.projects import Project
    from .project_pages import FetchPage

_MAX_TOOLTIP = 400


class ProjectModel(QAbstractListModel):
    """Rows of projects; more are asked for as a view scrolls (`canFetchMore`).

    When its `pages` have read the list anew, only the rows that differ are exchanged, so that the current row of a
    combo box, a selection and the scroll position stay.
    """

    ProjectRole = Qt.ItemDataRole.UserRole + 1

    failed = pyqtSignal(object)  # ApiError
    loaded = pyqtSignal()  # a page arrived and the rows show it

    def __init__(self, parent: Optional[QObject] = None, page_size: int = PAGE_SIZE) -> None:
        super().__init__(parent)
        self.pages = ProjectPages(self, page_size)
        self.pages.read_anew.connect(self._exchange)
        self.pages.read_on.connect(self._append)
        self.pages.failed.connect(self.failed)
        self._projects: list[Project] = []
        self._kept: Optional[Project] = None

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Where pages come from; None (signed out) empties the model."""
        self.pages.set_source(fetch)
        self.beginResetModel()
        self._projects = []
        self._kept = None
        self.endResetModel()

    def keep(self, project: Optional[Project]) -> None:
        """Show `project` (the current one) whether or not a page with it has been read."""
        self._kept = project
        if project is None:
            return
        row = self.row_of(project.id)
        if row < 0:
            self._insert(0, project)
        else:
            self._replace(row, _with_counts(project, self._projects[row]))

    def project(self, row: int) -> Optional[Project]:
        """The project of a row; None outside of the rows."""
        return self._projects[row] if 0 <= row < len(self._projects) else None

    def row_of(self, project_id: str) -> int:
        """The row of a project, -1 where it has not been read."""
        for row, project in enumerate(self._projects):
            if project.id == project_id:
                return row
        return -1

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: the rows read so far."""
        return 0 if parent.isValid() else len(self._projects)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the name, the description as a tool tip, and the project itself as `ProjectRole`."""
        project = self.project(index.row()) if index.isValid() else None
        if project is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return bounded(project.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_of(project)
        if role == self.ProjectRole:
            return project
        if role == SUMMARY_ROLE:
            return summary_of(project)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (bounded(project.name), counts_text(project)) if part)
        return None

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether the server has rows that were not read."""
        return not parent.isValid() and self.pages.has_more

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: ask for the next page."""
        if self.canFetchMore(parent):
            self.pages.load_more()

    def _append(self, projects: Sequence[Project]) -> None:
        fresh = []
        for project in _unique(projects):
            row = self.row_of(project.id)
            if row < 0:
                fresh.append(project)
            else:
                self._replace(row, project)
        if fresh:
            first = len(self._projects)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._projects.extend(fresh)
            self.endInsertRows()
        self.loaded.emit()

    def _exchange(self, projects: Sequence[Project]) -> None:
        wanted = _unique(projects)
        if self._kept is not None and all(project.id != self._kept.id for project in wanted):
            wanted.insert(0, self._kept)
        ids = {project.id for project in wanted}
        for row in range(len(self._projects) - 1, -1, -1):
            if self._projects[row].id not in ids:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._projects[row]
                self.endRemoveRows()
        for row, project in enumerate(wanted):
            present = self.row_of(project.id)
            if present < 0:
                self._insert(row, project)
                continue
            if present != row:
                self._move(present, row)
            self._replace(row, project)
        self.loaded.emit()

    def _insert(self, row: int, project: Project) -> None:
        self.beginInsertRows(QModelIndex(), row, row)
        self._projects.insert(row, project)
        self.endInsertRows()

    def _move(self, source: int, target: int) -> None:
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
        self._projects.insert(target, self._projects.pop(source))
        self.endMoveRows()

    def _replace(self, row: int, project: Project) -> None:
        if self._projects[row] == project:
            return
        self._projects[row] = project
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)


def tooltip_of(project: Project) -> str:
    """Name and description as a tool tip that shows markup as text."""
    lines = [project.name]
    if project.is_default:
        lines.append(translate("Header", "The default project of the account"))
    counts = counts_text(project)
    if counts:
        lines.append(translate("Header", "Processings: {counts}").format(counts=counts))
    if project.description:
        lines.append(bounded(project.description, _MAX_TOOLTIP))
    return tip_of_lines(lines)


def _with_counts(project: Project, row: Project) -> Project:
    """Only pages tell of the processings: what is known of them stays when a project is told of alone."""
    if project.processings is not None or project.succeeded is not None:
        return project
    return replace(
        project,
        succeeded=row.succeeded,
        failed=row.failed,
        cancelled=row.cancelled,
        refunded=row.refunded,
        processings=row.processings,
    )


def _unique(projects: Sequence[Project]) -> list[Project]:
    seen: dict[str, Project] = {}
    for project in projects:
        seen.setdefault(project.id, project)
    return list(seen.values())
