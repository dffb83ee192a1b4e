"""What a processing sends of a source of one's own: its login is read at that moment, and kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from qgis.PyQt.QtCore import QUrl

from ..sources import Source, UserSource
from .addresses import sent_address
from .login import read_login
from .source import KEY_MARK, OwnSource


@dataclass(frozen=True)
class SentSource:
    """The content of `sourceParams` with the login, and the texts of it that no error may show."""

    params: Mapping[str, object] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def as_named(source: OwnSource) -> UserSource:
    """The source as a processing names it."""
    is_tiled = source.kind.is_tiled
    return UserSource(
        source_type=source.kind.value,
        url=sent_address(source.kind, source.url),
        zoom=source.zoom if is_tiled else None,
        crs=source.crs if is_tiled else "",
        authcfg=source.authcfg if is_tiled else "",
    )


def with_login(source: Source) -> SentSource:
    """What is sent where a processing is started. Raises LoginUnavailableError.

    QGIS may ask for its master password.
    """
    params = source.to_params()
    if not isinstance(source, UserSource) or not source.authcfg:
        return SentSource(params)
    login = read_login(source.authcfg)
    told = dict(params["userDefined"])  # type: ignore[call-overload]  # it is a dict
    if KEY_MARK in source.url:
        told["url"] = with_key(source.url, login.secret)
        return SentSource({"userDefined": told}, (*_forms(login.secret), encoded_key(login.secret)))
    told["rasterLogin"], told["rasterPassword"] = login.user, login.secret
    return SentSource({"userDefined": told}, _forms(login.secret))


def with_key(url: str, secret: str) -> str:
    """The address with its key in place of {key}."""
    return url.replace(KEY_MARK, encoded_key(secret))


def encoded_key(secret: str) -> str:
    """The key as a part of an address."""
    return bytes(QUrl.toPercentEncoding(secret)).decode("ascii")


def _forms(secret: str) -> tuple[str, ...]:
    """A text as it is, and as JSON writes it: a server may send back what it got in either form."""
    return (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
