"""One result from the service to a file."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from ...api.processings import download_result
from ...layers.results.kept import sign
from ...layers.results.layers import kind_by_model
from ...layers.styles.documents import style_document
from ...layers.styles.kinds import Kind
from ...layers.styles.renderers import table_renderer
from ...layers.styles.tips import map_tip
from ...text.quantities import size_text
from ...text.server_text import bounded
from ...text.translation import translate
from .making import FETCHED_SHARE, Destination, MadeFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.processings import Processing
    from ...layers.origin.metadata import Part
    from ...layers.tables import Table

_LONGEST_TITLE = 60


class FileOfResult(MadeFile):
    """Downloads what it converts; a subclass says of which processing, by which client."""

    _client: Client
    _processing: Processing
    _part_id: Optional[str] = None  # of the whole area

    def _fetch(self, target: Path) -> None:
        self._report(0.0, translate("Results", "Downloading"))
        reply = download_result(self._client, self._processing.id, target, self._part_id)
        self._follow(reply, self._on_downloaded, self._on_no_download).progressed.connect(self._on_bytes)

    def _on_bytes(self, done: int, total: int) -> None:
        text = translate("Results", "Downloading, {size} so far").format(size=size_text(done))
        self._report(FETCHED_SHARE * min(1.0, done / total) if total > 0 else 0.0, text)

    def _on_downloaded(self, path: Path) -> None:
        if self._workspace is not None:
            self._fetched(path)

    def _on_no_download(self, error: ApiError) -> None:
        self._discard()
        self._fail_with(error)


class ResultDownload(FileOfResult):
    """Downloads and converts once. It runs in any thread that has an event loop and a client of its own."""

    def __init__(self, client: Client, processing: Processing, destination: Destination) -> None:
        sign = sign_of(processing, client.server)
        super().__init__(destination, title_of(processing), style_of(processing), sign)
        self._client = client
        self._processing = processing


def title_of(processing: Processing) -> str:
    """What QGIS's task manager calls work on the result of `processing`."""
    name = bounded(processing.name, _LONGEST_TITLE)
    return translate("Results", "Mapflow result “{name}”").format(name=name)


def sign_of(
    processing: Processing, server: str, part: Optional[Part] = None
) -> Callable[[Sequence[Table]], None]:
    """How a GeoPackage is told which result it is, and when that was downloaded."""
    now = datetime.now(timezone.utc)
    return partial(sign, processing=processing, server=server, downloaded=now, part=part)


def style_of(processing: Processing) -> partial[str]:
    """How a table of the result of `processing` is styled."""
    return style_of_kind(kind_by_model(processing))


def style_of_kind(kind: Kind) -> partial[str]:
    """How a table of results of that kind is styled."""
    return partial(_style, kind)


def _style(kind: Kind, table: Table) -> str:
    return style_document(table_renderer(table, kind), map_tip(table, kind))
