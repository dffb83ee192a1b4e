"""A summary as a CSV file: plain numbers for other programs, in m², m and objects, whatever the user's locale."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Optional

from ...text.spreadsheets import cell_text, guarded

if TYPE_CHECKING:
    from .facts import LayerSummary, ResultSummary, Totals

COLUMNS = (
    "layer",
    "row",
    "class",
    "class_id",
    "from",
    "to",
    "objects",
    "area_m2",
    "length_m",
    "objects_per_km2",
)
_DECIMALS = 3


def csv_text(summary: ResultSummary) -> str:
    """Return the summary as CSV, lines ended as RFC 4180 has them.

    A row is of a layer in all ("total"), of one of its classes ("class"), or of a bar of a histogram ("area", "length"
    or "height"), from and to in m² or m.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for layer in summary.layers:
        writer.writerows(_rows(layer, summary))
    return out.getvalue()


def _rows(layer: LayerSummary, summary: ResultSummary) -> Iterator[list[str]]:
    title = _safe(layer.title)
    yield [title, "total", "", "", "", "", *_figures(layer.totals, summary)]
    for each in layer.classes:
        yield [
            title,
            "class",
            _safe(each.title),
            _safe(each.code or ""),
            "",
            "",
            *_figures(each.totals, summary),
        ]
    for spread in layer.distributions:
        for each_bin in spread.bins:
            limits = [_number(each_bin.low), _number(each_bin.high)]
            yield [title, spread.measure.value, "", "", *limits, str(each_bin.count), "", "", ""]


def _figures(totals: Totals, summary: ResultSummary) -> list[str]:
    density = summary.density(totals.count)
    return [str(totals.count), _number(totals.area_m2), _number(totals.length_m), _number(density)]


def _number(value: Optional[float]) -> str:
    """Return a number with a point, without an exponent; "" for none."""
    if value is None:
        return ""
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _safe(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    return guarded(cell_text(text))
