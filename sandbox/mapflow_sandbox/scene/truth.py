"""What a scene really contains, as polygons, to measure detections against. The detectors never read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from affine import Affine
from pyproj import Transformer
from rasterio.features import shapes
from shapely import affinity
from shapely.geometry import Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from .layout import Layout
from .texture import PIXEL_M

LEAST_BUILDING_M2 = 12.0
LEAST_FOREST_M2 = 300.0
LAYERS = ("buildings", "forest", "roads")


@dataclass(frozen=True)
class Truth:
    """What was painted, in EPSG:3857: (polygon, properties) pairs by layer."""

    buildings: list[tuple[Polygon, dict[str, Any]]]
    forest: list[tuple[Polygon, dict[str, Any]]]
    roads: list[tuple[Polygon, dict[str, Any]]]

    def layer(self, name: str) -> list[tuple[Polygon, dict[str, Any]]]:
        """The pairs of one layer."""
        return {"buildings": self.buildings, "forest": self.forest, "roads": self.roads}[name]


def truth_of(layout: Layout, paved: BaseGeometry, woods: np.ndarray, origin: tuple[float, float]) -> Truth:
    """Collect what was painted; `woods` is the forest trees' canopy in pixels."""
    to_mercator = [1, 0, 0, -1, origin[0], origin[1]]
    frame = box(0, 0, layout.size, layout.size)
    buildings = []
    for building in layout.buildings:
        seen = building.footprint.intersection(frame)
        if seen.geom_type == "Polygon" and seen.area >= LEAST_BUILDING_M2:
            about = {"kind": building.kind, "roof": building.roof, "material": building.material}
            buildings.append((affinity.affine_transform(seen, to_mercator), about))

    def bare(polygons: list[Polygon]) -> list[tuple[Polygon, dict[str, Any]]]:
        return [(affinity.affine_transform(polygon, to_mercator), {}) for polygon in polygons]

    return Truth(buildings, bare(closed_canopy(woods)), bare(parts(paved)))


def closed_canopy(woods: np.ndarray) -> list[Polygon]:
    """Polygons (metres in the scene) of tree cover: gaps between crowns closed, scraps left out."""
    found = shapes(woods.astype(np.uint8), mask=woods, transform=Affine.scale(PIXEL_M))
    merged = unary_union([shape(outline).buffer(2.2) for outline, _ in found]).buffer(-2.2)
    whole = []
    for part in parts(merged):
        holes = [ring for ring in part.interiors if Polygon(ring).area > 60]
        filled = Polygon(part.exterior, holes).simplify(0.4)
        if filled.area >= LEAST_FOREST_M2:
            whole.append(filled)
    return whole


def parts(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry."""
    return [
        part
        for part in getattr(geometry, "geoms", [geometry])
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def write_truth(folder: Path, truth: Truth) -> None:
    """Write a GeoJSON file (EPSG:4326) for each layer."""
    folder.mkdir(parents=True, exist_ok=True)
    project = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform
    for name in LAYERS:
        features = [
            {"type": "Feature", "geometry": mapping(in_degrees), "properties": about}
            for polygon, about in truth.layer(name)
            for in_degrees in [shapely.transform(polygon, project, interleaved=False)]
        ]
        collection = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(collection), encoding="utf-8")


def read_truth(folder: Path, name: str) -> list[Polygon]:
    """Read a layer's polygons back, in EPSG:3857."""
    project = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    collection = json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))
    read = [shape(feature["geometry"]) for feature in collection["features"]]
    return [shapely.transform(shapely.make_valid(polygon), project, interleaved=False) for polygon in read]
