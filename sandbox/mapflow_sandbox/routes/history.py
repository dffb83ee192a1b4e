"""API reference, "Processing history"."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from ..context import AccountDep, SandboxDep
from ..detect.catalog import MODELS
from ..faults import bad_request
from ..store import history
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.history import HistoryBody, history_body, history_csv

STATUSES = ("UNPROCESSED", "IN_PROGRESS", "AWAITING", "OK", "FAILED", "CANCELLED", "REFUNDED")
# What a client may sort and filter by: names on the wire and the store's.
FIELDS = {
    "projectName": "project_name",
    "name": "name",
    "email": "email",
    "area": "area_m2",
    "cost": "cost",
    "created": "created",
    "completionDate": "completed",
    "status": "status",
    "percentCompleted": "percent",
    "archived": "archived",
    "dataProvider": "provider",
    "scenario": "model_key",
}
FILTERS = ("status", "name", "projectName", "email", "scenario", "dataProvider", "archived")


class HistoryForm(StrEnum):
    """How the history is written."""

    JSON = "JSON"
    CSV = "CSV"


class HistoryRequest(BaseModel):
    """POST /processings/stats: pages count from 1, `filter` is `field=value`, several joined by `&`."""

    page: Annotated[int, Field(ge=1, le=10**6)] | None = None
    perPage: Annotated[int, Field(ge=1, le=1000)] | None = None
    sort: Annotated[str, Field(max_length=100)] | None = None
    filter: Annotated[str, Field(max_length=1000)] | None = None


def router(wire: Wire) -> APIRouter:
    """POST /processings/stats."""
    routes = APIRouter(tags=["User"], route_class=StrictRoute)
    separator = wire.sort_separator

    @routes.post(
        "/processings/stats",
        response_model=HistoryBody,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def processing_history(
        asked: HistoryRequest,
        sandbox: SandboxDep,
        account: AccountDep,
        form: Annotated[HistoryForm, Query(alias="type")] = HistoryForm.JSON,
    ) -> HistoryBody | Response:
        """What the account and those it shares projects with have processed, archived or not, and what it cost."""
        sort_by, ascending = read_sort(asked.sort or f"created{separator}desc", separator)
        per_page = asked.perPage or 50
        found = history.extract(
            sandbox.database,
            account.id,
            read_filter(asked.filter or ""),
            sort_by,
            ascending,
            per_page,
            ((asked.page or 1) - 1) * per_page,
        )
        if form is HistoryForm.JSON:
            return history_body(found)
        headers = {"Content-Disposition": 'attachment; filename="processings.csv"'}
        return Response(history_csv(found), media_type="text/csv", headers=headers)

    return routes


def read_sort(text: str, separator: str) -> tuple[str, bool]:
    """The store's column and whether it ascends, from `created,desc`. Raises ApiFault."""
    field, _, direction = text.partition(separator)
    if field not in FIELDS or direction.lower() not in {"asc", "desc"}:
        raise bad_request(
            f"sort is a field and asc or desc, such as created{separator}desc. Fields: {', '.join(FIELDS)}."
        )
    return FIELDS[field], direction.lower() == "asc"


def read_filter(text: str) -> dict[str, str | int]:
    """Values by the store's column, from `status=OK&archived=false`. Raises ApiFault."""
    conditions: dict[str, str | int] = {}
    for condition in text.split("&") if text.strip() else ():
        field, is_given, value = (part.strip() for part in condition.partition("="))
        if field not in FILTERS or not is_given:
            raise bad_request(f"filter is field=value, such as status=OK. Fields: {', '.join(FILTERS)}.")
        conditions[FIELDS[field]] = _value(field, value)
    return conditions


def _value(field: str, value: str) -> str | int:
    choices: dict[str, dict[str, str | int]] = {
        "status": {status: status for status in STATUSES},
        "archived": {"true": 1, "false": 0},
        "scenario": {model.name: model.key for model in MODELS},
    }
    allowed = choices.get(field)
    if allowed is None:
        return value
    if value not in allowed:
        raise bad_request(f"{field} is one of {', '.join(allowed)}.")
    return allowed[value]
