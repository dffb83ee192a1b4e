"""Results as vector tiles: at once, and while a processing still runs what it has finished so far."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from .. import __version__, results
from ..context import BaseUrlDep, Sandbox, SandboxDep
from ..faults import ApiFault
from ..store import Processing, processings
from ..strict_json import StrictRoute
from ..tiles import mvt, raster, vector
from ..tiles.shelf import Edition, Shelf
from ..wire import Wire
from ..wire.layers import raster_uri, result_raster_layer, vector_layer
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


def _uri(processing: ProcessingDep, uri: Annotated[str, Query()]) -> None:
    if uri != raster_uri(processing.id):
        raise ApiFault(404, "NOT_FOUND", "The uri is not that of this processing's raster.")


_OF_RASTER = [Depends(_uri)]


def router(_wire: Wire) -> APIRouter:
    """Vector tiles and their TileJSON, and the same of a result that is a raster, too."""
    routes = APIRouter(prefix="/layers", tags=["Tiles"], route_class=StrictRoute)
    _add_rasters(routes)
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

    return routes


def _add_rasters(routes: APIRouter) -> None:
    """Raster tiles of a result and their TileJSON."""

    @routes.get("/{processingId}/raster/tilejson.json", dependencies=_OF_RASTER)
    def raster_tilejson(processing: ProcessingDep, sandbox: SandboxDep, base: BaseUrlDep) -> TileJsonBody:
        """Where the tiles are of how probable the model found its objects."""
        address = result_raster_layer(processing, base)
        if address is None:
            raise ApiFault(404, "NOT_FOUND", "Nothing of this processing is finished yet.")
        bounds = tiling.area_of(processings.aois(sandbox.database, processing.id)).bounds
        files = _rasters(sandbox, processing)
        finest = raster.finest_zoom(files) if files else vector.FINEST_ZOOM
        return TileJsonBody(
            name=processing.name,
            tiles=[address.tiles],
            minzoom=0,
            maxzoom=finest,
            bounds=list(bounds),
            center=middle(bounds, finest),
        )

    @routes.get(
        "/{processingId}/raster/{z}/{x}/{y}.png",
        response_class=Response,
        responses=PICTURE,
        dependencies=_OF_RASTER,
    )
    def raster_tile(
        processing: ProcessingDep, address: TileDep, request: Request, sandbox: SandboxDep
    ) -> Response:
        """How probable the model found its objects: the brighter, the more; transparent where it found none."""
        files = _rasters(sandbox, processing)
        tag = tiling.etag(raster.state_of(files), address)
        return tiling.answer(request, tag, lambda: raster.tile(files, address), PNG, _KEEP)


def _rasters(sandbox: Sandbox, processing: Processing) -> list[Path]:
    """The rasters of the parts that are done; there is none of a part where the model looked from afar."""
    parts = processings.aois(sandbox.database, processing.id)
    paths = (
        results.likely_path(results.path_of(sandbox.settings.results, processing.id, part.id))
        for part in parts
        if part.status == "OK"
    )
    return [path for path in paths if path.is_file()]


def _edition(sandbox: Sandbox, processing: Processing) -> Edition:
    parts = processings.aois(sandbox.database, processing.id)
    ready = [aoi.id for aoi in parts if aoi.status == "OK"]
    return Edition.of([results.path_of(sandbox.settings.results, processing.id, aoi_id) for aoi_id in ready])
