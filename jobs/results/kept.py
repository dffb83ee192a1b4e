"""Looks for a result among the files that were downloaded before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ...layers.results.kept import find_kept
from ...text.translation import translate
from ..task import TaskJob


class KeptLookUp(TaskJob):
    """Looks into `folders` for the result of a processing; succeeds with a KeptResult, or None where there is none.

    It is that of the part of its area with the id `part_id`; with "", of the whole area.
    """

    def __init__(self, folders: Sequence[Path], processing_id: str, server: str, part_id: str = "") -> None:
        title = translate("Results", "Mapflow results on this computer")
        super().__init__(title, partial(find_kept, tuple(folders), processing_id, server, part_id))
