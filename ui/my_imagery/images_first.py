"""Gets to know the images of mosaics before something is done that needs them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.http.errors import ApiError
from ..widgets.notice import from_error
from .tree.branch import Listing
from .tree.model import ImageryTree
from .tree.nodes import Doing

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import ImageListing
    from ...api.session import Session


class ImagesFirst(QObject):
    """One thing at a time: another one takes the place of the former, which then does not happen."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, tree: ImageryTree, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tree = tree
        self._asking: dict[str, ApiReply] = {}
        self._then: Callable[[], None] = _nothing

    def then(self, mosaic_ids: Iterable[str], doing: str, act: Callable[[], None]) -> None:
        """Call `act` once the images of all these mosaics are in the tree; `doing` is shown in their rows meanwhile."""
        self.close()
        self._then = act
        for mosaic_id in mosaic_ids:
            if self._tree.listing(mosaic_id) is not Listing.KNOWN:
                self._tree.set_doing(mosaic_id, Doing(doing))
                reply = imagery.list_images(self._session.client, mosaic_id)
                self._asking[mosaic_id] = reply
                reply.succeeded.connect(partial(self._on_images, mosaic_id))
                reply.failed.connect(self._on_failed)
        if not self._asking:
            self._go_on()

    def close(self) -> None:
        """Do not do it."""
        self._then = _nothing
        asking, self._asking = self._asking, {}
        for mosaic_id, reply in asking.items():
            reply.abort()
            self._tree.set_doing(mosaic_id, None)

    def _on_images(self, mosaic_id: str, listing: ImageListing) -> None:
        self._asking.pop(mosaic_id, None)
        self._tree.set_doing(mosaic_id, None)
        self._tree.set_images(mosaic_id, listing.images, listing.skipped)
        if not self._asking:
            self._go_on()

    def _on_failed(self, error: ApiError) -> None:
        self.close()
        self.notice.emit(from_error(error))

    def _go_on(self) -> None:
        act, self._then = self._then, _nothing
        act()


def _nothing() -> None:
    """Nobody waits."""
