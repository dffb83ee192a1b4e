"""What the server and a worker process tell each other, a JSON line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..imagery.granule import Granule
from ..imagery.loopback import Login
from ..imagery.tile_service import TileService

# An image was deleted after the processing that reads it had started.
IMAGE_GONE = "source-validator.ImageReadError"


@dataclass(frozen=True)
class Job:
    """One area to work on.

    `geometry` is a GeoJSON polygon in degrees; `files` are rasters, the first on top, read at pixels of `pixel` metres
    of EPSG:3857; `zoom` is that of tiles, None for imagery that has none, `max_zoom` the finest there is; `resolution`
    is that of files, in metres on the ground; `result` is the file to write. Paths are text. Instead of files there may
    be `tiles` to fetch into the file `imagery`, with a `login` that no repr shows; of a `granule` that file is made of
    them. `day` is what day it is, since only the server knows how its clock was moved.
    """

    model: str
    blocks: tuple[str, ...]
    geometry: Mapping[str, Any]
    files: tuple[str, ...]
    pixel: float
    zoom: int | None
    max_zoom: int | None
    resolution: float | None
    result: str
    tiles: TileService | None = None
    login: Login | None = None
    imagery: str = ""
    granule: Granule | None = None
    day: str = ""

    def to_line(self) -> bytes:
        """The job as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Job:
        """The job in a line."""
        told = json.loads(line)
        tiles = None if told["tiles"] is None else TileService(**told["tiles"])
        login = None if told["login"] is None else Login(**told["login"])
        granule = None if told["granule"] is None else Granule(**told["granule"])
        lists = {"blocks": tuple(told["blocks"]), "files": tuple(told["files"])}
        return cls(**{**told, **lists, "tiles": tiles, "login": login, "granule": granule})


@dataclass(frozen=True)
class Progress:
    """How far a job is, 0 to 100."""

    percent: float


@dataclass(frozen=True)
class Done:
    """The result is written; it has so many objects."""

    features: int


@dataclass(frozen=True)
class Failed:
    """The job cannot be done; `code` is one of the service's error codes."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)


Report = Progress | Done | Failed
_KINDS: dict[str, type[Report]] = {kind.__name__: kind for kind in (Progress, Done, Failed)}


def to_line(report: Report) -> bytes:
    """A report as a line."""
    return json.dumps({"kind": type(report).__name__, **asdict(report)}).encode() + b"\n"


def from_line(line: bytes) -> Report:
    """The report in a line."""
    told = json.loads(line)
    return _KINDS[told.pop("kind")](**told)
