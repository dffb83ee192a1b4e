"""The queue of uploads: each is prepared, waits for a decision where one is needed, and runs when its turn comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...text.quantities import size_text
from ...text.translation import translate
from ..queue import JobQueue
from .awaited import AwaitedImages
from .batch import Batch, Decision, Upload, UploadTarget
from .list import UploadList, batches_of
from .preparation import UploadPreparation
from .stage import Stage
from .stranded import StrandedUploads
from .upload import UploadJob

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...api.lost_answers.upload import Uploaded
    from ...api.session import Session
    from ...layers.rasters.source import RasterSource
    from ..job import JobError

AT_ONCE = 2  # more at a time make each of them slower, and the service throttles


class UploadQueue(QObject):
    """Uploads of whoever is signed in. They go on whatever is shown, and whatever QGIS project is open.

    The way of a file: `add`, an UploadPreparation, `decide` where the user has to, an UploadJob, its outcome; then
    its image is awaited, if the service is not done with it.
    """

    decision_wanted = pyqtSignal(object)  # Batch
    arrived = pyqtSignal(str, object)  # mosaic id, Optional[Image], which may not be ready yet
    # id of a mosaic in which an image that was not ready is now, has failed or is gone
    settled = pyqtSignal(str)
    batch_over = pyqtSignal(object)  # Batch

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._preparations: list[UploadPreparation] = []
        self._jobs = JobQueue(AT_ONCE, parent=self)
        self.uploads = UploadList(self)
        self.awaited = AwaitedImages(self.uploads, self)
        self.awaited.settled.connect(self._on_settled)
        self._stranded = StrandedUploads(session, self.uploads, self.retry, self)

    # what the user does

    def add(self, sources: Sequence[RasterSource], target: UploadTarget) -> None:
        """Take rasters in; they are checked, and uploaded once there is nothing left to decide."""
        if sources and self._session.is_signed_in:
            batch = Batch(self._session.client, target, self._session.account_key)
            self.uploads.add(batch, sources)
            self._prepare(batch, batch.uploads)

    def decide(self, batch: Batch, decisions: Mapping[int, Decision]) -> None:
        """Go on with a batch as the user wants it, each upload by its id."""
        batch.is_confirmed = True
        undecided = batch.undecided
        for upload in undecided:
            upload.decision = decisions.get(upload.id, upload.decision)
            if upload.decision is None or upload.decision is Decision.LEAVE_OUT:
                self.uploads.put(upload, Stage.LEFT_OUT)
        self._let_run([upload for upload in undecided if upload.stage is Stage.UNDECIDED])
        self._tell_if_over(batch)

    def cancel(self, ids: Iterable[int]) -> None:
        """Stop uploads that are on their way, and leave nothing half-made."""
        open_ones = [upload for upload in self.uploads.of(ids) if upload.stage.is_on_its_way]
        self._stop(open_ones, Stage.CANCELLED)
        for batch in batches_of(open_ones):
            self._tell_if_over(batch)

    def retry(self, ids: Iterable[int]) -> None:
        """Try again what failed or was given up; it is checked anew, and looked for where it may have arrived."""
        again = [upload for upload in self.uploads.of(ids) if upload.stage.may_be_retried]
        for batch in batches_of(again):
            if batch.client is not self._session.client:
                continue  # of a login that is gone
            batch.was_told = False
            mine = [upload for upload in again if upload.batch is batch]
            for upload in mine:
                upload.has_arrived = False
                self.uploads.put(upload, Stage.CHECKING)
            self._prepare(batch, mine)

    def clear(self) -> None:
        """Stop everything and forget it; nothing is told of it."""
        self.uploads.silence()
        self.cancel([upload.id for upload in self.uploads])
        self.uploads.remove([upload.id for upload in self.uploads])

    # the login

    def interrupt(self) -> None:
        """The login was refused: what is on its way fails, so that its owner can try it again after signing in."""
        text = translate(
            "Uploads", "You were signed out before it was uploaded. Sign in again, then try it again."
        )
        self.uploads.silence()
        arrived = [upload.id for upload in self.uploads if upload.stage is Stage.PREPARING]
        self._stop([upload for upload in self.uploads if upload.stage.is_on_its_way], Stage.FAILED, text)
        self.uploads.remove(arrived)
        self.uploads.remove_finished()

    # preparing

    def _prepare(self, batch: Batch, uploads: Sequence[Upload]) -> None:
        preparation = UploadPreparation(batch, uploads)
        preparation.succeeded.connect(partial(self._on_prepared, batch, uploads))
        preparation.failed.connect(partial(self._on_failed, uploads))
        preparation.start()
        self._preparations = [each for each in self._preparations if each.is_running] + [preparation]
        self.uploads.changed.emit()

    def _on_prepared(self, batch: Batch, uploads: Sequence[Upload], _nothing: object) -> None:
        checked = [upload for upload in uploads if upload.stage is Stage.CHECKING]
        is_open = any(upload.decision is None for upload in checked)
        if is_open or batch.shortage or (batch.target.is_new and not batch.is_confirmed):
            for upload in checked:
                upload.decision = upload.decision or upload.advised
                issue = upload.issues[0].sentence if upload.issues else ""
                self.uploads.put(upload, Stage.UNDECIDED, sentence=issue)
            self.decision_wanted.emit(batch)
            self.uploads.changed.emit()
        else:
            self._let_run(checked)

    # running

    def _let_run(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            self.uploads.put(upload, Stage.WAITING)
        for upload in uploads:
            self._jobs.add(upload.id, partial(self._make_job, upload), upload.lane)
        self.uploads.changed.emit()

    def _make_job(self, upload: Upload) -> UploadJob:
        job = UploadJob(upload)
        job.progressed.connect(partial(self._on_progressed, upload))
        job.succeeded.connect(partial(self._on_succeeded, upload))
        job.failed.connect(partial(self._on_failed, [upload]))
        return job

    def _on_progressed(self, upload: Upload, fraction: float, stage: Stage) -> None:
        is_tick = stage is upload.stage
        self.uploads.put(upload, stage, fraction)
        (self.uploads.progressed if is_tick else self.uploads.changed).emit()

    def _on_succeeded(self, upload: Upload, uploaded: Uploaded) -> None:
        self.awaited.take(upload, uploaded.image)
        self.arrived.emit(uploaded.mosaic_id, uploaded.image)
        self._tell_if_over(upload.batch)

    def _on_settled(self, upload: Upload) -> None:
        self.settled.emit(upload.batch.target.mosaic_id)
        self._tell_if_over(upload.batch)

    def _on_failed(self, uploads: Sequence[Upload], error: JobError) -> None:
        for upload in uploads:
            if not upload.stage.is_over:
                told = self._stranded.sentence(upload, error)
                self.uploads.put(upload, Stage.FAILED, sentence=told, error=error)
        self._tell_if_over(uploads[0].batch)

    # ending

    def _stop(self, uploads: Sequence[Upload], stage: Stage, sentence: str = "") -> None:
        for upload in uploads:
            self.uploads.put(upload, stage, sentence=sentence or _what_is_lost(upload))
        self._jobs.cancel([upload.id for upload in uploads])
        for preparation in self._preparations:
            if all(upload.stage is not Stage.CHECKING for upload in preparation.uploads):
                preparation.cancel()

    def _tell_if_over(self, batch: Batch) -> None:
        self.uploads.changed.emit()
        if batch.uploads and batch.is_over and not batch.was_told:
            batch.was_told = True
            self.batch_over.emit(batch)


def _what_is_lost(upload: Upload) -> str:
    """What an upload that is stopped now has sent for nothing; "" where that is nothing."""
    if upload.stage is Stage.PROCESSING:
        return translate(
            "Uploads",
            "The service had the whole file already. If it turns up in the mosaic, delete it there.",
        )
    if upload.stage is Stage.SENDING and upload.bytes_sent:
        text = translate("Uploads", "{sent} of it were sent, and are lost.")
        return text.format(sent=size_text(upload.bytes_sent))
    return ""
