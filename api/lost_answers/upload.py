"""Uploading an image: sent once, and looked for in the mosaic when the answer is lost or does not name the image."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QTimer

from ...text.translation import translate
from .. import imagery
from ..http.addresses import path_segment
from ..http.errors import ApiError, Fault, MalformedReply
from ..http.fields import Fields
from ..http.reply import ApiReply
from ..http.upload import CHANGED, FilePart
from ..imagery_records import Image, ImageListing, Mosaic, MosaicListing, read_image
from .checksum import FileChecksum
from .image_matching import by_checksum, fitting, kept_letters, named

if TYPE_CHECKING:
    from ..http.client import Client

NOT_UPLOADED = "lost-answer.not-uploaded"  # the image is not there: it is safe to send it again
UNKNOWN = "lost-answer.unknown"  # it may be there, or come yet
_LOOKS = 5  # a service that got the whole file may need a while until it lists the image
_LOST = frozenset({Fault.NETWORK, Fault.TIMEOUT, Fault.SERVER, Fault.MALFORMED, Fault.NOT_MAPFLOW})
_GATEWAY = frozenset({502, 503, 504})  # what stands before the service gave up waiting for it
_ORDER = itertools.count()


@dataclass(frozen=True)
class Uploaded:
    """The mosaic, and its new image: None where the service took the file but does not list it yet."""

    mosaic_id: str
    image: Optional[Image] = None


class UploadReply(ApiReply):
    """One image on its way into a mosaic, until it is known whether it is there.

    Uploads that a listing could not tell apart, of like names into one mosaic, run one after the other.
    """

    def __init__(self, client: Client, mosaic_id: str, path: Path, name: str) -> None:
        super().__init__()
        self._client = client
        self._mosaic_id = mosaic_id
        self._part = FilePart(path, name)
        self._size: Optional[int] = None  # bytes of the file as it was sent
        self._told: Optional[Uploaded] = None  # what an answer said, be it of a file that changed meanwhile
        self._known: frozenset[str] = frozenset()  # ids of the images that were there before
        self._looks = 0
        self._is_certain = True  # every look so far could read the whole listing
        self._cause: Optional[ApiError] = (
            None  # why no answer told of the image; None where the service took it
        )
        self._checksum: Optional[FileChecksum] = None
        self.order = next(_ORDER)
        self.is_all_sent = False  # the service has the whole file and is at work on it
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._take_turn)
        self._wait(
            0
        )  # by then the client keeps us: a reply that runs at once could not be told from a later one

    @property
    def target(self) -> tuple[str, str]:
        """Where it goes, and its name as far as a service keeps it: a listing does not tell more."""
        return self._mosaic_id, kept_letters(self._part.name)

    # before it is sent

    def _take_turn(self) -> None:
        if not self.is_running:
            return
        others = [other for other in self._client.kept if isinstance(other, UploadReply)]
        earlier = [other for other in others if other.target == self.target and other.order < self.order]
        if earlier:
            self.when_aborted(None)
            max(earlier, key=lambda other: other.order).finished.connect(self._take_turn)
            return
        self._pause.timeout.disconnect(self._take_turn)
        self._pause.timeout.connect(self._look)
        self._look_before()

    def _look_before(self) -> None:
        listing = imagery.list_images(self._client, self._mosaic_id)
        self.follow(listing, on_success=self._remember, on_failure=self._not_begun)

    def _remember(self, listing: ImageListing) -> None:
        self._known = frozenset(image.id for image in listing.images)
        self._send()

    def _not_begun(self, error: ApiError) -> None:
        self.fail(replace(error, unsent=True))

    # while it is sent

    def _send(self) -> None:
        with suppress(OSError):  # the upload itself says what is wrong with the file
            self._size = self._part.path.stat().st_size
        sent = self._sending()
        sent.progressed.connect(self._note_progress)
        self.follow(sent, on_success=self._answered, on_failure=self._failed)

    def _sending(self) -> ApiReply:
        path = f"/rasters/mosaic/{path_segment(self._mosaic_id)}/image"
        return self._client.upload(path, self._part, self._read)

    def _read(self, value: object) -> Uploaded:
        """The answer in either shape: the image, or a message and the mosaic's id."""
        data = Fields.of(value, "upload")
        mosaic_id = data.text("mosaic_id", "mosaicId") or self._mosaic_id
        image: Optional[Image] = None
        with suppress(MalformedReply):
            image = read_image(value, mosaic_id)
        self._told = Uploaded(mosaic_id, image)
        return self._told

    def _note_progress(self, done: int, total: int) -> None:
        self.is_all_sent = done >= total

    def _answered(self, answer: Uploaded) -> None:
        self._mosaic_id = answer.mosaic_id
        if answer.image is not None:
            self.succeed(answer)
        else:
            self._look()

    def _failed(self, error: ApiError) -> None:
        answered_otherwise = error.fault is Fault.NOT_MAPFLOW and not 200 <= error.status < 300
        is_lost = error.fault in _LOST and not answered_otherwise
        told = self._told if error.code == CHANGED else None
        if told is not None:
            self._mosaic_id = told.mosaic_id
        if error.unsent:
            self.fail(error)
        elif told is not None and told.image is not None and told.image.id not in self._known:
            self._undo(told.image, error)
        elif is_lost or (error.code == CHANGED and self.is_all_sent):
            self._cause = error
            self._wait(2000)
        else:
            self._give_up(error)

    # afterwards: is it there?

    def _wait(self, milliseconds: int) -> None:
        self.when_aborted(self._pause.stop)
        self._pause.start(int(milliseconds * self._client.retry_base_s * 2**self._looks))

    def _look(self) -> None:
        self._looks += 1
        listing = imagery.list_images(self._client, self._mosaic_id)
        self.follow(listing, on_success=self._search, on_failure=self._could_not_look)

    def _search(self, listing: ImageListing) -> None:
        self._is_certain = self._is_certain and listing.skipped == 0
        new = named(listing.images, self._known, self._part.name)
        if self._cause is not None and self._cause.code == CHANGED:
            self._take_back(new, self._cause)
            return
        found = fitting(new, self._size)
        if new and not found:
            found = new if self._cause is None else []
            self._is_certain = False  # it may be one of them, whatever size that tells
        if len(found) > 1 and any(image.checksum for image in found):
            self._compare(found)
        elif found:
            self._found(found[0])
        else:
            self._not_found()

    def _compare(self, found: list[Image]) -> None:
        """Several could be it, since someone else uploads here, too: the one with the file's checksum is."""
        checksum = FileChecksum(self._part.path, self)
        checksum.known.connect(lambda known: self._found(by_checksum(found, known) or found[0]))
        self._checksum = checksum
        self.when_aborted(checksum.stop)
        checksum.start()

    def _could_not_look(self, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:
            self.fail(error)  # the mosaic was deleted meanwhile
        else:
            self._is_certain = False
            self._not_found()

    def _found(self, image: Image) -> None:
        self.succeed(Uploaded(self._mosaic_id, image))

    def _not_found(self) -> None:
        more = _LOOKS if self._cause is None or self.is_all_sent else 1
        if self._looks < more:
            self._wait(2000)
        elif self._cause is None:
            self.succeed(Uploaded(self._mosaic_id))
        elif self._cause.code == CHANGED:
            self._give_up(self._cause)
        else:
            error = self._lost(self._cause)
            (self._give_up if error.code == NOT_UPLOADED else self.fail)(error)

    def _take_back(self, new: list[Image], cause: ApiError) -> None:
        """Delete what arrived of a file that changed, where it is surely that: others may upload here, too."""
        if not new:
            self._not_found()
        elif len(new) == 1 and self._size is not None and new[0].size == self._size:
            self._undo(new[0], cause)
        else:
            sentence = translate(
                "LostAnswers", "What had arrived may be in the mosaic as “{name}”: look there, and delete it."
            )
            shown = sentence.format(name=self._part.name)
            self.fail(replace(cause, sentence=f"{cause.sentence} {shown}"))

    def _undo(self, image: Image, cause: ApiError) -> None:
        """What arrived is of two states of the file: it must not stay."""

        def kept(_error: ApiError) -> None:
            sentence = translate(
                "LostAnswers", "What had arrived is still there as “{name}”: delete it."
            ).format(name=image.name)
            self.fail(replace(cause, sentence=f"{cause.sentence} {sentence}"))

        gone = imagery.delete_image(self._client, image.id)
        self.follow(gone, on_success=lambda _nothing: self._give_up(cause), on_failure=kept)

    def _give_up(self, error: ApiError) -> None:
        self.fail(error)

    def _lost(self, cause: ApiError) -> ApiError:
        may_come_yet = self.is_all_sent and (cause.status == 0 or cause.status in _GATEWAY)
        name = self._part.name
        if not self._is_certain:
            sentence = translate(
                "LostAnswers",
                "It is not known whether the image arrived: look for “{name}” in the mosaic before you upload it "
                "again.",
            ).format(name=name)
        elif may_come_yet:
            sentence = translate(
                "LostAnswers",
                "The image is not in the mosaic so far, but the service may still be at work on it: refresh the list "
                "in a few minutes and look for “{name}” before you upload it again.",
            ).format(name=name)
        else:
            sentence = translate("LostAnswers", "Nothing was stored: it is safe to upload it again.")
        is_safe = self._is_certain and not may_come_yet
        return ApiError(
            Fault.LOST_ANSWER,
            f"{cause.sentence} {sentence}",
            NOT_UPLOADED if is_safe else UNKNOWN,
            cause.status,
            raw=f"{cause.sentence}\n{cause.raw}".strip(),
        )


class NewMosaicUploadReply(UploadReply):
    """One image on its way into a mosaic that is made for it; an empty one is not left behind."""

    def __init__(
        self, client: Client, mosaic_name: str, tags: tuple[str, ...], path: Path, name: str
    ) -> None:
        super().__init__(client, "", path, name)
        self._mosaic_name = mosaic_name
        self._tags = tags
        self._known_mosaics: Optional[frozenset[str]] = None  # None where the service lists none

    @property
    def target(self) -> tuple[str, str]:
        """The name of the mosaic: a listing does not tell more of a new one."""
        return "", self._mosaic_name

    def _look_before(self) -> None:
        listing = imagery.list_mosaics(self._client)
        self.follow(listing, on_success=self._remember_mosaics, on_failure=self._no_mosaics)

    def _remember_mosaics(self, listing: MosaicListing) -> None:
        self._known_mosaics = frozenset(mosaic.id for mosaic in listing.mosaics)
        self._send()

    def _no_mosaics(self, error: ApiError) -> None:
        if error.status in imagery.NO_SUCH_QUESTION:
            self._send()  # a service of the written reference alone: its answer names mosaic and image
        else:
            self._not_begun(error)

    def _sending(self) -> ApiReply:
        query = (("name", self._mosaic_name), *(("tags", tag) for tag in self._tags))
        return self._client.upload("/rasters/mosaic/image", self._part, self._read, query)

    def _look(self) -> None:
        if self._mosaic_id:
            super()._look()
        else:
            self._looks += 1
            self._look_for_mosaic(self._look_into, self._not_found)

    def _look_into(self, mosaic: Mosaic) -> None:
        self._mosaic_id = mosaic.id
        listing = imagery.list_images(self._client, mosaic.id)
        self.follow(listing, on_success=self._search, on_failure=self._could_not_look)

    def _look_for_mosaic(self, found: Callable[[Mosaic], None], not_found: Callable[[], None]) -> None:
        """Find the mosaic that is new and has our name, the newest where there are several."""
        known = self._known_mosaics

        def search(listing: MosaicListing) -> None:
            self._is_certain = self._is_certain and listing.skipped == 0
            named = (mosaic for mosaic in listing.mosaics if mosaic.name == self._mosaic_name)
            ours = [mosaic for mosaic in named if known is not None and mosaic.id not in known]
            if ours:
                found(max(ours, key=_when_created))
            else:
                not_found()

        def could_not(_error: ApiError) -> None:
            self._is_certain = False
            not_found()

        if known is None:
            self._is_certain = False
            not_found()
        else:
            self.follow(imagery.list_mosaics(self._client), on_success=search, on_failure=could_not)

    def _give_up(self, error: ApiError) -> None:
        """Remove the mosaic that was made, if it was and is empty, and fail."""

        def remove(listing: ImageListing) -> None:
            if listing.images or listing.skipped:
                self.fail(error)
                return
            gone = imagery.delete_mosaic(self._client, self._mosaic_id)
            self.follow(
                gone, on_success=lambda _nothing: self.fail(error), on_failure=lambda _error: self.fail(error)
            )

        def look_inside(mosaic: Mosaic) -> None:
            self._mosaic_id = mosaic.id
            images = imagery.list_images(self._client, mosaic.id)
            self.follow(images, on_success=remove, on_failure=lambda _error: self.fail(error))

        self._look_for_mosaic(look_inside, lambda: self.fail(error))


def _when_created(mosaic: Mosaic) -> float:
    return mosaic.created.timestamp() if mosaic.created is not None else 0.0
