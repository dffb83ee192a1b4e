"""Adds results to the map: tiles at once, the downloaded layers when they are ready, the canvas on them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    Qgis,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....api.http.replies import Replies
from ....api.processings import Processing, Status, fetch
from ....jobs.results.delivery import ResultDelivery
from ....jobs.results.transfers import Key, Kind, ResultTransfers
from ....layers.results.layers import updated_stamp
from ....text.quantities import local_time_text, number_text
from ....text.server_text import bounded
from ....text.translation import translate
from ...options.preferences import place_to_tell, results_place
from ...widgets.canvas import show_extent, zoom_to
from ...widgets.notice import Notice
from .ready_parts import ReadyParts

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer
    from qgis.gui import QgsMapCanvas

    from ....api.session import Session
    from ....jobs.job import JobError
    from ....layers.results.in_project.result import ResultLayers


class ResultAdding(QObject):
    """Delivers results into the open QGIS project, each processing once at a time."""

    notice = pyqtSignal(object)  # Notice
    added = pyqtSignal(object)  # Processing whose layers are in the project now
    emptiness_known = pyqtSignal()  # of another processing it is known that it has nothing to add
    place_wanted = pyqtSignal()  # where results go is to be chosen

    def __init__(
        self,
        session: Session,
        canvas: QgsMapCanvas,
        transfers: ResultTransfers,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._transfers = transfers
        self._parts = ReadyParts(session, self)
        self._parts.notice.connect(self.notice)
        self._parts.emptiness_known.connect(self.emptiness_known)
        self._newer = Replies()

    def may_have_result(self, processing: Processing) -> bool:
        """Whether there can be anything of `processing` to add."""
        return processing.may_have_result and not self._parts.has_none(processing)

    def add(self, processings: Iterable[Processing]) -> None:
        """Put the results of those that are ready on the map, and what is ready of failed ones; else says why not."""
        asked = list(processings)
        ready = [processing for processing in asked if processing.status is Status.OK]
        failed = [processing for processing in asked if processing.status is Status.FAILED]
        if asked and not ready and not failed:
            self.notice.emit(Notice(_not_ready(asked[0]), Qgis.MessageLevel.Warning))
        for processing in ready:
            self._begin(processing)
        for processing in failed:
            self._parts.ask(processing, self._begin)

    def close(self) -> None:
        """Drop what was asked; what is under way is the transfers' to stop."""
        self._parts.close()
        self._newer.abort()

    def _begin(self, processing: Processing) -> None:
        self._transfers.begin(
            Key(processing.id, Kind.LAYER),
            bounded(processing.name, 28),
            partial(self._make, processing),
            partial(self._on_completed, processing),
            partial(self._on_failed, processing),
        )

    def _make(self, processing: Processing) -> ResultDelivery:
        session, project = self._session, QgsProject.instance()
        place = results_place(project)
        delivery = ResultDelivery(
            session.client,
            processing,
            session.tile_authcfg,
            place.folder,
            project,
            place.others,
            name_of_project(session, processing),
        )
        delivery.tiles_added.connect(self._on_tiles)
        return delivery

    def _on_tiles(self, layer: QgsMapLayer) -> None:
        zoom_to(self._canvas, layer.extent(), layer.crs())

    def _on_completed(self, processing: Processing, result: ResultLayers) -> None:
        self.added.emit(processing)
        name = bounded(processing.name, 80)
        is_whole = processing.status is not Status.FAILED
        if result.feature_count == 0:
            text = (
                translate("Results", "“{name}” has its result: nothing was found in its area.")
                if is_whole
                else translate("Results", "Nothing was found in what is ready of “{name}”.")
            )
            text = " ".join([text.format(name=name), *result.remarks])
            self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
            return
        show_extent(self._canvas, result.extent)
        told = [_on_map_text(processing, result.feature_count), *self._state_of(result), *result.remarks]
        place = results_place(QgsProject.instance())
        chosen = "" if result.downloaded else place_to_tell(place)
        told += [each for each in (chosen, "" if result.downloaded else place.remark) if each]
        is_all_well = not result.remarks and not result.is_outdated and not place.remark
        level = Qgis.MessageLevel.Success if is_all_well else Qgis.MessageLevel.Warning
        change = translate("Results", "Change…") if chosen or (place.remark and not result.downloaded) else ""
        action = self.place_wanted.emit if change else None
        self.notice.emit(Notice(" ".join(told), level, "", change, action))
        if result.downloaded is not None and not result.is_outdated:
            self._look_for_newer(processing)

    def _state_of(self, result: ResultLayers) -> list[str]:
        """What to tell of the file that was there before, and how old the shown one is where nobody can say more."""
        if result.former is not None:
            text = translate(
                "Results", "The former file, {file}, stays as it was, with what you changed in it."
            )
            return [text.format(file=result.former.name)]
        return outdated_text(self._session, result)

    def _look_for_newer(self, processing: Processing) -> None:
        """The list may be older than the service's own state."""
        told = partial(self._on_state, processing)
        self._newer.follow(fetch(self._session.client, processing.id), told, lambda _error: None)

    def _on_state(self, shown: Processing, now: Processing) -> None:
        if now.status is not Status.OK or updated_stamp(now) == updated_stamp(shown):
            return
        text = translate("Results", "Mapflow has a newer result of “{name}” than the one on the map.")
        notice = Notice(
            text.format(name=bounded(now.name, 80)),
            Qgis.MessageLevel.Info,
            "",
            translate("Results", "Refresh"),
            partial(self.add, [now]),
            now.id,
        )
        self.notice.emit(notice)

    def _on_failed(self, processing: Processing, error: JobError) -> None:
        text = translate("Results", "“{name}” could not be added. {reason}").format(
            name=bounded(processing.name, 80), reason=error.sentence
        )
        again = partial(self.add, [processing])
        self.notice.emit(
            Notice(
                text,
                Qgis.MessageLevel.Warning,
                error.detail,
                translate("Results", "Try Again"),
                again,
                processing.id,
            )
        )


def outdated_text(session: Session, result: ResultLayers) -> list[str]:
    """How old a file is that was there before, where the service cannot say more."""
    if result.downloaded is None or (session.is_reachable and not result.is_outdated):
        return []
    text = translate("Results", "Mapflow cannot be reached: this is the result as downloaded on {date}.")
    return [text.format(date=local_time_text(result.downloaded))]


def name_of_project(session: Session, processing: Processing) -> str:
    """What the project of `processing` is called; "" where that is not known."""
    project = session.project
    return project.name if project is not None and project.id == processing.project_id else ""


def _on_map_text(processing: Processing, count: int) -> str:
    name = bounded(processing.name, 80)
    if processing.status is Status.FAILED:
        text = translate("Results", "What is ready of “{name}” is on the map. Objects: {count}.")
        return text.format(name=name, count=number_text(count, 0))
    return translate(
        "Results",
        "“{name}” is on the map: %Ln objects.",
        "“{name}” is on the map: 1 object.",
        count,
    ).format(name=name)


def _not_ready(processing: Processing) -> str:
    if processing.status.is_running:
        return translate("Results", "“{name}” is not ready yet. It can be added once it is.").format(
            name=bounded(processing.name, 80)
        )
    return translate("Results", "“{name}” has no result to add. See its details for the reason.").format(
        name=bounded(processing.name, 80)
    )
