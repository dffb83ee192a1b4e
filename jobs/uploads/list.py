"""The uploads of this account: which there are, in which stage each is, and how far all of them are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..job import UNKNOWN_FRACTION
from .batch import Batch, Decision, Upload
from .stage import Stage

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...layers.rasters.source import RasterSource
    from ..job import JobError

_CONVERTING_SHARE = 0.3  # of an upload that is converted first
_SENDING_SHARE = 0.95  # the rest is the service's work


class UploadList(QObject):
    """Uploads in the order they were asked for; those that are over stay until they are removed."""

    added = pyqtSignal(object)  # the new Uploads
    updated = pyqtSignal(object)  # an Upload: its stage, or how far it is
    removed = pyqtSignal(object)  # ids
    changed = pyqtSignal()  # how many there are, and in which stages; once for many of the above
    progressed = pyqtSignal()  # how far they are: many times a second

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._uploads: dict[int, Upload] = {}

    def __iter__(self) -> Iterator[Upload]:
        """All, also while some are added or removed."""
        return iter(list(self._uploads.values()))

    @property
    def is_busy(self) -> bool:
        """Whether anything is on its way or waits its turn; what waits for the user does not count."""
        return any(each.stage.is_on_its_way and each.stage is not Stage.UNDECIDED for each in self)

    @property
    def open_count(self) -> int:
        """How many uploads are on their way, those that wait for the user included."""
        return sum(each.stage.is_on_its_way for each in self)

    @property
    def bytes_under_way(self) -> int:
        """How much was sent of uploads whose images are not in their mosaics yet: it is lost when they are stopped."""
        return sum(each.bytes_sent for each in self if each.stage in {Stage.SENDING, Stage.PROCESSING})

    @property
    def batches(self) -> list[Batch]:
        """All batches with an upload in the list, in their order."""
        return batches_of(self)

    @property
    def overall(self) -> float:
        """How far all batches that are not over are, 0..1, by the files' sizes."""
        weighed = [
            (max(1, upload.check.size_as_it_is if upload.check else 1), _share(upload))
            for batch in self.batches
            if not batch.is_over
            for upload in batch.uploads
            if upload.stage is not Stage.FAILED and not upload.stage.is_given_up
        ]
        total = sum(weight for weight, _done in weighed)
        return sum(weight * done for weight, done in weighed) / total if total else 0.0

    def of(self, ids: Iterable[int]) -> list[Upload]:
        """The uploads with these ids, as far as they are listed."""
        return [self._uploads[upload_id] for upload_id in ids if upload_id in self._uploads]

    def add(self, batch: Batch, sources: Iterable[RasterSource]) -> None:
        """Make an upload of `batch` for each of the rasters."""
        batch.uploads = [Upload(next(self._ids), batch, source) for source in sources]
        self._uploads.update({upload.id: upload for upload in batch.uploads})
        self.added.emit(batch.uploads)

    def put(
        self,
        upload: Upload,
        stage: Stage,
        fraction: float = UNKNOWN_FRACTION,
        sentence: str = "",
        error: Optional[JobError] = None,
    ) -> None:
        """Note how far an upload is, and why it failed or what is to be decided."""
        upload.stage, upload.fraction = stage, fraction
        upload.sentence, upload.error = sentence or (error.sentence if error is not None else ""), error
        self.updated.emit(upload)

    def remove(self, ids: Iterable[int]) -> None:
        """Take out those that are not on their way."""
        gone = [upload for upload in self.of(ids) if not upload.stage.is_on_its_way]
        for upload in gone:
            del self._uploads[upload.id]
            upload.batch.uploads.remove(upload)
        self.removed.emit([upload.id for upload in gone])
        self.changed.emit()

    def remove_finished(self) -> None:
        """Take out all that arrived or were given up; failures stay to be read."""
        self.remove([upload.id for upload in self if upload.stage.may_be_cleared])

    def silence(self) -> None:
        """Let nobody be told how the batches end."""
        for batch in self.batches:
            batch.was_told = True

    def hand_over(self, client: Client, account_key: str) -> int:
        """Somebody signed in: uploads of that account go on with `client`, and all others leave the list.

        Returns how many have left.
        """
        others: list[int] = []
        for batch in self.batches:
            if batch.account_key == account_key:
                batch.client = client
            else:
                others += [upload.id for upload in batch.uploads]
        self.remove(others)
        return len(others)


def batches_of(uploads: Iterable[Upload]) -> list[Batch]:
    """The batches of these uploads, each once, in their order."""
    return list({id(upload.batch): upload.batch for upload in uploads}.values())


def _share(upload: Upload) -> float:
    """How far one upload is, 0..1."""
    if upload.stage is Stage.DONE:
        return 1.0
    before = _CONVERTING_SHARE if upload.decision is Decision.CONVERT else 0.0
    if upload.stage is Stage.CONVERTING:
        return before * max(0.0, upload.fraction)
    if upload.stage is Stage.SENDING:
        return before + (_SENDING_SHARE - before) * max(0.0, upload.fraction)
    return _SENDING_SHARE if upload.stage in {Stage.PROCESSING, Stage.PREPARING} else 0.0
