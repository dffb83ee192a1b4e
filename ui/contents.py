"""What is in the dock: the page to sign in, or what there is for who is signed in, and a message bar above both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QStackedWidget, QWidget

from ..text.translation import translate
from .after_sign_in import AfterSignIn
from .sign_in import SignInPage
from .widgets.combos.eliding import elide_combos
from .widgets.late_page import LatePage
from .widgets.notice import FORM, Notice, show_notice

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QShowEvent

    from ..api.monitor import ProcessingMonitor
    from ..api.projects import Project
    from ..api.session import Session
    from .signed_in import SignedInPage

_FORM = str(Path(__file__).with_name("contents.ui"))
_MAX_ITEMS = 4  # notices kept in the bar at once


class DockContents(QWidget):
    """Follows the session, and shows what the pages have to say."""

    settings_wanted = pyqtSignal()
    help_wanted = pyqtSignal()

    messageBar: QgsMessageBar
    pages: QStackedWidget

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        iface: QgisInterface,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._monitor = monitor
        self._iface = iface
        self._offline_item: Optional[QgsMessageBarItem] = None
        self._was_shown = False
        self._matters: list[tuple[str, QgsMessageBarItem]] = []  # what the notices in the bar are about
        self._passing: list[
            tuple[Notice, QgsMessageBarItem]
        ] = []  # what is said in place of some, once reachable
        self._project_id = ""
        self.sign_in_page = SignInPage(session, self.pages)
        elide_combos(self.sign_in_page)
        self.pages.addWidget(self.sign_in_page)
        self._signed_in: LatePage[SignedInPage] = LatePage(self._make_signed_in_page, self.pages)
        self.pages.addWidget(self._signed_in)
        session.signed_in.connect(self._welcome)
        session.signed_out.connect(self._begin_anew)
        self.after_sign_in = AfterSignIn(session, self)  # after the page was changed
        self.after_sign_in.notice.connect(self.show_notice)
        session.not_remembered.connect(lambda sentence: self.show_notice(_warning(sentence)))
        session.reachable_changed.connect(self._tell_reachable)
        session.project_changed.connect(self._follow_project)
        monitor.settled.connect(self._settle)
        self.messageBar.widgetRemoved.connect(self._forget_item)
        self._begin_anew()

    @property
    def signed_in_page(self) -> SignedInPage:
        """What there is for who is signed in."""
        return self._signed_in.page

    def show_notice(self, notice: Notice) -> None:
        """Say `notice` in the dock's own bar; the oldest leaves when there are too many."""
        bar = self.messageBar
        items = bar.items()
        for item in items[: max(0, len(items) - _MAX_ITEMS + 1)]:
            if item is not self._offline_item:
                bar.popWidget(item)
        if notice.about:
            self._settle(notice.about)
        item = show_notice(bar, notice)
        if notice.about:
            self._matters.append((notice.about, item))
        if notice.once_reachable is not None:
            self._passing.append((notice.once_reachable, item))

    def shows_processings(self) -> bool:
        """Whether the user can see the list of processings."""
        return self._signed_in.made is not None and self._signed_in.made.shows_processings()

    def open_processing(self, processing_id: str, server: str, sum_up: bool = False) -> None:
        """Show a processing of `server`, once somebody is signed in there; says so until then.

        With `sum_up`, its result is added to the map and summed up.
        """
        self.after_sign_in.ask(
            server,
            lambda: self.signed_in_page.open_processing(processing_id, sum_up),
            translate("Ui", "Sign in to see the processing of this layer."),
            translate(
                "Ui",
                "The processing of this layer is on another server, {server}. Sign in there to see it.",
            ),
        )

    def use_imagery(self, layer_id: str) -> None:
        """Let what a layer shows be the imagery to process, once somebody is signed in; says so until then."""

        def use() -> None:
            layer = QgsProject.instance().mapLayer(layer_id)
            if layer is not None:  # it may have been removed before the sign-in
                self.signed_in_page.use_imagery_of(layer)

        if QgsProject.instance().mapLayer(layer_id) is not None:
            self.after_sign_in.ask("", use, translate("Ui", "Sign in to use this layer as imagery."))

    def use_area_of(self, layer: QgsVectorLayer) -> None:
        """Let the polygons of `layer` be the area; who is not signed in is told what is missing to see that."""
        self.signed_in_page.use_area_of(layer)
        if not self._session.is_signed_in and not self._session.is_busy:
            self.show_notice(_warning(translate("Ui", "Sign in to process the polygons of this layer.")))

    def may_quit(self) -> bool:
        """Whether QGIS may quit now; asks the user while uploads are under way."""
        return self._signed_in.made is None or self._signed_in.made.may_quit()

    def close(self) -> bool:
        """Put away all that reaches out of the dock."""
        if self._signed_in.made is not None:
            self._signed_in.made.close()
        self.messageBar.clearWidgets()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: when first shown, the stored login is asked for."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.sign_in_page.restore()

    def _make_signed_in_page(self, parent: QWidget) -> SignedInPage:
        from .signed_in import SignedInPage

        page = SignedInPage(self._session, self._monitor, self._iface, parent)
        page.notice.connect(self.show_notice)
        page.matter_settled.connect(self._settle)
        page.settings_wanted.connect(self.settings_wanted)
        page.help_wanted.connect(self.help_wanted)
        return page

    def _begin_anew(self, _why: str = "") -> None:
        """Show the page for who is signed in, or for who is not; what was said before is of no use any more."""
        self.messageBar.clearWidgets()
        self._offline_item = None
        is_in = self._session.is_signed_in
        self.pages.setCurrentWidget(self._signed_in if is_in else self.sign_in_page)

    def _welcome(self, _account: object) -> None:
        self._begin_anew()
        if self.isVisible():
            self.signed_in_page.header.projectCombo.setFocus()

    def _tell_reachable(self, is_reachable: bool) -> None:
        if is_reachable:
            item, self._offline_item = self._offline_item, None
            if item is not None:
                self.messageBar.popWidget(item)
            for later, outdated in list(self._passing):
                self.messageBar.popWidget(outdated)
                self.show_notice(later)
        elif self._offline_item is None and self._session.is_signed_in:
            text = translate("Ui", "Mapflow cannot be reached. The dock goes on by itself once it answers.")
            self._offline_item = show_notice(self.messageBar, Notice(text, Qgis.MessageLevel.Warning), 0)

    def _settle(self, about: str) -> None:
        """Take back what was said about `about`; all that is about processings and the like where that is empty."""
        for told, item in list(self._matters):
            if about == told or (not about and told != FORM):
                self.messageBar.popWidget(item)

    def _follow_project(self, project: Optional[Project]) -> None:
        project_id = "" if project is None else project.id
        if project_id != self._project_id:
            self._project_id = project_id
            self._settle("")

    def _forget_item(self, item: QgsMessageBarItem) -> None:
        self._matters = [held for held in self._matters if held[1] is not item]
        self._passing = [held for held in self._passing if held[1] is not item]
        if item is self._offline_item:  # closed by the user: it is said once, not again
            self._offline_item = None


def _warning(sentence: str) -> Notice:
    return Notice(sentence, Qgis.MessageLevel.Warning)
