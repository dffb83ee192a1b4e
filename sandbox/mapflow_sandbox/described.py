"""The server's own description (OpenAPI), put right where FastAPI's guess is not what is answered."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from .data_faults import DATA_PREFIX

_JSON = "application/json"


def install(app: FastAPI) -> None:
    """Have `app` serve the description as `corrected` leaves it."""
    guess = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = corrected(guess())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation has it


def corrected(description: dict[str, Any]) -> dict[str, Any]:
    """`description` with refusals as they are: JSON whatever an answer would have been, 422 of the data API alone."""
    for path, operations in description["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            if not path.startswith(DATA_PREFIX):
                responses.pop("422", None)
            for status, response in responses.items():
                if status.startswith("4"):
                    response["content"] = _as_json(response.get("content", {}))
    return description


def _as_json(content: dict[str, Any]) -> dict[str, Any]:
    return {_JSON: content.get(_JSON) or next(iter(content.values()), {})}
