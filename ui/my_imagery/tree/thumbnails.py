"""Small pictures of the images that are seen: asked for a few at a time, the latest first, and kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap

from ....api import imagery
from ....jobs.imagery.thumbnails import Thumbnail
from ....jobs.queue import JobQueue

if TYPE_CHECKING:
    from ....api.imagery_records import Image
    from ....api.session import Session

AT_ONCE = 4
_MOST_WAITING = 32  # what was scrolled past is not worth asking for any more
_MOST_KEPT = 400


class Thumbnails(QObject):
    """Keeps pixmaps by image id. `picture` never waits; `arrived` tells that a picture has come."""

    arrived = pyqtSignal(str)  # image id

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        # a null one where there is no picture to be had
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._queue = JobQueue(AT_ONCE, newest_first=True, most_waiting=_MOST_WAITING, parent=self)
        self._wanted: dict[str, None] = {}
        self._soon = QTimer(self)  # a picture is asked for while a row is painted: nothing may start in there
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        session.signed_out.connect(self._on_signed_out)

    def picture(self, image: Image) -> QPixmap:
        """The picture of `image`. If it has not come yet, a null one is returned, and the picture is asked for."""
        kept = self._kept.get(image.id)
        if kept is not None:
            self._kept.move_to_end(image.id)
            return kept
        if image.is_usable:
            self._wanted[image.id] = None
            self._soon.start(0)
        return QPixmap()

    def forget_missing(self) -> None:
        """Ask again for pictures that did not come, as soon as their rows are seen."""
        for image_id in [key for key, pixmap in self._kept.items() if pixmap.isNull()]:
            del self._kept[image_id]
            self.arrived.emit(image_id)  # its row is painted anew if it is seen, and asks

    def clear(self) -> None:
        """Drop everything, whether it is there or on its way."""
        self._soon.stop()
        self._wanted.clear()
        self._queue.close()
        self._kept.clear()

    def close(self) -> None:
        """Stop, for good."""
        self.clear()
        self._session.signed_out.disconnect(self._on_signed_out)

    def _on_signed_out(self, _why: str) -> None:
        """Nobody is to find pictures of one's own in QGIS's cache, either."""
        self.clear()
        imagery.forget_previews()

    def _ask(self) -> None:
        # one may have arrived since its row was painted
        wanted = [image_id for image_id in self._wanted if image_id not in self._kept]
        self._wanted.clear()
        for image_id in wanted if self._session.is_signed_in else ():
            self._queue.add(image_id, partial(self._job, image_id))

    def _job(self, image_id: str) -> Thumbnail:
        job = Thumbnail(self._session.client, image_id)
        job.succeeded.connect(partial(self._on_image, image_id))
        job.failed.connect(partial(self._on_no_image, image_id))
        return job

    def _on_image(self, image_id: str, image: QImage) -> None:
        self._keep(image_id, QPixmap.fromImage(image))

    def _on_no_image(self, image_id: str, _error: object) -> None:
        self._keep(image_id, QPixmap())

    def _keep(self, image_id: str, pixmap: QPixmap) -> None:
        self._kept[image_id] = pixmap
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(image_id)
