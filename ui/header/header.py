"""What stands above the tabs: the current project, the balance, and the menus of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QGridLayout, QLabel, QToolButton, QWidget

from ...api import projects
from ...api.http.errors import NO_ANSWER, ApiError
from ...text.server_text import plain_tip
from ...text.translation import translate
from ..widgets.notice import from_error
from .account_menu import AccountMenu
from .account_text import balance_text
from .project_chooser import ProjectChooser
from .project_menu import ProjectMenu
from .project_order import listed_order

if TYPE_CHECKING:
    from ...api.account import Account
    from ...api.http.reply import ApiReply
    from ...api.projects import Project
    from ...api.session import Session

_FORM = str(Path(__file__).with_name("header.ui"))
_READABLE = 15  # characters of a project's name that have to be seen beside the balance


class MapflowHeader(QWidget):
    """Shows which project and which balance there is to work with; a menu beside each."""

    headerLayout: QGridLayout
    projectLabel: QLabel
    projectCombo: QComboBox
    projectMenuButton: QToolButton
    balanceLabel: QLabel
    accountMenuButton: QToolButton

    notice = pyqtSignal(object)  # Notice
    refresh_wanted = pyqtSignal()

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self.chooser = ProjectChooser(self.projectCombo, self)
        self.project_menu = ProjectMenu(session, self.projectMenuButton, self)
        self.account_menu = AccountMenu(session, self.accountMenuButton, self)
        self.chooser.chosen.connect(session.choose_project)
        self.chooser.failed.connect(self._report)
        self.project_menu.notice.connect(self.notice)
        self.project_menu.list_changed.connect(self.chooser.reload)
        self.account_menu.refresh_wanted.connect(self._refresh)
        session.signed_in.connect(self._welcome)
        session.signed_out.connect(self._part)
        session.account_changed.connect(self._show_balance)
        session.project_changed.connect(self._show_project)
        session.project_failed.connect(self._report_project)
        session.reachable_changed.connect(self._reachable)
        self._show_balance(session.account)
        self._show_project(session.project)
        if session.is_signed_in:
            self._welcome(session.account)

    def close(self) -> bool:
        """Wait for no answer any more."""
        self.chooser.close()
        self.project_menu.stop()
        return bool(super().close())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: there is another width."""
        super().resizeEvent(event)
        self._place_balance()

    def _welcome(self, account: Optional[Account]) -> None:
        client = self._session.client

        def fetch(limit: int, offset: int, text: str) -> ApiReply:
            order = listed_order()
            return projects.page(client, limit, offset, text, order.value, order.is_rising)

        self.chooser.set_source(fetch)
        self.chooser.set_current(self._session.project)
        self._show_balance(account)

    def _part(self, _why: str) -> None:
        # a dialog that is open belongs to the former login: nothing it sent is answered any more
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self.project_menu.stop()
        self.chooser.set_source(None)

    def _show_balance(self, account: Optional[Account]) -> None:
        text = balance_text(account)
        self.balanceLabel.setText(text)
        self.balanceLabel.setVisible(bool(text))
        title = translate("Header", "Balance")
        self.balanceLabel.setToolTip(title if account is None else f"{title} · {plain_tip(account.email)}")
        self._place_balance()

    def _place_balance(self) -> None:
        """Beside the project where both have room, below it where they have not: height is scarcer than width."""
        layout = self.headerLayout
        margins = layout.contentsMargins()
        others = (self.projectLabel, self.balanceLabel, self.projectMenuButton, self.accountMenuButton)
        taken = sum(each.sizeHint().width() for each in others) + len(others) * layout.horizontalSpacing()
        left = self.width() - margins.left() - margins.right() - taken
        layout.removeWidget(self.balanceLabel)
        if left >= _READABLE * self.fontMetrics().averageCharWidth():
            layout.addWidget(self.balanceLabel, 0, 2)
        else:
            layout.addWidget(self.balanceLabel, 1, 1, 1, 4)

    def _show_project(self, project: Optional[Project]) -> None:
        self.chooser.set_current(project)
        self.project_menu.show_project(project)

    def _report(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))

    def _report_project(self, error: ApiError) -> None:
        recovers_alone = error.fault in NO_ANSWER
        if self._session.may_ask_project_again and not recovers_alone:
            again = self._session.ask_project_again
            self.notice.emit(
                replace(from_error(error), action=translate("Header", "Try Again"), on_action=again)
            )
        else:
            self._report(error)

    def _reachable(self, is_reachable: bool) -> None:
        if is_reachable:  # what was asked while the service could not be reached has failed
            self.chooser.reload()

    def _refresh(self) -> None:
        self._session.refresh_account()
        self.chooser.reload()
        self.refresh_wanted.emit()
