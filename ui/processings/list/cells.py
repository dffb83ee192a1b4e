"""What the cells of the processings list say, and what they are sorted by."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Callable, Optional

from ....api.listing.pages import SortBy
from ....api.processings import Processing
from ....jobs.processings.question import KEYS
from ....text.quantities import age_text, area_text, credits_text, elapsed_text, local_time_text
from ....text.server_text import bounded, tip_of_lines
from ....text.translation import translate
from ..status import cost_text, rating_text, reasons, status_order, status_text


class Column(enum.IntEnum):
    """The model's columns, in their order."""

    NAME = 0
    STATUS = 1
    AREA = 2
    COST = 3
    CREATED = 4
    MODEL = 5
    PROJECT = 6


def column_title(column: Column) -> str:
    """The header of `column`."""
    return {
        Column.NAME: translate("List", "Name"),
        Column.STATUS: translate("List", "Status"),
        Column.AREA: translate("List", "Area"),
        Column.COST: translate("List", "Cost"),
        Column.CREATED: translate("List", "Created"),
        Column.MODEL: translate("List", "Model"),
        Column.PROJECT: translate("List", "Project"),
    }[column]


def shown_name(processing: Processing) -> str:
    """Its name as text on one line."""
    return bounded(processing.name)


def cell_text(processing: Processing, column: Column, project: str = "") -> str:
    """What the cell says; `project` is the title of its project."""
    if column is Column.PROJECT:
        return project
    if column is Column.MODEL:
        return bounded(processing.model_title)
    if column is Column.NAME:
        return shown_name(processing)
    if column is Column.STATUS:
        return status_text(processing)
    if column is Column.AREA:
        return area_text(processing.area_m2)
    if column is Column.COST:
        return credits_text(processing.cost)
    return age_text(processing.created)


# The orders that the service has, too, by their columns. None: it has another one, or none.
ORDERS: dict[Column, Optional[SortBy]] = {
    Column.NAME: SortBy.NAME,
    Column.STATUS: None,
    Column.AREA: SortBy.AREA,
    Column.COST: SortBy.COST,
    Column.CREATED: SortBy.CREATED,
    Column.MODEL: SortBy.MODEL,
}
# What rows are sorted by, for each column: a text for names, else a number. The model knows the project's name.
SORT_KEYS: dict[int, Callable[[Processing], Any]] = {
    **{column: status_order if order is None else KEYS[order] for column, order in ORDERS.items()},
    Column.PROJECT: lambda processing: processing.project_id,
}
TEXT_COLUMNS = (Column.NAME, Column.MODEL, Column.PROJECT)


def running_text(since: Optional[datetime], news: Optional[datetime]) -> str:
    """How long one that runs takes by now, and how old the last news of it are; "" where neither is known."""
    parts = []
    if since is not None:
        parts.append(translate("List", "for {time}").format(time=elapsed_text(since)))
    if news is not None:
        parts.append(news_text(news))
    return ", ".join(parts)


def running_for(word: str, time: str) -> str:
    """The line below a bar: the state and for how long."""
    return translate("List", "{status}, {time}").format(status=word, time=time)


def news_text(news: datetime) -> str:
    """How old the last news are."""
    return translate("List", "news {age}").format(age=age_text(news))


def tool_tip(
    processing: Processing,
    since: Optional[datetime] = None,
    news: Optional[datetime] = None,
    doing: str = "",
) -> str:
    """All of a row in lines; `doing` is what is being done with its result."""
    lines = [processing.name, f"{processing.model_title} – {status_text(processing)}"]
    lines.append(
        translate("List", "{area}, {cost}").format(
            area=area_text(processing.area_m2), cost=cost_text(processing)
        )
    )
    if processing.rating is not None:
        lines.append(translate("List", "Rated: {rating}").format(rating=rating_text(processing)))
    lines.append(translate("List", "Created {when}").format(when=local_time_text(processing.created)))
    if since is not None:
        lines.append(translate("List", "Under way for {time}").format(time=elapsed_text(since)))
    if news is not None:
        lines.append(translate("List", "Last news: {when}").format(when=local_time_text(news)))
    if doing:
        lines.append(translate("List", "Its result: {doing}").format(doing=doing))
    lines.extend(reasons(processing))
    return tip_of_lines(lines)


def last_changed(before: Processing, after: Processing) -> Column:
    """The last column that says something else now, or is sorted elsewhere. The first one always may."""
    for column in (Column.MODEL, Column.CREATED, Column.COST, Column.AREA):
        if SORT_KEYS[column](before) != SORT_KEYS[column](after):
            return column
    return Column.STATUS
