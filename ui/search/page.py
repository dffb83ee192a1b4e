"""The Search page: finds images of the catalog that cover an area."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProject
from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QListView,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...jobs.catalog.search import CatalogSearch
from ...text.server_text import plain_tip
from ...text.translation import translate
from ..widgets.empty_state import EmptyState, InsteadOfList, Remedy
from ..widgets.fitting_scroll import FittingScroll
from ..widgets.keys.tab_order import read_in_order
from ..widgets.sentence import Sentence
from ..widgets.tool_row import ToolRow
from .actions import SearchActions
from .commands import SearchCommands
from .empty_state import empty_state, note, note_of_source
from .filters import SearchFilters
from .found.list import FoundList
from .providers import OfferedProviders
from .question import Question
from .source_shown import SourceShown
from .view_switch import ViewSwitch

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from ..run.area_section import AreaSection

_FORM = str(Path(__file__).with_name("page.ui"))


class SearchPage(QWidget):
    """Searches the area of the Run page, whose section stands here while this page is in front."""

    notice = pyqtSignal(object)  # Notice
    use_requested = pyqtSignal(object)  # tuple of FoundImage
    export_requested = pyqtSignal(object)  # QgsVectorLayer of the project, to be saved with QGIS's own dialog

    rows: QVBoxLayout
    searchForm: QWidget
    areaSlot: QVBoxLayout
    filtersSlot: QVBoxLayout
    narrowedSlot: QVBoxLayout
    searchButton: QPushButton
    orderCombo: QComboBox
    tableButton: QToolButton
    searchProblemLabel: QLabel
    searchStack: QStackedWidget
    foundPage: QWidget
    foundView: QListView
    foundTable: QTableView
    nothingFoundPage: QWidget
    nothingFoundLabel: QLabel
    nothingFoundButton: QPushButton
    foundNote: QLabel
    foundTools: QWidget
    useFoundButton: QToolButton
    previewFoundButton: QToolButton
    coverAreaButton: QToolButton
    pickFoundButton: QToolButton
    footprintsButton: QToolButton

    def __init__(
        self, session: Session, canvas: QgsMapCanvas, area: AreaSection, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._session = session
        self._area = area
        self._is_closed = False
        self.search = CatalogSearch(session, self)
        self.filters = SearchFilters(self.orderCombo, self)
        self.filtersSlot.addWidget(self.filters)
        self.filtersLabel = Sentence("", 1, self)
        self.filtersLabel.setObjectName("filtersLabel")
        self.narrowedSlot.addWidget(self.filtersLabel)
        self.rows.insertWidget(0, FittingScroll(self.searchForm))
        self.list = FoundList(session, self.foundView, self.foundTable, canvas, self)
        self._actions = actions = SearchActions(
            (self.foundView, self.foundTable), self.list.views.columns.menu
        )
        self._buttons = (
            (self.useFoundButton, actions.use),
            (self.previewFoundButton, actions.preview),
            (self.coverAreaButton, actions.cover),
            (self.footprintsButton, actions.footprints),
            (self.pickFoundButton, actions.pick),
        )
        self._commands = SearchCommands(session, canvas, self.list, area, self._actions, self)
        self._instead = InsteadOfList(
            self.searchStack,
            self.foundPage,
            self.nothingFoundPage,
            self.nothingFoundLabel,
            self.nothingFoundButton,
        )
        self._providers = OfferedProviders(session, self.search, self.filters)
        self._question = Question(session, area, self.filters, self.search, self.list)
        self._source = SourceShown(session, self.search, self.list)
        self._switch = ViewSwitch(self.list, actions, self.filters, self.tableButton)
        self._set_up_buttons()
        self._connect()
        self._follow_account()

    def show_source(self, name: str, provider: str, ids: Sequence[str]) -> None:
        """List the images that the processing called `name` used, in place of what was found."""
        self._source.show(name, provider, ids)

    def take_area(self) -> None:
        """Show the area's section on this page."""
        self.areaSlot.addWidget(self._area)
        read_in_order(
            (self._area, self.filters, self.searchButton, self.orderCombo, self.tableButton, self.searchStack)
        )
        read_in_order((self.searchStack, self.foundTools, self.pickFoundButton, self.footprintsButton))

    def close(self) -> bool:
        """End what was asked, and take everything off the map."""
        if not self._is_closed:
            for signal, slot in self._foreign_signals():
                signal.disconnect(slot)
            self.list.close()
            self._commands.close()
            self._source.close()
            self.search.close()
        self._is_closed = True
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the footprints are on the map while this page is seen; so is the area, which left it at a sign-out."""
        super().showEvent(event)
        self._area.attach()
        self.list.map.open()
        self.list.thumbnails.forget_missing()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the map is for others."""
        super().hideEvent(event)
        self._area.stop_drawing()
        self.list.pick_on_map(False)
        self.list.map.close()

    # setting up

    def _set_up_buttons(self) -> None:
        for button, action in self._buttons:
            button.setIcon(action.icon())
            button.clicked.connect(action.trigger)
        self.pickFoundButton.setCheckable(True)
        self.pickFoundButton.setToolTip(self._actions.pick.toolTip())
        self.footprintsButton.setMenu(self._actions.save_menu)
        self.footprintsButton.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        ToolRow((self.useFoundButton, self.previewFoundButton), self.foundTools)

    def _connect(self) -> None:
        actions, found = self._actions, self.list
        actions.pick.toggled.connect(self.pickFoundButton.setChecked)
        self._commands.notice.connect(self.notice)
        self._source.notice.connect(self.notice)
        self._source.changed.connect(self._show_state)
        self._commands.use_wanted.connect(self.use_requested)
        self._commands.export_wanted.connect(self.export_requested)
        found.chosen_changed.connect(self._update_actions)
        found.model.more_wanted.connect(self.search.more)
        self.search.began.connect(found.clear)
        self.search.narrowed.connect(lambda: found.set_found(self.search.found))
        self.search.restored.connect(lambda: found.restore(self.search.found))
        self.search.came.connect(found.add)
        self.search.changed.connect(self._show_state)
        self.filters.changed.connect(self._on_filters)
        self.searchButton.clicked.connect(self._on_search)
        self._instead.remedy_wanted.connect(self._help)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.searchButton.click)
        for signal, slot in self._foreign_signals():
            signal.connect(slot)

    def _foreign_signals(self) -> list[tuple[Any, Any]]:
        """Signals of what outlives this page."""
        return [
            (self._session.signed_in, self._follow_account),
            (self._session.account_changed, self._follow_account),
            (self._session.reachable_changed, self._show_state),
            (self._area.changed, self._show_state),
            (self._area.drawing_changed, self._show_state),
            # what comes later would be put in the next one's project
            (self._session.signed_out, self._commands.close),
            (QgsProject.instance().cleared, self._commands.leave_project),
        ]

    def _follow_account(self, _news: object = None) -> None:
        account = self._session.account
        if account is not None:
            self._providers.follow_account()
            self.list.model.provider_titles = account.provider_titles
        self._show_state()

    # what is shown

    def _show_state(self, *_what_changed: object) -> None:
        search, model = self.search, self.list.model
        model.is_more = search.is_more and not search.is_full
        self.list.views.look_for_end()
        shown = model.rowCount()
        narrowed = self.filters.summary()
        outdated = self._question.outdated
        source = self._source.text
        instead = EmptyState(source) if source else empty_state(search, bool(narrowed), outdated)
        self._instead.show(None if shown else instead)
        self.filtersLabel.setText(narrowed)
        self.filtersLabel.setToolTip(plain_tip(narrowed))
        self.filtersLabel.setVisible(bool(narrowed) and self.filters.isCollapsed())
        can_cancel = search.is_asking and not shown
        self.searchButton.setText(
            translate("Search", "Cancel") if can_cancel else translate("Search", "Search")
        )
        problem = "" if can_cancel else self._question.problem
        self.searchButton.setEnabled(not problem)
        self.searchProblemLabel.setText(problem)
        self.searchProblemLabel.setVisible(bool(problem))
        is_sorted_here = not model.order.is_of_service
        said = note_of_source(search, source) if source else note(search, shown, outdated, is_sorted_here)
        self.foundNote.setText("" if source and not shown else said)
        self.foundNote.setVisible(bool(self.foundNote.text()))
        self._update_actions()

    def _update_actions(self) -> None:
        self._actions.update(self.list.chosen(), self.list.model.rowCount())
        for button, action in self._buttons:
            button.setEnabled(action.isEnabled())
            button.setToolTip(action.toolTip())

    # what the user does

    def _on_search(self) -> None:
        if self.search.is_asking and not self.list.model.rowCount():
            self.search.cancel()
            return
        self.filters.take_now()
        self._question.ask(is_new=True)

    def _on_filters(self) -> None:
        """Other filters narrow what is there, or ask again, once something was searched for."""
        self._switch.follow_order()
        if self.search.query is not None:
            self._question.ask()
        self._show_state()

    def _help(self, remedy: Remedy) -> None:
        if remedy is Remedy.CLEAR_FILTER:
            self.filters.reset()
        elif remedy is Remedy.TRY_AGAIN:
            self.search.ask_again()
