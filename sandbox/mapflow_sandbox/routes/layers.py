"""Results as vector tiles: at once, and while a processing still runs what it has finished so far."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from .. import __version__, results
from ..context import BaseUrlDep, Sandbox, SandboxDep
from ..faults import ApiFault
from ..store import Processing, processings
from ..strict_json import StrictRoute
from ..tiles import burnt, mvt, vector
from ..tiles.shelf import Edition, Shelf
from ..wire import Wire
from ..wire.layers import result_raster_layer, vector_layer
from ..wire.tilejson import TileJsonBody, VectorLayerBody, VectorTileJsonBody, middle
from . import tiling
from .imagery import PICTURE
from .tiling import MVT, PNG, ProcessingDep, TileDep

# What is there may change with every part that is finished and with a restart, so clients ask whether theirs is good.
_KEEP = "private, no-cache"
_TILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MVT: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "As the client has it"},
}


def router(_wire: Wire) -> APIRouter:
    """Vector tiles and their TileJSON, and the same of a result that is a raster, too."""
    routes = APIRouter(prefix="/layers", tags=["Tiles"], route_class=StrictRoute)
    shelf = Shelf()

    @routes.get("/{processingId}/tilejson.json")
    def layer_tilejson(
        processing: ProcessingDep, sandbox: SandboxDep, base: BaseUrlDep
    ) -> VectorTileJsonBody:
        """Where a processing's vector tiles are, and the fields its objects have."""
        address = vector_layer(processing, base)
        if address is None:
            raise ApiFault(404, "NOT_FOUND", "Nothing of this processing is finished yet.")
        objects = shelf.objects(processing.id, _edition(sandbox, processing))
        bounds = tiling.area_of(processings.aois(sandbox.database, processing.id)).bounds
        fields = {column.name: column.kind for column in objects.columns}
        layer = VectorLayerBody(
            id=mvt.LAYER,
            fields={**fields, mvt.COUNT_FIELD: "Number"},
            minzoom=0,
            maxzoom=vector.FINEST_ZOOM,
        )
        return VectorTileJsonBody(
            name=processing.name,
            tiles=[address.tiles],
            minzoom=0,
            maxzoom=vector.FINEST_ZOOM,
            bounds=list(bounds),
            center=middle(bounds, vector.FINEST_ZOOM),
            vector_layers=[layer],
        )

    @routes.get("/{processingId}/{z}/{x}/{y}.pbf", response_class=Response, responses=_TILE)
    def layer_tile(
        processing: ProcessingDep, address: TileDep, request: Request, sandbox: SandboxDep
    ) -> Response:
        """The objects of a processing in one tile, generalised to its zoom; nothing where there are none."""
        edition = _edition(sandbox, processing)

        def make() -> bytes:
            return vector.tile(shelf.objects(processing.id, edition), address)

        tag = tiling.etag(__version__, edition, address)
        return tiling.answer(request, tag, make, MVT, _KEEP, squeeze=True)

    _add_raster(routes, shelf)
    return routes


def _add_raster(routes: APIRouter, shelf: Shelf) -> None:
    """Raster tiles of results and their TileJSON."""

    @routes.get("/{processingId}/raster/tilejson.json")
    def raster_tilejson(processing: ProcessingDep, sandbox: SandboxDep, base: BaseUrlDep) -> TileJsonBody:
        """Where the raster tiles of a processing's result are."""
        address = result_raster_layer(processing, base)
        if address is None:
            raise ApiFault(404, "NOT_FOUND", "The result of this processing is no raster.")
        bounds = tiling.area_of(processings.aois(sandbox.database, processing.id)).bounds
        return TileJsonBody(
            name=processing.name,
            tiles=[address.tiles],
            minzoom=0,
            maxzoom=burnt.FINEST_ZOOM,
            bounds=list(bounds),
            center=middle(bounds, burnt.FINEST_ZOOM),
        )

    @routes.get("/{processingId}/raster/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE)
    def raster_tile(
        processing: ProcessingDep, address: TileDep, request: Request, sandbox: SandboxDep
    ) -> Response:
        """The objects of a processing burnt into the pixels of one tile."""
        edition = _edition(sandbox, processing)

        def make() -> bytes:
            return burnt.tile(shelf.objects(processing.id, edition), address)

        tag = tiling.etag(__version__, "raster", edition, address)
        return tiling.answer(request, tag, make, PNG, _KEEP)


def _edition(sandbox: Sandbox, processing: Processing) -> Edition:
    parts = processings.aois(sandbox.database, processing.id)
    ready = [aoi.id for aoi in parts if aoi.status == "OK"]
    return Edition.of([results.path_of(sandbox.settings.results, processing.id, aoi_id) for aoi_id in ready])
