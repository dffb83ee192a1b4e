"""Gets to know the images of mosaics before something is done that needs them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.imagery.images_of_mosaics import ImagesOfMosaics
from ...jobs.imagery.known import Listing
from ..widgets.notice import from_job_error
from .tree.nodes import Doing

if TYPE_CHECKING:
    from ...api.imagery_records import ImageListing
    from ...api.session import Session
    from ...jobs.job import JobError
    from .tree.model import ImageryTree


class ImagesFirst(QObject):
    """One thing at a time: another one takes the place of the former, which then does not happen."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, tree: ImageryTree, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tree = tree
        self._job: Optional[ImagesOfMosaics] = None

    def then(self, mosaic_ids: Iterable[str], doing: str, act: Callable[[], None]) -> None:
        """Call `act` once the images of all these mosaics are in the tree; `doing` is shown in their rows meanwhile."""
        self.close()
        missing = [each for each in mosaic_ids if self._tree.known.listing(each) is not Listing.KNOWN]
        if not missing:
            act()
            return
        for mosaic_id in missing:
            self._tree.set_doing(mosaic_id, Doing(doing))
        job = ImagesOfMosaics(self._session.client, missing)
        waiting = set(missing)
        job.came.connect(partial(self._on_images, waiting))
        job.succeeded.connect(lambda _nothing: act())
        job.failed.connect(self._on_failed)
        job.finished.connect(partial(self._on_finished, waiting))
        self._job = job
        job.start()

    def close(self) -> None:
        """Do not do it."""
        if self._job is not None:
            self._job.cancel()

    def _on_images(self, waiting: set[str], mosaic_id: str, listing: ImageListing) -> None:
        waiting.discard(mosaic_id)
        self._tree.set_doing(mosaic_id, None)
        self._tree.set_images(mosaic_id, listing.images, listing.skipped, listing.untold)

    def _on_failed(self, error: JobError) -> None:
        self.notice.emit(from_job_error(error))

    def _on_finished(self, waiting: set[str]) -> None:
        for mosaic_id in waiting:
            self._tree.set_doing(mosaic_id, None)
