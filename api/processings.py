"""Processings: what runs, what it cost and what came of it (the v2 endpoints of the processing API)."""

from __future__ import annotations

import enum
import heapq
import math
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Optional

from ..text.addresses import without_keys
from .answers.content import Content
from .answers.expected import Expected, FileKind
from .http.addresses import path_segment
from .http.errors import MalformedReply, sentence_of
from .http.fields import Fields, Readable, as_number, listed, readable
from .http.reply import ApiReply
from .models.options import read_options
from .sources import Source, read_source

if TYPE_CHECKING:
    from .http.client import Client

MOST_LISTED = 10_000  # of a project: more would hold up whoever shows them
_NOTHING: Mapping[str, str] = {}  # one for all: Python's search for garbage looks through each
META_KEY = "clientRequestId"  # where a processing carries the id its request was made with


class Status(enum.Enum):
    """The state of a processing or of one of its areas."""

    UNPROCESSED = "UNPROCESSED"
    IN_PROGRESS = "IN_PROGRESS"
    AWAITING = "AWAITING"
    OK = "OK"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_running(self) -> bool:
        """Whether the service is still at it."""
        return self in _RUNNING

    @property
    def is_final(self) -> bool:
        """Whether the service is surely done with it."""
        return self is not Status.UNKNOWN and not self.is_running


# a tuple compares members faster than a set
_RUNNING = (Status.UNPROCESSED, Status.IN_PROGRESS, Status.AWAITING)


class Review(enum.Enum):
    """How far the review of a result is, for accounts whose results are reviewed before they count as ready."""

    IN_REVIEW = "IN_REVIEW"
    ACCEPTED = "ACCEPTED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    REFUNDED = "REFUNDED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Message:
    """Something the service says about a processing; `text` is its own wording, where it gives one."""

    code: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    text: str = ""

    @property
    def sentence(self) -> str:
        """The message in plain words, without what may be a key in an address."""
        return without_keys(sentence_of(self.code, self.text, self.parameters))


@dataclass(frozen=True)
class TileSet:
    """Where a layer's tiles are; `tile_url` is a template that may carry a query of its own."""

    tile_url: str
    tilejson_url: str = ""


@dataclass(frozen=True)
class Processing:
    """A processing; area in m², cost in credits, times in UTC. The status decides, not whether there are layers."""

    id: str
    name: str
    description: str = ""
    project_id: str = ""
    status: Status = Status.UNKNOWN
    percent: Optional[int] = None
    area_m2: Optional[float] = None
    cost: Optional[float] = None
    model_id: str = ""
    model_name: str = ""
    model_display_name: str = ""
    model_style: str = ""  # what the service calls the look of its objects, where it says so
    created: Optional[datetime] = None
    updated: Optional[datetime] = None
    vector: Optional[TileSet] = None
    raster: Optional[TileSet] = None  # the imagery it used
    result_raster: Optional[TileSet] = None
    messages: tuple[Message, ...] = ()
    blocks: tuple[tuple[str, bool], ...] = ()
    source: Mapping[str, object] = field(default_factory=dict)
    review_status: str = ""
    meta: Mapping[str, object] = field(default_factory=dict)
    review_until: Optional[datetime] = None
    # of blocks that people call otherwise than the service does, by name; "": not shown
    block_titles: Mapping[str, str] = field(default_factory=dict)
    part_count: Optional[int] = None  # of its area; None where the service does not tell
    # what the model was told, `inferenceParams`
    inference: Mapping[str, object] = field(default_factory=dict)
    rating: Optional[int] = None  # of its result, 1 to 5; None where nobody rated it
    feedback: str = ""  # what was said with the rating
    review_comment: str = ""  # what was said when it was reviewed
    completed: Optional[datetime] = None  # where the service tells when it ended

    @property
    def may_have_result(self) -> bool:
        """Whether there can be something to add: of a failed one, parts of its area may be ready."""
        return self.status is Status.OK or (self.status is Status.FAILED and self.part_count != 1)

    @property
    def model_title(self) -> str:
        """What people know the model by."""
        return self.model_display_name or self.model_name

    @property
    def review(self) -> Optional[Review]:
        """How far the review of its result is; None where there is no result, or no review of it."""
        if self.status is not Status.OK or not self.review_status:
            return None
        return Review.__members__.get(self.review_status.upper(), Review.UNKNOWN)


@dataclass(frozen=True)
class ProcessingRequest:
    """What to start; `geometry` is GeoJSON in EPSG:4326, `client_id` a UUID by which a lost answer is found again."""

    name: str
    project_id: str
    model_id: str
    geometry: Mapping[str, object]
    source: Source
    blocks: tuple[tuple[str, bool], ...] = ()
    description: str = ""
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    inference: Mapping[str, object] = field(default_factory=dict)  # what the model is told; empty: nothing
    meta: Mapping[str, str] = field(default_factory=dict)  # what else it is to carry

    def params(self, source: Optional[Mapping[str, object]] = None) -> dict[str, object]:
        """The `params` of a request; `source` is what is sent of the source with its login."""
        told = {"inferenceParams": dict(self.inference)} if self.inference else {}
        return {"sourceParams": dict(self.source.to_params() if source is None else source), **told}


@dataclass(frozen=True)
class ProcessingListing:
    """The processings of a project; `skipped` records could not be read, `beyond` older ones are too many to list.

    Where they are its newest ones alone, `total` counts all of them.
    """

    processings: tuple[Processing, ...]
    skipped: int = 0
    beyond: int = 0
    total: Optional[int] = None

    @property
    def is_whole(self) -> bool:
        """Whether there are no others but those `beyond`."""
        return self.total is None or len(self.processings) + self.skipped >= self.total


@dataclass(frozen=True)
class AreaState:
    """One part of a processing's area: its own state, area in m², and GeoJSON geometry."""

    id: str
    status: Status = Status.UNKNOWN
    percent: Optional[int] = None
    area_m2: Optional[float] = None
    messages: tuple[Message, ...] = ()
    geometry: Mapping[str, object] = field(default_factory=dict)


def cost(client: Client, request: ProcessingRequest) -> ApiReply:
    """Ask what `request` would cost (POST /processing/cost/v2); succeeds with credits as a float."""
    asked = {"wdId": request.model_id, "geometry": dict(request.geometry), **_blocks_body(request)}
    body = {**asked, "params": request.params()}
    return client.send("POST", "/processing/cost/v2", _read_cost, body, repeatable=True)


def fetch(client: Client, processing_id: str) -> ApiReply:
    """Ask for one processing (GET /processings/{id}/v2); succeeds with a `Processing`."""
    return client.get(f"/processings/{path_segment(processing_id)}/v2", read_processing)


def list_by_project(client: Client, project_id: str, former: Iterable[Processing] = ()) -> ApiReply:
    """Ask for a project's processings (GET /projects/{id}/processings/v2); succeeds with a `ProcessingListing`.

    A processing that is as it is in `former` is that very object, so that whoever shows it sees at once that nothing
    has changed.
    """

    def read_listing(value: object) -> ProcessingListing:
        known = {processing.id: processing for processing in former}

        def read_one(record: object) -> Processing:
            made = read_processing(record, project_id)
            held = known.get(made.id)
            return held if held is not None and held == made else made

        records = Readable(value if isinstance(value, Iterator) else listed(value, "processings"), read_one)
        newest = heapq.nsmallest(MOST_LISTED, records, key=_age)  # the others are let go one by one
        return ProcessingListing(tuple(newest), records.skipped, records.found - len(newest))

    path = f"/projects/{path_segment(project_id)}/processings/v2"
    return client.get(path, read_listing, content=Content.RECORDS)


def _age(processing: Processing) -> float:
    """A number to sort by, the newest first; what does not tell its time may be new."""
    return -math.inf if processing.created is None else -processing.created.timestamp()


def update(
    client: Client,
    processing_id: str,
    name: Optional[str] = None,
    description: Optional[str] = None,
    project_id: Optional[str] = None,
) -> ApiReply:
    """Rename, describe or move a processing (PUT /processings/{id}); succeeds with it, or None if not told."""
    changes = {"name": name, "description": description, "projectId": project_id}
    body = {key: value for key, value in changes.items() if value is not None}
    path = f"/processings/{path_segment(processing_id)}"
    return client.send("PUT", path, read_processing_if_any, body, repeatable=True)


def delete(client: Client, processing_id: str) -> ApiReply:
    """Delete a processing with its results (DELETE /processings/{id}); succeeds with None."""
    return client.send("DELETE", f"/processings/{path_segment(processing_id)}", lambda _value: None)


def aois(client: Client, processing_id: str) -> ApiReply:
    """Ask for the parts of a processing's area (GET /processings/{id}/aois); succeeds with `AreaState`s."""

    def read_areas(value: object) -> tuple[AreaState, ...]:
        return readable(listed(value, "areas"), _read_area)[0]

    return client.get(f"/processings/{path_segment(processing_id)}/aois", read_areas)


def download_result(
    client: Client, processing_id: str, destination: Path, aoi_id: Optional[str] = None
) -> ApiReply:
    """Download a result as GeoJSON (GET /processings/{id}/result) to `destination`; succeeds with the Path."""
    query = (("aoiId", aoi_id),) if aoi_id else ()
    path = f"/processings/{path_segment(processing_id)}/result"
    return client.download(path, destination, query, expected=Expected(FileKind.GEOJSON))


def start_body(
    request: ProcessingRequest, source: Optional[Mapping[str, object]] = None
) -> dict[str, object]:
    """The body that starts `request`, without what is empty; `source` is what is sent of it with its login."""
    described = {"description": request.description} if request.description else {}
    return {
        "name": request.name,
        **described,
        "projectId": request.project_id,
        "wdId": request.model_id,
        "geometry": dict(request.geometry),
        "params": request.params(source),
        **_blocks_body(request),
        "meta": {**request.meta, META_KEY: request.client_id},
    }


def read_processing(value: object, project_id: str = "") -> Processing:
    """A processing in either shape and of either version; `project_id` where the record does not say."""
    data = Fields.of(value, "processing")
    model = data.fields("workflowDef") or Fields({}, "model")
    review = data.fields("reviewStatus")
    rated = data.fields("rating") or data
    rating = rated.whole("rating")
    blocks, titles = read_options(data, model)
    return Processing(
        id=data.required_id("id"),
        name=data.text("name"),
        description=data.text("description"),
        project_id=intern(data.id("projectId") or project_id),
        status=read_status(data.required_text("status")),
        percent=_percent(data),
        area_m2=data.number("aoiArea", "area"),
        cost=data.number("cost"),
        model_id=intern(model.text("id") or data.text("wdId")),
        model_name=intern(model.text("name") or data.text("wdName")),
        model_display_name=intern(model.text("displayName")),
        model_style=intern(model.text("styleName")),
        created=data.time("created"),
        updated=data.time("updated"),
        vector=_tile_set(data.fields("vectorLayer")),
        raster=_tile_set(data.fields("rasterLayer")),
        result_raster=_tile_set(data.fields("resultRasterLayer")),
        messages=data.records("messages", _read_message),
        blocks=blocks,
        source=read_source(data.mapping("params")) or _NOTHING,
        review_status=review.text("reviewStatus") if review else data.text("reviewStatus"),
        meta=data.mapping("meta") or _NOTHING,
        review_until=review.time("inReviewUntil") if review else None,
        block_titles=titles or _NOTHING,
        part_count=data.whole("aoiCount"),
        inference=(data.fields("params") or data).mapping("inferenceParams") or _NOTHING,
        rating=rating if rating in range(1, 6) else None,
        feedback=rated.text("feedback"),
        review_comment=review.text("feedback", "comment") if review else "",
        completed=data.time("completionDate", "completed"),
    )


def read_processing_if_any(value: object) -> Optional[Processing]:
    """The processing in an answer that may hold none."""
    return read_processing(value) if isinstance(value, Mapping) and "id" in value else None


def _read_cost(value: object) -> float:
    amount = as_number(value)
    if amount is None or amount < 0:
        raise MalformedReply("cost: a number was expected")
    return amount


def _read_area(value: object) -> AreaState:
    data = Fields.of(value, "area")
    return AreaState(
        id=data.required_id("id"),
        status=read_status(data.text("status")),
        percent=_percent(data),
        area_m2=data.number("area", "aoiArea"),
        messages=data.records("messages", _read_message),
        geometry=data.mapping("geometry"),
    )


def _percent(data: Fields) -> Optional[int]:
    percent = data.whole("percentCompleted")
    return None if percent is None else min(100, max(0, percent))


def _read_message(value: object) -> Message:
    if isinstance(value, str):
        return Message("", {}, value)
    data = Fields.of(value, "message")
    return Message(data.text("code"), data.parameters("parameters", "params"), data.text("message"))


def _tile_set(layer: Optional[Fields]) -> Optional[TileSet]:
    if layer is None or not layer.text("tileUrl", "tileJsonUrl"):
        return None
    return TileSet(layer.text("tileUrl"), layer.text("tileJsonUrl"))


def read_status(name: str) -> Status:
    """The status called `name`; UNKNOWN for a name this version does not know."""
    return Status[name.upper()] if name.upper() in Status.__members__ else Status.UNKNOWN


def _blocks_body(request: ProcessingRequest) -> dict[str, object]:
    blocks = [{"name": name, "enabled": enabled} for name, enabled in request.blocks]
    return {"blocks": blocks} if blocks else {}
