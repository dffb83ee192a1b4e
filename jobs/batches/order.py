"""What a batch is to do, and how far it may go."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...api.processings import ProcessingRequest
from ...layers.areas.geojson import multipolygon_to_geojson
from .key import META_RUN_KEY, run_key

if TYPE_CHECKING:
    from ...api.processings import Processing
    from ...api.sources import Source
    from ...layers.areas.grid.cells import Limits
    from ...layers.batches.areas import BatchArea
    from ...layers.batches.rows import PartRow


@dataclass(frozen=True)
class BatchOrder:
    """Areas, and what is to be run on each. Areas beyond `limits` are cut, with an overlap in metres."""

    areas: Sequence[BatchArea]
    project_id: str
    model_id: str
    source: Source
    limits: Limits
    blocks: tuple[tuple[str, bool], ...] = ()
    overlap_m: float = 0.0
    description: str = ""

    def plan(self) -> str:
        """Return a short text that is the same for batches which ask for the same."""
        areas = []
        for each in self.areas:
            outline = run_key(each.area.to_geojson(), self.model_id, self.source, self.blocks)
            areas.append([each.source_id, outline if each.area.parts else ""])
        told = json.dumps([self.project_id, self.overlap_m, areas])
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:32]

    def request(self, row: PartRow) -> ProcessingRequest:
        """Return what starts a part, or asks what it costs."""
        return ProcessingRequest(
            name=row.name,
            project_id=self.project_id,
            model_id=self.model_id,
            geometry=multipolygon_to_geojson(row.geometry),
            source=self.source,
            blocks=self.blocks,
            description=self.description,
            client_id=row.client_id,
            meta={META_RUN_KEY: row.key},
        )


@dataclass(frozen=True)
class BatchTerms:
    """How far a batch may go.

    Nothing is started unless `may_spend`; all that was started by the batch, in earlier runs too, together costs at
    most `budget` credits (None: as the account allows). `at_once` processings run at a time. A part that fails is
    restarted `restarts` times in a run. The project's list is asked for every `poll_ms`, at first sooner; where the
    service does not answer, it is tried again for `patience_s`.
    """

    table: Path
    may_spend: bool = False
    budget: Optional[float] = None
    at_once: int = 5
    restarts: int = 0
    poll_ms: int = 30_000
    patience_s: float = 3600.0


@dataclass(frozen=True)
class BatchReport:
    """What became of a batch: its parts, what they cost or may cost in all, and what is estimated for those to come.

    `processings` are those that parts have, by their ids, as they were seen last.
    """

    parts: tuple[PartRow, ...]
    spent: float
    estimated: float
    processings: dict[str, Processing]


def within(budget: Optional[float], amount: float) -> bool:
    """Whether so many credits keep to the budget; what binary fractions add is no further credit."""
    return amount <= (math.inf if budget is None else budget) + 1e-6
