"""Uploads and the My Imagery page put together: the panel in its slot, the ways in, and the question before leaving."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QPoint, pyqtSignal

from ...jobs.uploads.batch import UploadTarget
from ...layers.rasters.source import sources_of_layers, sources_of_paths
from .leaving import UploadLeaving
from .panel import UploadPanel
from .ways import UploadDrops, UploadFiles

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer
    from qgis.gui import QgisInterface

    from ...api.imagery_records import Image, Mosaic
    from ...api.session import Session
    from ..my_imagery.page import MyImageryPage


class Uploads(QObject):
    """What the dock has of uploads. `close` ends everything that is under way."""

    notice = pyqtSignal(object)  # Notice
    matter_settled = pyqtSignal(str)  # what a notice was about
    show_wanted = pyqtSignal()  # the page is to be brought into view

    def __init__(self, session: Session, iface: QgisInterface, page: MyImageryPage) -> None:
        super().__init__(page)
        self._page = page
        self.panel = UploadPanel(session, iface, self._is_in_view, page)
        page.uploadSlot.addWidget(self.panel)
        self._files = UploadFiles(page)
        self._drops = UploadDrops(page, self._target_at)
        self.leaving = UploadLeaving(self.panel.queue.uploads, page)
        self._files.chosen.connect(self.panel.upload)
        self._drops.dropped.connect(self.panel.upload)
        page.upload_requested.connect(self._on_requested)
        self.panel.notice.connect(self.notice)
        self.panel.failures.settled.connect(self.matter_settled)
        self.panel.show_wanted.connect(self.show_wanted)
        self.panel.arrived.connect(self._on_arrived)
        self.panel.settled.connect(self._on_settled)
        page.images_came.connect(self.panel.queue.awaited.note)

    def take_layers(self, layers: Sequence[QgsMapLayer]) -> None:
        """Upload layers as a new mosaic, as they are shown."""
        self.show_wanted.emit()
        self.panel.upload(*sources_of_layers(layers), UploadTarget())

    def close(self) -> None:
        """Stop all uploads, and close dialogs and questions that are open."""
        self.leaving.close()
        self._files.close()
        self.panel.close()

    def _on_requested(self, paths: Sequence[Path], mosaic: Optional[Mosaic]) -> None:
        target = _target(mosaic)
        if paths:
            self.panel.upload(*sources_of_paths(paths), target)
        else:
            self._files.ask(target)

    def _on_arrived(self, mosaic_id: str, _image: Optional[Image]) -> None:
        self._page.mosaic_changed(mosaic_id)

    def _on_settled(self, mosaic_id: str) -> None:
        self._page.mosaic_changed(mosaic_id, is_opened=False)  # whoever closed it meanwhile wants it closed

    def _target_at(self, place: QPoint) -> UploadTarget:
        return _target(self._page.mosaic_at(place))

    def _is_in_view(self) -> bool:
        return self._page.isVisible() and not self._page.visibleRegion().isEmpty()


def _target(mosaic: Optional[Mosaic]) -> UploadTarget:
    """The target of an upload into `mosaic`, or into a new one if it is None."""
    return UploadTarget() if mosaic is None else UploadTarget(mosaic.id, mosaic.name, mosaic.tags)
