"""The account: its balance, its limits, and the models and imagery providers it may use (GET /user/status)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional

from .http.errors import ForeignReply, MalformedReply
from .http.fields import MAX_ZOOM, Fields, as_number, as_whole
from .model_limits import documented_zoom

if TYPE_CHECKING:
    from .http.client import Client
    from .http.reply import ApiReply

M2_PER_KM2 = 1_000_000.0
# What the service's documentation says where the account names no limit.
DEFAULT_AREA_LIMIT_M2 = 100 * M2_PER_KM2
DEFAULT_MAX_AOIS = 10
_MAX_BANDS = 100  # numbers of bands that a model is read to take
_TILE_SOURCES = ("xyz", "tms", "quadkey")


class Billing(enum.Enum):
    """How the account pays."""

    CREDITS = "CREDITS"
    AREA = "AREA"
    NONE = "NONE"


@dataclass(frozen=True)
class Block:
    """A step of a model. `price` is in credits per km², None where it is not told; without `title` it is not shown."""

    name: str
    title: str
    price: Optional[float] = None
    optional: bool = False
    default_enabled: bool = False
    description: str = ""


@dataclass(frozen=True)
class ZoomBounds:
    """A range of zoom levels; None where it is open."""

    minimum: Optional[int] = None
    maximum: Optional[int] = None

    def contains(self, zoom: int) -> bool:
        """Whether `zoom` lies in the range."""
        above = self.minimum is None or zoom >= self.minimum
        return above and (self.maximum is None or zoom <= self.maximum)

    def is_below(self, zoom: int) -> bool:
        """Whether `zoom` lies below the range."""
        return self.minimum is not None and zoom < self.minimum


@dataclass(frozen=True)
class TileNeeds:
    """What a model asks of tiles: the zoom levels it works at, and those it works best at."""

    required: ZoomBounds = ZoomBounds()
    recommended: ZoomBounds = ZoomBounds()


@dataclass(frozen=True)
class GranuleNeeds:
    """What a model asks of Sentinel-2 granules: the months they are of, and the cells of the grid; () is any."""

    months: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class RasterNeeds:
    """What a model asks of one's own imagery: metres a pixel, numbers of bands. None and () where it is open."""

    min_res: Optional[float] = None
    max_res: Optional[float] = None
    bands: tuple[int, ...] = ()


@dataclass(frozen=True)
class Model:
    """What a processing can look for; prices in credits per km², None where the service does not tell them.

    `name` is what the service knows it by. `required_zoom` and `recommended_zoom` are of a provider's tiles,
    `tile_needs` of each kind of tiles that has its own. `source_kinds` are the kinds of source it takes, in lower case;
    None where it does not say. A model that `is_documented` is one of the standard ones.
    """

    id: str
    name: str
    display_name: str = ""
    description: str = ""
    price_per_km2: Optional[float] = None
    blocks: tuple[Block, ...] = ()
    required_zoom: ZoomBounds = ZoomBounds()
    recommended_zoom: ZoomBounds = ZoomBounds()
    best_zoom: Optional[int] = None
    required_raster: RasterNeeds = RasterNeeds()
    recommended_raster: RasterNeeds = RasterNeeds()
    tile_needs: Mapping[str, TileNeeds] = field(default_factory=dict)
    granules: GranuleNeeds = GranuleNeeds()
    source_kinds: Optional[frozenset[str]] = None
    is_documented: bool = False

    @property
    def title(self) -> str:
        """What people know it by."""
        return self.display_name or self.name

    def optional_blocks(self) -> tuple[Block, ...]:
        """The blocks the user may switch: optional ones with a title."""
        return tuple(block for block in self.blocks if block.optional and block.title)

    def price(self, enabled: Collection[str]) -> Optional[float]:
        """Credits per km² with the optional blocks named in `enabled`; obligatory blocks always count.

        None where one of the prices it is the sum of is not told.
        """
        counted = [block.price for block in self.blocks if not block.optional or block.name in enabled]
        known = [price for price in (self.price_per_km2, *counted) if price is not None]
        return sum(known) if len(known) == 1 + len(counted) else None


@dataclass(frozen=True)
class ZoomPrice:
    """What a provider's imagery costs at a zoom, in credits per km²; zoom None stands for any."""

    zoom: Optional[int]
    price_per_km2: float


@dataclass(frozen=True)
class Provider:
    """A provider of imagery tiles."""

    name: str
    title: str
    prices: tuple[ZoomPrice, ...] = ()
    preview_url: str = ""
    preview_max_zoom: Optional[int] = None
    min_area_m2: float = 0.0

    def zooms(self) -> tuple[int, ...]:
        """The zoom levels that are offered, ascending; empty where the provider names none."""
        return tuple(sorted({entry.zoom for entry in self.prices if entry.zoom is not None}))

    def price(self, zoom: Optional[int]) -> Optional[float]:
        """Credits per km² at `zoom`; None where it is not known."""
        exact = [entry.price_per_km2 for entry in self.prices if entry.zoom == zoom]
        anywhere = [entry.price_per_km2 for entry in self.prices if entry.zoom is None]
        return next(iter(exact + anywhere), None)


@dataclass(frozen=True)
class Account:
    """Who is signed in, and what that account has and may do. Areas in m², memory in bytes.

    Where the service names no area limit (`names_area_limit`), the one it documents is taken. `search_providers` offer
    images in the catalog, where `search_area_limit_m2` is the largest area of a search (None where it is not said).
    """

    email: str
    billing: Billing = Billing.CREDITS
    credits: Optional[float] = None
    remaining_area_m2: Optional[float] = None
    aoi_area_limit_m2: float = DEFAULT_AREA_LIMIT_M2
    max_aois: int = DEFAULT_MAX_AOIS
    review_enabled: bool = False
    models: tuple[Model, ...] = ()
    providers: tuple[Provider, ...] = ()
    memory_limit: Optional[int] = None
    names_area_limit: bool = True
    search_providers: tuple[Provider, ...] = ()
    search_area_limit_m2: Optional[float] = None

    @property
    def provider_titles(self) -> Mapping[str, str]:
        """What people know each provider by, under the name the service knows it by."""
        return {provider.name: provider.title for provider in (*self.search_providers, *self.providers)}


def status(client: Client) -> ApiReply:
    """Ask for the account (GET /user/status); succeeds with an `Account`."""
    return client.get("/user/status", read_account)


def read_account(value: object) -> Account:
    """The account in either shape; raises ForeignReply where it is no account at all."""
    outer = _account_object(value)
    user = outer.fields("user") or outer
    limit = outer.number("aoiAreaLimit") or user.number("aoiAreaLimit")
    parts = outer.whole("maxAoisPerProcessing") or user.whole("maxAoisPerProcessing")
    return Account(
        email=user.text("email", "login"),
        billing=_billing(outer.data.get("billingType", user.data.get("billingType"))),
        credits=_first(outer.number("remainingCredits"), user.number("credits", "remainingCredits")),
        remaining_area_m2=_first(outer.number("remainingArea"), user.number("remainingArea")),
        aoi_area_limit_m2=limit if limit and limit > 0 else DEFAULT_AREA_LIMIT_M2,
        max_aois=parts if parts and parts > 0 else DEFAULT_MAX_AOIS,
        review_enabled=outer.flag("reviewWorkflowEnabled"),
        models=outer.records("models", read_model),
        providers=outer.records("dataProviders", read_provider),
        memory_limit=outer.whole("memoryLimit"),
        search_providers=outer.records("searchDataProviders", read_provider),
        search_area_limit_m2=_if_positive(outer.number("searchAreaLimit")),
        names_area_limit=bool(limit and limit > 0),
    )


def read_model(value: object) -> Model:
    """A model (workflow definition) of an account or a project."""
    model = Fields.of(value, "model")
    required, recommended = _zoom_requirements(model)
    sources = _section(model, "requirements", "sources")
    rasters = _section(sources, "local")
    return Model(
        id=model.required_text("id"),
        name=model.required_text("name"),
        display_name=model.text("displayName"),
        description=model.text("description"),
        price_per_km2=model.number("pricePerSqKm"),
        blocks=model.records("blocks", read_block),
        required_zoom=required,
        recommended_zoom=recommended,
        best_zoom=_best_zoom(model, required, recommended),
        required_raster=_raster_needs(_section(rasters, "required")),
        recommended_raster=_raster_needs(_section(rasters, "recommended")),
        tile_needs=_tile_needs(sources),
        granules=_granule_needs(_section(sources, "sentinel_l2a", "required")),
        source_kinds=_source_kinds(sources),
        is_documented=documented_zoom(model.text("name")) is not None,
    )


def read_provider(value: object) -> Provider:
    """An imagery provider; the web preview's address is not read, it may carry someone else's key."""
    provider = Fields.of(value, "imagery provider")
    name = provider.required_text("name")
    return Provider(
        name=name,
        title=provider.text("displayName") or name,
        prices=provider.records("price", _read_zoom_price),
        preview_url=provider.text("previewUrl"),
        preview_max_zoom=provider.zoom("previewUrlMaxZoom"),
        min_area_m2=max(0.0, provider.number("minAreaSqKm", "minAreaSqkm") or 0.0) * M2_PER_KM2,
    )


def _account_object(value: object) -> Fields:
    if isinstance(value, Mapping):
        fields = Fields(value, "account")
        known = ("user", "email", "models", "billingType", "remainingCredits")
        if any(fields.has(key) for key in known):
            return fields
    raise ForeignReply("account: neither a user nor models are named")


def _first(*values: Optional[float]) -> Optional[float]:
    return next((value for value in values if value is not None), None)


def _if_positive(value: Optional[float]) -> Optional[float]:
    return value if value is not None and value > 0 else None


def _billing(value: object) -> Billing:
    kinds = list(Billing)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(kinds):
        return kinds[value]
    if isinstance(value, str) and value.upper() in Billing.__members__:
        return Billing[value.upper()]
    return Billing.CREDITS


def read_block(value: object) -> Block:
    """A step of a model. What has a `displayName` is called so, and is not shown where that is empty."""
    block = Fields.of(value, "block")
    name = block.required_text("name")
    has_title = isinstance(block.data.get("displayName"), str)
    return Block(
        name=name,
        title=block.text("displayName") if has_title else block.text("description") or name,
        price=block.number("price"),
        optional=block.flag("optional"),
        default_enabled=block.flag("defaultEnabled"),
        description=block.text("description") if has_title else "",
    )


def _read_zoom_price(value: object) -> ZoomPrice:
    entry = Fields.of(value, "price")
    zoom = entry.whole("zoom")
    if zoom is not None and not 0 <= zoom <= MAX_ZOOM:
        raise MalformedReply(f"price: there is no zoom {zoom}")
    return ZoomPrice(zoom, entry.required_number("priceSqKm"))


def _zoom_requirements(model: Fields) -> tuple[ZoomBounds, ZoomBounds]:
    """The zoom levels (required, recommended) a model names for tiles, or those the service documents for its name."""
    sources = _section(model, "requirements", "sources")
    for kind in _TILE_SOURCES:
        tiles = sources.fields(kind) if sources else None
        if tiles is not None:
            return _bounds(tiles.fields("required")), _bounds(tiles.fields("recommended"))
    documented = documented_zoom(model.text("name"))
    if documented is None or sources is not None:
        return ZoomBounds(), ZoomBounds()
    return ZoomBounds(documented.minimum, documented.maximum), ZoomBounds()


def _tile_needs(sources: Optional[Fields]) -> Mapping[str, TileNeeds]:
    """What the model asks of each kind of tiles that it names."""
    sections = ((kind, sources.fields(kind) if sources else None) for kind in _TILE_SOURCES)
    return {
        kind: TileNeeds(_bounds(tiles.fields("required")), _bounds(tiles.fields("recommended")))
        for kind, tiles in sections
        if tiles is not None
    }


def _granule_needs(section: Optional[Fields]) -> GranuleNeeds:
    if section is None:
        return GranuleNeeds()
    months, cells = section.data.get("months"), section.data.get("cells")
    numbers = [as_whole(month) for month in months[:12]] if isinstance(months, list) else []
    return GranuleNeeds(
        tuple(number for number in numbers if number is not None and 1 <= number <= 12),
        tuple(cell.upper() for cell in cells if isinstance(cell, str)) if isinstance(cells, list) else (),
    )


def _source_kinds(sources: Optional[Fields]) -> Optional[frozenset[str]]:
    """The kinds of source the model names; None where it names none: then the service takes any."""
    named = (
        [] if sources is None else [key.lower() for key, value in sources.data.items() if value is not None]
    )
    return frozenset(named) or None


def _section(outer: Optional[Fields], *path: str) -> Optional[Fields]:
    """The object that `path` leads to, or None."""
    for key in path:
        outer = outer.fields(key) if outer is not None else None
    return outer


def _raster_needs(section: Optional[Fields]) -> RasterNeeds:
    if section is None:
        return RasterNeeds()
    bands = section.data.get("nchannels")
    counts = [as_number(count) for count in (bands if isinstance(bands, list) else [bands])[:_MAX_BANDS]]
    return RasterNeeds(
        section.number("min_res"),
        section.number("max_res"),
        tuple(round(count) for count in counts if count is not None),
    )


def _best_zoom(model: Fields, required: ZoomBounds, recommended: ZoomBounds) -> Optional[int]:
    if recommended.minimum is not None and recommended.minimum == recommended.maximum:
        return recommended.minimum
    documented = documented_zoom(model.text("name"))
    best = documented.best if documented is not None else None
    return best if best is not None and required.contains(best) else None


def _bounds(section: Optional[Fields]) -> ZoomBounds:
    if section is None:
        return ZoomBounds()
    return ZoomBounds(section.zoom("min_zoom"), section.zoom("max_zoom"))
