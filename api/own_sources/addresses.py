"""Addresses of imagery as a user types or pastes them: what is missing or wrong, and which part of one is a login."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Optional

from qgis.PyQt.QtCore import QUrl

from ...text.translation import translate
from .kinds import SourceKind
from .source import KEY_MARK

LONGEST_ADDRESS = 2_000
_MARK = re.compile(r"\{[^{}]*\}")
_WEB = ("http", "https")
_TILE_MARKS = ("{z}", "{x}")
_ROWS = ("{y}", "{-y}")
# of a query, in lower case
_KEY_NAMES = frozenset(
    (
        *("access_key", "access_token", "accesskey", "accesstoken", "ak", "api_key", "api_token", "apikey"),
        *("api-key", "apitoken", "app_code", "app_key", "appid", "appkey", "auth", "auth_token", "authkey"),
        *("authtoken", "bearer", "client_secret", "connectid", "jwt", "key", "pass", "passwd", "password"),
        *(
            "pat",
            "private_token",
            "pwd",
            "secret",
            "sig",
            "signature",
            "subscription_key",
            "subscription-key",
        ),
        *("tk", "token", "x-amz-signature", "x-api-key"),
    )
)
_BETWEEN = re.compile(r"[/?&=;#,.:+~_]")  # the parts of an address
_LEAST_KEY, _LEAST_DIGITS = 20, 3  # characters that look chosen by chance
_SHOWN_OF_KEY = 4
_GRANULE_CELL = re.compile(r"T\d{2}[A-Z]{3}(?![A-Z0-9])", re.IGNORECASE)
_GRANULE_TIME = re.compile(r"_20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T\d{6}", re.IGNORECASE)
_GRANULE_PATH = re.compile(
    r"(^|/)\d{1,2}/[A-Z]/[A-Z]{2}/20\d{2}/(1[0-2]|0?[1-9])/(0?[1-9]|[12]\d|3[01])/\d{1,2}/?$"
)
_STORED_IMAGE = re.compile(r"s3://[^/\s]+/\S*[^/\s]\.tiff?", re.IGNORECASE)


@dataclass(frozen=True)
class PartedAddress:
    """An address without its login. `user` and `secret` are what was in it: "" where there was none.

    The secret alone is a key of the query, in whose place `url` has {key}.
    """

    url: str = field(repr=False)
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    @property
    def has_login(self) -> bool:
        """Whether there was a login or a key in the address."""
        return bool(self.user or self.secret)


def part_login(typed: str) -> PartedAddress:
    """Take a login ("user:password@") or a key ("?api_key=…") out of an address; one that has several stays whole."""
    text = typed.strip()
    before, _scheme, rest = text.partition("://")
    if before.lower() not in _WEB or _has_several(text):
        return PartedAddress(text)
    login, at, _host = _authority(rest).rpartition("@")
    if at:
        user, _colon, secret = login.partition(":")
        text = f"{before}://{rest[len(login) + 1 :]}"
        return PartedAddress(text, _decoded(user), _decoded(secret))
    return _part_key(text)


def key_advice(url: str) -> str:
    """What to do where a part of the address may be a key that `part_login` does not know; "" where there is none."""
    rest = url.strip().partition("://")[2]
    parts = _BETWEEN.split(_MARK.sub("/", rest[len(_authority(rest)) :]))
    strange = next(filter(_may_be_key, parts), "")
    if not strange:
        return ""
    return translate(
        "OwnSources",
        "Is “{part}” in the address a key? QGIS would keep it readable. If it is, put {mark} in its place, and type it "
        "under Password.",
    ).format(part=f"{strange[:_SHOWN_OF_KEY]}…", mark=KEY_MARK)


def address_problem(kind: SourceKind, url: str) -> str:
    """What is wrong with the address for this kind, as a sentence that says what to do; "" when nothing is."""
    text = url.strip()
    if not text:
        return _nothing_typed(kind)
    if len(text) > LONGEST_ADDRESS:
        return translate("OwnSources", "The address is too long. Shorten it.")
    if kind is SourceKind.SENTINEL_L2A:
        return _granule_problem(text)
    return _storage_problem(text) if kind is SourceKind.LOCAL else _tile_problem(kind, text)


def kind_of_address(url: str) -> Optional[SourceKind]:
    """The kind that the address can only be of; None where that is open."""
    text = url.strip()
    if text.lower().startswith("s3://"):
        return SourceKind.LOCAL
    if "{q}" in text:
        return SourceKind.QUADKEY
    if "{-y}" in text:
        return SourceKind.TMS
    return SourceKind.SENTINEL_L2A if text and not _granule_problem(text) and "{" not in text else None


def sent_address(kind: SourceKind, url: str) -> str:
    """The address as the service takes it: its marks are {z}, {x} and {y} alone, and the kind says how rows count."""
    return url.replace("{-y}", "{y}") if kind is SourceKind.TMS else url


def _authority(rest: str) -> str:
    """Of what follows the scheme of an address, the part before its path."""
    return re.split(r"[/?#]", rest, maxsplit=1)[0]


def _has_several(text: str) -> bool:
    """Whether there is more than one login or key in the address: a source has room for one."""
    pairs = (part.partition("=") for part in text.partition("?")[2].split("&"))
    keys = {value for name, _equals, value in pairs if _is_key(name, value)}
    return len(keys) + ("@" in _authority(text.partition("://")[2])) > 1


def _is_key(name: str, value: str) -> bool:
    return bool(value) and name.lower() in _KEY_NAMES and (value == KEY_MARK or not _MARK.search(value))


def _may_be_key(part: str) -> bool:
    text = part.replace("-", "")
    digits = sum(letter.isdigit() for letter in text)
    return len(text) >= _LEAST_KEY and text.isalnum() and _LEAST_DIGITS <= digits < len(text)


def _part_key(text: str) -> PartedAddress:
    address, mark, query = text.partition("?")
    parts = query.split("&")
    for place, part in enumerate(parts):
        name, _equals, value = part.partition("=")
        if value != KEY_MARK and _is_key(name, value):
            parts[place] = f"{name}={KEY_MARK}"
            return PartedAddress(f"{address}{mark}{'&'.join(parts)}", secret=_decoded(value))
    return PartedAddress(text)


def _decoded(text: str) -> str:
    return QUrl.fromPercentEncoding(text.encode("utf-8"))


def _nothing_typed(kind: SourceKind) -> str:
    if kind is SourceKind.SENTINEL_L2A:
        return translate("OwnSources", "Type the name of the granule.")
    return translate("OwnSources", "Type the address of the imagery.")


def _tile_problem(kind: SourceKind, text: str) -> str:
    upper = text.upper()
    if "SERVICE=WMS&" in upper + "&" or "REQUEST=GETMAP" in upper or upper.rstrip("/?&").endswith("/WMS"):
        return translate(
            "OwnSources",
            "Mapflow does not take WMS. Use the tiles of the same service (XYZ, TMS or WMTS), or export the map as a "
            "GeoTIFF and upload it under My Imagery.",
        )
    if text.lower().startswith("s3://"):
        return translate(
            "OwnSources",
            "This is an image in a storage. Choose the kind for it, or type the address of tiles.",
        )
    url = QUrl(_MARK.sub("0", text), QUrl.ParsingMode.StrictMode)
    if url.scheme().lower() not in _WEB or not url.isValid() or not url.host():
        return translate(
            "OwnSources", "This is no web address. Type one that begins with https:// or http://."
        )
    if _has_several(text):
        return translate(
            "OwnSources",
            "There is more than one login or key in the address, and a source can keep only one. Take out what the "
            "server does not need.",
        )
    if url.userInfo():
        return translate("OwnSources", "There is a login in the address. Type it under Login instead.")
    return _marks_problem(kind, text)


def _marks_problem(kind: SourceKind, text: str) -> str:
    found = Counter(_MARK.findall(text.replace(KEY_MARK, "")))
    if kind is SourceKind.QUADKEY:
        if "{q}" not in found:
            return translate("OwnSources", "The address of quadkey tiles needs {q} where the quadkey goes.")
        known = {"{q}"}
    else:
        if kind is SourceKind.XYZ and "{-y}" in found:
            return translate(
                "OwnSources", "With {-y} the rows are counted from the south. Choose TMS, or type {y}."
            )
        missing = [mark for mark in _TILE_MARKS if mark not in found]
        missing += [] if any(row in found for row in _ROWS) else [_ROWS[0]]
        if missing:
            needed = translate(
                "OwnSources", "The address of tiles needs {marks} where the tile's numbers go."
            )
            return needed.format(marks=", ".join(missing))
        known = {*_TILE_MARKS, *_ROWS}
    strange = next((mark for mark in found if mark not in known), "")
    if strange:
        return translate(
            "OwnSources",
            "Mapflow does not know {mark} in an address. Put in its place what the server wants there.",
        ).format(mark=strange[:40])
    if any(count > 1 for count in found.values()) or all(row in found for row in _ROWS):
        return translate("OwnSources", "Mapflow takes each mark in the address only once.")
    return ""


def _granule_problem(text: str) -> str:
    named = _GRANULE_CELL.search(text) is not None and _GRANULE_TIME.search(text) is not None
    if "://" not in text and " " not in text and (named or _GRANULE_PATH.search(text)):
        return ""
    return translate(
        "OwnSources",
        "This is no name of a Sentinel-2 granule. It has the cell and the time in it, such as "
        "L2A_T32TQM_A007612_20180822T101024.",
    )


def _storage_problem(text: str) -> str:
    if _STORED_IMAGE.fullmatch(text):
        return ""
    if text.lower().startswith("s3://"):
        return translate("OwnSources", "The address names no GeoTIFF. It ends with .tif.")
    if text.lower().startswith(("http://", "https://")):
        return translate(
            "OwnSources",
            "Mapflow takes only images from its own storage here (s3://…). Download this one, and upload it under "
            "My Imagery.",
        )
    return translate(
        "OwnSources",
        "Mapflow cannot read files of this computer. Upload the image under My Imagery, and use it from there.",
    )
