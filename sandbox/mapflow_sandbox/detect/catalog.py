"""What the models are called, cost and accept."""

from __future__ import annotations

from dataclasses import dataclass

TILE_TYPES = ("xyz", "tms", "quadkey")


@dataclass(frozen=True)
class BlockSpec:
    """A step of a model. `price` is in credits per km², added to the model's own when the block is enabled."""

    name: str
    title: str
    price: float
    optional: bool
    default_enabled: bool
    description: str = ""


@dataclass(frozen=True)
class GranuleNeeds:
    """Which Sentinel-2 granules a model takes: those of some months, of any cell of the grid or of some; () is any."""

    months: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelSpec:
    """A model as the API lists it; `key` is what `run` takes. Zooms are of the Web Mercator tile matrix.

    Pixels of one's own imagery may have `min_res` to `max_res` metres on the ground, best from `best_res` on. Without
    `granules` it takes no Sentinel-2 imagery.
    """

    key: str
    id: str
    name: str
    description: str
    price_per_km2: float
    blocks: tuple[BlockSpec, ...]
    min_zoom: int
    max_zoom: int
    best_zoom: int
    min_res: float = 0.05
    max_res: float = 1.2
    best_res: tuple[float, float] = (0.3, 0.6)
    granules: GranuleNeeds | None = None

    @property
    def source_types(self) -> tuple[str, ...]:
        """The kinds of imagery it takes, as the service calls them."""
        return (*TILE_TYPES, "local", *(("sentinel_l2a",) if self.granules is not None else ()))


_SIMPLIFICATION = BlockSpec(
    "Simplification",
    "Simplification",
    0.0,
    optional=True,
    default_enabled=True,
    description="Straightens outlines to right angles where the roof allows it.",
)
_HEIGHTS_PRICE = 10.0
_SEGMENTATION = BlockSpec("Segmentation", "", 0.0, optional=False, default_enabled=True)

BUILDINGS = ModelSpec(
    key="buildings",
    id="6b0d3f6e-5f0e-4c5c-9a39-0f6c0a6f2b11",
    name="🏠 Buildings",
    description="Roof outlines of buildings of about 20 m² and more.",
    price_per_km2=15.0,
    blocks=(
        _SEGMENTATION,
        _SIMPLIFICATION,
        BlockSpec(
            "Classification",
            "Classification",
            2.0,
            optional=True,
            default_enabled=False,
            description="Adds the kind of building and the roof's material and colour.",
        ),
        BlockSpec(
            "Heights",
            "Height estimation",
            _HEIGHTS_PRICE,
            optional=True,
            default_enabled=False,
            description="Estimates the height of buildings by their shadows.",
        ),
    ),
    min_zoom=17,
    max_zoom=19,
    best_zoom=18,
)

BUILDINGS_AERIAL = ModelSpec(
    key="buildings_aerial",
    id="e0c9b6d2-3f58-4a0d-9d6e-7b1a5c8f2e64",
    name="🏠 Buildings (Aerial)",
    description="Roof outlines in aerial imagery, down to sheds, as sharp as pixels of 0.3 m show them.",
    price_per_km2=25.0,
    blocks=(_SEGMENTATION, _SIMPLIFICATION),
    min_zoom=19,
    max_zoom=20,
    best_zoom=20,
    min_res=0.05,
    max_res=0.5,
    best_res=(0.1, 0.3),
)

FOREST = ModelSpec(
    key="forest",
    id="2f6a1a5e-0c6d-4d67-8f6b-7d2f5c1e9a42",
    name="🌲 Forest",
    description="Closed tree cover of about 300 m² and more; single trees are left out.",
    price_per_km2=8.0,
    blocks=(
        _SEGMENTATION,
        BlockSpec(
            "Heights",
            "Height estimation",
            _HEIGHTS_PRICE,
            optional=True,
            default_enabled=False,
            description="Tells forest up to 4 m, from 4 to 10 m and over 10 m high by its shadows.",
        ),
    ),
    min_zoom=18,
    max_zoom=20,
    best_zoom=18,
    granules=GranuleNeeds(months=(4, 5, 6, 7, 8, 9, 10)),
)

ROADS = ModelSpec(
    key="roads",
    id="c41d7c1b-8a35-4f0b-b6a0-35e0f7b9d873",
    name="🚗 Roads",
    description="Surfaces of paved roads and streets.",
    price_per_km2=10.0,
    blocks=(_SEGMENTATION,),
    min_zoom=17,
    max_zoom=18,
    best_zoom=18,
)

CONSTRUCTION = ModelSpec(
    key="construction",
    id="9d5a7f04-2f1c-4b7e-8c55-61f0b2a7c3d8",
    name="🏗️ Construction",
    description="Construction sites of about 400 m² and more: scraped ground, pits, slabs and what stands on them.",
    price_per_km2=12.0,
    blocks=(_SEGMENTATION,),
    min_zoom=17,
    max_zoom=18,
    best_zoom=18,
)

MODELS: tuple[ModelSpec, ...] = (BUILDINGS, BUILDINGS_AERIAL, FOREST, ROADS, CONSTRUCTION)


def automatic_zoom(model: ModelSpec) -> int:
    """The zoom the service chooses where a request names none: one coarser than the best, since it charges less."""
    return max(model.min_zoom, model.best_zoom - 1)


def model_by_key(key: str) -> ModelSpec:
    """Return the model called `key`; KeyError where there is none."""
    return {model.key: model for model in MODELS}[key]
