"""Adds the results of single parts of an area to the map, and shows where a part lies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....jobs.results.part import PartDelivery
from ....jobs.results.transfers import Key, Kind, ResultTransfers
from ....layers.areas.measure import wgs84
from ....layers.origin.metadata import Part
from ....layers.results.areas_layer import ground_of
from ....text.quantities import number_text
from ....text.server_text import bounded
from ....text.translation import translate
from ...options.preferences import results_place
from ...widgets.canvas import show_extent, zoom_to
from ...widgets.notice import Notice
from ..results.adding import name_of_project, outdated_text

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ....api.processings import AreaState, Processing
    from ....api.session import Session
    from ....jobs.job import JobError
    from ....layers.results.in_project.result import ResultLayers

_LONGEST_NAME = 80


class PartAdding(QObject):
    """Each part is a transfer of its own, beside those of whole results."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self, session: Session, canvas: QgsMapCanvas, transfers: ResultTransfers, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._transfers = transfers

    def add(self, processing: Processing, parts: Sequence[AreaState], numbers: Sequence[int]) -> None:
        """Put the results of the parts of these `numbers`, from 1 on, on the map."""
        for number in numbers:
            part = parts[number - 1]
            self._transfers.begin(
                Key(processing.id, Kind.LAYER, part.id),
                bounded(processing.name, 28),
                partial(self._make, processing, part, number),
                partial(self._on_completed, processing, number),
                partial(self._on_failed, processing, parts, number),
            )

    def zoom(self, parts: Sequence[AreaState]) -> None:
        """Show the parts on the map."""
        ground = ground_of([part for part in parts if part.geometry])
        if ground is None or not zoom_to(self._canvas, ground.boundingBox(), wgs84()):
            text = translate("Parts", "The map cannot show where the part lies.")
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))

    def _make(self, processing: Processing, part: AreaState, number: int) -> PartDelivery:
        client, project = self._session.client, QgsProject.instance()
        place = results_place(project)
        name = name_of_project(self._session, processing)
        asked = Part(part.id, number)
        return PartDelivery(client, processing, asked, place.folder, project, place.others, name)

    def _on_completed(self, processing: Processing, number: int, result: ResultLayers) -> None:
        name = bounded(processing.name, _LONGEST_NAME)
        if not result.feature_count:
            text = translate("Parts", "Nothing was found in part {number} of “{name}”.")
            self.notice.emit(
                Notice(text.format(name=name, number=number_text(number, 0)), Qgis.MessageLevel.Warning)
            )
            return
        show_extent(self._canvas, result.extent)
        text = translate(
            "Parts",
            "Part {number} of “{name}” is on the map: %Ln objects.",
            "Part {number} of “{name}” is on the map: 1 object.",
            result.feature_count,
        ).format(name=name, number=number_text(number, 0))
        told = [text, *outdated_text(self._session, result), *result.remarks]
        level = (
            Qgis.MessageLevel.Warning if result.remarks or result.is_outdated else Qgis.MessageLevel.Success
        )
        self.notice.emit(Notice(" ".join(told), level))

    def _on_failed(
        self, processing: Processing, parts: Sequence[AreaState], number: int, error: JobError
    ) -> None:
        text = translate("Parts", "Part {number} of “{name}” could not be added. {reason}").format(
            name=bounded(processing.name, _LONGEST_NAME), number=number_text(number, 0), reason=error.sentence
        )
        again = partial(self.add, processing, parts, [number])
        action = translate("Parts", "Try Again")
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, error.detail, action, again, processing.id))
