"""Links that let whoever has them fetch one file for a while, signed with a key that stays in the data folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from .. import clock

_KEY_BYTES = 32


@dataclass(frozen=True)
class Links:
    """Signs links and checks them; a link holds for `lifetime` seconds."""

    key: bytes = field(repr=False)
    lifetime: int

    def query(self, what: str) -> str:
        """The query of a link: to an image's file, by its id, or to what `preview_of` names."""
        expires = int(clock.instant().timestamp()) + self.lifetime
        return urlencode({"expires": expires, "signature": self._signature(what, expires)})

    def is_signed(self, what: str, expires: int, signature: str) -> bool:
        """Whether a link to this was made here, however old it is."""
        return hmac.compare_digest(self._signature(what, expires).encode(), signature.encode())

    @staticmethod
    def is_over(expires: int) -> bool:
        """Whether the time a link holds is over."""
        return clock.instant().timestamp() >= expires

    def _signature(self, what: str, expires: int) -> str:
        return hmac.new(self.key, f"{what}:{expires}".encode(), hashlib.sha256).hexdigest()


def preview_of(identifier: str) -> str:
    """What a link to the preview of an image or a mosaic is signed as: it does not open the file."""
    return f"preview:{identifier}"


def load_or_make_key(path: Path) -> bytes:
    """The key kept in `path`, made there first where there is none; readable by its owner alone."""
    if path.exists():
        return path.read_bytes()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
    fresh.replace(path)
    return path.read_bytes()
