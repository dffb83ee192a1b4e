"""Sums up results of the list: those on the map at once, others when they have been added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...layers.origin.metadata import RESULT_ROLE
from ...layers.results.layers import layers_of
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice

if TYPE_CHECKING:
    from ...api.processings import Processing
    from ...api.session import Session
    from .list.model import ProcessingsModel
    from .results.adding import ResultAdding


class ProcessingSummaries(QObject):
    """Wants a summary once there are layers to sum up; the latest that was asked for counts."""

    notice = pyqtSignal(object)  # Notice
    wanted = pyqtSignal(str, str, str)  # id, server and name of a processing whose layers are there

    def __init__(
        self, session: Session, adding: ResultAdding, model: ProcessingsModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._adding = adding
        self._model = model
        self._to_list = ""  # id of a processing that is to be added and summed up once it is listed
        self._to_add = ""  # id of one that is summed up once it is added

    def ask(self, processing: Processing) -> None:
        """Sum up a result; where it is not on the map, say so with the button that adds it."""
        if self._has_layers(processing):
            self._want(processing)
            return
        text = translate(
            "Processings",
            "“{name}” is not on the map. A summary is worked out from the layers of the result.",
        )
        self.notice.emit(
            Notice(
                text.format(name=bounded(processing.name, 80)),
                Qgis.MessageLevel.Info,
                "",
                translate("Processings", "Add Result and Sum Up"),
                lambda: self.add(processing),
                processing.id,
            )
        )

    def add(self, processing: Processing) -> None:
        """Add a result to the map, then sum it up."""
        self._to_add = processing.id
        self._adding.add([processing])

    def await_listed(self, processing_id: str) -> None:
        """Do so with a processing that is still looked for; with "", with none."""
        self.forget()
        self._to_list = processing_id

    def on_listed(self, processing_id: str) -> None:
        """A processing that was looked for is listed."""
        processing = self._model.processing(processing_id)
        if processing is not None and processing_id == self._to_list:
            self.forget()
            self.add(processing)

    def on_added(self, processing: Processing) -> None:
        """The layers of a result are on the map."""
        if processing.id == self._to_add:
            self.forget()
            if self._has_layers(processing):  # there is none where nothing was found, which is said elsewhere
                self._want(processing)

    def forget(self) -> None:
        """Want nothing any more."""
        self._to_list = self._to_add = ""

    def _want(self, processing: Processing) -> None:
        self.wanted.emit(processing.id, self._session.client.server, processing.name)

    def _has_layers(self, processing: Processing) -> bool:
        server = self._session.client.server
        found = layers_of(QgsProject.instance(), processing.id, server, RESULT_ROLE)
        return any(layer.isValid() for layer in found)
