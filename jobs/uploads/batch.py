"""Uploads that were asked for together: where they go, what was decided about each, and what the service has told."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Optional

from ...api.http.client import Client
from ...api.imagery_records import Storage
from ...api.lost_answers.image_matching import turn_key
from ...api.lost_answers.upload import Uploaded
from ...layers.rasters.check import Limits, RasterCheck, storage_shortage
from ...layers.rasters.facts import Grid
from ...layers.rasters.issues import RasterIssue
from ...layers.rasters.source import RasterSource
from ..job import UNKNOWN_FRACTION, JobError
from .stage import Stage


class Decision(enum.Enum):
    """What to do with a raster."""

    AS_IT_IS = "as it is"
    CONVERT = "convert"
    LEAVE_OUT = "leave out"


@dataclass
class UploadTarget:
    """The mosaic to upload into; with an empty `mosaic_id` a new one, which is made with the first file.

    `mosaic_id` is filled in once the mosaic is there.
    """

    mosaic_id: str = ""
    name: str = ""
    tags: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether the mosaic is still to be made."""
        return not self.mosaic_id


@dataclass
class Upload:
    """One raster on its way."""

    id: int
    batch: Batch
    source: RasterSource
    check: Optional[RasterCheck] = None
    decision: Optional[Decision] = None
    stage: Stage = Stage.CHECKING
    fraction: float = UNKNOWN_FRACTION  # 0..1 of the stage
    sentence: str = ""  # why it failed, or what is to be decided
    error: Optional[JobError] = None  # why it failed
    has_arrived: bool = False  # its image is in the mosaic, be it ready or not
    was_awaited: bool = False  # its image was not ready when it arrived
    may_have_arrived: bool = False  # an earlier attempt ended, and it is not known whether the image is there
    bytes_sent: int = 0  # by the attempt that runs, or ran last
    times_resumed: int = 0  # by itself, after the network was gone
    was_warned: bool = False  # the user was told so, and that another attempt sends the file again

    @property
    def file_name(self) -> str:
        """What the image is called in the service."""
        if self.decision is Decision.CONVERT or self.source.path is None:
            return self.source.file_name
        return self.source.path.name

    def lane(self) -> tuple[str, str]:
        """What it has in common with the uploads it must not run at the same time with.

        Those are uploads of like names into one mosaic, which a listing of its images could not tell apart; and all
        those into a mosaic that is still to be made, since the first of them makes it.
        """
        return turn_key(self.file_name, self.batch.target.mosaic_id, self.batch.target.name)

    @property
    def issues(self) -> tuple[RasterIssue, ...]:
        """What is wrong with it."""
        return self.check.issues if self.check is not None else ()

    def allows(self, decision: Decision) -> bool:
        """Whether this can be done with the raster."""
        if decision is Decision.LEAVE_OUT:
            return True
        if self.check is None:
            return False
        if decision is Decision.CONVERT:
            return self.check.may_be_converted
        return self.check.may_be_sent_as_it_is

    @property
    def advised(self) -> Decision:
        """The decision that is proposed."""
        preferred = (Decision.CONVERT, Decision.AS_IT_IS, Decision.LEAVE_OUT)
        return next(decision for decision in preferred if self.allows(decision))

    @property
    def bytes_at_least(self) -> int:
        """Bytes of storage it needs at least, as it was decided."""
        return self.check.size_as_it_is if self.check and self.decision is Decision.AS_IT_IS else 0

    @property
    def bytes_at_most(self) -> int:
        """Bytes of storage it needs at most, as it was decided."""
        is_converted = self.check is not None and self.decision is Decision.CONVERT
        return self.check.size_converted if self.check and is_converted else self.bytes_at_least

    def note_arrival(self, uploaded: Uploaded) -> None:
        """Its image is in the mosaic, and the mosaic is there."""
        batch = self.batch
        self.has_arrived = True
        self.may_have_arrived = batch.is_mosaic_uncertain = False
        batch.target.mosaic_id = batch.target.mosaic_id or uploaded.mosaic_id
        if uploaded.image is not None:
            batch.known_images = (batch.known_images or frozenset()) | {uploaded.image.id}

    def note_end(self, may_have_arrived: bool) -> None:
        """An attempt ended without its image being known to be there."""
        self.may_have_arrived = may_have_arrived
        if may_have_arrived and self.batch.target.is_new:
            self.batch.is_mosaic_uncertain = True


@dataclass
class Batch:
    """Uploads into one mosaic. The known ids are those from before the first of them was sent."""

    client: Client
    target: UploadTarget
    account_key: str = ""  # of the account the uploads belong to
    uploads: list[Upload] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    storage: Optional[Storage] = None
    grid: Optional[Grid] = None  # what the images of the mosaic are like
    known_images: Optional[frozenset[str]] = None
    are_all_known: bool = True  # whether images that were not ready are among them
    known_mosaics: Optional[frozenset[str]] = None
    is_confirmed: bool = False  # the user has seen what will be uploaded, and into which mosaic
    is_mosaic_uncertain: bool = False  # an earlier attempt may have made the mosaic
    was_told: bool = False  # the user has been told how the batch ended

    @property
    def shortage(self) -> str:
        """Why the storage is surely too small for what was decided; "" where it may be large enough."""
        free = None if self.storage is None else self.storage.free
        return storage_shortage(sum(upload.bytes_at_least for upload in self.open_uploads), free)

    @property
    def open_uploads(self) -> list[Upload]:
        """Those whose sending has not begun, and that are not over."""
        before = (Stage.CHECKING, Stage.UNDECIDED, Stage.WAITING)
        return [upload for upload in self.uploads if upload.stage in before]

    @property
    def undecided(self) -> list[Upload]:
        """Those that wait for the user."""
        return [upload for upload in self.uploads if upload.stage is Stage.UNDECIDED]

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes by itself."""
        return all(upload.stage.is_over for upload in self.uploads)
