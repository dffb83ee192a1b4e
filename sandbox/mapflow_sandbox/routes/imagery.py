"""Imagery as XYZ tiles: of a provider, as its `previewUrl` says, and what a processing reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import shapely
from fastapi import APIRouter, Request, Response
from shapely.geometry.base import BaseGeometry

from .. import providers, results
from ..context import BaseUrlDep, Sandbox, SandboxDep
from ..detect.catalog import model_by_key
from ..faults import ApiFault, not_found
from ..imagery.source import Source, SourceParams
from ..providers import Provider
from ..store import Processing, processings
from ..strict_json import StrictRoute
from ..tiles import raster
from ..tiles.matrix import to_3857
from ..wire import Wire
from ..wire.layers import raster_layer
from ..wire.tilejson import TileJsonBody, middle
from . import tiling
from .tiling import PNG, ProcessingDep, TileDep

_KEEP = "max-age=3600"
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "As the client has it"},
}


def router(_wire: Wire) -> APIRouter:
    """Raster tiles and their TileJSON; a provider's need no sign-in, as those of a public tile server."""
    routes = APIRouter(tags=["Tiles"], route_class=StrictRoute)

    @routes.get("/providers/{name}/tiles/tilejson.json")
    def provider_tilejson(name: str, sandbox: SandboxDep, base: BaseUrlDep) -> TileJsonBody:
        """Where a provider's tiles are."""
        provider = _provider(name)
        tiles = f"{base}/providers/{provider.name}/tiles/{{z}}/{{x}}/{{y}}.png"
        bounds = sandbox.scene.bbox_4326
        return _tilejson(provider.display_name, tiles, provider.max_zoom, bounds)

    @routes.get("/providers/{name}/tiles/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE)
    def provider_tile(name: str, address: TileDep, request: Request, sandbox: SandboxDep) -> Response:
        """One tile of a provider's imagery, transparent where it has none."""
        provider = _provider(name)
        if address.z > provider.max_zoom:
            raise ApiFault(404, "NOT_FOUND", f"{provider.display_name} ends at zoom {provider.max_zoom}.")
        files = (sandbox.scene.path_to_cog,)
        tag = tiling.etag(raster.state_of(files), address)
        return tiling.answer(request, tag, lambda: raster.tile(files, address), PNG, f"public, {_KEEP}")

    @routes.get("/imagery/{processingId}/tilejson.json")
    def imagery_tilejson(processing: ProcessingDep, sandbox: SandboxDep, base: BaseUrlDep) -> TileJsonBody:
        """Where the tiles of the imagery a processing reads are."""
        source = _source(sandbox, processing)
        area = tiling.area_of(processings.aois(sandbox.database, processing.id))
        tiles = raster_layer(processing, base).tiles
        finest = raster.finest_zoom(source.files) if source.zoom is None else source.zoom
        return _tilejson(processing.name, tiles, finest, area.bounds)

    @routes.get("/imagery/{processingId}/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE)
    def imagery_tile(
        processing: ProcessingDep,
        address: TileDep,
        request: Request,
        sandbox: SandboxDep,
    ) -> Response:
        """The pixels a processing reads in one tile, at the zoom it reads them and within its area."""
        source = _source(sandbox, processing)

        def make() -> bytes:
            area = _area(sandbox, processing, source)
            if area.is_empty:
                return raster.blank()
            return raster.tile(source.files, address, source.zoom, shapely.transform(area, to_3857))

        tag = tiling.etag(raster.state_of(source.files), processing.id, source.zoom, address)
        return tiling.answer(request, tag, make, PNG, f"private, {_KEEP}")

    return routes


def _tilejson(
    name: str, tiles: str, finest_zoom: int, bounds: tuple[float, float, float, float]
) -> TileJsonBody:
    return TileJsonBody(
        name=name,
        tiles=[tiles],
        minzoom=0,
        maxzoom=finest_zoom,
        bounds=list(bounds),
        center=middle(bounds, finest_zoom),
    )


def _provider(name: str) -> Provider:
    provider = providers.find(name)
    if provider is None:
        raise not_found("DataProvider", name)
    return provider


def _source(sandbox: Sandbox, processing: Processing) -> Source:
    """The imagery of a processing; what is fetched for the work on a part is shown once it was."""
    asked = SourceParams.model_validate(processing.source)
    found = sandbox.imagery.find(asked, model_by_key(processing.model_key), processing.account_id)
    if not found.is_fetched:
        return found
    parts = processings.aois(sandbox.database, processing.id)
    fetched = (results.imagery_path(sandbox.settings.results, processing.id, part.id) for part in parts)
    return replace(found, files=tuple(path for path in fetched if path.is_file()))


def _area(sandbox: Sandbox, processing: Processing, source: Source) -> BaseGeometry:
    """Where a processing reads, in degrees: its own area, as far as its imagery reaches."""
    area = tiling.area_of(processings.aois(sandbox.database, processing.id))
    if source.extent is None:
        return area
    return area.intersection(source.extent)
