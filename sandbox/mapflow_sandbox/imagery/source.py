"""From `sourceParams` of a request to the imagery it names, its price and its limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import shapely
from pydantic import BaseModel, Field
from shapely.geometry.base import BaseGeometry

from .. import providers
from ..catalog.offers import OWN_IMAGES, OWN_MOSAICS, offer_of
from ..catalog.records import CatalogRecord
from ..catalog.search import Catalog
from ..detect.catalog import ModelSpec, automatic_zoom
from ..faults import ApiFault, bad_request
from ..providers import Provider
from ..scene.assets import Scene
from ..settings import M2_PER_KM2
from . import user_request
from .granule import Granule, pixel_3857
from .loopback import Login
from .own import Uploads
from .raster import pixel_m
from .tile_service import TileService

_ONE_OF = "sourceParams needs one of dataProvider, myImagery, imagerySearch and userDefined."
_GRANULES, _STORED = "SENTINEL_L2A", "LOCAL"
_ZOOM = 18  # of a catalog picture that does not tell its own

Zoom = Annotated[int, Field(ge=0, le=30)]


class DataProviderParams(BaseModel):
    """Tiles of a provider; API reference, "Default Data Provider". Without a zoom the service chooses one."""

    providerName: str
    zoom: Zoom | None = None


class MyImageryParams(BaseModel):
    """One's own uploads; API reference, "My Imagery"."""

    imageIds: list[str] | None = None
    mosaicId: str | None = None


class ImagerySearchParams(BaseModel):
    """Images found in the catalog; API reference, "Use Search Results in Processing"."""

    dataProvider: str
    imageIds: list[str] | None = None
    zoom: Zoom | None = None


class UserDefinedParams(BaseModel):
    """A source of one's own; API reference, "Custom URL"."""

    sourceType: str
    url: str | None = None
    zoom: Zoom | None = None
    crs: str | None = None
    rasterLogin: str | None = Field(default=None, repr=False)
    rasterPassword: str | None = Field(default=None, repr=False)

    @property
    def login(self) -> Login | None:
        """What the tile server is signed in to with."""
        return Login(self.rasterLogin, self.rasterPassword or "") if self.rasterLogin else None


class SourceParams(BaseModel):
    """API reference, "Data Sources": one of the four is given, the others are null or absent."""

    dataProvider: DataProviderParams | None = None
    myImagery: MyImageryParams | None = None
    imagerySearch: ImagerySearchParams | None = None
    userDefined: UserDefinedParams | None = None

    def kept(self) -> dict[str, Any]:
        """What is stored and shown again: all four kinds as keys, a login left out."""
        return self.model_dump(exclude={"userDefined": {"rasterLogin", "rasterPassword"}})


@dataclass(frozen=True)
class Source:
    """Imagery that was found: raster files, how finely they are read, what they cost.

    The first file lies on top; there is none where `tiles` are fetched for the work. They are read at pixels of
    `pixel` metres of EPSG:3857: those of `zoom` of the Web Mercator tile matrix, or another size where `zoom` is None;
    `max_zoom` is the finest the source has. `resolution` is of files: a pixel of the coarsest one, in metres on the
    ground. Only within `extent` (degrees) is there anything, where that is known. What `needs_order` is not there yet.
    Of a `granule` the files are what it was taken of.
    """

    name: str
    files: tuple[Path, ...]
    pixel: float
    zoom: int | None
    max_zoom: int | None
    price_per_km2: float
    min_area_m2: float
    resolution: float | None = None
    extent: BaseGeometry | None = None
    needs_order: bool = False
    tiles: TileService | None = None
    granule: Granule | None = None

    @property
    def is_fetched(self) -> bool:
        """Whether the work on a part begins with a file of what it needs."""
        return self.tiles is not None or self.granule is not None


@dataclass(frozen=True)
class Imagery:
    """All imagery of a sandbox."""

    scene: Scene
    catalog: Catalog
    uploads: Uploads

    def find(self, asked: SourceParams, model: ModelSpec, account_id: str) -> Source:
        """The imagery `asked` names, as `model` reads it and the account may use it. Raises ApiFault."""
        given = [kind for kind in type(asked).model_fields if getattr(asked, kind) is not None]
        if len(given) != 1:
            raise bad_request(_ONE_OF)
        if asked.dataProvider is not None:
            return self._of_provider(asked.dataProvider, model)
        if asked.myImagery is not None:
            return self._of_account(asked.myImagery, account_id)
        if asked.imagerySearch is not None:
            return self._of_catalog(asked.imagerySearch, account_id)
        if asked.userDefined is not None:
            return self._of_user(asked.userDefined, model, account_id)
        raise bad_request(_ONE_OF)

    def _of_account(self, asked: MyImageryParams, account_id: str) -> Source:
        own = self.uploads.find(asked.imageIds or (), asked.mosaicId, account_id)
        return replace(_free(own.name, own.files, own.pixel), resolution=own.resolution)

    def _of_provider(self, asked: DataProviderParams, model: ModelSpec) -> Source:
        provider = providers.find(asked.providerName)
        if provider is None:
            known = ", ".join(each.name for each in providers.PROVIDERS)
            raise bad_request(
                f"There is no data provider {asked.providerName[:100]}. This account has: {known}"
            )
        zoom = asked.zoom if asked.zoom is not None else min(automatic_zoom(model), provider.max_zoom)
        return self._of_scene(provider, zoom)

    def _of_catalog(self, asked: ImagerySearchParams, account_id: str) -> Source:
        """Pictures of a search, the account's own uploads among them; all others show the one painted scene."""
        image_ids = asked.imageIds or []
        if image_ids and asked.dataProvider == OWN_IMAGES.name:
            return self._of_account(MyImageryParams(imageIds=image_ids), account_id)
        if len(image_ids) == 1 and asked.dataProvider == OWN_MOSAICS.name:
            return self._of_account(MyImageryParams(mosaicId=image_ids[0]), account_id)
        found = self._pictures(asked.dataProvider, image_ids)
        provider = offer_of(found[0].provider)
        zoom = max(each.zoom or _ZOOM for each in found) if asked.zoom is None else asked.zoom
        least = max(each.min_area_km2 or 0.0 for each in found)
        return replace(
            self._of_scene(provider, zoom),
            min_area_m2=max(least, provider.min_area_km2) * M2_PER_KM2,
            extent=shapely.union_all([each.geometry for each in found]),
            needs_order=any(each.needs_order for each in found),
        )

    def _pictures(self, provider: str, image_ids: list[str]) -> list[CatalogRecord]:
        """The pictures of one provider with these ids, "" for any. Raises ApiFault."""
        found = self.catalog.find(list(dict.fromkeys(image_ids)))
        whose = provider or (found[0].provider if found else "")
        if len(found) < len(set(image_ids)) or not found or any(each.provider != whose for each in found):
            names = ", ".join(image_ids)[:100]
            raise bad_request(f"There is no such image in the catalog: {names or 'none is named'}.")
        for record in found:
            if not record.is_available:
                raise bad_request(f"The image {record.id} has to be ordered before it can be processed.")
        return found

    def _of_scene(self, provider: Provider, zoom: int) -> Source:
        return Source(
            name=provider.name,
            files=(self.scene.path_to_cog,),
            pixel=pixel_m(zoom),
            zoom=zoom,
            max_zoom=provider.max_zoom,
            price_per_km2=provider.price(zoom),
            min_area_m2=provider.min_area_km2 * M2_PER_KM2,
        )

    def _of_user(self, asked: UserDefinedParams, model: ModelSpec, account_id: str) -> Source:
        """Imagery by what the user types: tiles, a granule of Sentinel-2, an upload by its place in the storage."""
        kind = asked.sourceType.upper()
        if kind.lower() not in model.source_types:
            raise bad_request(
                f"{model.name} reads no imagery of this sourceType.",
                "source-validator.SourceTypeIsNotAllowed",
                source_type=asked.sourceType[:100],
                allowed_sources=", ".join(model.source_types),
            )
        if kind == _GRANULES:
            return self._of_granule(user_request.granule(asked.url))
        if kind == _STORED:
            return self._of_storage(asked.url, account_id)
        zoom = asked.zoom if asked.zoom is not None else automatic_zoom(model)
        tiles = user_request.tile_service(kind, asked.url, asked.crs)
        return replace(_free(tiles.url, (), pixel_m(zoom)), zoom=zoom, tiles=tiles)

    def _of_granule(self, granule: Granule) -> Source:
        _west, south, _east, north = self.scene.bbox_4326
        pixel = pixel_3857((south + north) / 2)
        name = f"Sentinel-2 {granule.cell}"
        return replace(_free(name, (self.scene.path_to_cog,), pixel), granule=granule)

    def _of_storage(self, url: str | None, account_id: str) -> Source:
        image_id = user_request.stored_image(url)
        try:
            return self._of_account(MyImageryParams(imageIds=[image_id]), account_id)
        except ApiFault as fault:
            if fault.status == HTTPStatus.NOT_FOUND:
                raise user_request.not_in_storage(url or "") from fault
            raise


def _free(name: str, files: tuple[Path, ...], pixel: float) -> Source:
    """Imagery that costs nothing, of any area."""
    return Source(
        name=name,
        files=files,
        pixel=pixel,
        zoom=None,
        max_zoom=None,
        price_per_km2=0.0,
        min_area_m2=0.0,
    )
