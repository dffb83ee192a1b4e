"""What is asked of the imagery catalog: a page of a search, and one image.

The deployed service sends shares in per cent and its rows in an envelope, the written reference has fractions of 1 and
a bare list. A server counts as deployed until it shows otherwise. Where it does, a search that named shares is asked
again, so that 10 % never means 0.1 % or 1,000 %.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Optional

from ...text.translation import translate
from ..http.addresses import path_segment
from ..http.errors import ApiError, Fault, MalformedReply
from ..http.fields import Fields, readable
from ..http.reply import ApiReply
from .records import CatalogImage, Dialect, read_catalog_image

if TYPE_CHECKING:
    from ..http.client import Client

SEARCH = "/catalog/meta"
_NOT_UNDERSTOOD = frozenset({400, 422})
_SAYING_LITTLE = frozenset({"", "BAD_REQUEST"})
# What the deployed service alone tells of an image.
_DEPLOYED_KEYS = frozenset({"satId", "previews", "aoiIntersectionPercent", "minAreaSqkm"})
_seen: dict[str, Dialect] = {}  # by server


class CatalogSort(enum.Enum):
    """What the service can sort a search by."""

    PROVIDER = "PROVIDER_NAME"
    SENSOR = "SAT_ID"
    CLOUD_COVER = "CLOUD_COVER"
    OFF_NADIR = "OFF_NADIR_ANGLE"
    ACQUIRED = "ACQUISITION_DATE"
    ZOOM = "ZOOM"
    RESOLUTION = "PIXEL_RESOLUTION"


@dataclass(frozen=True)
class CatalogQuery:
    """What to search; None sets no bound, an empty tuple means all.

    `area` is a GeoJSON Polygon or MultiPolygon in EPSG:4326. Resolutions in metres, angles in degrees, shares in per
    cent; `min_overlap_percent` of the area is to be covered. `providers` are names. A time without a zone is UTC.
    """

    area: Mapping[str, object] = field(repr=False)
    acquired_from: Optional[datetime] = None
    acquired_to: Optional[datetime] = None
    min_resolution_m: Optional[float] = None
    max_resolution_m: Optional[float] = None
    max_cloud_percent: Optional[float] = None
    min_off_nadir: Optional[float] = None
    max_off_nadir: Optional[float] = None
    min_overlap_percent: Optional[float] = None
    hide_unavailable: bool = False
    providers: tuple[str, ...] = ()
    product_types: tuple[str, ...] = ()
    sort: Optional[CatalogSort] = None
    ascending: bool = False

    @property
    def names_shares(self) -> bool:
        """Whether its meaning depends on the scale of shares."""
        return bool(self.max_cloud_percent is not None or self.min_overlap_percent)

    def to_body(self, dialect: Dialect) -> dict[str, object]:
        """The body of a search without its page. What sets no bound is left out: an empty list would mean none."""
        cloud, overlap = self.max_cloud_percent, self.min_overlap_percent
        order = "ASC" if self.ascending else "DESC"
        told: dict[str, object] = {
            "aoi": dict(self.area),
            "acquisitionDateFrom": _instant(self.acquired_from),
            "acquisitionDateTo": _instant(self.acquired_to),
            "minResolution": self.min_resolution_m,
            "maxResolution": self.max_resolution_m,
            "maxCloudCover": None if cloud is None else dialect.sent(cloud),
            "minOffNadirAngle": self.min_off_nadir,
            "maxOffNadirAngle": self.max_off_nadir,
            "minAoiIntersectionPercent": None if overlap is None else dialect.sent(overlap),
            "sortBy": None if self.sort is None else self.sort.value,
            "sortOrder": None if self.sort is None else order,
            "hideUnavailable": self.hide_unavailable or None,
            "dataProviders": list(self.providers) or None,
            "productTypes": list(self.product_types) or None,
        }
        return {key: value for key, value in told.items() if value is not None}


@dataclass(frozen=True)
class CatalogPage:
    """Some of what was found, from `offset` on. `total` counts all of it, None where the server does not say.

    `received` records came, and `skipped` of them could not be read. `has_more` says whether to ask for a next page,
    which starts at `next_offset`.
    """

    images: tuple[CatalogImage, ...]
    offset: int
    received: int
    total: Optional[int] = None
    skipped: int = 0
    has_more: bool = False

    @property
    def next_offset(self) -> int:
        """Where the page after this one starts."""
        return self.offset + self.received


def search(client: Client, query: CatalogQuery, limit: int = 100, offset: int = 0) -> ApiReply:
    """Search the catalog (POST /catalog/meta); succeeds with a `CatalogPage` of at most `limit` images."""
    return client.keep(_Search(client, query, limit, offset).reply)


def image(client: Client, image_id: str, provider: str) -> ApiReply:
    """Ask for one image of a provider, "" for any (GET /meta/{id}); succeeds with a `CatalogImage`."""

    def read(value: object) -> CatalogImage:
        keys = Fields.of(value, "catalog image").data.keys()
        known = _seen.get(client.server, Dialect.DEPLOYED)
        return read_catalog_image(value, Dialect.DEPLOYED if _DEPLOYED_KEYS & keys else known)

    whose = (("provider_name", provider),) if provider else ()
    return client.get(f"/meta/{path_segment(image_id)}", read, whose)


@dataclass(frozen=True)
class _Answer:
    """A page, and the dialect it came in."""

    page: CatalogPage
    dialect: Dialect


class _Search:
    """One search, asked again where the server turns out to have another scale of shares than it was asked in."""

    def __init__(self, client: Client, query: CatalogQuery, limit: int, offset: int) -> None:
        self.reply = ApiReply()
        self._client = client
        self._query = query
        self._page = {"limit": limit, "offset": offset}
        self._ask()

    def _ask(self, is_last: bool = False) -> None:
        asked_in = _seen.get(self._client.server, Dialect.DEPLOYED)
        is_known = self._client.server in _seen

        def answered(answer: _Answer) -> None:
            _seen[self._client.server] = answer.dialect
            if answer.dialect is asked_in or not self._query.names_shares:
                self.reply.succeed(answer.page)
            elif is_last:
                self.reply.fail(_changing())
            else:
                self._ask(is_last=True)

        def refused(error: ApiError) -> None:
            is_for_the_scale = error.status in _NOT_UNDERSTOOD and error.code in _SAYING_LITTLE
            if is_known or is_last or not is_for_the_scale or not self._query.names_shares:
                self.reply.fail(error)
            else:
                self._learn(error)

        self.reply.follow(self._send(self._query, self._page, asked_in), answered, refused)

    def _learn(self, first: ApiError) -> None:
        """Ask without shares: a server of the other dialect may have refused a share of more than 1."""

        def answered(answer: _Answer) -> None:
            _seen[self._client.server] = answer.dialect
            if answer.dialect is Dialect.DEPLOYED:
                self.reply.fail(first)
            else:
                self._ask(is_last=True)

        def refused(_error: ApiError) -> None:
            self.reply.fail(first)

        plain = replace(self._query, max_cloud_percent=None, min_overlap_percent=None)
        self.reply.follow(self._send(plain, {"limit": 1, "offset": 0}, Dialect.DEPLOYED), answered, refused)

    def _send(self, query: CatalogQuery, page: Mapping[str, int], dialect: Dialect) -> ApiReply:
        def read(value: object) -> _Answer:
            return _read_answer(value, page["limit"], page["offset"])

        return self._client.send("POST", SEARCH, read, {**query.to_body(dialect), **page}, repeatable=True)


def _changing() -> ApiError:
    sentence = translate(
        "Catalog",
        "The service answered in two different ways, so its shares cannot be trusted. Search again.",
    )
    return ApiError(Fault.MALFORMED, sentence)


def _read_answer(value: object, limit: int, offset: int) -> _Answer:
    """A page in either dialect; which one, its shape says."""
    is_envelope = isinstance(value, Mapping)
    dialect = Dialect.DEPLOYED if is_envelope else Dialect.REFERENCE
    envelope = Fields(value, "catalog") if isinstance(value, Mapping) else Fields({}, "catalog")
    rows = envelope.data.get("images", envelope.data.get("results")) if is_envelope else value
    if not isinstance(rows, list):
        raise MalformedReply("catalog: a list of images was expected")
    images, skipped = readable(rows, lambda row: read_catalog_image(row, dialect))
    total = envelope.whole("total")
    total = None if total is None or total < 0 else total
    came = offset + len(rows)
    has_more = bool(rows) and (came < total if total is not None else len(rows) >= limit)
    return _Answer(CatalogPage(images, offset, len(rows), total, skipped, has_more), dialect)


def _instant(moment: Optional[datetime]) -> Optional[str]:
    if moment is None:
        return None
    in_utc = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    return in_utc.isoformat().replace("+00:00", "Z")
