"""What a whole result and the result of a part have in common on their way to the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...api.http.errors import AWAY
from ...layers.results.formats import GEOPACKAGE
from ...layers.results.layers import updated_stamp
from ...layers.results.losses import lost_in_tables, told_afterwards
from ...text.translation import translate
from ..job import JobError

if TYPE_CHECKING:
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion
    from ...layers.results.kept import KeptResult
    from ...layers.tables import Table


def is_newest(kept: Optional[KeptResult], processing: Processing) -> bool:
    """Whether a file holds the very result that the service has."""
    stamp = updated_stamp(processing)
    return kept is not None and bool(stamp) and updated_stamp(kept.processing) == stamp


def is_away(error: JobError) -> bool:
    """Whether a result did not come since the service cannot be reached: then an older one is better than none."""
    return error.cause is not None and error.cause.fault in AWAY


def filled_tables(conversion: Conversion) -> list[Table]:
    """Return the tables that have objects; where there is none, the files are removed."""
    tables = [table for table in conversion.tables if table.count]
    if not tables:
        for table in conversion.tables:
            table.path.unlink(missing_ok=True)
    return tables


def remarks_on(conversion: Conversion) -> tuple[str, ...]:
    """Say what of a result is not on the map."""
    lost = [loss.sentence for loss in lost_in_tables(conversion.found)]
    return (*told_afterwards(conversion, GEOPACKAGE.driver), *lost)


def cannot_be_opened(detail: str = "") -> JobError:
    """Why a file that was written is not on the map."""
    return JobError(translate("Results", "QGIS could not open the file the result was written to."), detail)


def project_closed() -> JobError:
    """Why a result that was on its way did not arrive."""
    return JobError(translate("Results", "The project was closed before the result had arrived."))
