"""From `sourceParams` of a request to the imagery it names, its price and its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from .. import providers
from ..detect.catalog import ModelSpec, automatic_zoom
from ..faults import bad_request
from ..providers import Provider
from ..scene.assets import Scene
from ..settings import API_PREFIX, M2_PER_KM2
from . import archive
from .own import Uploads
from .raster import pixel_m

TILE_TYPES = ("XYZ", "TMS", "QUADKEY")
# What a provider's `previewUrl` ends with.
_OWN_TILES = re.compile(rf"{API_PREFIX}/providers/\w+/tiles/\{{z\}}/\{{x\}}/\{{-?y\}}\.png$")

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
    """One's own tile server; API reference, "Custom URL"."""

    sourceType: str
    url: str
    zoom: Zoom | None = None
    crs: str | None = None
    rasterLogin: str | None = Field(default=None, repr=False)
    rasterPassword: str | None = Field(default=None, repr=False)


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

    The first file lies on top; there is none where the server does not fetch the imagery. They are read at pixels of
    `pixel` metres of EPSG:3857: those of `zoom` of the Web Mercator tile matrix, or another size where `zoom` is None;
    `max_zoom` is the finest the source has. `resolution` is of files: a pixel of the coarsest one, in metres on the
    ground.
    """

    name: str
    files: tuple[Path, ...]
    pixel: float
    zoom: int | None
    max_zoom: int | None
    price_per_km2: float
    min_area_m2: float
    resolution: float | None = None


@dataclass(frozen=True)
class Imagery:
    """All imagery of a sandbox."""

    scene: Scene
    uploads: Uploads

    def find(self, asked: SourceParams, model: ModelSpec, account_id: str) -> Source:
        """The imagery `asked` names, as `model` reads it and the account may use it. Raises ApiFault."""
        given = [kind for kind in type(asked).model_fields if getattr(asked, kind) is not None]
        if len(given) != 1:
            raise bad_request(
                "sourceParams needs one of dataProvider, myImagery, imagerySearch and userDefined."
            )
        if asked.dataProvider is not None:
            return self._of_provider(asked.dataProvider, model)
        if asked.myImagery is not None:
            return self._of_account(asked.myImagery, account_id)
        if asked.imagerySearch is not None:
            return self._of_catalog(asked.imagerySearch)
        return self._of_user(asked.userDefined, model)

    def _of_account(self, asked: MyImageryParams, account_id: str) -> Source:
        own = self.uploads.find(asked.imageIds or (), asked.mosaicId, account_id)
        return Source(
            name=own.name,
            files=own.files,
            pixel=own.pixel,
            zoom=None,
            max_zoom=None,
            price_per_km2=0.0,
            min_area_m2=0.0,
            resolution=own.resolution,
        )

    def _of_provider(self, asked: DataProviderParams, model: ModelSpec) -> Source:
        provider = providers.find(asked.providerName)
        if provider is None:
            known = ", ".join(each.name for each in providers.PROVIDERS)
            raise bad_request(
                f"There is no data provider {asked.providerName[:100]}. This account has: {known}"
            )
        zoom = asked.zoom if asked.zoom is not None else min(automatic_zoom(model), provider.max_zoom)
        return self._of_scene(provider, zoom)

    def _of_catalog(self, asked: ImagerySearchParams) -> Source:
        """The pictures of a search; the catalog draws all of them over the one scene."""
        found = [archive.find(image_id) for image_id in asked.imageIds or ()]
        if not found or None in found:
            names = ", ".join(asked.imageIds or ())[:100]
            raise bad_request(f"There is no such image in the catalog: {names or 'none is named'}.")
        missing = [image.id for image in found if image is not None and not image.is_available]
        if missing:
            raise bad_request(f"The image {missing[0]} has to be ordered before it can be processed.")
        zooms = [image.zoom for image in found if image is not None]
        return self._of_scene(archive.ARCHIVE, asked.zoom if asked.zoom is not None else max(zooms))

    def _of_user(self, asked: UserDefinedParams | None, model: ModelSpec) -> Source:
        """The user's own tiles: those of this server are its scene, no others are fetched, and their work fails."""
        if asked is None or asked.sourceType.upper() not in TILE_TYPES:
            raise bad_request(
                "This server reads no imagery of this sourceType.",
                "source-validator.SourceTypeIsNotAllowed",
                source_type="" if asked is None else asked.sourceType[:100],
                allowed_sources=", ".join(TILE_TYPES),
            )
        if not asked.url.lower().startswith(("http://", "https://")):
            raise bad_request("The url of tiles is no link.", "source-validator.UrlMustBeLink")
        zoom = asked.zoom if asked.zoom is not None else automatic_zoom(model)
        is_own = _OWN_TILES.search(asked.url) is not None
        return Source(
            name=asked.url,
            files=(self.scene.path_to_cog,) if is_own else (),
            pixel=pixel_m(zoom),
            zoom=zoom,
            max_zoom=None,
            price_per_km2=0.0,
            min_area_m2=0.0,
        )

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
