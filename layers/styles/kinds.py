"""What results are of: told by the name of a model, and by the type the service gives to each object."""

from __future__ import annotations

import enum
import re

from ...text.translation import translate


class Kind(enum.Enum):
    """What a model finds; the value names the table of its objects."""

    BUILDINGS = "buildings"
    CONSTRUCTION = "construction"
    CROWNS = "crowns"
    DENSE_HOUSING = "dense_housing"
    FIELDS = "fields"
    FOREST = "forest"
    LAND_USE = "land_use"
    POOLS = "pools"
    ROADS = "roads"
    SOLAR_PANELS = "solar_panels"
    WATER = "water"
    GENERIC = "generic"

    @property
    def title(self) -> str:
        """What to call such objects in a legend."""
        return {
            Kind.BUILDINGS: translate("Styles", "Buildings"),
            Kind.CONSTRUCTION: translate("Styles", "Construction sites"),
            Kind.CROWNS: translate("Styles", "Tree crowns"),
            Kind.DENSE_HOUSING: translate("Styles", "High-density housing"),
            Kind.FIELDS: translate("Styles", "Agriculture fields"),
            Kind.FOREST: translate("Styles", "Forest"),
            Kind.LAND_USE: translate("Styles", "Land use"),
            Kind.POOLS: translate("Styles", "Swimming pools"),
            Kind.ROADS: translate("Styles", "Roads"),
            Kind.SOLAR_PANELS: translate("Styles", "Solar panels"),
            Kind.WATER: translate("Styles", "Water"),
            Kind.GENERIC: translate("Styles", "Objects"),
        }[self]

    @property
    def colour(self) -> str:
        """The colour of its polygons, lines and points."""
        return {
            Kind.BUILDINGS: "#ff9433",
            Kind.CONSTRUCTION: "#ffd21f",
            Kind.CROWNS: "#d0f57a",
            Kind.DENSE_HOUSING: "#ff5a4f",
            Kind.FIELDS: "#d8b13a",
            Kind.FOREST: "#3c8f2f",
            Kind.LAND_USE: "#c98273",
            Kind.POOLS: "#20c997",
            Kind.ROADS: "#c85cff",
            Kind.SOLAR_PANELS: "#e6399b",
            Kind.WATER: "#1f9fd0",
            Kind.GENERIC: "#4fb8e8",
        }[self]

    @property
    def words(self) -> tuple[str, ...]:
        """Patterns, in lower case, of which one is found in the name of a model or of a type of objects."""
        return _WORDS.get(self, ())


# the order counts: the first kind with a word in the name is the one; patterns, as a street has a tree in it
_WORDS = {
    Kind.CONSTRUCTION: ("construction",),  # before buildings, which its description mentions
    Kind.DENSE_HOUSING: ("density", "housing"),
    Kind.BUILDINGS: ("building", "roof", "house"),
    Kind.CROWNS: ("crown",),  # before forest, as they are of trees
    Kind.SOLAR_PANELS: ("solar", "photovoltaic"),
    Kind.POOLS: ("pool",),  # before water
    Kind.LAND_USE: ("landuse", "land use", "land_use", "landcover", "land cover", "land_cover"),
    Kind.FIELDS: ("field", "agricult", "crop"),
    Kind.FOREST: ("forest", "(?<!s)tree", "vegetation", "wood"),
    Kind.ROADS: ("road", "street"),
    Kind.WATER: ("water",),
}
# as the service writes most types: these are told without a look for patterns, which takes QGIS long
USUAL_TYPES = (
    *("building", "buildings", "road", "roads", "forest", "trees", "crown", "crowns", "water", "waterbodies"),
    *("landuse", "land_use", "construction", "construction_sites", "field", "fields", "agriculture_fields"),
    *("high_density_housing", "solar_panels", "pools", "swimming_pools"),
)
_FOUND_TOGETHER = {Kind.FOREST: (Kind.CROWNS,)}
_OPEN_DATA = "open data"


def kind_of(name: str) -> Kind:
    """Return what a model finds by the model's name, or what objects are by the name of their type."""
    plain = name.lower()
    return next((kind for kind, words in _WORDS.items() if _has_one(plain, words)), Kind.GENERIC)


def model_kind(*names: str) -> Kind:
    """Return what a model finds by the first of its names that tells, as those of its style, its own, its title."""
    return next((kind for kind in map(kind_of, names) if kind is not Kind.GENERIC), Kind.GENERIC)


def kinds_within(*names: str) -> tuple[Kind, ...]:
    """Return the kinds of objects a model of such names may give together; only one where it gives no other."""
    plain = " ".join(names).lower()
    named = [kind for kind, words in _WORDS.items() if _has_one(plain, words)]
    if not named or _OPEN_DATA in plain:
        return tuple(_WORDS)  # nothing says what it finds
    with_others = [*named, *(other for kind in named for other in _FOUND_TOGETHER.get(kind, ()))]
    return tuple(dict.fromkeys(with_others))


def kinds_before(kind: Kind) -> tuple[Kind, ...]:
    """Return the kinds whose words are looked for before those of `kind`."""
    order = tuple(_WORDS)
    return order[: order.index(kind)] if kind in order else order


def _has_one(plain: str, words: tuple[str, ...]) -> bool:
    return re.search("|".join(words), plain) is not None
