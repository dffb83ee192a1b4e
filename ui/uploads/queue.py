"""The queue of uploads: prepares them, asks what is to be decided, runs a few at a time, keeps what came of each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.lost_answers.upload import Uploaded
from ...layers.rasters.source import RasterSource
from ...text.translation import translate
from .batch import Batch, Decision, Upload, UploadTarget
from .job import UploadJob
from .model import Stage, UploadModel
from .preparation import UploadPreparation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...api.session import Session

AT_ONCE = 2  # more at a time make each of them slower, and the service throttles
_CONVERTING_SHARE = 0.3  # of an upload that is converted first
_SENDING_SHARE = 0.95  # the rest is the service's work


class UploadQueue(QObject):
    """All uploads of this account. They go on whatever is shown, and whatever QGIS project is open."""

    decision_wanted = pyqtSignal(object)  # Batch
    arrived = pyqtSignal(str, object)  # mosaic id, Optional[Image]
    batch_over = pyqtSignal(object)  # Batch
    changed = pyqtSignal()  # how many there are, and in which stages
    progressed = pyqtSignal()  # how far they are: many times a second

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ids = itertools.count(1)
        self._uploads: dict[int, Upload] = {}
        self._jobs: dict[int, UploadJob] = {}
        self._preparations: list[UploadPreparation] = []
        self.model = UploadModel(self)

    # what others ask

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way or waits its turn; what waits for the user does not count."""
        return any(
            not upload.stage.is_over and upload.stage is not Stage.UNDECIDED
            for upload in self._uploads.values()
        )

    @property
    def busy_count(self) -> int:
        """How many uploads are not over."""
        return sum(not upload.stage.is_over for upload in self._uploads.values())

    def batches(self) -> list[Batch]:
        """All batches with an upload in the list, in their order."""
        return list({id(upload.batch): upload.batch for upload in self._uploads.values()}.values())

    def uploads(self, ids: Iterable[int]) -> list[Upload]:
        """Those of these ids that are listed."""
        return [self._uploads[upload_id] for upload_id in ids if upload_id in self._uploads]

    def overall(self) -> float:
        """How far all batches that are not over are, 0..1, by the files' sizes."""
        weighed = [
            (max(1, upload.check.size_as_it_is if upload.check else 1), _share(upload))
            for batch in self.batches()
            if not batch.is_over
            for upload in batch.uploads
            if upload.stage is not Stage.FAILED and not upload.stage.is_given_up
        ]
        total = sum(weight for weight, _done in weighed)
        return sum(weight * done for weight, done in weighed) / total if total else 0.0

    # what the user does

    def add(self, sources: Sequence[RasterSource], target: UploadTarget) -> Optional[Batch]:
        """Take rasters in; they are checked, and uploaded once there is nothing left to decide."""
        if not sources or not self._session.is_signed_in:
            return None
        batch = Batch(self._session.client, target, self._session.account_key)
        batch.uploads = [Upload(next(self._ids), batch, source) for source in sources]
        self._uploads.update({upload.id: upload for upload in batch.uploads})
        self.model.append([upload.row for upload in batch.uploads])
        self._prepare(batch, batch.uploads)
        return batch

    def decide(self, batch: Batch, decisions: Mapping[int, Decision]) -> None:
        """Go on with a batch as the user wants it, each upload by its id."""
        batch.is_confirmed = True
        for upload in batch.undecided:
            upload.decision = decisions.get(upload.id, upload.decision)
            if upload.decision is None or upload.decision is Decision.LEAVE_OUT:
                self._set(upload, Stage.LEFT_OUT)
            else:
                self._set(upload, Stage.WAITING)
        self._start_waiting()
        self._tell_if_over(batch)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop uploads and leave nothing half-made."""
        doomed = [upload for upload in self.uploads(ids) if not upload.stage.is_over]
        waiting_first = sorted(doomed, key=lambda upload: upload.id in self._jobs)
        for upload in waiting_first:
            self._cancel(upload)
        for batch in {id(upload.batch): upload.batch for upload in doomed}.values():
            self._tell_if_over(batch)
        self._start_waiting()

    def cancel_all(self) -> None:
        """Stop everything."""
        self.cancel(list(self._uploads))

    def retry(self, ids: Iterable[int]) -> None:
        """Try again what failed or was cancelled; it is checked anew, and looked for where it may have arrived."""
        again = [upload for upload in self.uploads(ids) if upload.stage.may_be_retried]
        for batch in {id(upload.batch): upload.batch for upload in again}.values():
            if batch.client is not self._session.client:
                continue  # of a login that is gone
            batch.was_told = False
            mine = [upload for upload in again if upload.batch is batch]
            for upload in mine:
                self._set(upload, Stage.CHECKING)
            self._prepare(batch, mine)

    def remove(self, ids: Iterable[int]) -> None:
        """Take uploads that are over out of the list."""
        gone = [upload for upload in self.uploads(ids) if upload.stage.is_over]
        for upload in gone:
            del self._uploads[upload.id]
            upload.batch.uploads.remove(upload)
        self.model.remove(upload.id for upload in gone)
        self.changed.emit()

    def remove_finished(self) -> None:
        """Take out all that arrived or was cancelled; failures stay to be read."""
        self.remove([upload.id for upload in self._uploads.values() if upload.stage.may_be_cleared])

    def clear(self) -> None:
        """Stop everything and forget it, saying nothing."""
        for batch in self.batches():
            batch.was_told = True
        self.cancel_all()
        self.remove(list(self._uploads))

    # the login

    def interrupt(self) -> None:
        """The login was refused: what is not over fails, so that its owner can try it again after signing in."""
        text = translate(
            "Uploads", "You were signed out before it was uploaded. Sign in again, then try it again."
        )
        for batch in self.batches():
            batch.was_told = True
        for upload in [each for each in self._uploads.values() if not each.stage.is_over]:
            self._cancel(upload)
            self._set(upload, Stage.FAILED, sentence=text)
        self.remove_finished()

    def resume(self) -> int:
        """Somebody signed in: what failed can be tried again if it is theirs, and leaves the list if it is not.

        Returns how many have left.
        """
        others = []
        for batch in self.batches():
            if batch.account_key == self._session.account_key:
                batch.client = self._session.client
            else:
                others += [upload.id for upload in batch.uploads]
        self.remove(others)
        return len(others)

    # preparing

    def _prepare(self, batch: Batch, uploads: Sequence[Upload]) -> None:
        preparation = UploadPreparation(batch, uploads, self)
        preparation.ready.connect(partial(self._on_prepared, preparation))
        preparation.failed.connect(partial(self._on_not_prepared, preparation))
        self._preparations.append(preparation)
        preparation.start()
        self.changed.emit()

    def _on_prepared(self, preparation: UploadPreparation) -> None:
        self._forget(preparation)
        batch = preparation.batch
        checked = [upload for upload in preparation.uploads if upload.stage is Stage.CHECKING]
        for upload in checked:
            if upload.decision is None or not upload.allows(upload.decision):
                upload.decision = Decision.AS_IT_IS if not upload.issues else None
        for upload in checked:
            self._set(upload, Stage.WAITING)
        is_open = any(upload.decision is None for upload in checked)
        if is_open or batch.shortage or (batch.target.is_new and not batch.is_confirmed):
            for upload in checked:
                upload.decision = upload.decision or upload.advised
                self._set(upload, Stage.UNDECIDED, sentence=_first_finding(upload))
            self.decision_wanted.emit(batch)
        self._start_waiting()

    def _on_not_prepared(self, preparation: UploadPreparation, sentence: str, detail: str) -> None:
        self._forget(preparation)
        for upload in preparation.uploads:
            if upload.stage is Stage.CHECKING:
                self._set(upload, Stage.FAILED, sentence=sentence, detail=detail)
        self._tell_if_over(preparation.batch)

    def _forget(self, preparation: UploadPreparation) -> None:
        self._preparations.remove(preparation)
        preparation.deleteLater()

    # running

    def _start_waiting(self) -> None:
        for upload in list(self._uploads.values()):
            if len(self._jobs) >= AT_ONCE:
                break
            if upload.stage is Stage.WAITING and self._may_start(upload):
                self._start(upload)
        self.changed.emit()

    def _may_start(self, upload: Upload) -> bool:
        """Whether its turn has come: one at a time where the mosaic is still to be made."""
        batch = upload.batch
        if upload.id in self._jobs:
            return False
        return not (batch.target.is_new and any(other.id in self._jobs for other in batch.uploads))

    def _start(self, upload: Upload) -> None:
        job = UploadJob(upload, self)
        self._jobs[upload.id] = job
        job.progressed.connect(partial(self._on_progressed, upload))
        job.completed.connect(partial(self._on_completed, upload))
        job.failed.connect(partial(self._on_failed, upload))
        self._set(upload, Stage.WAITING, fraction=0.0)
        job.start()

    def _on_progressed(self, upload: Upload, stage: Stage, fraction: float) -> None:
        is_tick = stage is upload.stage
        self._set(upload, stage, fraction=fraction)
        (self.progressed if is_tick else self.changed).emit()

    def _on_completed(self, upload: Upload, uploaded: Uploaded) -> None:
        self._end_job(upload)
        batch = upload.batch
        upload.may_have_arrived = False
        batch.is_mosaic_uncertain = False
        batch.target.mosaic_id = batch.target.mosaic_id or uploaded.mosaic_id
        if uploaded.image is not None:
            batch.known_images = (batch.known_images or frozenset()) | {uploaded.image.id}
        self._set(upload, Stage.DONE)
        self.arrived.emit(uploaded.mosaic_id, uploaded.image)
        self._start_waiting()
        self._tell_if_over(batch)

    def _on_failed(self, upload: Upload, sentence: str, detail: str, may_have_arrived: bool) -> None:
        self._end_job(upload)
        self._note_unknown(upload, may_have_arrived)
        self._set(upload, Stage.FAILED, sentence=sentence, detail=detail)
        self._start_waiting()
        self._tell_if_over(upload.batch)

    def _cancel(self, upload: Upload) -> None:
        was_sent = upload.stage is Stage.PROCESSING
        job = self._jobs.get(upload.id)
        if job is not None:
            job.cancel()
            self._end_job(upload)
        self._note_unknown(upload, was_sent or upload.may_have_arrived)
        text = translate(
            "Uploads",
            "The service had the whole file already. If it turns up in the mosaic, delete it there.",
        )
        self._set(upload, Stage.CANCELLED, sentence=text if was_sent else "")
        for preparation in list(self._preparations):
            if not any(each.stage is Stage.CHECKING for each in preparation.uploads):
                preparation.cancel()
                self._forget(preparation)

    def _note_unknown(self, upload: Upload, may_have_arrived: bool) -> None:
        upload.may_have_arrived = may_have_arrived
        if may_have_arrived and upload.batch.target.is_new:
            upload.batch.is_mosaic_uncertain = True

    def _end_job(self, upload: Upload) -> None:
        job = self._jobs.pop(upload.id, None)
        if job is not None:
            job.deleteLater()

    def _set(
        self, upload: Upload, stage: Stage, fraction: float = -1.0, sentence: str = "", detail: str = ""
    ) -> None:
        upload.stage, upload.fraction = stage, fraction
        upload.sentence, upload.detail = sentence, detail
        self.model.put(upload.row)

    def _tell_if_over(self, batch: Batch) -> None:
        self.changed.emit()
        if batch.uploads and batch.is_over and not batch.was_told:
            batch.was_told = True
            self.batch_over.emit(batch)


def _share(upload: Upload) -> float:
    """How far one upload is, 0..1."""
    if upload.stage is Stage.DONE:
        return 1.0
    before = _CONVERTING_SHARE if upload.decision is Decision.CONVERT else 0.0
    if upload.stage is Stage.CONVERTING:
        return before * max(0.0, upload.fraction)
    if upload.stage is Stage.SENDING:
        return before + (_SENDING_SHARE - before) * max(0.0, upload.fraction)
    return _SENDING_SHARE if upload.stage is Stage.PROCESSING else 0.0


def _first_finding(upload: Upload) -> str:
    return upload.issues[0].sentence if upload.issues else ""
