"""The classes of objects: their titles and colours, and how a class is told whatever type the file keeps it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...text.server_text import unmarked
from ...text.translation import translate
from .kinds import Kind

# what tells classes apart, the first one that an object has; tiles are asked for the same
CLASS_FIELDS = (
    "class_id",
    "class",
    "subtype",
    "building_class",
    "building_type",
    "kind",
    "category",
    "type",
)
DOCUMENTED_FIELD = "class_id"
MOST_IN_LEGEND = 12
OTHER_COLOUR = "#a9adb5"
# neighbours in a legend far apart in hue and lightness, for those, too, who do not tell red from green
CLASS_COLOURS = (
    "#fc9545",
    "#c65173",
    "#2bcff8",
    "#efd17d",
    "#be12ea",
    "#6cd7b5",
    "#ea3100",
    "#87ea00",
    "#0186ab",
    "#8b6f41",
    "#60b971",
    "#739af3",
)
_LONGEST_TITLE = 60
_WHOLE = re.compile(r"([+-]?\d+)\.0+", re.ASCII)
# QGIS writes a million as 1e+06, and Python numbers from 1e+16 on
_POWER = re.compile(r"[+-]?\d+(\.\d+)?e\+?\d{1,2}", re.ASCII)
_LONGEST_ROUND = 1e16


@dataclass(frozen=True)
class ObjectClass:
    """One class in a legend; `value` is the service's code as `class_text` gives it."""

    value: str
    title: str
    colour: str


def class_titles(kind: Kind) -> Mapping[str, str]:
    """Return the classes the service documents by a code of their own, by that code."""
    if kind is Kind.BUILDINGS:
        return {
            "101": translate("Styles", "Apartment building"),
            "102": translate("Styles", "House"),
            "103": translate("Styles", "Industrial building"),
            "104": translate("Styles", "Commercial building"),
            "105": translate("Styles", "Other non-residential building"),
        }
    if kind is Kind.FOREST:
        return {
            "00m-04m": translate("Styles", "Up to 4 m high"),
            "04m-10m": translate("Styles", "4 to 10 m high"),
            "10m-99m": translate("Styles", "Over 10 m high"),
        }
    return {}


def class_text(value: object) -> str:
    """Return a class as text, the same for 101, 101.0, "101" and "101.0", and "true" for a yes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    whole = _WHOLE.fullmatch(text)
    if whole:
        return whole.group(1)
    is_round = _POWER.fullmatch(text) is not None and abs(float(text)) < _LONGEST_ROUND
    return str(round(float(text))) if is_round and float(text).is_integer() else text


def class_expression(field: str) -> str:
    """Return the QGIS expression that gives what `class_text` does for the values of a field.

    Most codes have neither a point nor an e, and need no more than a look at that.
    """
    name = field.replace('"', '""')
    text = f'to_string("{name}")'
    number = f"to_real({text})"
    plain = f"regexp_replace({text}, '^([+-]?\\\\d+)\\\\.0+$', '\\\\1')"
    whole = f"to_string(round({number}))"
    return (
        f"CASE WHEN strpos({text}, '.') = 0 AND strpos({text}, 'e') = 0 THEN {text} "
        f"WHEN regexp_match({text}, '^[+-]?\\\\d+(\\\\.\\\\d+)?e\\\\+?\\\\d{{1,2}}$') THEN CASE "
        f"WHEN abs({number}) < {_LONGEST_ROUND:.0f} AND {number} = round({number}) THEN {whole} "
        f"ELSE {text} END ELSE {plain} END"
    )


def legend(kind: Kind, found: Iterable[str]) -> list[ObjectClass]:
    """Return the classes that were found one by one, documented ones first."""
    titles = class_titles(kind)
    values = set(found)
    order = [*titles, *sorted(values - set(titles))]
    return [
        ObjectClass(value, titles.get(value, sentence_case(value)), CLASS_COLOURS[index % len(CLASS_COLOURS)])
        for index, value in enumerate(order)
        if value in values
    ]


def sentence_case(value: str) -> str:
    """Return a code of the service as words."""
    text = unmarked(value.replace("_", " "), _LONGEST_TITLE)
    return text[:1].upper() + text[1:]
