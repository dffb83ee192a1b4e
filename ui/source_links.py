"""From a processing back to its imagery, on whichever page that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QTabWidget

from ..text.server_text import bounded
from ..text.translation import translate
from .widgets.notice import Notice

if TYPE_CHECKING:
    from ..api.processings import Processing
    from .my_imagery.page import MyImageryPage
    from .run.page import RunPage
    from .search.page import SearchPage
    from .widgets.late_page import LatePage


class SourceLinks(QObject):
    """Images of the catalog are shown under Search, one's own under My Imagery, any other imagery under Run."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self,
        tabs: QTabWidget,
        run: LatePage[RunPage],
        search: LatePage[SearchPage],
        imagery: LatePage[MyImageryPage],
    ) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._run = run
        self._search = search
        self._imagery = imagery

    def show(self, processing: Processing) -> None:
        """Show the imagery that `processing` used."""
        kind, told = next(iter(processing.source.items()), ("", {}))
        values: Mapping[str, object] = told if isinstance(told, Mapping) else {}
        ids = values.get("imageIds")
        image_ids = [str(each) for each in ids] if isinstance(ids, (list, tuple)) else []
        mosaic_id = str(values.get("mosaicId") or "")
        if kind == "imagerySearch" and image_ids:
            self._tabs.setCurrentWidget(self._search)
            provider = str(values.get("dataProvider") or "")
            self._search.page.show_source(processing.name, provider, image_ids)
        elif kind == "myImagery" and (image_ids or mosaic_id):
            self._tabs.setCurrentWidget(self._imagery)
            self._imagery.page.used.show(mosaic_id, image_ids)
        elif kind in ("dataProvider", "userDefined"):
            self._tabs.setCurrentWidget(self._run)
            self._tell(self._run.page.imagery.show_source(processing.source))
        else:
            text = translate("Ui", "The service does not say which imagery “{name}” used.")
            self._tell(text.format(name=bounded(processing.name, 60)))

    def _tell(self, sentence: str) -> None:
        if sentence:
            self.notice.emit(Notice(sentence, Qgis.MessageLevel.Warning))
