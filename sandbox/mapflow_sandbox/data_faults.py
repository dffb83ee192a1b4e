"""How the data API says no: its own error bodies, which differ from those of the processing API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from .settings import API_PREFIX

DATA_PREFIX = f"{API_PREFIX}/rasters"


class DetailBody(BaseModel):
    """What went wrong, with its code and figures."""

    code: str
    parameters: dict[str, Any]
    message: str


class InvalidBody(BaseModel):
    """One thing in a request that is not as it must be."""

    loc: list[str | int]
    msg: str
    type: str


class DataErrorBody(BaseModel):
    """An error of the data API: with a code, as a sentence, or as the list of what is wrong with the request."""

    detail: DetailBody | str | list[InvalidBody]


class DataFault(Exception):
    """A request to the data API that is refused; without a `code` the answer is a mere sentence."""

    def __init__(self, status: int, code: str, message: str, **parameters: object) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.parameters = status, code, message, parameters

    @property
    def detail(self) -> object:
        """What the body's `detail` is."""
        if not self.code:
            return self.message
        return {"code": self.code, "parameters": self.parameters, "message": self.message}


def is_data_request(request: Request) -> bool:
    """Whether a request is for the data API, which answers errors in its own shape."""
    return request.url.path.startswith(DATA_PREFIX)


def respond(status: int, detail: object) -> Response:
    """The HTTP answer with `detail` in it."""
    headers = {"WWW-Authenticate": 'Bearer realm="Mapflow"'} if status == 401 else None
    return JSONResponse({"detail": detail}, status, headers)


def invalid(errors: Sequence[Any]) -> Response:
    """The answer to a request that is not as the endpoint's documentation says."""
    listed = [
        {
            "loc": [part if isinstance(part, int) else _plain(part) for part in error.get("loc", ())],
            "msg": _plain(error.get("msg", "")),
            "type": _plain(error.get("type", "")),
        }
        for error in errors
    ]
    return respond(422, listed)


def sentence(status: int, message: str) -> DataFault:
    """A refusal that has no code."""
    return DataFault(status, "", message)


def missing(kind: str, identifier: object) -> DataFault:
    """There is no such `Mosaic` or `Image`, or it is not this account's."""
    return DataFault(
        404,
        "ItemNotFound",
        f"{kind} with id: {identifier} can't be found",
        instance_type=kind,
        uid=str(identifier),
    )


def no_access(kind: str, identifier: object, message: str) -> DataFault:
    """It is there, but may not be used in this way."""
    return DataFault(403, "AccessDenied", message, instance_type=kind, uid=str(identifier))


def too_big(size: int, limit: int) -> DataFault:
    """The file has more bytes than one upload may have."""
    return DataFault(
        413,
        "FileTooBig",
        f"Max file size allowed to upload is {limit} bytes, this one has {size}",
        max_file_size=limit,
        file_size=size,
        actual_file_size=size,
    )


def no_room(size: int, available: int) -> DataFault:
    """The file does not fit into what is left of the account's storage."""
    return DataFault(
        400,
        "MemoryLimitExceeded",
        f"The file has {size} bytes, but only {available} are left",
        memory_requested=size,
        available_memory=available,
    )


def disk_full() -> DataFault:
    """The disk of the server has no room left."""
    return sentence(507, "The server's disk is full.")


def unreadable(filename: str, why: str) -> DataFault:
    """The file is no GeoTIFF, or a damaged one."""
    return DataFault(400, "FileOpenError", f"The file can't be opened as a GeoTIFF: {why}", filename=filename)


def unfit(filename: str, **bad: object) -> DataFault:
    """The file is a GeoTIFF, but not one the service can use; `bad` are its parameters that are not as they must be."""
    said = ", ".join(f"{name}: {value}" for name, value in bad.items())
    return DataFault(
        400,
        "FileCheckFailed",
        f"The file can't be processed because of its {said}",
        filename=filename,
        bad_parameters=said,
    )


def unlike(filename: str, mosaic_id: str, parameter: str, got: object, expected: object) -> DataFault:
    """The file differs from those that are in the mosaic already."""
    return DataFault(
        400,
        "FileValidationFailed",
        f"{parameter} of the file is {got}, it should be {expected} to fit the mosaic",
        filename=filename,
        mosaic_id=mosaic_id,
        param_name=parameter,
        got_param=got,
        expected_param=expected,
    )


def out_of_bounds(filename: str, why: str) -> DataFault:
    """The image does not lie where the service has maps."""
    return DataFault(400, "ImageOutOfBounds", f"The image lies out of bounds: {why}", filename=filename)


def too_wide(filename: str, degrees: float, limit: float) -> DataFault:
    """The image covers more of the Earth than the service takes at once."""
    return DataFault(
        400,
        "ImageExtentTooBig",
        f"The image reaches over {degrees:.1f} degrees, {limit:.0f} are allowed",
        filename=filename,
    )


def _plain(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


DATA_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": DataErrorBody, "description": said}
    for status, said in (
        (400, "Refused, with a reason"),
        (401, "Not signed in"),
        (403, "Not allowed"),
        (404, "Not there"),
        (409, "Not ready yet"),
        (413, "Too large"),
        (422, "Not as documented"),
        (507, "The server's disk is full"),
    )
}
