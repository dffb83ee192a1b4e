"""Uploads that were asked for together: where they go, what was decided of each, and what is known of the service."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Optional

from ...api.http.client import Client
from ...api.imagery_records import Storage
from ...layers.rasters.check import Limits, RasterCheck, storage_shortage
from ...layers.rasters.facts import Grid
from ...layers.rasters.issues import RasterIssue
from ...layers.rasters.source import RasterSource
from .model import Stage, UploadRow


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
    fraction: float = -1.0
    sentence: str = ""
    detail: str = ""
    may_have_arrived: bool = False  # an earlier attempt ended without anybody knowing
    was_warned: bool = False  # of that, and that trying once more sends it again

    @property
    def row(self) -> UploadRow:
        """As it is shown."""
        name = self.batch.target.name
        return UploadRow(
            self.id, self.source.name, name, self.stage, self.fraction, self.sentence, self.detail
        )

    @property
    def issues(self) -> tuple[RasterIssue, ...]:
        """What is wrong with it."""
        return self.check.issues if self.check is not None else ()

    def allows(self, decision: Decision) -> bool:
        """Whether the raster can be dealt with so."""
        if decision is Decision.LEAVE_OUT:
            return True
        if self.check is None:
            return False
        if decision is Decision.CONVERT:
            return self.check.may_be_converted
        return self.check.may_be_sent_as_it_is

    @property
    def advised(self) -> Decision:
        """What is best done with it."""
        preferred = (Decision.CONVERT, Decision.AS_IT_IS, Decision.LEAVE_OUT)
        return next(decision for decision in preferred if self.allows(decision))

    @property
    def bytes_at_least(self) -> int:
        """Bytes of storage it surely takes as it was decided."""
        return self.check.size_as_it_is if self.check and self.decision is Decision.AS_IT_IS else 0

    @property
    def bytes_at_most(self) -> int:
        """Bytes of storage it may take as it was decided."""
        is_converted = self.check is not None and self.decision is Decision.CONVERT
        return self.check.size_converted if self.check and is_converted else self.bytes_at_least


@dataclass
class Batch:
    """Uploads into one mosaic. The known ids are those of before the first of them was sent."""

    client: Client
    target: UploadTarget
    account_key: str = ""  # whose they are
    uploads: list[Upload] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    storage: Optional[Storage] = None
    grid: Optional[Grid] = None
    known_images: Optional[frozenset[str]] = None
    known_mosaics: Optional[frozenset[str]] = None
    is_confirmed: bool = False  # the user has seen what is going to be uploaded, and where to
    is_mosaic_uncertain: bool = False  # it may have been made by an attempt nobody knows the end of
    was_told: bool = False

    @property
    def shortage(self) -> str:
        """Why the storage is surely too small for what was decided; "" when it is not."""
        free = None if self.storage is None else self.storage.free
        return storage_shortage(sum(upload.bytes_at_least for upload in self.open_uploads), free)

    @property
    def open_uploads(self) -> list[Upload]:
        """Those that are not sent yet, and not over."""
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
