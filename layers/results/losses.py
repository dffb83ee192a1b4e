"""What of a result a format cannot hold as it came: told before it is saved, together with what keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate
from .formats import OutputFormat, Split
from .survey import Column, Survey

if TYPE_CHECKING:
    from .conversion import Conversion

_MOST_DBF_COLUMNS = 255
_WIDEST_DBF_ROW = 65_535  # bytes
_LEAST_DBF_TEXT, _DBF_FLOAT = 80, 24  # bytes that GDAL takes for a text of any length, and for a number
_MOST_NAMED = 5
_LONGEST_NAMED = 40  # letters of an attribute's name


@dataclass(frozen=True)
class Loss:
    """One thing that will be otherwise in the file: a sentence, and the attributes it is about."""

    sentence: str
    columns: tuple[str, ...] = ()


def losses(found: Survey, output: OutputFormat) -> tuple[Loss, ...]:
    """Return what saving a surveyed result in a format changes; nothing where it keeps all as it came."""
    told = _of_all(found)
    told += _about(
        translate("Results", "Values that are no numbers, such as NaN, become text: {names}."),
        [each for each in found.columns.values() if each.has_not_finite],
    )
    if output.driver == "GeoJSON" and found.is_in_degrees:
        told += _about(
            translate(
                "Results",
                "The file has all values of several types in one attribute, and numbers too long, but QGIS does not "
                "show all of them: {names}.",
            ),
            [each for each in found.columns.values() if each.becomes_text and not each.has_not_finite],
        )
        return tuple(told)
    told += _of_tables(found, output)
    if output.driver == "ESRI Shapefile":
        told += _of_shapefiles(found, output)
    return tuple(told)


def lost_in_tables(found: Survey) -> tuple[Loss, ...]:
    """Return what no table keeps of a surveyed result, in whatever format."""
    told = _about(
        translate("Results", "Characters that no text in a file can have are replaced: {names}."),
        [each for each in found.columns.values() if each.has_unwritable],
    )
    if found.beside:
        text = translate("Results", "What stands beside the attributes of the objects is left out: {names}.")
        told.append(Loss(text.format(names=_listed(sorted(found.beside)))))
    if found.has_z:
        told.append(Loss(translate("Results", "Heights of outlines are left out.")))
    return tuple(told)


def keeps_more(found: Survey, output: OutputFormat, others: Iterable[OutputFormat]) -> list[OutputFormat]:
    """Return the formats of `others` that change less of a surveyed result than `output`, the best first."""
    most = len(losses(found, output))
    counted = [(len(losses(found, other)), place, other) for place, other in enumerate(others)]
    return [other for count, _place, other in sorted(counted, key=lambda each: each[:2]) if count < most]


def told_afterwards(made: Conversion, title: str) -> tuple[str, ...]:
    """Say which objects of a result are not on the map, or not in the file, whose format is called `title`."""
    told = [loss.sentence for loss in _of_all(made.found)]
    unplaced = made.nowhere - made.without_place - made.left_out
    if made.without_place > 0 and not made.left_out:
        told.append(
            translate(
                "Results",
                "The outlines of %Ln objects cannot be read: these objects are in the attribute table, not on the map.",
                "The outline of 1 object cannot be read: this object is in the attribute table, not on the map.",
                made.without_place,
            )
        )
    if unplaced > 0:
        told.append(
            translate(
                "Results",
                "%Ln objects came without a place: they are in the attribute table, not on the map.",
                "1 object came without a place: it is in the attribute table, not on the map.",
                unplaced,
            )
        )
    if made.left_out:
        text = translate(
            "Results",
            "%Ln objects without a readable place were left out: {format} cannot hold them.",
            "1 object without a readable place was left out: {format} cannot hold it.",
            made.left_out,
        )
        told.append(text.format(format=title))
    if made.partly:
        told.append(
            translate(
                "Results",
                "Of %Ln objects, a part of the outline cannot be read, and is missing.",
                "Of 1 object, a part of the outline cannot be read, and is missing.",
                made.partly,
            )
        )
    if made.unknown_crs:
        text = translate(
            "Results",
            "The result names a coordinate reference system that is not known here, {crs}: its coordinates were taken "
            "for longitude and latitude.",
        )
        told.append(text.format(crs=bounded(made.unknown_crs, _LONGEST_NAMED)))
    if made.broken:
        told.append(
            translate(
                "Results",
                "%Ln entries of the result are no objects, and were left out.",
                "1 entry of the result is no object, and was left out.",
                made.broken,
            )
        )
    return tuple(told)


def _of_all(found: Survey) -> list[Loss]:
    told = []
    if found.is_damaged:
        text = translate("Results", "Text that is not in UTF-8, as it ought to be, has letters replaced.")
        told.append(Loss(text))
    if found.is_off_the_earth and found.is_in_degrees:
        text = translate(
            "Results",
            "Coordinates of the result are no longitudes and latitudes, though it says nothing else of them: its "
            "objects lie nowhere on the Earth.",
        )
        told.append(Loss(text))
    return told


def _of_tables(found: Survey, output: OutputFormat) -> list[Loss]:
    columns = list(found.columns.values())
    told = [
        _about(
            translate(
                "Results",
                "Values of several types in one attribute, and numbers too long, become text: {names}.",
            ),
            [
                each
                for each in columns
                if each.becomes_text and not each.has_unwritable and not each.has_not_finite
            ],
        ),
        _about(
            translate("Results", "Lists and nested values become text: {names}."),
            [
                each
                for each in columns
                if "json" in each.types and not each.becomes_text and not output.has_json
            ],
        ),
        _renamed(
            translate(
                "Results",
                "Attributes get another name, since theirs is none or differs from others in case only: {names}.",
            ),
            found.renamed(),
            found.names(output.longest_name),
        ),
    ]
    told.append(list(lost_in_tables(found)))
    if found.geometries[""] and not output.keeps_placeless:
        text = translate("Results", "Objects without a place are left out: {count}.")
        told.append([Loss(text.format(count=number_text(found.geometries[""], 0)))])
    if found.has_collections and output.split is not Split.NONE:
        text = translate("Results", "Objects of several types of geometry become one object for each type.")
        told.append([Loss(text)])
    return [loss for each in told for loss in each]


def _of_shapefiles(found: Survey, output: OutputFormat) -> list[Loss]:
    columns = list(found.columns.values())
    in_case = set(found.renamed())
    long = [each for each in columns if each.longest_text > output.longest_text]
    longest = max((each.longest_text for each in long), default=0)
    told = [
        _renamed(
            translate(
                "Results",
                "Names of more than 10 letters, fewer of some alphabets, or with signs the file cannot have, are "
                "changed: {names}.",
            ),
            [name for name in found.renamed(output.longest_name) if name not in in_case],
            found.names(output.longest_name),
        ),
        _about(
            translate(
                "Results", "Text of more than 254 bytes is cut, and the longest has {longest}: {names}."
            ).replace("{longest}", number_text(longest, 0)),
            long,
        ),
        _about(
            translate(
                "Results",
                "Empty text becomes a missing value, and spaces around text are lost: {names}.",
            ),
            [each for each in columns if each.has_empty_text or each.has_outer_space],
        ),
        _about(
            translate("Results", "Numbers are rounded: {names}."),
            [each for each in columns if each.has_fine_numbers and not each.becomes_text],
        ),
        _about(
            translate("Results", "Yes and no become 1 and 0: {names}."),
            [each for each in columns if each.holds == {"bool"}],
        ),
    ]
    count = number_text(len(columns), 0)
    if sum(_dbf_width(each, output.longest_text) for each in columns) >= _WIDEST_DBF_ROW:
        text = translate(
            "Results", "The {count} attributes are too many, or too long: the file cannot be written."
        )
        told.append([Loss(text.format(count=count))])
    elif len(columns) > _MOST_DBF_COLUMNS:
        text = translate(
            "Results", "Programs other than QGIS may read only the first 255 attributes of {count}."
        )
        told.append([Loss(text.format(count=count))])
    return [loss for each in told for loss in each]


def _dbf_width(column: Column, longest_text: int) -> int:
    """Return how many bytes an attribute takes in each row, at least."""
    if column.becomes_text or column.holds & {"text", "json"}:
        return min(longest_text, max(_LEAST_DBF_TEXT, column.longest_text))
    return _DBF_FLOAT if "float" in column.holds else 1


def _about(text: str, columns: list[Column]) -> list[Loss]:
    names = [column.name for column in columns]
    return [Loss(text.format(names=_listed(names)), tuple(names))] if names else []


def _renamed(text: str, names: list[str], fresh: dict[str, str]) -> list[Loss]:
    shown = _listed(f"{bounded(name, _LONGEST_NAMED)} → {fresh[name]}" for name in names)
    return [Loss(text.format(names=shown), tuple(names))] if names else []


def _listed(names: Iterable[str]) -> str:
    """Return the first of some names, which come from a server."""
    given = list(names)
    shown = ", ".join(bounded(name, 2 * _LONGEST_NAMED) for name in given[:_MOST_NAMED])
    return shown + (", …" if len(given) > _MOST_NAMED else "")
