"""Asks the service more about one processing: its details, and where it lies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api import processings
from ...api.http.errors import ApiError, Fault
from ...api.http.replies import LatestReply, Replies
from ...api.processings import AreaState, Processing
from ...layers.mapflow_group import add_to_group, group_for_results, show_in_tree
from ...layers.origin.metadata import AREA_ROLE, RESULT_ROLE
from ...layers.refilling import refill
from ...layers.results.areas_layer import areas_layer
from ...layers.results.in_project.groups import group_of
from ...layers.results.layers import layers_of
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.canvas import zoom_to
from ..widgets.notice import Notice, details_of, from_error
from .details import ProcessingDetails

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer
    from qgis.gui import QgsMapCanvas

    from ...api.session import Session

_NO_AREAS = {Fault.NOT_FOUND, Fault.REJECTED}  # a service that does not know the question


class ProcessingInquiry(QObject):
    """Opens the details dialog and zooms the canvas; one request of each kind at a time, the latest counts."""

    notice = pyqtSignal(object)  # Notice
    source_wanted = pyqtSignal(object)  # Processing whose imagery is to be shown
    told = pyqtSignal(object)  # Processing, newer than the list
    summary_wanted = pyqtSignal(object)  # Processing
    # Processing, its AreaStates, and the numbers of those whose results are to be added, from 1 on
    parts_wanted = pyqtSignal(object, object, object)
    parts_zoom_wanted = pyqtSignal(object)  # AreaStates

    def __init__(self, session: Session, canvas: QgsMapCanvas, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._canvas = canvas
        self._window = window
        self._dialog: Optional[ProcessingDetails] = None
        self._details = Replies()
        self._areas = LatestReply()
        self._source = LatestReply()

    def show_details(self, processing: Processing) -> None:
        """Open the details of `processing`; what the list does not say is asked for meanwhile."""
        self._close_dialog()
        account = self._session.account
        providers = {} if account is None else account.provider_titles
        dialog = ProcessingDetails(processing, providers, self._window)
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.summary_wanted.connect(self.summary_wanted)
        dialog.source_wanted.connect(self.show_source)
        dialog.parts_wanted.connect(self.parts_wanted)
        dialog.zoom_wanted.connect(self.parts_zoom_wanted)
        dialog.show()
        client = self._session.client
        self._details.follow(
            processings.fetch(client, processing.id),
            self._on_processing,
            lambda error: self.notice.emit(from_error(error)),
        )
        self._details.follow(processings.aois(client, processing.id), self._on_areas)

    def show_source(self, processing: Processing) -> None:
        """Let its imagery be shown; where the list does not say which, it is asked for first."""
        self._close_dialog()
        if processing.source:
            self.source_wanted.emit(processing)
            return
        question = processings.fetch(self._session.client, processing.id)
        self._source.follow(
            question, self.source_wanted.emit, lambda error: self.notice.emit(from_error(error))
        )

    def zoom(self, processing: Processing) -> None:
        """Show the area of `processing` on the canvas."""
        self._ask_areas(processing, self._zoom_to)

    def add_area(self, processing: Processing) -> None:
        """Put the area of `processing` on the map as a layer, with the state of each part."""
        self._ask_areas(processing, self._add_layer)

    def close(self) -> None:
        """Close the dialog and drop what was asked."""
        self._areas.abort()
        self._source.abort()
        self._close_dialog()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
        self._forget_dialog()

    def _forget_dialog(self, _result: int = 0) -> None:
        self._dialog = None
        self._details.abort()

    def _on_processing(self, processing: Processing) -> None:
        if self._dialog is not None:
            self._dialog.show_processing(processing)
        self.told.emit(processing)

    def _on_areas(self, areas: tuple[AreaState, ...]) -> None:
        if self._dialog is not None:
            self._dialog.set_areas(areas)

    def _ask_areas(self, processing: Processing, use: Callable[[Processing, QgsVectorLayer], None]) -> None:
        server = self._session.client.server

        def told(areas: tuple[AreaState, ...]) -> None:
            layer = areas_layer(processing, areas, server)
            if layer.featureCount() > 0:
                use(processing, layer)
            else:
                self._zoom_to_layers(processing)

        question = processings.aois(self._session.client, processing.id)
        self._areas.follow(question, told, partial(self._on_no_areas, processing))

    def _zoom_to(self, processing: Processing, layer: QgsVectorLayer) -> None:
        if not zoom_to(self._canvas, layer.extent(), layer.crs()):
            self._zoom_to_layers(processing)

    def _add_layer(self, processing: Processing, layer: QgsVectorLayer) -> None:
        project, server = QgsProject.instance(), self._session.client.server
        present = layers_of(project, processing.id, server, AREA_ROLE)
        if present:
            refill(present[0], layer, "area_id", is_whole=True)  # type: ignore[arg-type]  # what has this role is such a layer
            show_in_tree(project, present[0])
        else:
            group = group_of(project, processing.id, server)
            add_to_group(project, layer, group if group is not None else group_for_results(project))
        self._zoom_to(processing, layer)

    def _on_no_areas(self, processing: Processing, error: ApiError) -> None:
        if error.fault in _NO_AREAS:
            self._zoom_to_layers(processing, details_of(error))
        else:
            self.notice.emit(from_error(error))

    def _zoom_to_layers(self, processing: Processing, details: str = "") -> None:
        server = self._session.client.server
        layers = layers_of(QgsProject.instance(), processing.id, server, RESULT_ROLE)
        if not any(zoom_to(self._canvas, layer.extent(), layer.crs()) for layer in layers):
            self._tell_nowhere(processing, details)

    def _tell_nowhere(self, processing: Processing, details: str) -> None:
        text = translate(
            "Processings",
            "The service does not say where “{name}” lies. Add its result to the map to see it.",
        )
        shown = text.format(name=bounded(processing.name, 80))
        self.notice.emit(Notice(shown, Qgis.MessageLevel.Warning, details))
