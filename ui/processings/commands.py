"""What the actions of the Processings page do with the processings that are chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication

from ...layers.results.in_project.rasters import RasterKind
from ...text.translation import translate
from ..saving.file_choice import fill_format_menu
from ..widgets.guide import Chapter
from ..widgets.notice import refused_name
from .actions import ProcessingActions
from .changes import ProcessingChanges
from .duplication import ProcessingDuplication
from .editing.editing import ProcessingEditing
from .inquiry import ProcessingInquiry
from .parts.adding import PartAdding
from .questions import ProcessingQuestions
from .row_changes import RowChanges
from .summaries import ProcessingSummaries

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QWidget

    from ...api.processings import Processing
    from ...api.projects import Project
    from ...api.session import Session
    from ...jobs.results.export import ExportFormat
    from .list.list import ProcessingsList
    from .listed import ListedProcessings
    from .results.work import ResultWork


class ProcessingCommands(QObject):
    """Runs the actions and keeps them to what can be done. `close` ends requests, questions and transfers."""

    notice = pyqtSignal(object)  # Notice
    source_wanted = pyqtSignal(object)  # Processing whose imagery is to be shown
    updated = pyqtSignal()  # other actions may be enabled now

    def __init__(
        self,
        session: Session,
        canvas: QgsMapCanvas,
        shown: ProcessingsList,
        listed: ListedProcessings,
        results: ResultWork,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._shown = shown
        self._listed = listed
        self._results = results
        self.actions = ProcessingActions(shown.view, results.adding.may_have_result)
        self.changes = ProcessingChanges(session, self)
        self._rows = RowChanges(session, listed.pending, self)
        self.editing = ProcessingEditing(session, window)
        self._inquiry = ProcessingInquiry(session, canvas, window)
        self.duplication = ProcessingDuplication(session, self._listed_names, self)
        self._parts = PartAdding(session, canvas, results.transfers, self)
        self._questions = ProcessingQuestions(window, Chapter.PROCESSINGS)
        self.summaries = ProcessingSummaries(session, results.adding, shown.model, self)
        self._connect_actions()
        self._connect_parts()
        self._is_open = True

    def update(self) -> None:
        """Enable what can be done with the chosen processings now."""
        chosen, actions = self._shown.chosen(), self.actions
        is_under_way = self._results.is_any_under_way(chosen)
        actions.update(chosen, self._project_of(chosen), is_under_way, self._listed.project)
        if self._results.are_all_coming(chosen):
            actions.add.setEnabled(False)
            actions.add.setToolTip(translate("Processings", "It is on its way to the map already"))
        self.updated.emit()

    def _project_of(self, chosen: list[Processing]) -> Optional[Project]:
        """The project whose role decides what may be done with `chosen`."""
        scope = self._listed.scope
        return scope.of(chosen) if scope.is_all else self._listed.project

    def stop(self, _why: str = "") -> None:
        """Drop what was asked and what is on its way."""
        self._questions.close()
        self._inquiry.close()
        self.duplication.close()
        self.changes.close()
        self.summaries.forget()
        self.editing.close()
        self._results.stop()

    def close(self) -> None:
        """Drop all, and follow the session no more."""
        self._rows.close()
        self.stop()
        if self._is_open:
            self._session.signed_out.disconnect(self.stop)
        self._is_open = False

    def _connect_actions(self) -> None:
        actions, shown = self.actions, self._shown
        for action, act in (
            (actions.layers.tiles, self._results.tiles.add),
            (actions.layers.imagery, partial(self._results.tiles.add_raster, kind=RasterKind.SOURCE)),
            (actions.layers.raster, partial(self._results.tiles.add_raster, kind=RasterKind.RESULT)),
            (actions.zoom, self._inquiry.zoom),
            (actions.area, self._inquiry.add_area),
            (actions.details, self._inquiry.show_details),
            (actions.summary, self.summaries.ask),
            (actions.source, self._inquiry.show_source),
            (actions.duplicate, self.duplication.ask),
            (actions.rename, shown.edit_name),
            (actions.describe, self.editing.describe),
            (actions.move, self.editing.move),
            (actions.review.accept, self.editing.ask_to_accept),
            (actions.review.reject, self.editing.reject),
            (actions.review.rate, self.editing.rate),
            (actions.restart, self._ask_restart),
        ):
            action.triggered.connect(partial(self._with_one, act))
        actions.add.triggered.connect(lambda: self._results.adding.add(shown.chosen()))
        actions.cancel.triggered.connect(lambda: self._results.cancel(shown.chosen()))
        actions.delete.triggered.connect(self._ask_delete)
        actions.copy_id.triggered.connect(self._copy_ids)
        actions.refresh.triggered.connect(self._listed.ask_again)
        fill_format_menu(actions.save_menu, self._save_as)

    def _connect_parts(self) -> None:
        for part in (
            self._results,
            self.changes,
            self.editing,
            self._inquiry,
            self.summaries,
            self.duplication,
            self._parts,
        ):
            part.notice.connect(self.notice)
        self._inquiry.source_wanted.connect(self.source_wanted)
        self._inquiry.parts_wanted.connect(self._parts.add)
        self._inquiry.parts_zoom_wanted.connect(self._parts.zoom)
        self._inquiry.told.connect(self._listed.update)
        self._inquiry.summary_wanted.connect(self.summaries.ask)
        self.changes.begun.connect(self._rows.follow)
        self.changes.leaving.connect(lambda processing: self._listed.monitor.note((), [processing.id]))
        self.changes.leaving.connect(self._rows.begin_deletion)
        self.changes.kept.connect(self._rows.give_up_deletion)
        self._rows.row_changed.connect(self._listed.show_row)
        self._rows.gone.connect(self._on_removed)
        self.changes.removed.connect(self._on_removed)
        self.editing.begun.connect(self._rows.follow)
        self.editing.moved.connect(self._listed.note_moved)
        self.changes.restarted.connect(self._listed.monitor.watch)
        self._listed.changed.connect(self.update)
        self._shown.chosen_changed.connect(self.update)
        self._shown.opened.connect(self._add)
        self._shown.stop_wanted.connect(self.actions.delete.trigger)
        self._shown.name_refused.connect(lambda problem: self.notice.emit(refused_name(problem)))
        self._shown.model.rename_asked.connect(self._rename)
        self._results.state_changed.connect(self._on_transfer)
        self._results.adding.emptiness_known.connect(self.update)
        self._results.adding.added.connect(lambda processing: self._listed.settle(processing.id))
        self._results.adding.added.connect(self.summaries.on_added)
        self._session.signed_out.connect(self.stop)

    def _with_one(self, act: Callable[[Processing], None], _checked: bool = False) -> None:
        chosen = self._shown.chosen()
        if len(chosen) == 1:
            act(chosen[0])

    def _add(self, processing: Processing) -> None:
        self._results.adding.add([processing])

    def _save_as(self, export_format: ExportFormat) -> None:
        self._with_one(lambda processing: self._results.saving.ask(processing, export_format))

    def _rename(self, processing_id: str, name: str) -> None:
        processing = self._shown.model.processing(processing_id)
        if processing is not None:
            self.changes.rename(processing, name)

    def _listed_names(self) -> list[str]:
        return [processing.name for processing in self._shown.model.processings()]

    def _ask_restart(self, processing: Processing) -> None:
        self._questions.before_restart(processing, lambda: self.changes.restart(processing))

    def _ask_delete(self) -> None:
        chosen = self._shown.chosen()
        if chosen:
            self._questions.before_delete(chosen, lambda: self.changes.delete(chosen))

    def _copy_ids(self) -> None:
        QApplication.clipboard().setText("\n".join(processing.id for processing in self._shown.chosen()))

    def _on_removed(self, processing_id: str) -> None:
        self._results.transfers.cancel(processing_id)
        self._rows.end_deletion(processing_id)
        self._listed.note_deleted(processing_id)

    def _on_transfer(self, processing_id: str, state: object) -> None:
        self._shown.model.set_transfer(processing_id, state)  # type: ignore[arg-type]  # a signal's object
        self.update()
