"""What of a result a format cannot hold as it came: told before it is saved, together with what keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...text.translation import translate
from .formats import OutputFormat, Split
from .survey import Column, Survey

_MOST_DBF_COLUMNS = 255
_MOST_NAMED = 5


@dataclass(frozen=True)
class Loss:
    """One thing that will be otherwise in the file: a sentence, and the attributes it is about."""

    sentence: str
    columns: tuple[str, ...] = ()


def losses(found: Survey, output: OutputFormat) -> tuple[Loss, ...]:
    """Return what saving a surveyed result in a format changes; nothing where it keeps all as it came."""
    if output.driver == "GeoJSON" and found.is_in_degrees:
        return ()
    told = [*_of_tables(found, output)]
    if output.driver == "ESRI Shapefile":
        told += _of_shapefiles(found, output)
    return tuple(told)


def keeps_more(found: Survey, output: OutputFormat, others: Iterable[OutputFormat]) -> list[OutputFormat]:
    """Return the formats of `others` that change less of a surveyed result than `output`, the best first."""
    most = len(losses(found, output))
    counted = [(len(losses(found, other)), place, other) for place, other in enumerate(others)]
    return [other for count, _place, other in sorted(counted, key=lambda each: each[:2]) if count < most]


def _of_tables(found: Survey, output: OutputFormat) -> list[Loss]:
    columns = list(found.columns.values())
    told = [
        _about(
            translate(
                "Results",
                "Values of several types in one attribute, and numbers too long, become text: {names}.",
            ),
            [each for each in columns if each.becomes_text and not each.has_unwritable],
        ),
        _about(
            translate("Results", "Characters that no text in a file can have are replaced: {names}."),
            [each for each in columns if each.has_unwritable],
        ),
        _about(
            translate("Results", "Lists and nested values become text: {names}."),
            [each for each in columns if "json" in each.types and not each.becomes_text],
        ),
        _about(
            translate(
                "Results",
                "Attributes get another name, since theirs differ from others in case only: {names}.",
            ),
            [found.columns[name] for name in found.renamed()],
        ),
    ]
    if found.geometries[""] and not output.keeps_placeless:
        text = translate("Results", "Objects without a place are left out: {count}.")
        told.append([Loss(text.format(count=found.geometries[""]))])
    if found.has_z:
        told.append([Loss(translate("Results", "Heights of outlines are left out."))])
    if found.has_collections and output.split is not Split.NONE:
        text = translate("Results", "Objects of several types of geometry become one object for each type.")
        told.append([Loss(text)])
    return [loss for each in told for loss in each]


def _of_shapefiles(found: Survey, output: OutputFormat) -> list[Loss]:
    columns = list(found.columns.values())
    in_case = set(found.renamed())
    told = [
        _about(
            translate("Results", "Names of more than 10 letters, fewer of some alphabets, are cut: {names}."),
            [found.columns[name] for name in found.renamed(output.longest_name) if name not in in_case],
        ),
        _about(
            translate("Results", "Text of more than 254 bytes is cut: {names}."),
            [each for each in columns if each.longest_text > output.longest_text],
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
    if len(columns) > _MOST_DBF_COLUMNS:
        told.append([Loss(translate("Results", "Only the first 255 attributes are kept."))])
    return [loss for each in told for loss in each]


def _about(text: str, columns: list[Column]) -> list[Loss]:
    if not columns:
        return []
    names = [column.name for column in columns]
    shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return [Loss(text.format(names=shown), tuple(names))]
