"""What a map tells apart within one kind of objects: groups of classes, ranges of heights, each with title and colour.

Files and tiles are both drawn by these, so that an object looks the same in either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

from ...text.quantities import number_text, with_unit
from ...text.translation import translate
from .classes import CLASS_FIELDS, DOCUMENTED_FIELD, OTHER_COLOUR, class_expression, class_titles
from .kinds import Kind

HEIGHT_FIELDS = ("height", "max_height")  # in metres
_BUILDING_COLOURS = ("#f2196f", "#f5d90a", "#80b3f6", "#a646ff", "#14b389")
_FOREST_COLOURS = ("#d6f58a", "#7fd14f", "#17a398")  # darker as the trees grow, yet seen on their crowns
_STOREY_COLOURS = ("#ffe680", "#ffb347", "#ff7a3d", "#ec3f78", "#a34be0")
_STOREY_LIMITS_M = (5.0, 10.0, 20.0, 40.0)
_TREE_LIMITS_M = (4.0, 10.0)  # those of the classes of forest
_LAND_USE = (  # patterns, in lower case, of categories; the first that is found in one counts
    ("transport|airport|aerodrome|airfield|railway|parking|road|street|pedestrian|harbour|pier", "#7a83a8"),
    ("residential|housing|apartment", "#ffb98a"),
    ("industr|landfill|quarry|extraction|mining|works|brownfield|construction", "#c54cfc"),
    (
        (
            "commerc|retail|public|managed|entertainment|educat|school|university|medical|hospital|relig|militar|civic|institut|office"
            "|developed|cemetery"
        ),
        "#d44d78",
    ),
    ("agricult|farm|orchard|vineyard|horticult|crop|arable|greenhouse", "#dbe36a"),
    ("forest|wood|tree", "#129433"),
    (
        "park|grass|recreation|meadow|garden|golf|playground|pitch|sport|scrub|protected|camp|green|pasture",
        "#79ab0b",
    ),
    ("water|reservoir|basin|wetland|aquacult|salt_pond|marsh", "#4fb4ea"),
)
# told without a look for patterns, which takes QGIS long
_USUAL_LAND_USE = (
    *(
        "agriculture",
        "aquaculture",
        "campground",
        "cemetery",
        "construction",
        "developed",
        "education",
        "golf",
    ),
    *(
        "entertainment",
        "grass",
        "horticulture",
        "landfill",
        "managed",
        "medical",
        "military",
        "park",
        "pedestrian",
    ),
    *(
        "protected",
        "recreation",
        "religious",
        "residential",
        "resource_extraction",
        "transportation",
        "farmland",
    ),
    *(
        "winter_sports",
        "commercial",
        "industrial",
        "retail",
        "forest",
        "meadow",
        "orchard",
        "vineyard",
        "farmyard",
    ),
    *("playground", "pitch", "garden", "school", "water", "reservoir", "wetland"),
)


@dataclass(frozen=True)
class ClassGroup:
    """Classes that look alike. A class is one of them by its code; without codes, by a pattern in lower case.

    Of several groups whose pattern is found in a class, the first is its own.
    """

    title: str
    colour: str
    codes: tuple[str, ...] = ()
    pattern: str = ""

    def has(self, code: str) -> bool:
        """Whether a class is of it, as far as no group before has it."""
        return code in self.codes if self.codes else re.search(self.pattern, code.lower()) is not None

    def expression(self, code: str) -> str:
        """Return the QGIS expression of `has` for the class that the expression `code` gives."""
        if self.codes:
            return f"coalesce({code} IN ({listed(self.codes)}), false)"
        own = [each for each in _USUAL_LAND_USE if self.has(each)]
        return (
            f"CASE WHEN {code} IS NULL THEN false WHEN {code} IN ({listed(_USUAL_LAND_USE)}) "
            f"THEN {code} IN ({listed(own)}) ELSE regexp_match(lower({code}), {quoted(self.pattern)}) > 0 END"
        )


@dataclass(frozen=True)
class HeightRange:
    """Heights in metres from `low` to below `high`; None is no limit."""

    title: str
    colour: str
    low: Optional[float]
    high: Optional[float]

    def expression(self, height: str) -> str:
        """Return the QGIS expression that holds for heights within it."""
        above = "" if self.low is None else f"{height} >= {self.low:g}"
        below = "" if self.high is None else f"{height} < {self.high:g}"
        return f"{above} AND {below}" if above and below else above or below


def class_groups(kind: Kind) -> tuple[ClassGroup, ...]:
    """Return the classes that are known of a kind, in the order of its legend."""
    if kind is Kind.LAND_USE:
        titles = _land_use_titles()
        return tuple(
            ClassGroup(title, colour, pattern=pattern) for title, (pattern, colour) in zip(titles, _LAND_USE)
        )
    colours = {Kind.BUILDINGS: _BUILDING_COLOURS, Kind.FOREST: _FOREST_COLOURS}.get(kind, ())
    return tuple(
        ClassGroup(title, colour, (code,))
        for (code, title), colour in zip(class_titles(kind).items(), colours)
    )


def other_group() -> tuple[str, str]:
    """Return title and colour of classes that none of a kind's groups has."""
    return translate("Styles", "Other class"), OTHER_COLOUR


def class_fields(kind: Kind) -> tuple[str, ...]:
    """Return the fields by which the groups of a kind are told, the first one that an object has."""
    return CLASS_FIELDS if kind is Kind.LAND_USE else (DOCUMENTED_FIELD,)


def code_expression(fields: Sequence[str]) -> str:
    """Return the QGIS expression of an object's class: by the first of some fields that is not null."""
    if len(fields) == 1:
        return class_expression(fields[0])
    texts = ", ".join(f"to_string({field_expression(field)})" for field in fields)
    return f"coalesce({texts})"


def group_of(code: str, groups: Iterable[ClassGroup]) -> Optional[ClassGroup]:
    """Return the first group that has a class; None where none has."""
    return next((group for group in groups if group.has(code)), None)


def height_ranges(kind: Kind) -> tuple[HeightRange, ...]:
    """Return the heights that are told apart of a kind; none where heights are no matter of its looks."""
    if kind is Kind.BUILDINGS:
        return _ranges(_STOREY_LIMITS_M, _STOREY_COLOURS)
    return _ranges(_TREE_LIMITS_M, _FOREST_COLOURS) if kind is Kind.CROWNS else ()


def height_expression(fields: Iterable[str], numbers: Iterable[str] = ()) -> str:
    """Return the QGIS expression of a height in metres, null where there is none, or no number.

    The fields `numbers` hold nothing but numbers, and need no trial.
    """
    sure = set(numbers)
    told = {name: field_expression(name) for name in fields}
    tried = [each if name in sure else f"try(to_real(to_string({each})))" for name, each in told.items()]
    return tried[0] if len(tried) == 1 else f"coalesce({', '.join(tried)})"


def field_expression(name: str) -> str:
    """Return a field as it stands in an expression."""
    plain = name.replace('"', '""')
    return f'"{plain}"'


def quoted(text: str) -> str:
    """Return a text as it stands in an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def listed(texts: Iterable[str]) -> str:
    """Return texts as they stand in an expression's list; a list of none has an empty text."""
    return ", ".join(quoted(each) for each in texts) or "''"


def _ranges(limits: Sequence[float], colours: Sequence[str]) -> tuple[HeightRange, ...]:
    lows: list[Optional[float]] = [None, *limits]
    highs: list[Optional[float]] = [*limits, None]
    return tuple(
        HeightRange(_range_title(low, high), colour, low, high)
        for low, high, colour in zip(lows, highs, colours)
    )


def _range_title(low: Optional[float], high: Optional[float]) -> str:
    if low is None:
        text = translate("Styles", "Below {high} m")
    elif high is None:
        text = translate("Styles", "{low} m and higher")
    else:
        text = translate("Styles", "{low} to {high} m")
    return with_unit(text.format(low=number_text(low or 0.0, 0), high=number_text(high or 0.0, 0)))


def _land_use_titles() -> tuple[str, ...]:
    return (
        translate("Styles", "Transport"),
        translate("Styles", "Residential"),
        translate("Styles", "Industry and extraction"),
        translate("Styles", "Commercial and public"),
        translate("Styles", "Agriculture"),
        translate("Styles", "Forest"),
        translate("Styles", "Parks, grass and recreation"),
        translate("Styles", "Water and wetland"),
    )
