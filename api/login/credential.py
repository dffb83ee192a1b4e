"""The login as the user pastes it, and as it goes into a request's Authorization header."""

from __future__ import annotations

import base64
import binascii
import enum
import re
from dataclasses import dataclass, field
from typing import Optional

from ...text.translation import translate

_PREFIX = re.compile(
    r"^(?:authorization\s*:\s*)?(?:(basic|bearer)(?:\s+|$))?(.*)$", re.IGNORECASE | re.DOTALL
)
_MAX_PASTED = 8_192


class Scheme(enum.Enum):
    """How a credential is sent."""

    BASIC = "Basic"
    BEARER = "Bearer"
    STORED = "stored"  # by whatever QGIS authentication configuration the user chose


class PastedTextError(ValueError):
    """What was pasted cannot be a login; `sentence` tells the user why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Credential:
    """A login: `value` follows the scheme's word in the header; STORED has an `authcfg` id in place of it.

    Neither repr nor str show the value.
    """

    scheme: Scheme
    value: str = field(default="", repr=False)
    authcfg: str = ""

    @property
    def header(self) -> bytes:
        """The Authorization header's content; empty for STORED."""
        if self.scheme is Scheme.STORED:
            return b""
        return f"{self.scheme.value} {self.value}".encode("ascii")

    @property
    def pair(self) -> Optional[tuple[str, str]]:
        """User and key of a Basic credential, where its value decodes to the two."""
        return _decoded_pair(self.value) if self.scheme is Scheme.BASIC else None

    @classmethod
    def of_pair(cls, user: str, key: str) -> Optional[Credential]:
        """The Basic credential of a user and a key; None where one of them is empty."""
        return cls(Scheme.BASIC, _encoded(f"{user}:{key}")) if user and key else None

    def in_other_scheme(self) -> Optional[Credential]:
        """The same value under the other of Basic and Bearer; None for STORED."""
        if self.scheme is Scheme.STORED:
            return None
        other = Scheme.BEARER if self.scheme is Scheme.BASIC else Scheme.BASIC
        return Credential(other, self.value)


def read_pasted(text: str) -> Credential:
    """The credential in what the user pasted; raises PastedTextError.

    Takes base64("email:token"), a raw email:token pair and a bearer token, each with stray whitespace, quotes or a
    pasted "Basic ", "Bearer " or "Authorization:" before it.
    """
    word, rest = _split(text)
    value = "".join(rest.split()).strip("\"'")
    if not value:
        raise PastedTextError(translate("Login", "Paste the API token first."))
    if len(value) > _MAX_PASTED or not all("!" <= letter <= "~" for letter in value):
        raise PastedTextError(
            translate(
                "Login",
                "This is not an API token: it is too long or has letters no token has. Copy it again.",
            )
        )
    if word == "bearer":
        return Credential(Scheme.BEARER, value)
    if ":" in value:
        return Credential(Scheme.BASIC, _encoded(value))
    pair = _decoded_pair(value)
    if pair is not None:
        return Credential(Scheme.BASIC, _encoded(":".join(pair)))
    return Credential(Scheme.BASIC if word == "basic" else Scheme.BEARER, value)


def _split(text: str) -> tuple[str, str]:
    found = _PREFIX.match(text.strip().strip("\"'").strip())
    if found is None:
        return "", ""
    return (found.group(1) or "").lower(), found.group(2)


def _encoded(pair: str) -> str:
    return base64.b64encode(pair.encode("utf-8")).decode("ascii")


def _decoded_pair(value: str) -> Optional[tuple[str, str]]:
    """Return the text before and after the colon in a base64 text; None when it is no such text.

    Both base64 alphabets are read, with or without padding.
    """
    standard = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, key = decoded.partition(":")
    return (user, key) if colon and user and key and decoded.isprintable() else None
