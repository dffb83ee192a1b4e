"""Removes the login from an error, before the error is shown or logged: a server may send back what it got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Optional

from ..login.credential import Credential, Scheme
from .errors import ApiError

_HIDDEN = "•••"
_SHORTEST = 4  # letters; a shorter part would also be found in ordinary words


def scrubbed(
    error: ApiError,
    credentials: Iterable[Optional[Credential]],
    headers: Iterable[str] = (),
    others: Iterable[str] = (),
) -> ApiError:
    """Return `error` with every part of the login hidden.

    The login is in `credentials`, and in `headers` when QGIS sent the login of a stored configuration. `others` are
    further texts to hide, however short.
    """
    parts = _parts([*credentials, *map(_of_header, headers)]) | {text for text in others if text}
    secrets = sorted(parts, key=len, reverse=True)
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


def _of_header(text: str) -> Credential:
    """Return the credential in a header such as "Basic abc"; a header of one word is the value itself.

    It is read as Basic, because then the two sides of an encoded pair are hidden, too.
    """
    word, _space, value = text.strip().partition(" ")
    return Credential(Scheme.BASIC, value.strip() or word)


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
