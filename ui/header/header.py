"""What stands above the tabs: the current project, the balance, and the menus of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QComboBox, QDialog, QLabel, QMenu, QMessageBox, QToolButton, QWidget

from ...api import projects
from ...api.account import Billing
from ...api.http.errors import ApiError, Fault
from ...api.lost_answers.create import create_project
from ...text.quantities import area_text, credits_text
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.notice import DetailsDialog, Notice, from_error
from .project_chooser import ProjectChooser
from .project_dialog import ProjectDialog
from .project_sharing import sharing_text

if TYPE_CHECKING:
    from ...api.account import Account
    from ...api.http.reply import ApiReply
    from ...api.projects import Project
    from ...api.session import Session

_FORM = str(Path(__file__).with_name("header.ui"))


class MapflowHeader(QWidget):
    """Shows and changes the current project, and offers what concerns the account."""

    projectCombo: QComboBox
    projectMenuButton: QToolButton
    balanceTitle: QLabel
    balanceLabel: QLabel
    accountMenuButton: QToolButton

    notice = pyqtSignal(object)  # Notice
    refresh_wanted = pyqtSignal()
    sign_out_wanted = pyqtSignal()
    settings_wanted = pyqtSignal()
    help_wanted = pyqtSignal()
    log_wanted = pyqtSignal()

    def __init__(self, session: Session, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self.chooser = ProjectChooser(self.projectCombo, self)
        self._build_project_menu()
        self._build_account_menu()
        self.chooser.chosen.connect(session.choose_project)
        self.chooser.failed.connect(self._report)
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
        """Drop what is in flight."""
        self.chooser.close()
        return bool(super().close())

    def _build_project_menu(self) -> None:
        self.projectMenuButton.setIcon(icon_named("mActionFileOpen.svg"))
        menu = QMenu(self.projectMenuButton)
        menu.setObjectName("projectMenu")
        add = _adder(menu)
        self.new_action = add(
            "newProjectAction", translate("Header", "&New Project…"), self._new, "mActionAdd.svg"
        )
        self.rename_action = add(
            "renameProjectAction", translate("Header", "&Rename…"), self._rename, "mActionToggleEditing.svg"
        )
        self.sharing_action = add(
            "projectSharingAction", translate("Header", "&Sharing…"), self._show_sharing, "mActionSharing.svg"
        )
        menu.addSeparator()
        self.delete_action = add(
            "deleteProjectAction", translate("Header", "&Delete…"), self._delete, "mActionDeleteSelected.svg"
        )
        self.projectMenuButton.setMenu(menu)

    def _build_account_menu(self) -> None:
        self.accountMenuButton.setIcon(icon_named("account.svg"))
        menu = QMenu(self.accountMenuButton)
        menu.setObjectName("accountMenu")
        add = _adder(menu)
        add("accountInfoAction", translate("Header", "&Account…"), self._show_account, "mActionIdentify.svg")
        add("refreshAction", translate("Header", "Re&fresh"), self._refresh, "mActionRefresh.svg")
        menu.addSeparator()
        add(
            "dockSettingsAction",
            translate("Header", "&Settings…"),
            self.settings_wanted.emit,
            "mActionOptions.svg",
        )
        add("dockHelpAction", translate("Header", "&Help"), self.help_wanted.emit, "mActionHelpContents.svg")
        add("dockLogAction", translate("Header", "&Log"), self.log_wanted.emit, "mMessageLogRead.svg")
        menu.addSeparator()
        add("signOutAction", translate("Header", "Sign &Out"), self.sign_out_wanted.emit, "sign_out.svg")
        self.accountMenuButton.setMenu(menu)

    def _welcome(self, account: Optional[Account]) -> None:
        client = self._session.client
        self.chooser.set_source(
            lambda limit, offset, text: projects.page(client, limit=limit, offset=offset, text=text)
        )
        self.chooser.set_current(self._session.project)
        self._show_balance(account)

    def _part(self, _why: str) -> None:
        for dialog in self.findChildren(
            QDialog
        ):  # they are about the former login; what was sent is not answered
            dialog.reject()
        self.chooser.set_source(None)

    def _show_balance(self, account: Optional[Account]) -> None:
        text = balance_text(account)
        self.balanceLabel.setText(text)
        self.balanceTitle.setVisible(bool(text))
        self.balanceLabel.setVisible(bool(text))
        self.balanceLabel.setToolTip(
            account.email if account is not None and "<" not in account.email else ""
        )

    def _show_project(self, project: Optional[Project]) -> None:
        self.chooser.set_current(project)
        self.rename_action.setEnabled(project is not None and project.may_rename)
        self.delete_action.setEnabled(project is not None and project.may_delete)
        self.sharing_action.setEnabled(project is not None)

    def _report(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))

    def _report_project(self, error: ApiError) -> None:
        recovers_alone = error.fault in (Fault.NETWORK, Fault.TIMEOUT)
        if self._session.may_ask_project_again and not recovers_alone:
            again = self._session.ask_project_again
            self.notice.emit(
                replace(from_error(error), action=translate("Header", "Try Again"), on_action=again)
            )
        else:
            self._report(error)

    def _reachable(self, is_reachable: bool) -> None:
        if is_reachable:  # what was asked meanwhile has failed
            self.chooser.reload()

    def _refresh(self) -> None:
        self._session.refresh_account()
        self.chooser.reload()
        self.refresh_wanted.emit()

    def _new(self) -> None:
        client = self._session.client

        def submit(name: str, description: str) -> ApiReply:
            return create_project(client, name, description)

        dialog = ProjectDialog(translate("Header", "New Project"), submit, parent=self)
        dialog.saved.connect(self._take_new)
        self._run(dialog)

    def _rename(self) -> None:
        project = self._session.project
        if project is None:
            return
        client = self._session.client

        def submit(name: str, description: str) -> ApiReply:
            return projects.update(client, project.id, name=name, description=description)

        dialog = ProjectDialog(translate("Header", "Rename Project"), submit, project, self)
        dialog.saved.connect(lambda _answer: self._take_renamed(project.id))
        self._run(dialog)

    def _run(self, dialog: ProjectDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: self.chooser.reload())  # a dropped request may have arrived
        dialog.open()

    def _take_new(self, project: Project) -> None:
        self._session.choose_project(project)

    def _take_renamed(self, project_id: str) -> None:
        """Read the project anew: the answer to a change need not hold it whole, or at all."""
        reply = projects.fetch(self._session.client, project_id)
        reply.succeeded.connect(self._take_new)
        reply.failed.connect(self._report)

    def _delete(self) -> None:
        project = self._session.project
        if project is None:
            return
        box = QMessageBox(self)
        box.setObjectName("deleteProjectBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(translate("Header", "Delete Project"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(deletion_text(project))
        box.addButton(translate("Header", "&Delete"), QMessageBox.ButtonRole.DestructiveRole).clicked.connect(
            lambda _checked=False: self._delete_now(project)
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.open()

    def _delete_now(self, project: Project) -> None:
        reply = projects.delete(self._session.client, project.id)
        reply.succeeded.connect(lambda _nothing: self._leave(project))
        reply.failed.connect(self._report)

    def _leave(self, project: Project) -> None:
        text = translate("Header", "The project {name} was deleted.").format(name=project.name)
        self.notice.emit(Notice(text, Qgis.MessageLevel.Success))
        reply = projects.fetch_default(self._session.client)
        reply.succeeded.connect(self._take_default)
        reply.failed.connect(self._report)

    def _take_default(self, project: Project) -> None:
        self._session.choose_project(project)
        self.chooser.reload()

    def _show_sharing(self) -> None:
        project = self._session.project
        if project is not None:
            DetailsDialog(translate("Header", "Sharing"), sharing_text(project), self).open()

    def _show_account(self) -> None:
        account = self._session.account
        if account is not None:
            DetailsDialog(
                translate("Header", "Account"), account_text(account, self._session.client.server), self
            ).open()


def balance_text(account: Optional[Account]) -> str:
    """What is left to spend, as the account is billed; empty where nothing is billed."""
    if account is None or account.billing is Billing.NONE:
        return ""
    if account.billing is Billing.AREA:
        return translate("Header", "{area} left").format(area=area_text(account.remaining_area_m2))
    return credits_text(account.credits)


def account_text(account: Account, server: str) -> str:
    """The account as lines of plain text."""
    lines = [
        translate("Header", "Account: {email}").format(email=account.email),
        translate("Header", "Server: {server}").format(server=server),
        translate("Header", "Balance: {balance}").format(
            balance=balance_text(account) or translate("Header", "not billed")
        ),
        translate("Header", "Largest area of a processing: {area}").format(
            area=area_text(account.aoi_area_limit_m2)
        ),
        translate("Header", "Parts an area may have: {count}").format(count=account.max_aois),
        translate("Header", "Models: {names}").format(
            names=", ".join(model.name for model in account.models) or "–"
        ),
        translate("Header", "Imagery: {names}").format(
            names=", ".join(each.title for each in account.providers) or "–"
        ),
    ]
    return "\n".join(lines)


def deletion_text(project: Project) -> str:
    """What goes when a project is deleted."""
    count = project.succeeded + project.failed
    if count == 0:
        return translate("Header", "Delete the project {name}? It has no finished processings.").format(
            name=project.name
        )
    return translate(
        "Header",
        "Delete the project {name}? Its %n finished processings and their results go with it. "
        "Layers and files already on this computer stay.",
        "Delete the project {name}? Its one finished processing and the results of that go with it. "
        "Layers and files already on this computer stay.",
        count,
    ).format(name=project.name)


def _adder(menu: QMenu) -> Callable[[str, str, Callable[[], None], str], QAction]:
    def add(name: str, text: str, act: Callable[[], None], icon: str) -> QAction:
        action = QAction(text, menu)
        action.setObjectName(name)
        action.setIcon(icon_named(icon))
        action.triggered.connect(lambda _checked=False: act())
        menu.addAction(action)
        return action

    return add
