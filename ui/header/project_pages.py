"""Reads the list of projects from the service, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.http.replies import LatestReply

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.projects import Project, ProjectPage

    FetchPage = Callable[[int, int, str], ApiReply]  # limit, offset, text -> ProjectPage

PAGE_SIZE = 25  # the service repeats every model in each row: small pages
MAX_PROJECTS = 10_000


class ProjectPages(QObject):
    """The pages of the projects whose names hold a text; one question at a time, the latest counts."""

    # list[Project], from the first one as far as the list had been read before
    read_anew = pyqtSignal(object)
    read_on = pyqtSignal(object)  # tuple[Project, ...], the next ones
    failed = pyqtSignal(object)  # ApiError

    def __init__(self, parent: QObject, page_size: int = PAGE_SIZE) -> None:
        super().__init__(parent)
        self._page_size = page_size
        self._fetch: Optional[FetchPage] = None
        self._answer = LatestReply()
        self._is_reading = False
        self._offset = 0  # how many of the server's list have been read
        self._total = 0
        self._fresh: Optional[list[Project]] = None  # what a running `load` has read so far
        self._goal = 0  # how far that `load` is to read
        self.text = ""  # what the projects were searched for

    @property
    def has_more(self) -> bool:
        """Whether the service has projects that were not read, and nothing is on its way."""
        if self._fetch is None or self._is_reading:
            return False
        return self._offset < min(self._total, MAX_PROJECTS)

    def set_source(self, fetch: Optional[FetchPage]) -> None:
        """Ask `fetch` for pages from now on; None (signed out) asks for nothing."""
        self.stop()
        self._fetch = fetch
        self.text = ""
        self._offset = self._total = 0

    def load(self, text: str = "") -> None:
        """Read the list again, as far as it has been read; from its start when `text` is another one."""
        if self._fetch is None:
            return
        self.stop()
        self._goal = self._offset if text == self.text else 0
        self.text = text
        self._fresh = []
        self._offset = 0
        self._ask()

    def load_more(self) -> None:
        """Read the next page."""
        self._ask()

    def stop(self) -> None:
        """Wait for no answer any more."""
        self._is_reading = False
        self._fresh = None
        self._answer.abort()

    def _ask(self) -> None:
        if self._fetch is None:
            return
        self._is_reading = True
        self._answer.follow(self._fetch(self._page_size, self._offset, self.text), self._take, self._fail)

    def _take(self, page: ProjectPage) -> None:
        self._is_reading = False
        self._offset += len(page.projects)
        self._total = page.total if page.projects else self._offset
        if self._fresh is None:
            self.read_on.emit(page.projects)
            return
        self._fresh.extend(page.projects)
        if self._offset < min(self._goal, self._total):
            self._ask()
            return
        fresh, self._fresh = self._fresh, None
        self.read_anew.emit(fresh)

    def _fail(self, error: object) -> None:
        self._is_reading = False
        self._fresh = None
        self._total = self._offset  # a view would ask again at once; `load` starts anew
        self.failed.emit(error)
