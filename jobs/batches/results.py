"""The results of a batch's parts in one file, merged without doubles at the seams."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...api.processings import download_result
from ...layers.batches.rows import PartRow, PartState
from ...layers.results.merging.merge import merge
from ...layers.results.merging.parts import Merged, ResultPart
from ...layers.styles.kinds import kind_of
from ...text.quantities import number_text
from ...text.translation import translate
from ..job import JobError
from ..results.download import style_of_kind
from ..results.making import FETCHED_SHARE, Destination, MadeFile
from ..task import TaskJob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_AT_ONCE = 2  # downloads
_DOWNLOADED = 0.7  # of what fetching takes; the rest is merging


class BatchResult(MadeFile):
    """Downloads the results of the parts that are finished, merges and converts them; succeeds with the Conversion.

    `merged` says afterwards what was united. It runs in any thread that has an event loop and a client of its own.
    """

    def __init__(
        self, client: Client, parts: Iterable[PartRow], model_name: str, destination: Destination, name: str
    ) -> None:
        title = translate("Batches", "Mapflow results of “{name}”").format(name=name)
        super().__init__(destination, title, style_of_kind(kind_of(model_name)))
        self._client = client
        self._parts = [each for each in parts if each.state is PartState.FINISHED and each.processing_id]
        ids = dict.fromkeys(each.processing_id for each in self._parts)
        self._numbers = {processing_id: number for number, processing_id in enumerate(ids, 1)}
        self._waiting = deque(ids)
        self._total = len(ids)
        self._open = 0
        self._target: Optional[Path] = None
        self.merged: Optional[Merged] = None

    def _fetch(self, target: Path) -> None:
        self._target = target
        if self._parts:
            self._go_on()
        else:
            text = translate("Batches", "No part of the batch is finished, so there is no result yet.")
            self._on_unreadable(JobError(text))

    def _go_on(self) -> None:
        if self._target is None:
            return
        while self._waiting and self._open < _AT_ONCE:
            processing_id = self._waiting.popleft()
            self._open += 1
            reply = download_result(self._client, processing_id, self._path_of(processing_id))
            self._follow(reply, self._downloaded, self._not_downloaded)
        done = self._total - len(self._waiting) - self._open
        text = translate("Batches", "Downloading, {done} of {count} results").format(
            done=number_text(done, 0), count=number_text(self._total, 0)
        )
        self._report(FETCHED_SHARE * _DOWNLOADED * done / max(1, self._total), text)
        if not self._waiting and not self._open:
            self._merge(self._target)

    def _downloaded(self, _path: Path) -> None:
        self._open -= 1
        self._go_on()

    def _not_downloaded(self, error: ApiError) -> None:
        self._replies.abort()
        self._discard()
        self._fail_with(error)

    def _merge(self, target: Path) -> None:
        parts = [
            ResultPart(
                path=self._path_of(part.processing_id),
                core=part.core,
                sent=part.geometry,
                group=part.source_id,
                attributes=part.attributes,
            )
            for part in self._parts
        ]
        task = TaskJob(self._title, partial(merge, parts, target), self._let_go)
        task.progressed.connect(self._on_merging)
        task.succeeded.connect(self._on_merged)
        task.failed.connect(self._on_unreadable)
        self._task = task
        task.start()

    def _on_merging(self, fraction: float, _doing: object) -> None:
        share = FETCHED_SHARE * (_DOWNLOADED + (1 - _DOWNLOADED) * fraction)
        self._report(share, translate("Batches", "Merging the results"))

    def _on_merged(self, merged: Merged) -> None:
        self.merged = merged
        if self._target is not None:
            self._fetched(self._target)

    def _path_of(self, processing_id: str) -> Path:
        """Return where the result of a processing goes: its id is the server's, and no part of a path."""
        folder = self._target.parent if self._target is not None else self._destination.folder
        return folder / f"part-{self._numbers[processing_id]}.geojson"
