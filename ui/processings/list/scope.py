"""Whose processings are listed: those of the project, or of all projects of the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....api.settings import ALL_PROJECTS_LISTED
from ....jobs.job import LatestJob
from ....jobs.processings.projects import AllProjects
from ....text.server_text import bounded

if TYPE_CHECKING:
    from ....api.http.errors import ApiError
    from ....api.processings import Processing
    from ....api.projects import Project, ProjectRole
    from ....api.session import Session
    from ....jobs.job import JobError

_LONGEST_TITLE = 80


class ListScope(QObject):
    """Knows the projects that are listed, and what may be done in each."""

    changed = pyqtSignal()  # other projects are listed, or their names or roles are other ones

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.is_all = ALL_PROJECTS_LISTED.read()
        self.project: Optional[Project] = None  # the one the session works in
        self.beyond = 0  # projects that are too many to be asked
        self.error: Optional[ApiError] = None  # why the projects could not be had
        self._session = session
        self._projects: dict[str, Project] = {}
        self._reading = LatestJob()

    @property
    def project_ids(self) -> list[str]:
        """The projects that are listed; none where they are not known yet."""
        if self.is_all:
            return list(self._projects)
        return [] if self.project is None else [self.project.id]

    @property
    def titles(self) -> dict[str, str]:
        """What the listed projects are called, by their ids."""
        return {key: bounded(project.name, _LONGEST_TITLE) for key, project in self._known().items()}

    @property
    def renamable(self) -> frozenset[str]:
        """The projects whose processings may be renamed and deleted."""
        return frozenset(key for key, project in self._known().items() if project.may_change_processings)

    def set_project(self, project: Optional[Project]) -> None:
        """The session works in `project`."""
        self.project = project
        if project is None:
            self.forget()
        elif self.is_all and not self._projects and not self._reading.is_waited_for:
            self.read()

    def show_all(self, is_all: bool) -> None:
        """List all projects, or the one."""
        if is_all == self.is_all:
            return
        self.is_all = is_all
        ALL_PROJECTS_LISTED.write(is_all)
        self.forget()
        if is_all and self.project is not None:
            self.read()
        self.changed.emit()

    def read(self) -> None:
        """Ask which projects there are."""
        if not self.is_all or not self._session.is_signed_in:
            return
        self.error = None
        job = AllProjects(self._session.client)

        def take(projects: tuple[Project, ...]) -> None:
            self._projects = {project.id: project for project in projects}
            self.beyond = job.beyond
            self.changed.emit()

        self._reading.start(job, take, self._fail)

    def forget(self) -> None:
        """Know of no project but the session's."""
        self._reading.cancel()
        self._projects = {}
        self.beyond = 0
        self.error = None

    def has(self, processing: Processing) -> bool:
        """Whether it is in a project that is listed."""
        own = "" if self.project is None else self.project.id
        return self.is_all or processing.project_id in ("", own)

    def of(self, chosen: Sequence[Processing]) -> Optional[Project]:
        """Of the projects that have `chosen`, the one in which least may be done; None where one is not known."""
        if not self.is_all or not chosen:
            return self.project
        known = self._known()
        found = [known.get(processing.project_id) for processing in chosen]
        if None in found:
            return None
        return min((each for each in found if each is not None), key=lambda each: _rank(each.role))

    def _known(self) -> dict[str, Project]:
        own = {} if self.project is None else {self.project.id: self.project}
        return {**self._projects, **own} if self.is_all else own

    def _fail(self, error: JobError) -> None:
        self.error = error.cause
        self.changed.emit()


def _rank(role: ProjectRole) -> int:
    return list(type(role)).index(role)
