"""One upload from the decision to the outcome: looked for, converted where that was decided, sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QFileInfo

from ...api.lost_answers.image_search import Arrival, Expected, look_again
from ...api.lost_answers.sent_once import UNKNOWN
from ...api.lost_answers.upload import Uploaded, upload_image, upload_to_new_mosaic
from ...layers.rasters.check import storage_shortage
from ...layers.rasters.facts import Grid, fingerprint_of
from ...text.quantities import size_text
from ...text.translation import translate
from ..job import UNKNOWN_FRACTION, Job, JobError
from ..rasters.conversion import RasterConversion
from .batch import Decision
from .stage import Stage

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...layers.rasters.facts import RasterFacts
    from .batch import Upload


class UploadJob(Job):
    """Brings an upload that was prepared and decided into its mosaic; succeeds with an Uploaded.

    Its progress is that of a Stage. What it learns of image and mosaic is written into the upload and its batch: a
    later job looks for an image that may have arrived before it sends the file again.
    """

    def __init__(self, upload: Upload) -> None:
        super().__init__()
        self._upload = upload
        self._batch = upload.batch
        self._conversion: Optional[RasterConversion] = None
        self._size = 0  # of the file that is sent
        self._is_all_sent = False
        self.finished.connect(self._discard_converted)

    def _begin(self) -> None:
        if self._upload.may_have_arrived or self._batch.is_mosaic_uncertain:
            self._look()
        else:
            self._convert_and_send()

    def _stop(self) -> None:
        self._upload.note_end(self._is_all_sent or self._upload.may_have_arrived)

    # whether it is there already

    def _look(self) -> None:
        upload, target = self._upload, self._batch.target
        path = upload.source.path
        is_converted = upload.decision is Decision.CONVERT
        expected = Expected(
            file_name=upload.file_name if upload.may_have_arrived else "",
            size=None if is_converted or path is None or not path.exists() else path.stat().st_size,
            mosaic_id=target.mosaic_id,
            mosaic_name=target.name,
            known_images=self._batch.known_images or frozenset(),
            known_mosaics=self._batch.known_mosaics,
            is_all_known=self._batch.are_all_known,
        )
        self._follow(look_again(self._batch.client, expected), self._on_looked, self._on_not_looked)
        self._report(UNKNOWN_FRACTION, Stage.CHECKING)  # last: whoever hears of it may cancel

    def _on_looked(self, arrival: Arrival) -> None:
        upload, batch = self._upload, self._batch
        batch.is_mosaic_uncertain = False
        if arrival.mosaic_id:
            batch.target.mosaic_id = arrival.mosaic_id
        if arrival.image is not None and upload.may_have_arrived:
            self._on_arrived(Uploaded(arrival.mosaic_id, arrival.image))
        elif arrival.is_certain or upload.was_warned or not upload.may_have_arrived:
            upload.was_warned = False
            self._convert_and_send()
        else:
            upload.was_warned = True
            text = translate(
                "Uploads",
                "It may be there already, and the service does not tell: look for “{name}” in the mosaic “{mosaic}”. "
                "If it is not there, try once more, and it is sent again.",
            )
            sentence = text.format(name=upload.file_name, mosaic=batch.target.name)
            self._give_up(JobError(sentence), may_have_arrived=True)

    def _on_not_looked(self, error: ApiError) -> None:
        self._give_up(JobError.of(error), self._upload.may_have_arrived)

    # converting

    def _convert_and_send(self) -> None:
        check, path = self._upload.check, self._upload.source.path
        if check is None or check.facts is None:
            self._give_up(
                JobError.unforeseen(ValueError("an upload that was not checked, or cannot be read"))
            )
            return
        files = tuple(name for name, _size, _changed in check.facts.fingerprint.files)
        if fingerprint_of(files) != check.facts.fingerprint:
            text = translate(
                "Uploads",
                "{file} was changed or removed since it was checked. Try again, and it is checked anew.",
            )
            self._give_up(JobError(text.format(file=self._upload.source.name)))
        elif self._upload.decision is Decision.CONVERT or path is None:
            self._convert(check.facts)
        else:
            self._send(path)

    def _convert(self, facts: RasterFacts) -> None:
        grid = self._batch.grid or Grid()
        self._conversion = RasterConversion(self._upload.source, facts, grid, self._batch.limits)
        self._conversion.progressed.connect(self._on_converting)
        self._conversion.succeeded.connect(self._on_converted)
        self._conversion.failed.connect(self._give_up)
        self._conversion.start()
        self._report(0.0, Stage.CONVERTING)

    def _on_converting(self, fraction: float, _doing: object) -> None:
        self._report(fraction, Stage.CONVERTING)

    def _on_converted(self, path: Path) -> None:
        size = path.stat().st_size
        most = self._batch.limits.max_file_bytes
        storage = self._batch.storage
        shortage = storage_shortage(size, storage.free if storage is not None else None)
        if size > most:
            text = translate(
                "Uploads",
                "Converted, its size is {size}; at most {most} are allowed. Cut it into smaller images.",
            )
            self._give_up(JobError(text.format(size=size_text(size), most=size_text(most))))
        elif shortage:
            self._give_up(JobError(shortage))
        else:
            self._send(path)

    def _discard_converted(self) -> None:
        conversion, self._conversion = self._conversion, None
        if conversion is not None:
            conversion.discard()

    # sending

    def _send(self, path: Path) -> None:
        client, target, name = self._batch.client, self._batch.target, self._upload.file_name
        self._upload.bytes_sent, self._size = 0, QFileInfo(str(path)).size()
        if target.is_new:
            reply = upload_to_new_mosaic(client, target.name, target.tags, path, name)
        else:
            reply = upload_image(client, target.mosaic_id, path, name)
        self._follow(reply, self._on_arrived, self._on_not_sent).progressed.connect(self._on_bytes)
        self._report(0.0, Stage.SENDING)

    def _on_bytes(self, done: int, total: int) -> None:
        if total <= 0:
            return
        self._upload.bytes_sent = min(done, self._size)  # the request is larger than the file
        self._is_all_sent = done >= total
        if self._is_all_sent:
            self._report(UNKNOWN_FRACTION, Stage.PROCESSING)
        else:
            self._report(done / total, Stage.SENDING)

    def _on_not_sent(self, error: ApiError) -> None:
        self._give_up(JobError.of(error), may_have_arrived=error.code == UNKNOWN)

    # the outcome

    def _on_arrived(self, uploaded: Uploaded) -> None:
        self._upload.note_arrival(uploaded)
        self._succeed(uploaded)

    def _give_up(self, error: JobError, may_have_arrived: bool = False) -> None:
        self._upload.note_end(may_have_arrived)
        self._fail(error)
