"""The menu of the account: what it has and may do, settings, help, log, signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal

from ...api import imagery
from ...api.http.replies import LatestReply
from ...text.translation import translate
from ..my_imagery.storage_bar import storage_text
from ..widgets.facts.dialog import FactsDialog
from ..widgets.guide import Chapter
from ..widgets.icons import icon_named
from .account_text import account_facts
from .menu import ButtonMenu
from .web_links import WebPage, has_web_pages

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QToolButton, QWidget

    from ...api.session import Session


class AccountMenu(ButtonMenu):
    """Shows the account in a window of its own; the rest it passes on as a wish."""

    history_wanted = pyqtSignal()
    refresh_wanted = pyqtSignal()
    settings_wanted = pyqtSignal()
    help_wanted = pyqtSignal()
    log_wanted = pyqtSignal()
    sign_out_wanted = pyqtSignal()

    def __init__(self, session: Session, button: QToolButton, window: QWidget) -> None:
        super().__init__("accountMenu", button)
        self._session = session
        self._window = window
        self._storage = LatestReply()
        button.setIcon(icon_named("account.svg"))
        self.add(
            "accountInfoAction", translate("Header", "&Account…"), self.show_account, "mActionIdentify.svg"
        )
        self.add(
            "historyAction", translate("Header", "H&istory…"), self.history_wanted.emit, "mIconHistory.svg"
        )
        self.add(
            "refreshAction", translate("Header", "Re&fresh"), self.refresh_wanted.emit, "mActionRefresh.svg"
        )
        self._pages = [
            self.add("topUpAction", translate("Header", "Top &Up…"), WebPage.TOP_UP.open, "web.svg"),
            self.add(
                "modelsPageAction", translate("Header", "About the &Models"), WebPage.MODELS.open, "web.svg"
            ),
            self.add(
                "webApplicationAction",
                translate("Header", "Mapflow in the &Browser"),
                WebPage.APPLICATION.open,
                "web.svg",
            ),
        ]
        self.aboutToShow.connect(self._offer_pages)
        self.addSeparator()
        self.add(
            "dockSettingsAction",
            translate("Header", "&Settings…"),
            self.settings_wanted.emit,
            "mActionOptions.svg",
        )
        self.add(
            "dockHelpAction", translate("Header", "&Help"), self.help_wanted.emit, "mActionHelpContents.svg"
        )
        self.add("dockLogAction", translate("Header", "&Log"), self.log_wanted.emit, "mMessageLogRead.svg")
        self.addSeparator()
        self.add("signOutAction", translate("Header", "Sign &Out"), self.sign_out_wanted.emit, "sign_out.svg")

    def _offer_pages(self) -> None:
        for action in self._pages:
            action.setVisible(has_web_pages(self._session.client.server))

    def show_account(self) -> None:
        """Open a window that says what the account has and may do."""
        account = self._session.account
        if account is None:
            return
        project, server = self._session.project, self._session.client.server
        asking = account_facts(account, project, server, translate("Header", "Asking the service…"))
        dialog = FactsDialog(translate("Header", "Account"), asking, Chapter.PROJECT, self._window)

        def show(storage: str) -> None:
            dialog.set_facts(account_facts(account, project, server, storage))

        self._storage.follow(
            imagery.storage(self._session.client),
            lambda storage: show(storage_text(storage)),
            lambda error: show(translate("Header", "not told: {reason}").format(reason=error.sentence)),
        )
        dialog.finished.connect(lambda _result: self._storage.abort())
        dialog.open()
