"""The results that are on their way, to the map and to files alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....jobs.results.transfers import Kind, ResultTransfers
from ....text.translation import translate
from ...widgets.notice import Notice
from .adding import ResultAdding
from .of_layers import ResultLayerWork
from .saving import ResultSaving
from .tiles import ResultTiles

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtWidgets import QWidget

    from ....api.processings import Processing
    from ....api.session import Session


class ResultWork(QObject):
    """Adds results to the map and saves them as files. What was on its way to a QGIS project ends with it."""

    notice = pyqtSignal(object)  # Notice
    # id of a processing, and its TransferState: its result is on its way; None where it no longer is
    state_changed = pyqtSignal(str, object)

    def __init__(self, session: Session, canvas: QgsMapCanvas, window: QWidget) -> None:
        super().__init__(window)
        self.transfers = ResultTransfers(self)
        self.adding = ResultAdding(session, canvas, self.transfers, self)
        self.saving = ResultSaving(session, self.transfers, window)
        self.tiles = ResultTiles(session, canvas, self)
        self.of_layers = ResultLayerWork(session, self.adding, self.tiles, self)
        for part in (self.adding, self.saving, self.tiles, self.of_layers):
            part.notice.connect(self.notice)
        self.transfers.state_changed.connect(self.state_changed)
        self._project: Optional[QgsProject] = QgsProject.instance()
        self._project.cleared.connect(self._on_project_cleared)

    def is_any_under_way(self, processings: Iterable[Processing]) -> bool:
        """Whether a result of one of them is on its way to anywhere."""
        return any(self.transfers.is_under_way(processing.id) for processing in processings)

    def are_all_coming(self, processings: Iterable[Processing]) -> bool:
        """Whether the results of all of them are on their way to the map; False of none."""
        coming = [self.transfers.is_under_way(processing.id, Kind.LAYER) for processing in processings]
        return bool(coming) and all(coming)

    def cancel(self, processings: Iterable[Processing]) -> None:
        """Stop what is on its way of them."""
        for processing in processings:
            self.transfers.cancel(processing.id)

    def stop(self) -> None:
        """Stop all that is on its way, and take back what was asked."""
        self.adding.close()
        self.saving.close()
        self.tiles.close()
        self.of_layers.close()
        self.transfers.cancel_all()

    def close(self) -> None:
        """Stop all, and follow the QGIS project no more."""
        self.stop()
        project, self._project = self._project, None
        if project is not None:
            project.cleared.disconnect(self._on_project_cleared)

    def _on_project_cleared(self) -> None:
        # layers asked for in one QGIS project must not turn up in the next; files being saved go on
        self.adding.close()
        self.of_layers.close()
        stopped = self.transfers.cancel_all(Kind.LAYER)
        if stopped:
            self.notice.emit(Notice(_stopped_text(stopped), Qgis.MessageLevel.Warning))


def _stopped_text(count: int) -> str:
    return translate(
        "Results",
        "The QGIS project was closed before %Ln results had arrived. Add them again.",
        "The QGIS project was closed before 1 result had arrived. Add it again.",
        count,
    )
