"""The projects of the account as an item model: read page by page, updated by difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from ...text.server_text import bounded, tip_of_lines
from ...text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.http.reply import ApiReply
    from ...api.projects import Project, ProjectPage

    FetchPage = Callable[[int, int, str], ApiReply]  # limit, offset, text -> ProjectPage

PAGE_SIZE = 25  # the service repeats every model in each row: small pages
MAX_PROJECTS = 10_000
_MAX_TOOLTIP = 400


class ProjectModel(QAbstractListModel):
    """Rows of projects; more are asked for as a view scrolls (`canFetchMore`).

    `load` reads the list anew for a text and exchanges only the rows that differ, so that the current row of
    a combo box, a selection and the scroll position stay. A reply that was overtaken is aborted.
    """

    ProjectRole = Qt.ItemDataRole.UserRole + 1

    failed = pyqtSignal(object)  # ApiError
    loaded = pyqtSignal()  # a page arrived and the rows show it

    def __init__(self, parent: Optional[QObject] = None, page_size: int = PAGE_SIZE) -> None:
        super().__init__(parent)
        self._page_size = page_size
        self._fetch: Optional[FetchPage] = None
        self._projects: list[Project] = []
        self._kept: Optional[Project] = None
        self._text = ""
        self._offset = 0  # rows of the server's list that have been read
        self._total = 0
        self._reply: Optional[ApiReply] = None
        self._refreshed: Optional[list[Project]] = None  # what a running `load` has read so far
        self._goal = 0

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Where pages come from; None (signed out) empties the model."""
        self.stop()
        self._fetch = fetch
        self.beginResetModel()
        self._projects = []
        self._kept = None
        self._text = ""
        self._offset = self._total = 0
        self.endResetModel()

    def load(self, text: str = "") -> None:
        """Read the list again, as far as it has been read; from its start when `text` is another one."""
        if self._fetch is None:
            return
        self.stop()
        self._goal = self._offset if text == self._text else 0
        self._text = text
        self._refreshed = []
        self._offset = 0
        self._ask()

    def stop(self) -> None:
        """Drop the request in flight, if any."""
        reply, self._reply = self._reply, None
        self._refreshed = None
        if reply is not None:
            reply.abort()

    def keep(self, project: Optional[Project]) -> None:
        """Show `project` (the current one) whether or not a page with it has been read."""
        self._kept = project
        if project is None:
            return
        row = self.row_of(project.id)
        if row < 0:
            self._insert(0, project)
        else:
            self._replace(row, project)

    @property
    def text(self) -> str:
        """What the rows were searched for."""
        return self._text

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
            return project.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_of(project)
        if role == self.ProjectRole:
            return project
        return None

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether the server has rows that were not read."""
        if parent.isValid() or self._fetch is None or self._reply is not None:
            return False
        return self._offset < min(self._total, MAX_PROJECTS)

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: ask for the next page."""
        if self.canFetchMore(parent):
            self._ask()

    def _ask(self) -> None:
        if self._fetch is None:
            return
        reply = self._fetch(self._page_size, self._offset, self._text)
        self._reply = reply
        reply.succeeded.connect(lambda page: self._take(reply, page))
        reply.failed.connect(lambda error: self._fail(reply, error))

    def _take(self, reply: ApiReply, page: ProjectPage) -> None:
        if reply is not self._reply:
            return
        self._reply = None
        self._offset += len(page.projects)
        self._total = page.total if page.projects else self._offset
        if self._refreshed is None:
            self._append(page.projects)
        else:
            self._refreshed.extend(page.projects)
            if self._offset < min(self._goal, self._total):
                self._ask()
                return
            self._exchange(self._refreshed)
            self._refreshed = None
        self.loaded.emit()

    def _fail(self, reply: ApiReply, error: object) -> None:
        if reply is not self._reply:
            return
        self._reply = None
        self._refreshed = None
        self._total = self._offset  # a view would ask again at once; `load` starts anew
        self.failed.emit(error)

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
    if project.description:
        lines.append(bounded(project.description, _MAX_TOOLTIP))
    return tip_of_lines(lines)


def _unique(projects: Sequence[Project]) -> list[Project]:
    seen: dict[str, Project] = {}
    for project in projects:
        seen.setdefault(project.id, project)
    return list(seen.values())
