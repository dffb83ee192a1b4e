"""Takes our login out of whatever a server sends back, before anyone can show or log it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Optional

from .auth import Credential
from .errors import ApiError

_HIDDEN = "•••"
_SHORTEST = 4  # letters; less would hit ordinary words


def scrubbed(error: ApiError, credentials: Iterable[Optional[Credential]]) -> ApiError:
    """`error` without any part of `credentials`."""
    secrets = sorted(_parts(credentials), key=len, reverse=True)
    if not secrets:
        return error
    params = _clean(error.params, secrets)
    return replace(
        error,
        sentence=_clean_text(error.sentence, secrets),
        code=_clean_text(error.code, secrets),
        raw=_clean_text(error.raw, secrets),
        params=params if isinstance(params, Mapping) else {},
    )


def _parts(credentials: Iterable[Optional[Credential]]) -> set[str]:
    found = set()
    for credential in credentials:
        if credential is not None:
            pair = credential.pair
            found |= {credential.value, credential.value.rstrip("="), pair[1] if pair else ""}
    return {part for part in found if len(part) >= _SHORTEST}


def _clean(value: object, secrets: list[str]) -> object:
    if isinstance(value, str):
        return _clean_text(value, secrets)
    if isinstance(value, Mapping):
        return {_clean_text(str(key), secrets): _clean(part, secrets) for key, part in value.items()}
    if isinstance(value, list):
        return [_clean(part, secrets) for part in value]
    return value


def _clean_text(text: str, secrets: list[str]) -> str:
    for part in secrets:
        text = text.replace(part, _HIDDEN)
    return text
