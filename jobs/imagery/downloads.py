"""Downloads of the files images were made of, a few at a time. None leaves half a file where it ends early."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import imagery
from ...layers.workspace import discard_workspace, open_workspace
from ...text.disk import write_fault
from ...text.file_names import file_stem
from ..job import UNKNOWN_FRACTION, Job, JobError
from ..queue import JobQueue

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.imagery_records import Image
    from ...api.session import Session

AT_ONCE = 2  # more at a time make each of them slower
_SUFFIXES = (".tif", ".tiff")


class ImageDownload(Job):
    """Downloads the original file of one image to `path`; succeeds with the path."""

    def __init__(self, client: Client, image: Image, path: Path) -> None:
        super().__init__()
        self._client = client
        self._image = image
        self._path = path
        self._workspace: Optional[Path] = None

    def _begin(self) -> None:
        try:
            self._workspace = open_workspace(self._path.parent)
        except OSError as error:
            self._fail(JobError(write_fault(error, self._path.parent), str(error)))
            return
        self._report(UNKNOWN_FRACTION)
        target = self._workspace / self._path.name
        image = self._image
        reply = imagery.download(self._client, image.id, target, image.checksum, image.size)
        self._follow(reply, self._on_downloaded, self._on_no_download).progressed.connect(self._on_bytes)

    def _stop(self) -> None:
        self._discard()

    def _on_downloaded(self, made: Path) -> None:
        try:
            os.replace(made, self._path)
        except OSError as error:
            self._discard()
            self._fail(JobError(write_fault(error, self._path.parent), str(error)))
            return
        self._discard()
        self._succeed(self._path)

    def _on_no_download(self, error: ApiError) -> None:
        self._discard()
        self._fail_with(error)

    def _discard(self) -> None:
        if self._workspace is not None:
            discard_workspace(self._workspace)

    def _on_bytes(self, done: int, total: int) -> None:
        whole = total if total > 0 else self._image.size or 0
        self._report(min(1.0, done / whole) if whole > 0 else UNKNOWN_FRACTION)


class ImageDownloads(QObject):
    """The downloads that wait or run, each image once at a time."""

    waiting = pyqtSignal(str)  # id of an image that is going to be downloaded
    # id of an image that is being downloaded; 0..1, below 0 where unknown
    progressed = pyqtSignal(str, float)
    succeeded = pyqtSignal(object, object)  # Image, Path
    failed = pyqtSignal(object, object, object)  # Image, Path, JobError
    ended = pyqtSignal(str)  # id of an image whose download is over, however it ended
    changed = pyqtSignal()  # one more waits or runs, or one less

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._paths: dict[str, Path] = {}  # those written to, or going to be, by image id
        self._queue = JobQueue(AT_ONCE, parent=self)
        self._queue.changed.connect(self._on_queue)

    def add(self, targets: Mapping[Path, Image]) -> None:
        """Download each image to its path; one that is on its way already is left as it is.

        A path another download is writing to is not given away twice: the later one gets a number.
        """
        for path, image in targets.items():
            if image.id not in self._queue:
                taken = self._taken()
                free = _free(path, taken) if _key(path) in taken else path
                self._paths[image.id] = free
                self.waiting.emit(image.id)
                self._queue.add(image.id, partial(self._job, image, free))

    def add_into(self, folder: Path, images: Sequence[Image]) -> None:
        """Download the images into `folder`, under names that are free."""
        self.add(placed(folder, images, self._taken()))

    def is_under_way(self, image_id: str) -> bool:
        """Whether an image is being downloaded, or will be."""
        return image_id in self._queue

    def cancel(self, image_ids: Iterable[str]) -> None:
        """Stop the downloads of these images; nothing is left of them."""
        self._queue.cancel(image_ids)

    def close(self) -> None:
        """Stop all."""
        self._queue.close()

    def _job(self, image: Image, path: Path) -> ImageDownload:
        job = ImageDownload(self._session.client, image, path)
        job.progressed.connect(partial(self._on_progressed, image))
        job.succeeded.connect(partial(self.succeeded.emit, image))
        job.failed.connect(partial(self._on_failed, image, path))
        return job

    def _on_progressed(self, image: Image, fraction: float, _doing: object) -> None:
        self.progressed.emit(image.id, fraction)

    def _on_failed(self, image: Image, path: Path, error: JobError) -> None:
        self.failed.emit(image, path, error)

    def _on_queue(self) -> None:
        for image_id in [held for held in self._paths if held not in self._queue]:
            del self._paths[image_id]
            self.ended.emit(image_id)
        self.changed.emit()

    def _taken(self) -> frozenset[str]:
        return frozenset(map(_key, self._paths.values()))


def file_name(image: Image) -> str:
    """A file name made of an image's name: what no system takes is left out."""
    name = file_stem(image.name, "image", 120)
    return name if name.lower().endswith(_SUFFIXES) else f"{name}.tif"


def placed(folder: Path, images: Sequence[Image], taken: frozenset[str] = frozenset()) -> dict[Path, Image]:
    """A path in `folder` for each image: none that is there, and none of the keys in `taken`."""
    places: dict[Path, Image] = {}
    for image in images:
        now_taken = taken | {_key(held) for held in places}
        places[_free(folder / file_name(image), now_taken)] = image
    return places


def _free(path: Path, taken: frozenset[str]) -> Path:
    """`path`, numbered where it is there already or its key is in `taken`."""
    found, number = path, 1
    while _key(found) in taken or found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def _key(path: Path) -> str:
    """The same for paths that name one file, on systems that do not mind upper and lower case, too."""
    return os.path.abspath(path).casefold()
