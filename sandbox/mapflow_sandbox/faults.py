"""How the sandbox says no: the error bodies of the processing API, and the handlers that write them."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from . import data_faults
from .data_faults import DataFault
from .tiles.raster import Gone

log = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """What an error of the processing API looks like: `{"code","message","params"}`."""

    code: str
    message: str
    params: dict[str, Any] | None = None


class ApiFault(Exception):
    """A request that is refused. Parameters travel as text, as the service sends them."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.params = {key: str(value) for key, value in (params or {}).items()}


def bad_request(message: str, code: str = "BAD_REQUEST", **params: object) -> ApiFault:
    """A request the service refuses at once."""
    return ApiFault(400, code, message, params)


def not_found(kind: str, identifier: object, key: str = "id") -> ApiFault:
    """There is no such thing, or it is not this account's."""
    return ApiFault(404, "NOT_FOUND", f"Entity {kind} with {key}={str(identifier)[:100]} not found.")


def forbidden(message: str) -> ApiFault:
    """The account's role in the project does not allow it."""
    return ApiFault(403, "FORBIDDEN", message)


def respond(fault: ApiFault) -> Response:
    """The HTTP answer that `fault` becomes."""
    headers = {"WWW-Authenticate": 'Bearer realm="Mapflow"'} if fault.status == 401 else None
    body = ErrorBody(code=fault.code, message=fault.message, params=fault.params or None)
    return JSONResponse(body.model_dump(), fault.status, headers)


def _sentence(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error.get("loc", ()))
    return f"{place}: {error.get('msg', 'not acceptable')}"


def _answer(request: Request, fault: ApiFault) -> Response:
    """The answer in the shape of the API that the request belongs to."""
    if data_faults.is_data_request(request):
        return data_faults.respond(fault.status, fault.message)
    return respond(fault)


def _failed(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    said = "The sandbox failed on this request; its log says why."
    return _answer(request, ApiFault(500, "INTERNAL_ERROR", said))


def install(app: FastAPI) -> None:
    """Make `app` answer every fault in the shape of the API it belongs to: of processings, or of data."""

    @app.exception_handler(DataFault)
    async def _data_refused(_request: Request, fault: DataFault) -> Response:
        return data_faults.respond(fault.status, fault.detail)

    @app.exception_handler(ApiFault)
    async def _refused(request: Request, fault: ApiFault) -> Response:
        return _answer(request, fault)

    @app.exception_handler(Gone)
    async def _gone(request: Request, _error: Gone) -> Response:
        return _answer(request, ApiFault(404, "NOT_FOUND", "The image was deleted."))

    @app.exception_handler(sqlite3.OperationalError)
    async def _not_written(request: Request, error: sqlite3.OperationalError) -> Response:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            return _failed(request, error)
        return _answer(request, ApiFault(507, "DISK_FULL", "The server's disk is full."))

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        if data_faults.is_data_request(request):
            return data_faults.invalid(error.errors())
        said = "; ".join(_sentence(each) for each in error.errors()[:5])
        return respond(bad_request(said.encode("utf-8", "replace").decode()))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}.get(
            error.status_code, "BAD_REQUEST"
        )
        answer = _answer(request, ApiFault(error.status_code, code, str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> Response:
        return _failed(request, error)


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": said}
    for status, said in (
        (400, "Refused, with a reason"),
        (401, "Not signed in"),
        (403, "Not allowed in this project"),
        (404, "Not there"),
    )
}
