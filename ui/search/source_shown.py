"""The images of the catalog that a processing used, shown in place of what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.catalog.named import NamedImages, NamedImagesLookUp
from ...jobs.catalog.search import CatalogSearch
from ...jobs.job import LatestJob
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice
from .found.list import FoundList

if TYPE_CHECKING:
    from ...api.session import Session
    from ...jobs.job import JobError

_LONGEST_NAME = 60


class SourceShown(QObject):
    """Looks images up and puts them into the list; the next search ends that."""

    notice = pyqtSignal(object)  # Notice
    changed = pyqtSignal()  # `text` is another one

    def __init__(self, session: Session, search: CatalogSearch, found: FoundList) -> None:
        super().__init__(found)
        self.text = ""  # what the list is of; "" where it is of a search
        self._session = session
        self._search = search
        self._found = found
        self._job = LatestJob()
        self._is_filling = False
        self._text_before = ""  # a search took the list
        search.began.connect(self._on_began)
        search.came.connect(self._on_came)
        search.restored.connect(lambda: self._tell(self._text_before))

    def show(self, name: str, provider: str, ids: Sequence[str]) -> None:
        """Show the images of the processing called `name`."""
        shown = bounded(name, _LONGEST_NAME)
        self._fill(NamedImages((), 0))
        self._tell(translate("Search", "Looking for the images of “{name}”…").format(name=shown))
        job = NamedImagesLookUp(self._session.client, provider, ids)
        failed = partial(self._on_failed, name, provider, tuple(ids))
        self._job.start(job, partial(self._on_found, shown), failed)

    def close(self) -> None:
        """Look for nothing."""
        self._job.cancel()

    def _on_found(self, name: str, named: NamedImages) -> None:
        self._fill(named)
        self._found.choose(each.key for each in named.found)
        if not named.found:
            text = translate("Search", "The images of “{name}” are not in the catalog any more.")
        elif named.gone:
            text = translate(
                "Search",
                "The images of “{name}”, of which %Ln are not in the catalog any more.",
                "The images of “{name}”, of which one is not in the catalog any more.",
                named.gone,
            )
        else:
            text = translate("Search", "The images of “{name}”.")
        self._tell(text.format(name=name))

    def _on_failed(self, name: str, provider: str, ids: tuple[str, ...], error: JobError) -> None:
        shown = bounded(name, _LONGEST_NAME)
        text = translate("Search", "The images of “{name}” could not be looked up.").format(name=shown)
        self._tell(text)
        self.notice.emit(
            Notice(
                f"{text} {error.sentence}",
                Qgis.MessageLevel.Warning,
                error.detail,
                translate("Search", "Try Again"),
                partial(self.show, name, provider, ids),
            )
        )

    def _fill(self, named: NamedImages) -> None:
        self.close()
        self._is_filling = True
        self._search.show(named.found)
        self._is_filling = False

    def _on_began(self) -> None:
        if not self._is_filling:
            self.close()
            self._text_before = self.text or self._text_before
            self._tell("")

    def _on_came(self, _found: object) -> None:
        self._text_before = ""

    def _tell(self, text: str) -> None:
        self.text = text
        self.changed.emit()
