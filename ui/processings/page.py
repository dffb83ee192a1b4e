"""The Processings page: the project's processings, how far they are, and what can be done with their results."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QPoint, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QStyle,
    QToolButton,
    QTreeView,
    QWidget,
)

from ...jobs.processings_listing import ProcessingsListing
from ...jobs.results.transfers import Kind, ResultTransfers
from ..widgets.empty_state import Remedy
from ..widgets.filter_field import dress_filter
from ..widgets.icons import icon_named
from ..widgets.notice import Notice
from .actions import ProcessingActions
from .changes import ProcessingChanges
from .empty_state import empty_state, notes
from .inquiry import ProcessingInquiry
from .list import ProcessingsList
from .questions import ProcessingQuestions
from .results.adding import ResultAdding, stopped_text
from .results.progress import ResultProgress
from .results.saving import ResultSaving
from .status import StatusGroup, group_title

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.http.errors import ApiError
    from ...api.monitor import ProcessingMonitor
    from ...api.processings import Processing, ProcessingListing
    from ...api.projects import Project
    from ...api.session import Session
    from ...jobs.results.export import ExportFormat
    from ...jobs.results.transfers import TransferState

_OLD_S = 30.0  # a list older than this is asked for again when the page comes into view


class ProcessingsPage(QWidget):
    """Shows what the monitor lists. `close` ends everything that is under way."""

    notice = pyqtSignal(object)  # Notice

    filterEdit: QgsFilterLineEdit
    statusCombo: QComboBox
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
    addResultButton: QPushButton
    saveAsButton: QPushButton
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
        self._session = session
        self._monitor = monitor
        self._project: Optional[Project] = None
        self._error: Optional[ApiError] = None
        self._is_closed = False
        self._is_loaded = False
        self._listed_at = 0.0
        self._listed_when: Optional[datetime] = None
        self._skipped, self._remedy = 0, Remedy.NONE
        self._listing = ProcessingsListing()
        self._transfers = ResultTransfers(self)
        self._progress = ResultProgress(
            self._transfers, self.transferBox, self.transferLabel, self.transferBar, self.cancelTransferButton
        )
        self._adding = ResultAdding(session, canvas, self._transfers, self)
        self._saving = ResultSaving(session, self._transfers, self)
        self._changes = ProcessingChanges(session, self)
        self._inquiry = ProcessingInquiry(session, canvas, self)
        self._questions = ProcessingQuestions(self)
        self.list = ProcessingsList(self.processingsView, self.columnsButton, self)
        self.model = self.list.model
        self._set_up_list()
        self._actions = ProcessingActions(self.processingsView)
        self._set_up_buttons()
        self._connect_actions()
        self._connect_rooms()
        self._project_changed(session.project)

    # what the dock calls

    def show_processing(self, processing: Processing) -> None:
        """List a processing that was just started, choose it, and watch for its end."""
        self._monitor.watch(processing)
        if self._project is not None and processing.project_id not in ("", self._project.id):
            return
        self._listing.note_started(processing)
        self.model.put(processing)
        self._is_loaded = True
        if not self.list.is_shown(processing.id):
            self._clear_filter()
        self._show_state()
        self.list.choose(processing.id)

    def add_results(self, processings: list[Processing]) -> None:
        """Add the results of `processings` to the map."""
        self._adding.add(processings)

    def is_in_view(self) -> bool:
        """Whether the user can see this page."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def close(self) -> bool:
        """End deliveries, requests, questions and timers; the header's state is stored."""
        self.list.close()
        self._disconnect_rooms()
        self._drop_work()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a list that may be out of date is asked for again."""
        super().showEvent(event)
        self.list.let_ages_grow(True)
        if self._project is not None and time.monotonic() - self._listed_at > _OLD_S:
            self._monitor.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: nobody sees ages grow."""
        super().hideEvent(event)
        self.list.let_ages_grow(False)

    # setting up

    def _set_up_list(self) -> None:
        dress_filter(self.filterEdit)
        for group in StatusGroup:
            self.statusCombo.addItem(group_title(group), group.value)
        self.filterEdit.textChanged.connect(self._filter_typed)
        self.statusCombo.currentIndexChanged.connect(self._group_chosen)
        self.processingsView.customContextMenuRequested.connect(self._open_menu)
        self.list.chosen_changed.connect(self._update_actions)
        self.list.opened.connect(self._add_one)
        self.model.rename_asked.connect(self._rename)

    def _set_up_buttons(self) -> None:
        self.columnsButton.setIcon(icon_named("mActionOpenTable.svg"))
        for button, action in (
            (self.addResultButton, self._actions.add),
            (self.detailsButton, self._actions.details),
            (self.deleteButton, self._actions.delete),
        ):
            button.setIcon(action.icon())
            button.clicked.connect(action.trigger)
        self.saveAsButton.setIcon(self._actions.save_menu.menuAction().icon())
        self.saveAsButton.setMenu(self._actions.save_menu)
        arrow = self.style().pixelMetric(QStyle.PixelMetric.PM_MenuButtonIndicator, None, self.saveAsButton)
        self.saveAsButton.setMinimumWidth(self.saveAsButton.sizeHint().width() + arrow)
        self.emptyButton.clicked.connect(self._help_emptiness)
        self._saving.fill_menu(self._actions.save_menu, self._save_as)
        self.listNote.hide()

    def _connect_actions(self) -> None:
        actions = self._actions
        actions.add.triggered.connect(lambda: self._adding.add(self.chosen()))
        actions.cancel.triggered.connect(self._cancel_chosen)
        actions.zoom.triggered.connect(lambda: self._with_one(self._inquiry.zoom))
        actions.area.triggered.connect(lambda: self._with_one(self._inquiry.add_area))
        actions.details.triggered.connect(lambda: self._with_one(self._inquiry.show_details))
        actions.rename.triggered.connect(self._edit_name)
        actions.restart.triggered.connect(lambda: self._with_one(self._ask_restart))
        actions.delete.triggered.connect(self._ask_delete)
        actions.copy_id.triggered.connect(self._copy_ids)
        actions.refresh.triggered.connect(self._monitor.refresh)

    def _connect_rooms(self) -> None:
        for room in (self._adding, self._saving, self._changes, self._inquiry):
            room.notice.connect(self.notice)
        self._inquiry.told.connect(self._put)
        self._changes.changed.connect(self._put)
        self._changes.removed.connect(self._on_removed)
        self._changes.restarted.connect(self._monitor.watch)
        self._transfers.state_changed.connect(self._on_transfer)
        for signal, slot in self._foreign_signals():
            signal.connect(slot)

    def _disconnect_rooms(self) -> None:
        if not self._is_closed:
            for signal, slot in self._foreign_signals():
                signal.disconnect(slot)
        self._is_closed = True

    def _foreign_signals(self) -> list[tuple[Any, Any]]:
        """Signals of what outlives this page."""
        return [
            (self._monitor.listed, self._on_listed),
            (self._monitor.failed, self._on_poll_failed),
            (self._monitor.ended, self._put),
            (self._session.project_changed, self._project_changed),
            (self._session.signed_out, self._on_signed_out),
            (QgsProject.instance().cleared, self._on_project_cleared),
        ]

    # what comes in

    def _project_changed(self, project: Optional[Project]) -> None:
        is_same = project is not None and self._project is not None and project.id == self._project.id
        self._project = project
        self.model.may_rename = project is not None and project.may_change_processings
        if not is_same:
            self._listing.clear()
            self.model.set_processings(())
            self._is_loaded = False
            self._error = None
            self._skipped = 0
        self._update_actions()
        self._show_state()

    def _on_signed_out(self, _why: str) -> None:
        self._drop_work()
        self._project_changed(None)

    def _on_listed(self, listing: ProcessingListing) -> None:
        if self._project is None:
            return
        self._is_loaded = True
        self._error = None
        self._skipped = listing.skipped
        self._listed_at = time.monotonic()
        self._listed_when = datetime.now(timezone.utc)
        self.model.set_processings(self._listing.merged(listing, self._project.id))
        self._update_actions()
        self._show_state()

    def _on_poll_failed(self, error: ApiError) -> None:
        self._error = error
        self._show_state()

    def _on_project_cleared(self) -> None:
        # layers asked for in one QGIS project must not turn up in the next; files being saved go on
        self._adding.close()
        stopped = self._transfers.cancel_all(Kind.LAYER)
        if stopped:
            self.notice.emit(Notice(stopped_text(stopped), Qgis.MessageLevel.Warning))

    def _on_removed(self, processing_id: str) -> None:
        self._transfers.cancel(processing_id)
        self._listing.note_deleted(processing_id)
        self.model.remove(processing_id)
        self._show_state()

    def _put(self, processing: Processing) -> None:
        if self.model.processing(processing.id) is not None:
            self.model.put(processing)
            self._update_actions()

    def _on_transfer(self, processing_id: str, state: Optional[TransferState]) -> None:
        self.model.set_transfer(processing_id, state)
        self._update_actions()

    # what is shown

    def chosen(self) -> list[Processing]:
        """The chosen processings, in the order they are shown."""
        return self.list.chosen()

    def _show_state(self) -> None:
        has_rows = self.model.rowCount() > 0
        if self.list.filter.rowCount() > 0:
            self.listStack.setCurrentWidget(self.listPage)
        else:
            shown = empty_state(self._project, self._error, self._is_loaded, has_rows)
            self.emptyLabel.setText(shown.text)
            self.emptyButton.setText(shown.button)
            self.emptyButton.setVisible(shown.remedy is not Remedy.NONE)
            self._remedy = shown.remedy
            self.listStack.setCurrentWidget(self.emptyPage)
        self.statusCombo.setEnabled(has_rows)
        stale_since = self._listed_when if self._error is not None and has_rows else None
        self.listNote.setText("\n".join(notes(stale_since, self._skipped)))
        self.listNote.setVisible(bool(self.listNote.text()))

    def _update_actions(self, *_what_changed: object) -> None:
        chosen = self.chosen()
        under_way = any(self._transfers.is_under_way(processing.id) for processing in chosen)
        actions = self._actions
        actions.update(chosen, self._project, under_way)
        adding = bool(chosen) and all(
            self._transfers.is_under_way(processing.id, Kind.LAYER) for processing in chosen
        )
        actions.add.setEnabled(actions.add.isEnabled() and not adding)
        self.addResultButton.setEnabled(actions.add.isEnabled())
        self.addResultButton.setToolTip(actions.add.toolTip())
        self.saveAsButton.setEnabled(actions.save_menu.isEnabled())
        self.detailsButton.setEnabled(actions.details.isEnabled())
        self.deleteButton.setEnabled(actions.delete.isEnabled())
        self.deleteButton.setToolTip(actions.delete.toolTip())

    def _filter_typed(self, text: str) -> None:
        self.list.filter.set_text(text)
        self._show_state()

    def _group_chosen(self, _index: int) -> None:
        self.list.filter.set_group(StatusGroup(self.statusCombo.currentData()))
        self._show_state()

    def _clear_filter(self) -> None:
        self.filterEdit.clear()
        self.statusCombo.setCurrentIndex(0)

    # what the user does

    def _with_one(self, act: Callable[[Processing], None]) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            act(chosen[0])

    def _add_one(self, processing: Processing) -> None:
        self._adding.add([processing])

    def _open_menu(self, where: QPoint) -> None:
        self._actions.menu.popup(self.processingsView.viewport().mapToGlobal(where))

    def _save_as(self, export_format: ExportFormat) -> None:
        self._with_one(lambda processing: self._saving.ask(processing, export_format))

    def _edit_name(self) -> None:
        self._with_one(self.list.edit_name)

    def _rename(self, processing_id: str, name: str) -> None:
        processing = self.model.processing(processing_id)
        if processing is not None:
            self._changes.rename(processing, name)

    def _ask_restart(self, processing: Processing) -> None:
        self._questions.before_restart(processing, lambda: self._changes.restart(processing))

    def _ask_delete(self) -> None:
        chosen = self.chosen()
        if chosen:
            self._questions.before_delete(chosen, lambda: self._changes.delete(chosen))

    def _copy_ids(self) -> None:
        QApplication.clipboard().setText("\n".join(processing.id for processing in self.chosen()))

    def _cancel_chosen(self) -> None:
        for processing in self.chosen():
            self._transfers.cancel(processing.id)

    def _help_emptiness(self) -> None:
        if self._remedy is Remedy.CLEAR_FILTER:
            self._clear_filter()
        elif self._remedy is Remedy.TRY_AGAIN:
            self._error = None
            self._show_state()
            self._monitor.refresh()

    def _drop_work(self) -> None:
        self._questions.close()
        self._adding.close()
        self._saving.close()
        self._inquiry.close()
        self._changes.close()
        self._transfers.cancel_all()
