"""JSON bodies read strictly: what JSON does not know (NaN, endless numbers, halves of characters) never gets in."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

_TOO_BIG = 10**18  # an integer beyond this fits no column and no field of the API


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    return number


def _int(text: str) -> int:
    if len(text) > 19 or abs(int(text)) > _TOO_BIG:
        raise ValueError("a number out of range")
    return int(text)


def loads(body: bytes) -> Any:
    """`body` as JSON. Raises json.JSONDecodeError for anything that cannot be stored and sent back."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_constant, parse_float=_float, parse_int=_int)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(f"not acceptable JSON ({type(error).__name__})", "", 0) from error
    return value


class StrictRequest(Request):
    """A request whose JSON is read by `loads`."""

    async def json(self) -> Any:
        """The body; raises json.JSONDecodeError."""
        if not hasattr(self, "_strict"):
            self._strict = loads(await self.body())
        return self._strict


class StrictRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a StrictRequest."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict
