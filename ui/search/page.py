"""The Search page: finds images of the catalog that cover an area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProject
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QListView,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...jobs.catalog.search import CatalogSearch
from ...text.quantities import apart, area_text
from ...text.translation import translate
from ..widgets.empty_state import InsteadOfList, Remedy
from ..widgets.fitting_scroll import FittingScroll
from ..widgets.keys.tab_order import read_in_order
from ..widgets.tool_row import ToolRow
from .actions import SearchActions
from .commands import SearchCommands
from .empty_state import empty_state, note
from .filters import SearchFilters
from .list import FoundList

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session
    from ...layers.areas.area import Area
    from ..run.area_section import AreaSection
    from .filter_values import FilterValues

_FORM = str(Path(__file__).with_name("page.ui"))


class SearchPage(QWidget):
    """Searches the area of the Run page, whose section stands here while this page is in front."""

    notice = pyqtSignal(object)  # Notice
    use_requested = pyqtSignal(object)  # tuple of FoundImage

    rows: QVBoxLayout
    searchForm: QWidget
    areaSlot: QVBoxLayout
    filtersSlot: QVBoxLayout
    filtersLabel: QLabel
    searchButton: QPushButton
    orderCombo: QComboBox
    searchProblemLabel: QLabel
    searchStack: QStackedWidget
    foundPage: QWidget
    foundView: QListView
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
        self._searched: Optional[tuple[Area, FilterValues]] = None  # what the list is of
        self.search = CatalogSearch(session, self)
        self.filters = SearchFilters(self.orderCombo, self)
        self.filtersSlot.addWidget(self.filters)
        self.rows.insertWidget(0, FittingScroll(self.searchForm))
        self.list = FoundList(session, self.foundView, canvas, self)
        self._actions = actions = SearchActions(self.foundView)
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
        self._set_up_buttons()
        self._connect()
        self._follow_account()

    def take_area(self) -> None:
        """Show the area's section on this page."""
        self.areaSlot.addWidget(self._area)
        read_in_order((self._area, self.filters, self.searchButton, self.orderCombo, self.searchStack))
        read_in_order((self.searchStack, self.foundTools, self.pickFoundButton, self.footprintsButton))

    def close(self) -> bool:
        """End what was asked, and take everything off the map."""
        if not self._is_closed:
            for signal, slot in self._foreign_signals():
                signal.disconnect(slot)
            self.list.close()
            self._commands.close()
            self.search.close()
        self._is_closed = True
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the footprints are on the map while this page is seen; so is the area, which left it at a sign-out."""
        super().showEvent(event)
        self._area.attach()
        self.list.map.open()

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
        ToolRow((self.useFoundButton, self.previewFoundButton), self.foundTools)

    def _connect(self) -> None:
        actions, found = self._actions, self.list
        actions.pick.toggled.connect(self.pickFoundButton.setChecked)
        self._commands.notice.connect(self.notice)
        self._commands.use_wanted.connect(self.use_requested)
        found.chosen_changed.connect(self._update_actions)
        found.model.more_wanted.connect(self.search.more)
        self.foundView.customContextMenuRequested.connect(actions.open_menu)
        self.foundView.doubleClicked.connect(lambda _index: actions.preview.trigger())
        self.search.began.connect(found.clear)
        self.search.narrowed.connect(lambda: found.set_found(self.search.found))
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
            (QgsProject.instance().cleared, self._commands.close),
        ]

    def _follow_account(self, _news: object = None) -> None:
        account = self._session.account
        if account is not None:
            self.filters.set_providers(account.search_providers)
            self.list.model.provider_titles = account.provider_titles
        self._show_state()

    # what is shown

    def _show_state(self, *_what_changed: object) -> None:
        search, model = self.search, self.list.model
        model.is_more = search.is_more
        shown = model.rowCount()
        narrowed = self.filters.summary()
        outdated = self._outdated()
        self._instead.show(None if shown else empty_state(search, bool(narrowed), outdated))
        self.filtersLabel.setText(narrowed)
        self.filtersLabel.setVisible(bool(narrowed) and self.filters.isCollapsed())
        can_cancel = search.is_asking and not shown
        self.searchButton.setText(
            translate("Search", "Cancel") if can_cancel else translate("Search", "Search")
        )
        problem = "" if can_cancel else self._problem()
        self.searchButton.setEnabled(not problem)
        self.searchProblemLabel.setText(problem)
        self.searchProblemLabel.setVisible(bool(problem))
        self.foundNote.setText(note(search, shown, outdated))
        self.foundNote.setVisible(bool(self.foundNote.text()))
        self._update_actions()

    def _problem(self) -> str:
        """Why nothing can be searched now; "" when it can."""
        if self._area.is_drawing:
            return translate("Search", "Finish drawing, or press Esc.")
        if not self._session.is_reachable:
            return translate("Search", "Mapflow cannot be reached. You can search once it answers.")
        area, account = self._area.area, self._session.account
        if area is None:
            return translate("Search", "Choose an area first.")
        if not area.is_usable:
            return area.problems[0].sentence if area.problems else translate("Search", "The area is empty.")
        limit = None if account is None else account.search_area_limit_m2
        if limit is not None and area.area_m2 > limit:
            size, most = apart(area_text, area.area_m2, limit)
            sentence = translate("Search", "The area is {area}; your account can search {limit} at once.")
            return sentence.format(area=size, limit=most)
        return self.filters.values.problem

    def _outdated(self) -> str:
        """What to say of a list that is not of what the form asks for; "" where it is."""
        if self._searched is None or self.search.query is None:
            return ""
        (searched, values), area = self._searched, self._area.area
        if area is None or not area.geometry.equals(searched.geometry):
            return translate("Search", "The area was changed after this search. Press Search for its images.")
        if values != self.filters.values:
            return translate("Search", "The filters were changed after this search. Press Search again.")
        return ""

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
        self._ask(is_new=True)

    def _on_filters(self) -> None:
        """Other filters narrow what is there, or ask again, once something was searched for."""
        if self.search.query is not None and not self._problem():
            self._ask()
        self._show_state()

    def _ask(self, is_new: bool = False) -> None:
        area = self._area.area
        if area is None or self._problem():
            return
        self._searched = area, self.filters.values
        today = QDate.currentDate().toPyDate()
        self.search.search(self.filters.values.query(area.to_geojson(), today), is_new)

    def _help(self, remedy: Remedy) -> None:
        if remedy is Remedy.CLEAR_FILTER:
            self.filters.reset()
        elif remedy is Remedy.TRY_AGAIN:
            self.search.ask_again()
