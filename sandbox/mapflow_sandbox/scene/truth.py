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

from .crowns import canopy
from .layout import Layout, Tree

LEAST_BUILDING_M2 = 12.0
LEAST_FOREST_M2 = 300.0
LAYERS = ("buildings", "forest", "roads", "construction")


@dataclass(frozen=True)
class Truth:
    """What was painted, in EPSG:3857: (polygon, properties) pairs by layer."""

    buildings: list[tuple[Polygon, dict[str, Any]]]
    forest: list[tuple[Polygon, dict[str, Any]]]
    roads: list[tuple[Polygon, dict[str, Any]]]
    construction: list[tuple[Polygon, dict[str, Any]]]

    def layer(self, name: str) -> list[tuple[Polygon, dict[str, Any]]]:
        """The pairs of one layer."""
        return {
            "buildings": self.buildings,
            "forest": self.forest,
            "roads": self.roads,
            "construction": self.construction,
        }[name]


def truth_of(
    layout: Layout,
    paved: BaseGeometry,
    woods: list[tuple[Polygon, dict[str, Any]]],
    origin: tuple[float, float],
) -> Truth:
    """Collect what was painted; `woods` are its `stands`."""
    to_mercator = [1, 0, 0, -1, origin[0], origin[1]]
    frame = box(0, 0, layout.size, layout.size)
    buildings = []
    for building in layout.buildings:
        seen = building.footprint.intersection(frame)
        if seen.geom_type == "Polygon" and seen.area >= LEAST_BUILDING_M2:
            about = {"kind": building.kind, "roof": building.roof, "material": building.material,
                     "height": round(building.height, 1)}  # fmt: skip
            buildings.append((affinity.affine_transform(seen, to_mercator), about))

    def bare(polygons: list[Polygon]) -> list[tuple[Polygon, dict[str, Any]]]:
        return [(affinity.affine_transform(polygon, to_mercator), {}) for polygon in polygons]

    forest = [(affinity.affine_transform(stand, to_mercator), about) for stand, about in woods]
    sites = [site.shape.intersection(frame) for site in layout.sites]
    return Truth(
        buildings, forest, bare(parts(paved)), bare([part for site in sites for part in parts(site)])
    )


def height_class(height_m: float) -> str:
    """The service's code of a stand's height."""
    return "00m-04m" if height_m < 4 else "04m-10m" if height_m < 10 else "10m-99m"


def stands(trees: list[Tree], size: int, pixel_m: float) -> list[tuple[Polygon, dict[str, Any]]]:
    """The forest in metres of the scene, a polygon for each patch of one height class, with its median height."""
    found = []
    for code in ("00m-04m", "04m-10m", "10m-99m"):
        alike = [tree for tree in trees if tree.in_forest and height_class(tree.height) == code]
        if not alike:
            continue
        tops = np.array([tree.height for tree in alike])
        spots = shapely.STRtree(shapely.points([(tree.x, tree.y) for tree in alike]))
        for patch in closed_canopy(canopy(alike, size, pixel_m), pixel_m):
            within = tops[spots.query(patch, predicate="contains")]
            height = round(float(np.median(within)), 1) if len(within) else None
            found.append((patch, {"class_id": code, "height": height}))
    return found


def closed_canopy(woods: np.ndarray, pixel_m: float) -> list[Polygon]:
    """Polygons (metres in the scene) of tree cover: gaps between crowns closed, scraps left out."""
    found = shapes(woods.astype(np.uint8), mask=woods, transform=Affine.scale(pixel_m))
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
