"""One upload from the decision to the outcome: converted if that was decided, sent, and found in the service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...api.lost_answers.image_search import Arrival, Expected, look_again
from ...api.lost_answers.sent_once import UNKNOWN
from ...api.lost_answers.upload import Uploaded, upload_image, upload_to_new_mosaic
from ...jobs.rasters.conversion import RasterConversion
from ...layers.rasters.check import mebibytes, storage_shortage
from ...layers.rasters.facts import Grid, fingerprint_of
from ...text.translation import translate
from ..widgets.notice import details_of
from .batch import Decision
from .model import Stage

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...jobs.job import JobError
    from .batch import Upload


class UploadJob(QObject):
    """Runs one upload; ends with `completed` or `failed`, or silently after `cancel`."""

    progressed = pyqtSignal(object, float)  # Stage, 0..1 of it (below 0: not known)
    completed = pyqtSignal(object)  # Uploaded
    failed = pyqtSignal(str, str, bool)  # sentence, detail, whether it may have arrived all the same

    def __init__(self, upload: Upload, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._upload = upload
        self._batch = upload.batch
        self._reply: Optional[ApiReply] = None
        self._conversion: Optional[RasterConversion] = None
        self._is_looking = False
        self._is_over = False

    @property
    def file_name(self) -> str:
        """What the image is to be called in the service."""
        source = self._upload.source
        if self._upload.decision is Decision.CONVERT or source.path is None:
            return source.file_name
        return source.path.name

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        if self._upload.may_have_arrived or self._batch.is_mosaic_uncertain:
            self._look()
        else:
            QTimer.singleShot(0, self._begin)

    def cancel(self) -> None:
        """Stop, leaving nothing half-made; no signal follows."""
        self._is_over = True
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
        if self._conversion is not None:
            self._conversion.discard()
            self._conversion = None

    # whether it is there already

    def _look(self) -> None:
        batch, target = self._batch, self._batch.target
        path = self._upload.source.path
        is_converted = self._upload.decision is Decision.CONVERT
        expected = Expected(
            file_name=self.file_name if self._upload.may_have_arrived else "",
            size=None if is_converted or path is None or not path.exists() else path.stat().st_size,
            mosaic_id=target.mosaic_id,
            mosaic_name=target.name,
            known_images=batch.known_images or frozenset(),
            known_mosaics=batch.known_mosaics,
        )
        self._is_looking = True
        self.progressed.emit(Stage.CHECKING, -1.0)
        reply = look_again(batch.client, expected)
        reply.succeeded.connect(self._on_looked)
        reply.failed.connect(self._on_failed)
        self._reply = reply

    def _on_looked(self, arrival: Arrival) -> None:
        self._reply = None
        self._is_looking = False
        self._batch.is_mosaic_uncertain = False
        if arrival.mosaic_id:
            self._batch.target.mosaic_id = arrival.mosaic_id
        upload = self._upload
        if arrival.image is not None and upload.may_have_arrived:
            self._complete(Uploaded(arrival.mosaic_id, arrival.image))
        elif arrival.is_certain or upload.was_warned or not upload.may_have_arrived:
            upload.was_warned = False
            self._begin()
        else:
            upload.was_warned = True
            text = translate(
                "Uploads",
                "It may be there already, and the service does not tell: look for “{name}” in the mosaic “{mosaic}”. "
                "If it is not there, try once more, and it is sent again.",
            )
            self._fail(text.format(name=self.file_name, mosaic=self._batch.target.name), "", True)

    # converting

    def _begin(self) -> None:
        check = self._upload.check
        if self._is_over or check is None or check.facts is None:
            return
        files = tuple(name for name, _size, _changed in check.facts.fingerprint.files)
        if fingerprint_of(files) != check.facts.fingerprint:
            text = translate(
                "Uploads",
                "{file} was changed or removed since it was checked. Try again, and it is checked anew.",
            )
            self._fail(text.format(file=self._upload.source.name), "")
        elif self._upload.decision is Decision.CONVERT:
            self._convert()
        elif self._upload.source.path is not None:
            self._send(self._upload.source.path)

    def _convert(self) -> None:
        check = self._upload.check
        if check is None or check.facts is None:
            return
        grid = self._batch.grid or Grid()
        self.progressed.emit(Stage.CONVERTING, 0.0)
        conversion = RasterConversion(self._upload.source, check.facts, grid, self._batch.limits)
        conversion.progressed.connect(self._on_converting)
        conversion.succeeded.connect(self._on_converted)
        conversion.failed.connect(self._on_not_converted)
        self._conversion = conversion
        conversion.start()

    def _on_converting(self, fraction: float, _doing: object) -> None:
        if not self._is_over:
            self.progressed.emit(Stage.CONVERTING, fraction)

    def _on_converted(self, path: Path) -> None:
        if self._is_over:
            return
        size = path.stat().st_size
        most = self._batch.limits.max_file_bytes
        storage = self._batch.storage
        shortage = storage_shortage(size, storage.free if storage is not None else None)
        if size > most:
            text = translate(
                "Uploads",
                "Converted, its size is {size}; at most {most} are allowed. Cut it into smaller images.",
            )
            self._fail(text.format(size=mebibytes(size), most=mebibytes(most)), "")
        elif shortage:
            self._fail(shortage, "")
        else:
            self._send(path)

    def _on_not_converted(self, error: JobError) -> None:
        self._conversion = None
        self._fail(error.sentence, error.detail)

    # sending

    def _send(self, path: Path) -> None:
        batch, target = self._batch, self._batch.target
        self.progressed.emit(Stage.SENDING, 0.0)
        if target.is_new:
            reply = upload_to_new_mosaic(batch.client, target.name, target.tags, path, self.file_name)
        else:
            reply = upload_image(batch.client, target.mosaic_id, path, self.file_name)
        reply.progressed.connect(self._on_bytes)
        reply.succeeded.connect(self._complete)
        reply.failed.connect(self._on_failed)
        self._reply = reply

    def _on_bytes(self, done: int, total: int) -> None:
        if self._is_over or total <= 0:
            return
        if done >= total:
            self.progressed.emit(Stage.PROCESSING, -1.0)
        else:
            self.progressed.emit(Stage.SENDING, done / total)

    def _on_failed(self, error: ApiError) -> None:
        self._reply = None
        still_unknown = self._is_looking and self._upload.may_have_arrived
        self._fail(error.sentence, details_of(error), still_unknown or error.code == UNKNOWN)

    # the outcome

    def _complete(self, uploaded: Uploaded) -> None:
        if not self._is_over:
            self._end()
            self.completed.emit(uploaded)

    def _fail(self, sentence: str, detail: str, may_have_arrived: bool = False) -> None:
        if not self._is_over:
            self._end()
            self.failed.emit(sentence, detail, may_have_arrived)

    def _end(self) -> None:
        self._is_over = True
        self._reply = None
        if self._conversion is not None:
            self._conversion.discard()
            self._conversion = None
