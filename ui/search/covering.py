"""Chooses the fewest images that cover the area, and hatches on the map what none of them covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.catalog.covering import cover_job
from ...jobs.catalog.search import Key
from ...jobs.job import LatestJob
from ...layers.footprints.covering import Cover
from ...text.quantities import percent_text
from ...text.translation import translate
from ..widgets.notice import Notice, from_job_error
from .found.list import FoundList

if TYPE_CHECKING:
    from ...jobs.job import JobError
    from ..run.area_section import AreaSection

_ALMOST = 99.0  # per cent; what is more is not told as all


class AreaCover(QObject):
    """Works out one cover at a time; the latest wins."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, found: FoundList, area: AreaSection, parent: QObject) -> None:
        super().__init__(parent)
        self._found = found
        self._area = area
        self._job = LatestJob()

    def start(self) -> None:
        """Look for the images among those that are listed."""
        self.close()
        area = self._area.area
        if area is None or not area.is_usable:
            self._warn(translate("Search", "Choose an area first."))
            return
        self._job.start(cover_job(area.geometry, self._found.model.found()), self._take, self._on_failed)

    def close(self) -> None:
        """Look no more."""
        self._job.cancel()

    def _take(self, cover: Cover[Key]) -> None:
        self._found.choose(cover.keys)
        self._found.map.show_uncovered(cover.uncovered)
        count = len(cover.keys)
        if not count:
            self._warn(translate("Search", "None of the listed images covers any of the area."))
        elif cover.uncovered.isEmpty():
            text = translate(
                "Search", "These %Ln images cover the area.", "This image covers the area.", count
            )
            self.notice.emit(Notice(text, Qgis.MessageLevel.Success))
        else:
            text = translate(
                "Search",
                "These %Ln images cover {percent} of the area. What is left is hatched on the map.",
                "This image covers {percent} of the area. What is left is hatched on the map.",
                count,
            )
            self._warn(text.format(percent=percent_text(min(_ALMOST, cover.share * 100))))

    def _on_failed(self, error: JobError) -> None:
        self.notice.emit(from_job_error(error))

    def _warn(self, text: str) -> None:
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning))
