"""What has to be known before uploads can begin: limits, storage, the mosaic's images, what is wrong with the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from ...api import imagery
from ...layers.rasters.check import Limits
from ...layers.rasters.facts import Grid
from ..job import Job
from ..rasters.check import CheckedRasters, check_rasters
from .batch import Decision

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.imagery_records import Image, ImageListing, MosaicListing, Storage
    from ..task import TaskJob
    from .batch import Batch, Upload


class UploadPreparation(Job):
    """Prepares some uploads of one batch; what it learns is written into the batch and the uploads.

    Afterwards each upload has its check, and a decision where nothing is wrong with the file.
    """

    def __init__(self, batch: Batch, uploads: Sequence[Upload]) -> None:
        super().__init__()
        self.uploads = tuple(uploads)
        self._batch = batch
        self._open_questions = 0
        self._checking: Optional[TaskJob] = None

    def _begin(self) -> None:
        client, target = self._batch.client, self._batch.target
        self._open_questions = 2
        self._follow(imagery.storage(client), self._on_storage, self._on_unanswered)
        if target.is_new:
            self._follow(imagery.list_mosaics(client), self._on_mosaics, self._on_unanswered)
        else:
            self._follow(imagery.list_all_images(client, target.mosaic_id), self._on_images, self._on_refused)

    def _stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    def _on_storage(self, storage: Storage) -> None:
        self._batch.storage = storage
        self._batch.limits = Limits(storage.max_upload, storage.max_pixels)
        self._answered()

    def _on_mosaics(self, listing: MosaicListing) -> None:
        if self._batch.known_mosaics is None:
            self._batch.known_mosaics = frozenset(mosaic.id for mosaic in listing.mosaics)
        self._answered()

    def _on_images(self, listing: ImageListing) -> None:
        if self._batch.known_images is None:
            self._batch.known_images = frozenset(image.id for image in listing.images)
            self._batch.are_all_known = listing.is_whole
        example = next((image for image in listing.images if image.crs), None)
        if example is not None:
            self._batch.grid = grid_of(example)
        self._answered()

    def _on_unanswered(self, error: ApiError) -> None:
        """A service that does not know the question is not asked; any other failure is the failure of this job."""
        if error.is_unsupported:
            self._answered()
        else:
            self._on_refused(error)

    def _on_refused(self, error: ApiError) -> None:
        self._replies.abort()
        self._fail_with(error)

    def _answered(self) -> None:
        self._open_questions -= 1
        if self._open_questions == 0:
            self._check()

    def _check(self) -> None:
        sources = [upload.source for upload in self.uploads]
        self._checking = check_rasters(sources, self._batch.limits, self._batch.grid)
        self._checking.succeeded.connect(self._on_checked)
        self._checking.failed.connect(self._fail)
        self._checking.start()

    def _on_checked(self, checked: CheckedRasters) -> None:
        self._batch.grid = checked.grid
        for upload, check in zip(self.uploads, checked.checks):
            upload.check = check
            if upload.decision is None or not upload.allows(upload.decision):
                upload.decision = None if upload.issues else Decision.AS_IT_IS
        self._succeed()


def grid_of(image: Image) -> Grid:
    """What the pixels of an image of the service are like, as far as it says."""
    return Grid(image.crs, image.pixel_size, image.bands)
