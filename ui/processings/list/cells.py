"""What the cells of the processings list say, and what they are sorted by."""

from __future__ import annotations

import enum
from typing import Any, Callable

from ....api.processings import Processing
from ....text.quantities import age_text, area_text, credits_text, local_time_text
from ....text.server_text import bounded, tip_of_lines
from ....text.translation import translate
from ..status import reasons, status_order, status_text


class Column(enum.IntEnum):
    """The model's columns, in their order."""

    NAME = 0
    STATUS = 1
    AREA = 2
    COST = 3
    CREATED = 4


def column_title(column: Column) -> str:
    """The header of `column`."""
    return {
        Column.NAME: translate("List", "Name"),
        Column.STATUS: translate("List", "Status"),
        Column.AREA: translate("List", "Area"),
        Column.COST: translate("List", "Cost"),
        Column.CREATED: translate("List", "Created"),
    }[column]


def shown_name(processing: Processing) -> str:
    """Its name as text on one line."""
    return bounded(processing.name)


def cell_text(processing: Processing, column: Column) -> str:
    """What the cell says."""
    if column is Column.NAME:
        return shown_name(processing)
    if column is Column.STATUS:
        return status_text(processing)
    if column is Column.AREA:
        return area_text(processing.area_m2)
    if column is Column.COST:
        return credits_text(processing.cost)
    return age_text(processing.created)


def _created_key(processing: Processing) -> float:
    return 0.0 if processing.created is None else processing.created.timestamp()


# What rows are sorted by, for each column: a text for the name, else a number.
SORT_KEYS: dict[int, Callable[[Processing], Any]] = {
    Column.NAME: lambda processing: shown_name(processing).casefold(),
    Column.STATUS: status_order,
    Column.AREA: lambda processing: -1.0 if processing.area_m2 is None else processing.area_m2,
    Column.COST: lambda processing: -1.0 if processing.cost is None else processing.cost,
    Column.CREATED: _created_key,
}


def sort_key(processing: Processing, column: Column) -> Any:
    """What the rows are sorted by in `column`: a text or a float."""
    key = SORT_KEYS[column](processing)
    return key if isinstance(key, str) else float(key)


def tool_tip(processing: Processing) -> str:
    """All of a row in lines."""
    lines = [processing.name, f"{processing.model_title} – {status_text(processing)}"]
    lines.append(
        translate("List", "{area}, {cost}").format(
            area=area_text(processing.area_m2), cost=credits_text(processing.cost)
        )
    )
    lines.append(translate("List", "Created {when}").format(when=local_time_text(processing.created)))
    lines.extend(reasons(processing))
    return tip_of_lines(lines)


def last_changed(before: Processing, after: Processing) -> Column:
    """The last column that says something else now, or is sorted elsewhere. The first one always may."""
    for column in (Column.CREATED, Column.COST, Column.AREA):
        if sort_key(before, column) != sort_key(after, column):
            return column
    return Column.STATUS
