"""The account that is signed in and the project it works in: both are asked for anew now and then."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from . import account as accounts
from . import projects
from .account import Account
from .connection import Connection
from .http.addresses import account_key
from .http.errors import ApiError, Fault
from .http.replies import LatestReply
from .http.reply import ApiReply
from .offers.known import remember_account
from .projects import Project, ProjectPage
from .settings import PROJECT

_NO_SUCH_PROJECT = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})


class CurrentAccount(QObject):
    """Who is signed in; None while nobody is."""

    changed = pyqtSignal(object)  # Account, after each refresh

    def __init__(self, connection: Connection, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._answer = LatestReply()
        self.account: Optional[Account] = None

    @property
    def key(self) -> str:
        """What tells one account of one server from another in the settings, without naming either."""
        return account_key(self._connection.client.server, self.account.email if self.account else "")

    def enter(self, account: Account) -> None:
        """`account` is signed in."""
        self.account = account
        self._connection.client.account_email = account.email
        remember_account(self._connection.client.server, account)

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self.account = None
        self._answer.abort()

    def refresh(self) -> None:
        """Ask for balance, limits, models and providers anew; `changed` follows."""
        self._answer.follow(accounts.status(self._connection.client), self._came)

    def _came(self, account: Account) -> None:
        self.enter(account)
        self.changed.emit(account)


class CurrentProject(QObject):
    """The project an account works in. A question about it that could not be answered is kept, to be asked again."""

    changed = pyqtSignal(object)  # Optional[Project]; again when its models and limits are known
    failed = pyqtSignal(object)  # ApiError: the project, or its detail, could not be had

    def __init__(self, connection: Connection, account: CurrentAccount, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._account = account
        self._answer = LatestReply()
        self._open_question: Optional[Callable[[], None]] = None
        self.project: Optional[Project] = None

    @property
    def may_ask_again(self) -> bool:
        """Whether a question could not be answered that may be answered another time."""
        return self._open_question is not None

    def choose(self, project: Project) -> None:
        """Make `project` the current one, remember it for the account, and ask for its models and limits."""
        PROJECT.of(self._account.key).write(project.id)
        self.set(project)
        self._ask_detail(project.id)

    def set(self, project: Optional[Project]) -> None:
        """`project` is the current one."""
        self.project = project
        if project is not None and project.models and self._account.account is not None:
            remember_account(self._connection.client.server, self._account.account, project)
        self.changed.emit(project)

    def find(self) -> None:
        """Ask for the project used last; else the default one; else the one that changed last."""
        known = PROJECT.of(self._account.key).read()
        if known:
            self._ask(
                projects.fetch(self._connection.client, known),
                lambda error: self._not_had(error, self._find_default),
            )
        else:
            self._find_default()

    def ask_again(self) -> None:
        """Ask the open question, where there is one."""
        question, self._open_question = self._open_question, None
        if question is not None:
            question()

    def leave(self) -> None:
        """Ask nothing more; the project stays until another one is set."""
        self._open_question = None
        self._answer.abort()

    def _find_default(self) -> None:
        self._ask(
            projects.fetch_default(self._connection.client),
            lambda error: self._not_had(error, self._find_any),
        )

    def _find_any(self) -> None:
        self._answer.follow(
            projects.page(self._connection.client, limit=1),
            self._choose_first,
            lambda error: self._keep_open(error, self.find),
        )

    def _not_had(self, error: ApiError, find_another: Callable[[], None]) -> None:
        """Another project takes the place of one that is gone, not of one that could not be read this time."""
        if error.fault in _NO_SUCH_PROJECT or error.is_unsupported:
            find_another()
        else:
            self._keep_open(error, self.find)

    def _choose_first(self, page: ProjectPage) -> None:
        if page.projects:
            self.choose(page.projects[0])
        else:
            self.set(None)

    def _ask_detail(self, project_id: str) -> None:
        def failed(error: ApiError) -> None:
            if error.fault in _NO_SUCH_PROJECT:
                self.failed.emit(error)
            else:
                self._keep_open(error, lambda: self._ask_detail(project_id))

        self._ask(projects.fetch(self._connection.client, project_id), failed)

    def _ask(self, reply: ApiReply, failed: Callable[[ApiError], None]) -> None:
        self._open_question = None
        self._answer.follow(reply, self.set, failed)

    def _keep_open(self, error: ApiError, question: Callable[[], None]) -> None:
        """Report `error`; `question` is asked again when that may help."""
        self._open_question = question
        self.failed.emit(error)
