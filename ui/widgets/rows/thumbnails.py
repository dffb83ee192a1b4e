"""Small pictures for the rows that are seen: asked for a few at a time, the latest first, and kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap

from ....jobs.imagery.thumbnails import Thumbnail
from ....jobs.queue import JobQueue

if TYPE_CHECKING:
    from ....api.http.client import Client
    from ....api.http.reply import ApiReply
    from ....api.session import Session

AT_ONCE = 4
_MOST_WAITING = 32  # what was scrolled past is not worth asking for any more
_MOST_KEPT = 400


class Thumbnails(QObject):
    """Keeps pixmaps by a key; `ask` sends the request for the picture of one.

    `picture` never waits; `arrived` tells that a picture has come. Whoever signs out leaves none behind: `forget` is
    called then, too.
    """

    arrived = pyqtSignal(str)  # key

    def __init__(
        self,
        session: Session,
        ask: Callable[[Client, str], ApiReply],
        forget: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._request = ask
        self._forget = forget
        # a null one where there is no picture to be had
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._queue = JobQueue(AT_ONCE, newest_first=True, most_waiting=_MOST_WAITING, parent=self)
        self._wanted: dict[str, None] = {}
        self._soon = QTimer(self)  # a picture is asked for while a row is painted: nothing may start in there
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        session.signed_out.connect(self._on_signed_out)

    @property
    def server(self) -> str:
        """The address of the service they come from."""
        return self._session.client.server

    def picture(self, key: str, is_to_be_had: bool = True) -> QPixmap:
        """The picture of `key`. If it has not come yet, a null one is returned, and the picture is asked for."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if is_to_be_had:
            self._wanted[key] = None
            self._soon.start(0)
        return QPixmap()

    def forget_missing(self) -> None:
        """Ask again for pictures that did not come, as soon as their rows are seen."""
        for key in [key for key, pixmap in self._kept.items() if pixmap.isNull()]:
            del self._kept[key]
            self.arrived.emit(key)  # its row is painted anew if it is seen, and asks

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
        self._forget()

    def _ask(self) -> None:
        # one may have arrived since its row was painted
        wanted = [key for key in self._wanted if key not in self._kept]
        self._wanted.clear()
        for key in wanted if self._session.is_signed_in else ():
            self._queue.add(key, partial(self._job, key))

    def _job(self, key: str) -> Thumbnail:
        job = Thumbnail(partial(self._request, self._session.client, key))
        job.succeeded.connect(partial(self._on_image, key))
        job.failed.connect(partial(self._on_no_image, key))
        return job

    def _on_image(self, key: str, image: QImage) -> None:
        self._keep(key, QPixmap.fromImage(image))

    def _on_no_image(self, key: str, _error: object) -> None:
        self._keep(key, QPixmap())

    def _keep(self, key: str, pixmap: QPixmap) -> None:
        self._kept[key] = pixmap
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(key)
