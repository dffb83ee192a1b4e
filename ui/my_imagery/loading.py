"""Fills the imagery tree from the service, and holds the pictures its rows show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, Qt

from ...api.imagery import forget_previews, preview
from ...jobs.imagery.loading import ImageryRequests
from ...text.translation import translate
from ..widgets.rows.thumbnails import Thumbnails
from .tree.model import ImageryTree

if TYPE_CHECKING:
    from ...api.imagery_records import ImageListing, Mosaic, MosaicListing
    from ...api.session import Session
    from ...jobs.job import JobError


class ImageryLoading(ImageryRequests):
    """Keeps `tree` in line with the account's imagery. One of it serves every place that shows imagery."""

    def __init__(self, session: Session, tree: ImageryTree, parent: Optional[QObject] = None) -> None:
        super().__init__(session, tree.known, parent)
        self.tree = tree
        self.thumbnails = Thumbnails(session, preview, forget_previews, self)
        tree.images_wanted.connect(self.images.ask, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self.listed.connect(self._put_mosaics)
        self.mosaic_came.connect(self._put_mosaic)
        self.mosaic_gone.connect(tree.remove_mosaic)
        self.forgotten.connect(self._empty)
        self.images.asked.connect(tree.set_asked)
        self.images.came.connect(self._put_images)
        self.images.failed.connect(self._put_failure)

    def refresh(self) -> None:
        """Ask for everything anew, and for the pictures that could not be had."""
        self.thumbnails.forget_missing()
        super().refresh()

    def close(self) -> None:
        """Stop asking, for good."""
        super().close()
        self.thumbnails.close()

    def _put_mosaics(self, listing: MosaicListing) -> None:
        self.tree.set_mosaics(listing.mosaics)

    def _put_mosaic(self, mosaic: Mosaic) -> None:
        if not self.tree.deleted.has(mosaic.id):
            self.tree.put_mosaic(mosaic)

    def _put_images(self, mosaic_id: str, listing: ImageListing) -> None:
        self.tree.set_images(mosaic_id, listing.images, listing.skipped, listing.untold)

    def _put_failure(self, mosaic_id: str, error: JobError) -> None:
        sentence = translate("MyImagery", "{reason} Press F5 to ask again.").format(reason=error.sentence)
        self.tree.set_failed(mosaic_id, sentence)

    def _empty(self) -> None:
        self.tree.set_mosaics(())
