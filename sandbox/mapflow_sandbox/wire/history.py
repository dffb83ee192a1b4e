"""The history as the deployed service sends it; the API reference shows no answer of its own."""

from __future__ import annotations

import csv
import io

from pydantic import BaseModel

from ..detect.catalog import model_by_key
from ..store.history import Entry, Extract
from .amounts import Credits, amount

# What a spreadsheet takes for the beginning of a formula, and would run.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class EntryBody(BaseModel):
    """One processing of the past; area in m². `linkToMap` is null: there is no web map beside the sandbox."""

    projectName: str
    name: str
    email: str
    area: int
    cost: Credits
    created: str
    completionDate: str | None
    status: str
    percentCompleted: int
    archived: bool
    dataProvider: str | None
    linkToMap: str | None
    scenario: str


class HistoryBody(BaseModel):
    """POST /processings/stats: one page, and the sums over all pages."""

    results: list[EntryBody]
    total: int
    count: int
    totalCost: Credits
    totalArea: int


def history_body(extract: Extract) -> HistoryBody:
    """A page of the history as JSON."""
    results = [_entry(entry) for entry in extract.entries]
    return HistoryBody(
        results=results,
        total=extract.total,
        count=len(results),
        totalCost=amount(extract.cost),
        totalArea=round(extract.area_m2),
    )


def history_csv(extract: Extract) -> str:
    """A page of the history as CSV, the names of the columns in the first line."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(EntryBody.model_fields)
    for entry in extract.entries:
        table.writerow([_cell(value) for value in _entry(entry).model_dump().values()])
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _entry(entry: Entry) -> EntryBody:
    return EntryBody(
        projectName=entry.project_name,
        name=entry.name,
        email=entry.email,
        area=round(entry.area_m2),
        cost=amount(entry.cost),
        created=entry.created,
        completionDate=entry.completed,
        status=entry.status,
        percentCompleted=entry.percent,
        archived=entry.archived,
        dataProvider=entry.provider,
        linkToMap=None,
        scenario=model_by_key(entry.model_key).name,
    )
