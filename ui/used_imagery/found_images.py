"""Images of the catalog that a processing used: looked up, so that more is known of them than their ids."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.catalog.named import NamedImages, NamedImagesLookUp
from ...jobs.job import LatestJob
from ...text.translation import translate

if TYPE_CHECKING:
    from ...api.session import Session
    from ...api.sources import SearchSource
    from ...jobs.catalog.search import FoundImage
    from ...jobs.job import JobError


class Holder(Protocol):
    """What holds the images, and says whether the model can use them."""

    def know(self, source: SearchSource, found: Sequence[FoundImage]) -> bool:
        """Take what was found of the images of `source`; False where others are meant by now."""


class UsedFoundImages(QObject):
    """Asks the catalog for images that only their ids are known of; what is not there any more is told of."""

    told = pyqtSignal(str)

    def __init__(self, session: Session, holder: Holder, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._holder = holder
        self._job = LatestJob()

    def look_up(self, source: SearchSource) -> None:
        """Ask for the images of `source`; what is on its way is dropped."""
        job = NamedImagesLookUp(self._session.client, source.provider_name, source.image_ids)
        self._job.start(job, partial(self._on_found, source), self._on_failed)

    def close(self) -> None:
        """Wait for no image any more."""
        self._job.cancel()

    def _on_found(self, source: SearchSource, named: NamedImages) -> None:
        if not self._holder.know(source, named.found) or not named.gone:
            return
        if not named.found:
            self.told.emit(
                translate(
                    "UsedImagery",
                    "The images that were used are not in the catalog any more, and may be refused. Pick others under "
                    "Search.",
                )
            )
            return
        self.told.emit(
            translate(
                "UsedImagery",
                "%Ln of the images that were used are not in the catalog any more. The others are chosen.",
                "One of the images that were used is not in the catalog any more. The others are chosen.",
                named.gone,
            )
        )

    def _on_failed(self, error: JobError) -> None:
        text = translate(
            "UsedImagery",
            "The images that were used could not be looked up: whether the model can use them is not known.",
        )
        self.told.emit(f"{text} {error.sentence}")
