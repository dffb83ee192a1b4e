"""Uploading an image: sent once, and looked for in the mosaic when the answer is lost or does not name the image."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QTimer

from ..http.addresses import path_segment
from ..http.errors import ApiError, Fault, MalformedReply
from ..http.fields import Fields
from ..http.guard import guarded
from ..http.reply import ApiReply
from ..http.upload import CHANGED, FilePart
from ..imagery import MOSAICS, delete_mosaic, list_all_images, list_mosaics
from ..imagery_records import Image, ImageListing, MosaicListing, read_image
from . import journal
from .image_search import LOOKS, Arrival, Expected, ImageSearch
from .journal import Entry
from .poll_until_known import Look, PollUntilKnown
from .removal import Removal
from .sent_once import SentOnce, lost_answer
from .sentences import Sentences, of_upload, of_upload_on_its_way

if TYPE_CHECKING:
    from ..http.client import Client

_GATEWAY = frozenset({502, 503, 504})  # what stands before the service gave up waiting for it


@dataclass(frozen=True)
class Uploaded:
    """The mosaic, and its new image, ready or not; None if the service took the file and does not list it yet."""

    mosaic_id: str
    image: Optional[Image] = None


def upload_image(client: Client, mosaic_id: str, path: Path, name: str = "") -> UploadReply:
    """Upload a file into a mosaic (POST /rasters/mosaic/{id}/image); succeeds with an `Uploaded`.

    `name` is what the image is to be called, the file's own name by default. Sent once. Where the answer is lost, or
    does not name the image, it is looked for in the mosaic; only when that does not settle it does it fail with
    LOST_ANSWER, whose code says whether it is safe to try again: NOT_DONE or UNKNOWN.
    """
    expected = Expected(name or path.name, mosaic_id=mosaic_id, path=path)
    reply = UploadReply(client, expected, FilePart(path, expected.file_name))
    client.keep(reply)
    return reply


def upload_to_new_mosaic(
    client: Client, mosaic_name: str, tags: Sequence[str], path: Path, name: str = ""
) -> UploadReply:
    """Make a mosaic with a file as its first image (POST /rasters/mosaic/image); succeeds with an `Uploaded`.

    As `upload_image`; where no image came to be, no empty mosaic is left behind.
    """
    expected = Expected(name or path.name, mosaic_name=mosaic_name, path=path)
    reply = NewMosaicUploadReply(client, expected, FilePart(path, expected.file_name), tuple(tags))
    client.keep(reply)
    return reply


class UploadReply(SentOnce):
    """Uploads one image into a mosaic, and waits until it is known whether it is there.

    Uploads with the same `turn_key` must run one after the other, which is the business of whoever sends several.
    """

    def __init__(self, client: Client, expected: Expected, part: FilePart) -> None:
        super().__init__(client)
        self._expected = expected  # what is known of it so far
        self._part = part
        self._told: Optional[Uploaded] = None  # what an answer said, be it of a file that changed meanwhile
        self.is_all_sent = False  # the service has the whole file and is at work on it
        QTimer.singleShot(0, self._start)

    @guarded
    def _start(self) -> None:
        if self.is_running:
            self._begin()

    # before it is sent

    def _begin(self) -> None:
        listing = list_all_images(self._client, self._expected.mosaic_id)
        self.follow(listing, on_success=self._remember, on_failure=self._not_begun)

    def _remember(self, listing: ImageListing) -> None:
        known = frozenset(image.id for image in listing.images)
        self._expect(known_images=known, is_all_known=listing.is_whole)
        self._send()

    def _expect(self, **known: object) -> None:
        """Add what is known of the upload by now."""
        self._expected = replace(self._expected, **known)  # type: ignore[arg-type]  # its own fields

    # sending

    def _send(self) -> None:
        with suppress(OSError):  # the upload itself says what is wrong with the file
            self._expect(size=self._part.path.stat().st_size)
        super()._send()

    def _request(self) -> ApiReply:
        path = f"{MOSAICS}/{path_segment(self._expected.mosaic_id)}/image"
        return self._upload(path)

    def _upload(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> ApiReply:
        sent = self._client.upload(path, self._part, self._read, query)
        sent.progressed.connect(self._note_progress)
        return sent

    def _read(self, value: object) -> Uploaded:
        """The answer in either shape: the image, or a message and the mosaic's id."""
        data = Fields.of(value, "upload")
        mosaic_id = data.id("mosaic_id", "mosaicId") or self._expected.mosaic_id
        image: Optional[Image] = None
        with suppress(MalformedReply):
            image = read_image(value, mosaic_id)
        self._told = Uploaded(mosaic_id, image)
        return self._told

    def _note_progress(self, done: int, total: int) -> None:
        self.is_all_sent = done >= total

    def _answered(self, answer: Uploaded) -> None:  # type: ignore[override]  # what `_read` makes
        self._expect(mosaic_id=answer.mosaic_id)
        if answer.image is not None:
            self.succeed(answer)
        else:
            unlisted = Uploaded(answer.mosaic_id)
            self.follow(self._search(), on_success=lambda look: self.succeed(look.found or unlisted))

    def _failed(self, error: ApiError) -> None:
        if error.code == CHANGED:
            self._take_back(error)
        else:
            super()._failed(error)

    # looking afterwards

    def _search(self) -> ApiReply:
        may_need_time = self._cause is None or self.is_all_sent
        return PollUntilKnown(
            self._client,
            ask=lambda: ImageSearch(self._client, self._expected),
            judge=self._judge,
            looks=LOOKS if may_need_time else 1,
            is_urgent=self._cause is None,
            is_final=lambda error: error.fault is Fault.NOT_FOUND,  # the mosaic was deleted meanwhile
        )

    def _judge(self, arrival: Arrival) -> Look:
        """Make a `Look` of what a search found.

        If the service said that it took the file, a new image with its name is the right one, whatever its size.
        """
        self._expect(mosaic_id=arrival.mosaic_id or self._expected.mosaic_id)
        image = arrival.image
        if image is None and self._cause is None and arrival.alike:
            image = arrival.alike[0]
        found = None if image is None else Uploaded(arrival.mosaic_id, image)
        return Look(found, arrival.is_certain)

    def _not_found(self, cause: ApiError, is_certain: bool) -> None:
        may_come_yet = self.is_all_sent and (cause.status == 0 or cause.status in _GATEWAY)
        if is_certain and may_come_yet:
            sentences = of_upload_on_its_way(self._part.name, cause.sentence)
            self.fail(lost_answer(cause, sentences, is_certain=False))
        else:
            super()._not_found(cause, is_certain)

    def _sentences(self, cause: ApiError) -> Sentences:
        return of_upload(self._part.name, cause.sentence)

    # taking back

    def _take_back(self, cause: ApiError) -> None:
        """Delete what arrived of a file that changed while it was sent, and fail with `cause`."""
        told = self._told
        if told is not None:
            self._expect(mosaic_id=told.mosaic_id)
        image = told.image if told is not None else None
        is_new = image is not None and image.id not in self._expected.known_images

        def tell(left: str) -> None:
            if left:
                self.fail(replace(cause, sentence=f"{cause.sentence} {left}"))
            else:
                self._give_up(cause)

        if is_new or self.is_all_sent:
            removal = Removal(self._client, self._expected, image if is_new else None)
            self.follow(removal, on_success=tell)
        else:
            self._give_up(cause)


class NewMosaicUploadReply(UploadReply):
    """Uploads one image into a mosaic that is made for it. If the upload fails, no empty mosaic is left behind.

    The mosaic is written down before the upload is sent. If QGIS is ended in the midst of it, the next upload into a
    new mosaic of that name goes into the one that was made.
    """

    KIND = "upload into a new mosaic"

    def __init__(self, client: Client, expected: Expected, part: FilePart, tags: tuple[str, ...]) -> None:
        super().__init__(client, expected, part)
        self._tags = tags

    def _begin(self) -> None:
        listing = list_mosaics(self._client)
        self.follow(listing, on_success=self._remember_mosaics, on_failure=self._no_mosaics)

    def _remember_mosaics(self, listing: MosaicListing) -> None:
        name = self._expected.mosaic_name.strip()
        there = [mosaic.id for mosaic in listing.mosaics]
        alike = sorted(mosaic.id for mosaic in listing.mosaics if mosaic.name.strip() == name)
        draft = Entry(str(uuid.uuid4()), self.KIND, journal.subject_of(name), {"known": alike})
        earlier = journal.unsettled_like(self._client, draft)
        known = None if earlier is None else earlier.facts.get("known")
        made = [one for one in alike if one not in known] if isinstance(known, list) else []
        if earlier is not None:
            journal.settle(self._client, earlier)
        if made and earlier is not None and earlier.is_recent:
            self._go_on_in(made[0])
            return
        self._expect(known_mosaics=frozenset(there))
        self._entry = draft
        journal.note(self._client, draft)
        self._send()

    def _go_on_in(self, mosaic_id: str) -> None:
        """Upload into a mosaic that an earlier upload has made, unless its image is this very one."""
        self._expect(mosaic_id=mosaic_id)
        with suppress(OSError):
            self._expect(size=self._part.path.stat().st_size)

        def look(arrival: Arrival) -> None:
            if arrival.image is not None:
                self.succeed(Uploaded(mosaic_id, arrival.image))
            else:
                super(NewMosaicUploadReply, self)._begin()

        self.follow(ImageSearch(self._client, self._expected), on_success=look, on_failure=self._not_begun)

    def _no_mosaics(self, error: ApiError) -> None:
        if error.is_unsupported:
            self._send()  # a service of the written reference alone: its answer names mosaic and image
        else:
            self._not_begun(error)

    def _request(self) -> ApiReply:
        if self._entry is None and self._expected.mosaic_id:
            return super()._request()
        query = (("name", self._expected.mosaic_name), *(("tags", tag) for tag in self._tags))
        return self._upload(f"{MOSAICS}/image", query)

    def _give_up(self, error: ApiError) -> None:
        """Remove the mosaic that was made, if it was and is empty, and fail."""
        if self._expected.known_mosaics is None:
            self.fail(error)  # it was there before, or the service does not list mosaics
            return
        search = ImageSearch(self._client, replace(self._expected, mosaic_id=""))

        def remove(arrival: Arrival) -> None:
            if not arrival.is_empty:
                self.fail(error)
                return
            gone = delete_mosaic(self._client, arrival.mosaic_id)
            self.follow(gone, on_success=lambda _nothing: self.fail(error), on_failure=fail_as_before)

        def fail_as_before(_error: ApiError) -> None:
            self.fail(error)

        self.follow(search, on_success=remove, on_failure=fail_as_before)
