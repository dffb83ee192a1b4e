"""The Processings page: the project's processings, how far they are, and what can be done with their results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QPoint, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QWidget,
)

from ...text.translation import translate
from ..widgets.empty_state import InsteadOfList, Remedy
from ..widgets.icons import icon_named
from ..widgets.tool_row import ToolRow
from .commands import ProcessingCommands
from .empty_state import empty_state, notes
from .list.list import ProcessingsList
from .list.narrowing import ListNarrowing, progress_note
from .listed import ListedProcessings
from .results.progress import ResultProgress
from .results.work import ResultWork
from .wanted import WantedProcessing

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.monitor import ProcessingMonitor
    from ...api.processings import Processing
    from ...api.session import Session


class ProcessingsPage(QWidget):
    """Shows what the monitor lists. `close` ends everything that is under way."""

    notice = pyqtSignal(object)  # Notice
    source_wanted = pyqtSignal(object)  # Processing whose imagery is to be shown
    settings_wanted = pyqtSignal()

    filterEdit: QgsFilterLineEdit
    statusCombo: QComboBox
    allProjectsButton: QToolButton
    columnsButton: QToolButton
    listStack: QStackedWidget
    listPage: QWidget
    emptyPage: QWidget
    processingsView: QTreeView
    emptyLabel: QLabel
    emptyButton: QPushButton
    listNote: QLabel
    transferBox: QWidget
    transferLabel: QLabel
    transferBar: QProgressBar
    cancelTransferButton: QPushButton
    resultTools: QWidget
    addResultButton: QToolButton
    saveAsButton: QToolButton
    detailsButton: QToolButton
    deleteButton: QToolButton

    def __init__(
        self,
        session: Session,
        monitor: ProcessingMonitor,
        canvas: QgsMapCanvas,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(str(Path(__file__).with_name("page.ui")), self)
        self._instead = InsteadOfList(
            self.listStack, self.listPage, self.emptyPage, self.emptyLabel, self.emptyButton
        )
        self._instead.remedy_wanted.connect(self._help_emptiness)
        self.list = ProcessingsList(self.processingsView, self.columnsButton, self)
        self.model = self.list.model
        self.listed = ListedProcessings(session, monitor, self.model, self)
        self.results = ResultWork(session, canvas, self)
        self.narrowing = ListNarrowing(
            self.filterEdit,
            self.statusCombo,
            self.allProjectsButton,
            self.list,
            self.listed.pages,
            self.listed.scope,
        )
        self.wanted = WantedProcessing(session, monitor, self.listed, self.model, self)
        self.commands = ProcessingCommands(session, canvas, self.list, self.listed, self.results, self)
        self._progress = ResultProgress(
            self.results.transfers,
            self.transferBox,
            self.transferLabel,
            self.transferBar,
            self.cancelTransferButton,
        )
        self._set_up_buttons()
        self.narrowing.changed.connect(self._show_state)
        self.listed.scope.changed.connect(self._show_scope)
        self.commands.notice.connect(self.notice)
        self.commands.source_wanted.connect(self.source_wanted)
        self.results.adding.place_wanted.connect(self.settings_wanted)
        self.wanted.notice.connect(self.notice)
        self.wanted.found.connect(self._choose)
        self.summaries = self.commands.summaries
        self.wanted.found.connect(self.summaries.on_listed)
        self.commands.updated.connect(self._show_actions)
        self.listed.changed.connect(self._show_state)
        self.processingsView.customContextMenuRequested.connect(self._open_menu)
        self.commands.update()
        self._show_scope()
        self._show_state()

    # what the dock calls

    def show_processing(self, processing: Processing) -> None:
        """List a processing that was just started, choose it, and watch for its end."""
        if self.listed.note_started(processing):
            self._choose(processing.id)

    def add_results(self, processings: list[Processing]) -> None:
        """Add the results of `processings` to the map."""
        self.results.adding.add(processings)

    def is_in_view(self) -> bool:
        """Whether the user can see this page."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def close(self) -> bool:
        """End deliveries, requests, questions and timers; the header's state is stored."""
        self.narrowing.close()
        self.list.close()
        self.listed.close()
        self.wanted.close()
        self.commands.close()
        self.results.close()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a list that may be out of date is asked for again."""
        super().showEvent(event)
        self.list.let_ages_grow(True)
        self.listed.settle()
        self.listed.ask_if_old()
        self.list.look_for_end()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: nobody sees ages grow."""
        super().hideEvent(event)
        self.list.let_ages_grow(False)

    # setting up

    def _set_up_buttons(self) -> None:
        actions = self.commands.actions
        self.columnsButton.setIcon(icon_named("mActionOpenTable.svg"))
        for button, action in (
            (self.addResultButton, actions.add),
            (self.detailsButton, actions.details),
            (self.deleteButton, actions.delete),
        ):
            button.setIcon(action.icon())
            button.clicked.connect(action.trigger)
        self.saveAsButton.setIcon(actions.save_menu.menuAction().icon())
        self.saveAsButton.setMenu(actions.save_menu)
        ToolRow((self.addResultButton, self.saveAsButton), self.resultTools)
        self.listNote.hide()

    # what is shown

    def _show_state(self) -> None:
        listed, has_rows = self.listed, self.model.rowCount() > 0
        is_listed = self.list.filter.rowCount() > 0
        is_filtering = self.list.filter.is_filtering
        instead = empty_state(
            listed.project,
            listed.error,
            listed.is_loaded and not self.narrowing.is_looking,
            has_rows or is_filtering,
            listed.scope.is_all,
        )
        self._instead.show(None if is_listed else instead)
        self.statusCombo.setEnabled(has_rows or is_filtering)
        read = progress_note(listed.pages, is_filtering)
        told = notes(listed.stale_since, listed.skipped, listed.beyond, listed.scope.beyond)
        self.listNote.setText("\n".join([*([read] if read else []), *told]))
        self.listNote.setVisible(bool(self.listNote.text()))
        self.list.look_for_end()

    def _show_scope(self) -> None:
        is_all = self.listed.scope.is_all
        self.list.show_projects(is_all)
        self.processingsView.setAccessibleName(
            translate("Processings", "Processings of all projects")
            if is_all
            else translate("Processings", "Processings of the project")
        )
        self.processingsView.viewport().update()

    def _show_actions(self) -> None:
        actions = self.commands.actions
        self.addResultButton.setEnabled(actions.add.isEnabled())
        self.addResultButton.setToolTip(actions.add.toolTip())
        self.saveAsButton.setEnabled(actions.save_menu.isEnabled())
        self.detailsButton.setEnabled(actions.details.isEnabled())
        self.deleteButton.setEnabled(actions.delete.isEnabled())
        self.deleteButton.setToolTip(actions.delete.toolTip())

    def _open_menu(self, where: QPoint) -> None:
        self.commands.actions.menu.popup(self.processingsView.viewport().mapToGlobal(where))

    # what the user does

    def _choose(self, processing_id: str) -> None:
        if not self.list.is_shown(processing_id):
            self.narrowing.clear()
        self.list.choose(processing_id)
        self.processingsView.setFocus()

    def _help_emptiness(self, remedy: Remedy) -> None:
        if remedy is Remedy.CLEAR_FILTER:
            self.narrowing.clear()
        elif remedy is Remedy.TRY_AGAIN:
            self.listed.ask_again()
