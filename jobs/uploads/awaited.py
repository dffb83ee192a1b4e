"""Waits for images that were uploaded, and that the service is still preparing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...api.http.errors import Fault
from ...text.server_text import bounded, one_line
from ...text.translation import translate
from ..imagery.pauses import LengtheningPauses
from ..job import JobError, ReplyJob
from ..queue import JobQueue
from .stage import Stage

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import Image, ImageListing
    from .batch import Upload
    from .list import UploadList

AT_ONCE = 2  # mosaics that are asked for at the same time
MOST_MISSES = 3  # looks in which an image is not there: then somebody has deleted it
MOST_FAILURES = 20  # looks that say nothing of an image: no service is asked for ever
_LONGEST_REASON = 300


class AwaitedImages(QObject):
    """Settles uploads: each ends when its image is ready, has failed or is gone.

    The mosaics of the images are asked for again and again, less and less often. This holds up no other upload.
    """

    settled = pyqtSignal(object)  # Upload whose image was awaited; its stage says what became of it

    def __init__(self, uploads: UploadList, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._uploads = uploads
        self._image_ids: dict[int, str] = {}  # of the uploads that are waited for, by the upload's id
        self._fruitless: dict[int, int] = {}  # looks in a row that said nothing of an upload's image
        self.pauses = LengtheningPauses(self)
        self.pauses.over.connect(self._look)
        self._looks = JobQueue(AT_ONCE, parent=self)
        self._looks.changed.connect(self._plan)
        uploads.removed.connect(self._forget)

    def take(self, upload: Upload, image: Optional[Image]) -> None:
        """Put an upload that arrived into its stage. If its image is not ready yet, wait for it."""
        if image is None:
            self._uploads.put(upload, Stage.DONE)
        elif not self._settle(upload, image):
            upload.was_awaited = True
            self._uploads.put(upload, Stage.PREPARING)
            self._image_ids[upload.id] = image.id
            self.pauses.shorten()
            self.pauses.stop()
            if image.has_data is None:  # the answer to an upload may say nothing of it
                self._look()
            else:
                self._plan()

    def note(self, mosaic_id: str, listing: ImageListing) -> None:
        """Take over what somebody else has learned of a mosaic; what it does not list may be there all the same."""
        images = {image.id: image for image in listing.images}
        for upload in self._waiting_in(mosaic_id):
            image = images.get(self._image_ids[upload.id])
            if image is not None and self._settle(upload, image):
                self._tell(upload)

    # looking

    def _waiting(self) -> list[Upload]:
        return self._uploads.of(list(self._image_ids))

    def _waiting_in(self, mosaic_id: str) -> Iterator[Upload]:
        """Those of a mosaic; whoever hears that one of them is settled may take others out of the list."""
        for upload in self._waiting():
            if upload.id in self._image_ids and upload.batch.target.mosaic_id == mosaic_id:
                yield upload

    def _plan(self) -> None:
        if not self._image_ids:
            self.pauses.stop()
        elif not len(self._looks):
            self.pauses.begin()

    def _look(self) -> None:
        for batch in {upload.batch.target.mosaic_id: upload.batch for upload in self._waiting()}.values():
            mosaic_id = batch.target.mosaic_id
            ask = partial(imagery.list_all_images, batch.client, mosaic_id)
            self._looks.add(mosaic_id, partial(self._make_look, mosaic_id, ask))

    def _make_look(self, mosaic_id: str, ask: Callable[[], ApiReply]) -> ReplyJob:
        job = ReplyJob(ask)
        job.succeeded.connect(partial(self._on_listing, mosaic_id))
        job.failed.connect(partial(self._on_no_listing, mosaic_id))
        return job

    def _on_listing(self, mosaic_id: str, listing: ImageListing) -> None:
        self.note(mosaic_id, listing)
        listed = {image.id: image for image in listing.images}
        has_no_status = listing.untold is not None and listing.is_whole
        for upload in self._waiting_in(mosaic_id):
            image = listed.get(self._image_ids[upload.id])
            if image is None:
                is_surely_absent = listing.is_whole and not listing.skipped
                reason = listing.untold.sentence if listing.untold is not None else ""
                self._miss(upload, reason, is_surely_absent)
            elif has_no_status and not image.preparation.is_running:
                self._uploads.put(upload, Stage.DONE)  # nobody says any more of it than that it is there
                self._tell(upload)
            else:
                self._fruitless[upload.id] = 0

    def _on_no_listing(self, mosaic_id: str, error: JobError) -> None:
        is_gone = error.cause is not None and error.cause.fault is Fault.NOT_FOUND
        for upload in self._waiting_in(mosaic_id):
            if is_gone:
                self._end_as_deleted(upload)
            else:
                self._miss(upload, error.sentence, is_surely_absent=False)

    def _miss(self, upload: Upload, reason: str, is_surely_absent: bool) -> None:
        """A look said nothing of its image. The service may need a moment, or be out of order for a while."""
        count = self._fruitless.get(upload.id, 0) + 1
        self._fruitless[upload.id] = count
        if is_surely_absent and count >= MOST_MISSES:
            self._end_as_deleted(upload)
        elif count >= MOST_FAILURES:
            self._give_up(upload, reason)
            self._tell(upload)

    # settling

    def _settle(self, upload: Upload, image: Image) -> bool:
        """Note what became of an image; False if it is to be waited for."""
        if image.is_usable:
            self._uploads.put(upload, Stage.DONE)
        elif image.is_failed:
            self._uploads.put(upload, Stage.FAILED, error=JobError(_why_failed(image)))
        elif not image.is_awaited:
            self._image_ids[upload.id] = image.id
            self._give_up(upload, "")
        else:
            return False
        self._forget([upload.id])
        return True

    def _end_as_deleted(self, upload: Upload) -> None:
        text = translate("Uploads", "It was deleted from the mosaic before it was ready.")
        self._uploads.put(upload, Stage.CANCELLED, sentence=text)
        self._tell(upload)

    def _give_up(self, upload: Upload, reason: str) -> None:
        """Nobody can tell what becomes of an image. Another attempt looks for it before the file is sent again."""
        text = translate(
            "Uploads",
            "The service has the file, but does not say whether the image is ready. {reason} Look for it in the "
            "mosaic, or try again later: it is looked for then, and not sent a second time while it is there.",
        )
        batch = upload.batch
        batch.known_images = (batch.known_images or frozenset()) - {self._image_ids[upload.id]}
        upload.may_have_arrived = True
        sentence = one_line(text.format(reason=reason))
        self._uploads.put(upload, Stage.FAILED, error=JobError(sentence))

    def _tell(self, upload: Upload) -> None:
        self._forget([upload.id])
        self.settled.emit(upload)

    def _forget(self, ids: Iterable[int]) -> None:
        for upload_id in ids:
            self._image_ids.pop(upload_id, None)
            self._fruitless.pop(upload_id, None)
        awaited = {upload.batch.target.mosaic_id for upload in self._waiting()}
        self._looks.cancel([mosaic_id for mosaic_id in self._looks.ids if mosaic_id not in awaited])
        self._plan()


def _why_failed(image: Image) -> str:
    if image.problem:
        return translate("Uploads", "The service could not prepare it: {reason}").format(
            reason=bounded(image.problem, _LONGEST_REASON)
        )
    return translate("Uploads", "The service could not prepare it. Check the file, and upload it again.")
