"""Lists and pages of records, as response models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, create_model


def listing(record: type[BaseModel]) -> Any:
    """A plain list of `record`."""
    return list[record]  # type: ignore[valid-type]


def paged(record: type[BaseModel]) -> type[BaseModel]:
    """A page of `record`: `{"results","total","count"}`."""
    name = record.__name__.removesuffix("Body") + "Page"
    model: type[BaseModel] = create_model(
        name, results=(listing(record), ...), total=(int, ...), count=(int, ...)
    )
    return model


def page(results: list[BaseModel], total: int) -> dict[str, Any]:
    """The content of a page; `total` counts what other pages hold too."""
    return {"results": results, "total": total, "count": len(results)}
