"""The words of a summary: facts to read and to copy, the rows of a table on paper, what a histogram says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, Optional

from ...layers.summary.facts import Bin, Distribution, Ground, LayerSummary, Measure, ResultSummary, Totals
from ...layers.summary.source import Scope
from ...text.facts import Fact, indented
from ...text.quantities import area_text, distance_text, figure_text, number_text, percent_text, with_unit
from ...text.server_text import bounded
from ...text.translation import translate

_LONGEST_TITLE = 200
_M2_PER_KM2 = 1_000_000.0
_FROM_KM2 = 10_000.0  # m²: smaller areas are told in m²
_CLEARLY = 0.01  # of an area: what the service says of it differs by more than rounding


def scope_title(scope: Scope) -> str:
    """The entry of the list of scopes."""
    return {
        Scope.WHOLE: translate("Summary", "Whole Result"),
        Scope.EXTENT: translate("Summary", "Map Extent"),
        Scope.SELECTION: translate("Summary", "Selected Objects"),
    }[scope]


def scope_sentence(scope: Scope) -> str:
    """What is counted and what is measured."""
    return {
        Scope.WHOLE: translate(
            "Summary",
            "All objects of the layers, also edits that are not saved yet, as far as filters show them.",
        ),
        Scope.EXTENT: translate(
            "Summary",
            "Objects that are on the map at least in part are counted. Areas and lengths are of the parts on the map, "
            "the bars below of whole objects.",
        ),
        Scope.SELECTION: translate("Summary", "The objects that are selected in the layers of the result."),
    }[scope]


def nothing_sentence(scope: Scope) -> str:
    """What to do where there is nothing to sum up."""
    return {
        Scope.WHOLE: translate("Summary", "The layers of the result show no object. A filter may hide them."),
        Scope.EXTENT: translate("Summary", "Nothing of the result is on the map. Move or zoom the map."),
        Scope.SELECTION: translate(
            "Summary",
            "Nothing of the result is selected. Select objects on the map or in the attribute table.",
        ),
    }[scope]


def measure_title(measure: Measure) -> str:
    """The entry of the list of histograms."""
    return {
        Measure.AREA: translate("Summary", "Sizes"),
        Measure.LENGTH: translate("Summary", "Lengths"),
        Measure.HEIGHT: translate("Summary", "Heights"),
    }[measure]


def summary_facts(summary: ResultSummary) -> list[Fact]:
    """All of a summary, as a table shows it."""
    facts = [*_ground(summary)]
    for layer in summary.layers:
        facts.append(Fact(bounded(layer.title, _LONGEST_TITLE) or layer.kind.title))
        facts += _totals(layer, summary)
        facts += indented(_classes(layer, summary))
        facts += [Fact("", sentence) for sentence in _remarks(layer)]
        for spread in layer.distributions:
            facts.append(Fact(spread_heading(layer, spread.measure)))
            facts += [
                Fact(bin_text(spread, each), _count_and_share(each.count, spread.known))
                for each in spread.bins
            ]
    return facts


def spread_heading(layer: LayerSummary, measure: Measure) -> str:
    """What a histogram is called where there are several."""
    text = translate("Summary", "{layer}: {measure}")
    return text.format(layer=bounded(layer.title, _LONGEST_TITLE), measure=measure_title(measure))


def table_rows(summary: ResultSummary) -> list[list[str]]:
    """The summary as a table on paper, header first; a column of which nothing is known is left out."""
    columns: list[tuple[str, Callable[[Totals], str]]] = [
        (translate("Summary", "Objects"), lambda totals: number_text(totals.count, 0))
    ]
    if any(layer.totals.area_m2 for layer in summary.layers):
        columns.append((translate("Summary", "Area"), lambda totals: _area(totals.area_m2)))
    if any(layer.totals.length_m for layer in summary.layers):
        columns.append((translate("Summary", "Length"), lambda totals: distance_text(totals.length_m)))
    if summary.ground_m2:
        title = translate("Summary", "Objects per km²")
        columns.append((title, lambda totals: figure_text(summary.density(totals.count) or 0.0)))
    rows = [[translate("Summary", "Layer"), *(title for title, _text in columns)]]
    for layer in summary.layers:
        title = bounded(layer.title, _LONGEST_TITLE) or layer.kind.title
        rows.append([title, *(text(layer.totals) for _title, text in columns)])
        for each in layer.classes:
            label = translate("Summary", "– {name}").format(name=bounded(each.title, _LONGEST_TITLE))
            rows.append([label, *(text(each.totals) for _title, text in columns)])
    return rows


def bin_text(spread: Distribution, each: Bin) -> str:
    """From where to where a bar goes, with the unit."""
    if each.high is None:
        text = translate("Summary", "{low} {unit} and more")
    else:
        text = translate("Summary", "{low}–{high} {unit}")
    high = _edge_text(each.high, spread) if each.high is not None else ""
    unit = unit_of(spread.measure)
    return with_unit(text.format(low=_edge_text(each.low, spread), high=high, unit=unit))


def bar_sentence(spread: Distribution, each: Bin) -> str:
    """What a bar says."""
    text = translate("Summary", "{range}: %Ln objects", "{range}: 1 object", each.count)
    return text.format(range=bin_text(spread, each))


def spread_sentence(spread: Distribution) -> str:
    """The histogram in a sentence."""
    text = {
        Measure.AREA: translate(
            "Summary", "Half of the objects are under {median}. They go from {least} to {greatest}."
        ),
        Measure.LENGTH: translate(
            "Summary", "Half of the objects are shorter than {median}. They go from {least} to {greatest}."
        ),
        Measure.HEIGHT: translate(
            "Summary", "Half of the objects are lower than {median}. They go from {least} to {greatest}."
        ),
    }[spread.measure]
    shown = _value_text(spread.measure)
    return text.format(
        median=shown(spread.median), least=shown(spread.least), greatest=shown(spread.greatest)
    )


def unit_of(measure: Measure) -> str:
    """The unit a histogram is in."""
    return translate("Summary", "m²") if measure is Measure.AREA else translate("Summary", "m")


def _edge_text(value: float, spread: Distribution) -> str:
    first = spread.bins[0]
    step = (first.high - first.low) if first.high is not None else 1.0
    decimals = next((count for count in range(6) if abs(round(step, count) - step) < step / 100), 6)
    return number_text(value, decimals)


def _value_text(measure: Measure) -> Callable[[float], str]:
    if measure is Measure.AREA:
        return _area
    if measure is Measure.LENGTH:
        return distance_text
    return lambda value: with_unit(translate("Summary", "{height} m").format(height=number_text(value, 1)))


def _ground(summary: ResultSummary) -> Iterator[Fact]:
    label = {
        Ground.PROCESSING: translate("Summary", "Processed area"),
        Ground.BOX: translate("Summary", "Box around the result"),
        Ground.VIEW: translate("Summary", "Part of the result's box on the map"),
        Ground.NONE: "",
    }[summary.ground]
    if label and summary.ground_m2:
        yield Fact(label, _area(summary.ground_m2))
    if len(summary.layers) > 1:
        yield Fact(translate("Summary", "Objects in all"), number_text(summary.count, 0))


def _totals(layer: LayerSummary, summary: ResultSummary) -> Iterator[Fact]:
    totals = layer.totals
    yield Fact(translate("Summary", "Objects"), number_text(totals.count, 0))
    density = summary.density(totals.count)
    if density is not None and totals.count:
        yield Fact(translate("Summary", "Objects per km²"), figure_text(density))
    if totals.area_m2:
        yield Fact(translate("Summary", "Area"), _area_and_share(totals.area_m2, summary.ground_m2))
    if totals.length_m:
        label = (
            translate("Summary", "Length, estimated")
            if layer.is_length_estimated
            else translate("Summary", "Length")
        )
        yield Fact(label, distance_text(totals.length_m))
    for spread in layer.distributions:
        yield Fact(_spread_label(spread.measure), _spread_text(spread, totals.count))


def _spread_label(measure: Measure) -> str:
    return {
        Measure.AREA: translate("Summary", "Size of an object"),
        Measure.LENGTH: translate("Summary", "Length of an object"),
        Measure.HEIGHT: translate("Summary", "Height of an object"),
    }[measure]


def _spread_text(spread: Distribution, count: int) -> str:
    shown = _value_text(spread.measure)
    text = translate("Summary", "median {median}, mean {mean}, from {least} to {greatest}").format(
        median=shown(spread.median),
        mean=shown(spread.mean),
        least=shown(spread.least),
        greatest=shown(spread.greatest),
    )
    if spread.known < count:
        known = translate("Summary", "known of {known} objects").format(known=number_text(spread.known, 0))
        text = translate("Summary", "{text}; {known}").format(text=text, known=known)
    return text


def _classes(layer: LayerSummary, summary: ResultSummary) -> Iterator[Fact]:
    for each in layer.classes:
        totals = each.totals
        parts = [_count_and_share(totals.count, layer.totals.count)]
        if totals.area_m2:
            parts.append(_area(totals.area_m2))
        if totals.length_m:
            parts.append(distance_text(totals.length_m))
        density = summary.density(totals.count)
        if density is not None:
            parts.append(translate("Summary", "{number} per km²").format(number=figure_text(density)))
        yield Fact(bounded(each.title, _LONGEST_TITLE), ", ".join(parts))


def _remarks(layer: LayerSummary) -> Iterator[str]:
    if layer.is_length_estimated:
        yield translate(
            "Summary",
            "The roads came as polygons. Their length is that of ribbons with the same area and outline.",
        )
    if layer.crossing:
        yield translate(
            "Summary",
            "%Ln objects go over the edge of the map: only their parts on the map are measured.",
            "1 object goes over the edge of the map: only its part on the map is measured.",
            layer.crossing,
        )
    if layer.placeless:
        yield translate(
            "Summary",
            "%Ln objects have no place: they are counted, not measured.",
            "1 object has no place: it is counted, not measured.",
            layer.placeless,
        )
    if layer.unreadable:
        yield translate(
            "Summary",
            "%Ln objects have outlines that cannot be read: they are counted, not measured.",
            "1 object has an outline that cannot be read: it is counted, not measured.",
            layer.unreadable,
        )
    told = layer.told_area_m2
    if told is not None and abs(told - layer.totals.area_m2) > _CLEARLY * max(told, layer.totals.area_m2):
        yield translate(
            "Summary",
            "The area is measured from the outlines. What the service wrote into “area” sums up to {area}.",
        ).format(area=_area(told))


def _area(area_m2: float) -> str:
    """An area of the ground: hundredths of a km² would be too coarse for what is built there."""
    if _FROM_KM2 <= area_m2 < _M2_PER_KM2:
        return with_unit(translate("Summary", "{area} km²").format(area=figure_text(area_m2 / _M2_PER_KM2)))
    return area_text(area_m2)


def _count_and_share(count: int, of: int) -> str:
    number = number_text(count, 0)
    if not of:
        return number
    text = translate("Summary", "{number} ({share})")
    return text.format(number=number, share=_share_text(count / of))


def _area_and_share(area: float, ground: Optional[float]) -> str:
    if not ground or area > ground:  # what overlaps is no share of anything
        return _area(area)
    text = translate("Summary", "{area}, {share} of the area")
    return text.format(area=_area(area), share=_share_text(area / ground))


def _share_text(share: float) -> str:
    """A share of 1: never 0 % of something, nor all of what is not all."""
    if 0 < share < 0.01:
        return with_unit(translate("Summary", "under 1 %"))
    return percent_text(min(99.0, 100 * share) if share < 1 else 100.0)
