"""One part of a batch, as the state table has it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from qgis.core import QgsGeometry


class PartState(enum.Enum):
    """What became of a part; the values are what stands in the table."""

    WAITING = "waiting"  # nothing was sent
    STARTING = "starting"  # a start is on its way, or was when the batch was interrupted
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"  # by the service, which gave the credits back
    REFUSED = "refused"  # it cannot be started as it is; the message says why
    OVER_BUDGET = "beyond the budget"
    UNCLEAR = "unclear"  # it may have been started: nobody knows
    DELETED = "deleted"  # its processing is not there any more

    @property
    def is_paid_for(self) -> bool:
        """Whether it has cost credits, or may have."""
        return self in _PAID

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it in this run."""
        return self not in _OPEN


_OPEN = frozenset({PartState.WAITING, PartState.STARTING, PartState.RUNNING})
_PAID = frozenset(
    {
        PartState.STARTING,
        PartState.RUNNING,
        PartState.FINISHED,
        PartState.FAILED,
        PartState.UNCLEAR,
        PartState.DELETED,
    }
)


@dataclass(frozen=True)
class PartRow:
    """A part: `geometry` is what is sent, `core` its own ground without the overlap, both in EPSG:4326.

    `source_id` names what the part was cut from, `attributes` are those of that feature. `key` is the run's key, parts
    of the same key share a processing; `client_id` is the id of the request that starts it. `estimate` and `cost` are
    in credits, None where not known, `attempts` how often it was started. Times are in UTC.
    """

    number: int
    source_id: str
    name: str
    key: str
    client_id: str
    geometry: QgsGeometry = field(repr=False, compare=False)
    core: QgsGeometry = field(repr=False, compare=False)
    area_m2: float
    attributes: Mapping[str, object] = field(default_factory=dict)
    state: PartState = PartState.WAITING
    processing_id: str = ""
    estimate: Optional[float] = None
    cost: Optional[float] = None
    percent: int = 0
    message: str = ""
    attempts: int = 0
    planned: Optional[datetime] = None
    started: Optional[datetime] = None
    ended: Optional[datetime] = None
