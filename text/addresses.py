"""Web addresses of others as they may be shown and kept: a login or a key in one is nobody else's business."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)(?P<login>[^/?#\s]*@)?(?P<host>[^/?#\s]*)(?P<path>[^?#\s]*)"
    r"(?P<rest>[?#]\S*)?"
)
_LOGIN = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)[^/?#\s]*@")


def without_login(text: str) -> str:
    """`text` with every address in it without the name and the key before its host."""
    return _LOGIN.sub(r"\1", text)


def without_keys(text: str) -> str:
    """`text` with every address in it without login and query, either of which may hold a key."""

    def shown(found: re.Match[str]) -> str:
        left_out = found["rest"][0] + "…" if found["rest"] else ""
        return found["scheme"] + found["host"] + found["path"] + left_out

    return _ADDRESS.sub(shown, text)


def host_of(address: str) -> str:
    """The host that `address` names, with its port; "" where it names none."""
    found = _ADDRESS.search(address)
    return found["host"] if found is not None else ""
