"""From the downloaded GeoJSON to the format wanted, with every object and every value that came.

GDAL converts it: it reads a stream and lets go of Python's lock. What GDAL would take for something else, or drop, is
found out before (survey.py), and written anew for it (rewriting.py). Made for a worker thread: no Qt, no QGIS objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Optional

from ...text.server_text import bounded
from ...text.translation import translate
from ..gdal_errors import ConversionError, Report, collect_gdal_errors, large_objects
from ..tables import Table
from .days import declare_days
from .features import NotGeoJsonError
from .formats import OutputFormat
from .rewriting import PlainWriter, Written, write_standard
from .survey import TYPE_FIELD, Survey, cut, survey, writable
from .writing import NO_WAY, NotMadeError, TableWriter, count_nowhere, not_written, too_wide

MOST_TYPES = 20  # more values of a type than that do not make layers
SURVEYED = 0.15  # of the whole way
_REWRITTEN = 0.35
_LONGEST_REASON = 100


@dataclass(frozen=True)
class Conversion:
    """What came out, in the folder asked for.

    `nowhere` objects have no place; `without_place` of them had one that cannot be read. They are in the tables, but
    for `left_out` ones that the format cannot hold. Of `partly` others a part of the place cannot be read. `broken`
    entries of the result were no objects. `found` is what there was to convert.
    """

    tables: tuple[Table, ...]
    without_place: int = 0
    partly: int = 0
    nowhere: int = 0
    left_out: int = 0
    broken: int = 0
    unknown_crs: str = ""  # named by the result, whose coordinates were taken for degrees
    found: Survey = field(default_factory=Survey, repr=False)

    @property
    def count(self) -> int:
        """How many objects there are."""
        return sum(table.count for table in self.tables)


def convert(
    source: Path,
    folder: Path,
    stem: str,
    output: OutputFormat,
    report: Report,
    found: Optional[Survey] = None,
) -> Conversion:
    """Convert the GeoJSON file `source` to files named `stem`… in `folder`; `found` is what `looked_through` told.

    Raises ConversionError or ConversionCancelledError.
    """
    if found is None:
        found = looked_through(source, output, _part(report, 0.0, SURVEYED))
    try:
        made = _Conversion(source, folder, stem, output, report, found).run()
    except NotGeoJsonError as error:
        raise not_readable(source, str(error)) from error
    if output.keeps_days:
        names = found.names()
        days = [names[name] for name, column in found.columns.items() if column.holds_days]
        for table in made.tables if days else ():
            declare_days(table.path, table.name, days)
    unknown_crs = "" if found.is_known_crs else found.crs
    return replace(made, broken=found.broken, unknown_crs=unknown_crs, found=found)


def looked_through(source: Path, output: OutputFormat, report: Report) -> Survey:
    """Find out what is in the GeoJSON file `source`, as far as it matters to a format.

    Raises ConversionError or ConversionCancelledError.
    """
    try:
        return survey(source, report, in_detail=bool(output.longest_text))
    except NotGeoJsonError as error:
        raise not_readable(source, str(error)) from error


class _Conversion:
    """One conversion of a result that is GeoJSON."""

    def __init__(
        self, source: Path, folder: Path, stem: str, output: OutputFormat, report: Report, found: Survey
    ) -> None:
        self._source = source
        self._folder = folder
        self._stem = stem
        self._output = output
        self._report = report
        self._found = found
        self._lacks_attributes = False  # what was written last
        self._complaint = ""  # of GDAL, about the latest attempt

    def run(self) -> Conversion:
        """Convert: as it is where GDAL reads it as it is meant, else from a plain copy."""
        if self._output.driver == "GeoJSON" and self._found.is_in_degrees:
            return self._standard()
        made: Optional[Conversion] = None
        if self._found.is_plain_for(self._output):
            expected = Written(self._found.count, nowhere=self._found.geometries[""])
            made = self._attempt(self._source, SURVEYED, expected, set(self._found.types))
        return made or self._from_plain_copy(is_strict=False) or self._last_attempt()

    def _standard(self) -> Conversion:
        path = self._folder / f"{self._stem}{self._output.suffix}"
        unknown_crs = "" if self._found.is_known_crs else self._found.crs
        count = write_standard(self._source, path, _part(self._report, SURVEYED, 1.0), unknown_crs)
        return Conversion((Table(path, self._stem, None, count),), nowhere=self._found.geometries[""])

    def _last_attempt(self) -> Conversion:
        made = self._from_plain_copy(is_strict=True)
        if made is not None:
            return made
        if self._lacks_attributes:
            raise too_wide(len(self._found.columns))
        # each place was read before: other complaints than those of the reader are about the file that is written
        if NO_WAY in self._complaint or (self._complaint and "json" not in self._complaint.lower()):
            raise not_written(self._complaint, self._folder)
        raise not_readable(self._source, "GDAL reads another number of objects than there are")

    def _from_plain_copy(self, is_strict: bool) -> Optional[Conversion]:
        copy = self._folder / f"{self._stem}_plain.geojson"
        writer = PlainWriter(self._found, self._output, is_strict)
        written = writer.write(self._source, copy, _part(self._report, SURVEYED, _REWRITTEN))
        types = {cut(writable(each), self._output.longest_text) for each in self._found.types}
        made = self._attempt(copy, _REWRITTEN, written, types)
        copy.unlink()
        if made is None:
            return None
        return replace(made, without_place=written.without_place, partly=written.partly)

    def _attempt(
        self, source: Path, begun: float, expected: Written, of_types: set[str]
    ) -> Optional[Conversion]:
        """Write the tables; None, and nothing is left of them, where not all objects arrived.

        `of_types` are the types of objects as they stand in `source`.
        """
        before = set(self._folder.iterdir())
        types = sorted(of_types, key=lambda each: (not each, each))
        types = types if len(types) <= MOST_TYPES else [""]
        type_field = self._found.names(self._output.longest_name).get(TYPE_FIELD, TYPE_FIELD)
        with collect_gdal_errors() as errors, large_objects():
            writer = TableWriter(
                self._folder, self._stem, self._output, _part(self._report, begun, 1.0), errors
            )
            try:
                tables = writer.write(source, types, type_field, has_placeless=expected.nowhere > 0)
                self._complaint = ""
            except NotMadeError as error:
                tables, self._complaint = (), str(error)
        left_out = 0 if self._output.keeps_placeless else expected.nowhere
        made = Conversion(tables, nowhere=expected.nowhere, left_out=left_out)
        if tables and self._is_whole(made, expected):
            return made
        for left in set(self._folder.iterdir()) - before:
            left.unlink()
        return None

    def _is_whole(self, made: Conversion, expected: Written) -> bool:
        """Whether all objects are there, each with its place and its attributes; GDAL drops them without a word."""
        wanted = len(self._found.columns)
        self._lacks_attributes = any(len(table.fields) < wanted for table in made.tables)
        if self._lacks_attributes:
            return False
        if not self._output.keeps_placeless:
            return made.count == expected.count - expected.nowhere
        nowhere = sum(count_nowhere(table, self._output.driver) for table in made.tables)
        return made.count == expected.count and nowhere == expected.nowhere


def _part(report: Report, start: float, end: float) -> Report:
    return lambda fraction: report(start + (end - start) * fraction)


def not_readable(path: Path, detail: str) -> ConversionError:
    """The error of a download that is not GeoJSON, or not whole."""
    with path.open("rb") as stream:
        beginning = stream.read(200).decode("utf-8", "replace")
    sentence = translate(
        "Results",
        "The result that was downloaded cannot be read: it is not whole, or not GeoJSON ({reason}). Try again; if it "
        "stays so, ask the service's support.",
    ).format(reason=bounded(detail, _LONGEST_REASON))
    return ConversionError(sentence, f"{detail}\n{path.name}: {beginning}")
