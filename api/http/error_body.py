"""Reads the bodies of errors, in every form that the service or a proxy before it is known to send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

from ..answers.json_reading import parsed_whole
from .fields import as_text, bounded_parameters

_MAX_PARAMS = 40
_MAX_BODY = 256 * 1024


@dataclass(frozen=True)
class ErrorBody:
    """What an error body says; each part may be empty."""

    code: str = ""
    message: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


def read_error_body(body: Union[bytes, bytearray], is_html: bool = False) -> ErrorBody:
    """Return the code, message and parameters in `body`; nothing when it is a web page, which no user wants to read."""
    text = body[:_MAX_BODY].decode("utf-8", "replace").strip()
    if not text or is_html or text.startswith("<"):
        return ErrorBody()
    try:
        return _of(json.loads(text, parse_int=parsed_whole))
    except (ValueError, RecursionError):
        return ErrorBody() if text[0] in "{[" else ErrorBody(message=text)


def _of(value: object) -> ErrorBody:
    if isinstance(value, str):
        return ErrorBody(message=value)
    if isinstance(value, list):
        return ErrorBody(message=_validation(value))
    if not isinstance(value, Mapping):
        return ErrorBody()
    detail = value.get("detail")
    if isinstance(detail, Mapping):
        return _of(detail)
    if isinstance(detail, list):
        return ErrorBody(code=as_text(value.get("code")), message=_validation(detail))
    params = value.get("params")
    if not isinstance(params, Mapping):
        params = value.get("parameters")
    error = value.get("error")
    if isinstance(error, Mapping):
        return _of(error)
    return ErrorBody(
        code=as_text(value.get("code")),
        message=as_text(value.get("message"))
        or as_text(detail)
        or as_text(error)
        or as_text(value.get("title")),
        params=bounded_parameters(params),
    )


def _validation(problems: list[object]) -> str:
    """FastAPI's list of what is wrong with a request, as one line."""
    told = []
    for problem in problems[:_MAX_PARAMS]:
        if not isinstance(problem, Mapping):
            told.append(as_text(problem))
            continue
        where = problem.get("loc")
        place = ".".join(as_text(part) for part in where[1:]) if isinstance(where, list) else ""
        message = as_text(problem.get("msg")) or as_text(problem.get("message"))
        told.append(f"{place}: {message}" if place else message)
    return "; ".join(part for part in told if part)
