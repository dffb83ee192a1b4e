"""What has to be known before uploads can begin: storage and limits, the mosaic's images, what is wrong with files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...jobs.rasters.check import CheckedRasters, check_rasters
from ...layers.rasters.check import Limits
from ...layers.rasters.facts import Grid
from ..widgets.notice import details_of

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import Image, ImageListing, MosaicListing, Storage
    from ...jobs.job import JobError
    from ...jobs.task import TaskJob
    from .batch import Batch, Upload


class UploadPreparation(QObject):
    """Prepares some uploads of one batch; ends with `ready` or `failed`, or silently after `cancel`."""

    ready = pyqtSignal()
    failed = pyqtSignal(str, str)  # sentence, detail

    def __init__(self, batch: Batch, uploads: Sequence[Upload], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.batch = batch
        self.uploads = list(uploads)
        self._replies: list[ApiReply] = []
        self._open_questions = 0
        self._checking: Optional[TaskJob] = None
        self._is_over = False

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        client, target = self.batch.client, self.batch.target
        storage = imagery.storage(client)
        storage.succeeded.connect(self._on_storage)
        if target.is_new:
            listing = imagery.list_mosaics(client)
            listing.succeeded.connect(self._on_mosaics)
        else:
            listing = imagery.list_images(client, target.mosaic_id)
            listing.succeeded.connect(self._on_images)
        self._replies = [storage, listing]
        self._open_questions = len(self._replies)
        storage.failed.connect(self._on_unanswered)
        listing.failed.connect(self._on_unanswered if target.is_new else self._on_failed)

    def cancel(self) -> None:
        """Stop; no signal follows."""
        self._is_over = True
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()
        checking, self._checking = self._checking, None
        if checking is not None:
            checking.cancel()

    def _on_storage(self, storage: Storage) -> None:
        self.batch.storage = storage
        self.batch.limits = Limits(storage.max_upload, storage.max_pixels)
        self._answered()

    def _on_mosaics(self, listing: MosaicListing) -> None:
        if self.batch.known_mosaics is None:
            self.batch.known_mosaics = frozenset(mosaic.id for mosaic in listing.mosaics)
        self._answered()

    def _on_images(self, listing: ImageListing) -> None:
        if self.batch.known_images is None:
            self.batch.known_images = frozenset(image.id for image in listing.images)
        example = next((image for image in listing.images if image.crs), None)
        if example is not None:
            self.batch.grid = grid_of(example)
        self._answered()

    def _on_unanswered(self, error: ApiError) -> None:
        """A service that does not know the question goes without an answer; what else fails, fails the uploads."""
        if error.is_unsupported:
            self._answered()
        else:
            self._on_failed(error)

    def _on_failed(self, error: ApiError) -> None:
        self._fail(error.sentence, details_of(error))

    def _answered(self) -> None:
        self._open_questions -= 1
        if self._open_questions == 0 and not self._is_over:
            self._check()

    def _check(self) -> None:
        sources = [upload.source for upload in self.uploads]
        self._checking = check_rasters(sources, self.batch.limits, self.batch.grid)
        self._checking.succeeded.connect(self._on_checked)
        self._checking.failed.connect(self._on_not_checked)
        self._checking.start()

    def _on_checked(self, checked: CheckedRasters) -> None:
        for upload, check in zip(self.uploads, checked.checks):
            upload.check = check
        self.batch.grid = checked.grid
        self._is_over = True
        self.ready.emit()

    def _on_not_checked(self, error: JobError) -> None:
        self._fail(error.sentence, error.detail)

    def _fail(self, sentence: str, detail: str) -> None:
        if not self._is_over:
            self.cancel()
            self.failed.emit(sentence, detail)


def grid_of(image: Image) -> Grid:
    """How the pixels of an image of the service lie, as far as it says."""
    return Grid(image.crs, image.pixel_size, image.bands)
