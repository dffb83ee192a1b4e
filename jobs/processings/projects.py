"""The projects of an account, as many as one list can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api import projects
from ..job import Job

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.projects import Project, ProjectPage

MOST_PROJECTS = 200  # each is asked for its processings
_PAGE = 50  # the service repeats every model in each row


class AllProjects(Job):
    """Reads the projects page by page, those that changed last first; succeeds with a tuple of `Project`.

    At most MOST_PROJECTS; `beyond` says how many others there are.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.beyond = 0
        self._client = client
        self._found: dict[str, Project] = {}
        self._read = 0

    def _begin(self) -> None:
        self._follow(projects.page(self._client, limit=_PAGE, offset=self._read), self._take)

    def _take(self, page: ProjectPage) -> None:
        self._read += len(page.projects) + page.skipped
        for project in page.projects:
            self._found.setdefault(project.id, project)
        has_more = bool(page.projects) and self._read < page.total
        if has_more and len(self._found) < MOST_PROJECTS:
            self._begin()
            return
        found = tuple(self._found.values())[:MOST_PROJECTS]
        self.beyond = max(0, page.total - len(found)) if has_more else 0
        self._succeed(found)
