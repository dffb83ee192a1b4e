"""What clients sign in with: made at the first start and kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Credential:
    """One account's API token and bearer token."""

    email: str
    api_token: str = field(repr=False)
    bearer: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The token as the service's site hands it out: base64 of `email:api-token`."""
        return base64.b64encode(f"{self.email}:{self.api_token}".encode()).decode()


class Credentials:
    """The credentials of every account of this sandbox."""

    def __init__(self, known: tuple[Credential, ...]) -> None:
        self.known = known

    @property
    def first(self) -> Credential:
        """The one of the demo account."""
        return self.known[0]

    def email_of(self, authorization: str) -> str | None:
        """The account an `Authorization` header speaks for; None when it speaks for none.

        API reference, "Authorization to Mapflow API": Basic with base64 of `email:api-token`, or Bearer.
        """
        scheme, _, given = authorization.strip().partition(" ")
        given = given.strip()
        found = None
        for credential in self.known:  # all of them, so that the time taken says nothing
            if scheme.lower() == "basic":
                matches = _same(_decoded(given), f"{credential.email}:{credential.api_token}")
            elif scheme.lower() == "bearer":
                matches = _same(given, credential.bearer)
            else:
                matches = False
            if matches:
                found = credential.email
        return found


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def _decoded(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return ""


def load_or_make(path: Path, emails: tuple[str, ...]) -> Credentials:
    """The credentials kept in `path`, with new ones made for `emails` it does not hold yet."""
    kept: dict[str, dict[str, str]] = {}
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
    before = json.dumps(kept)
    for email in emails:
        kept.setdefault(email, {"api_token": secrets.token_urlsafe(24), "bearer": secrets.token_urlsafe(32)})
    first = [email for email in emails if email in kept]
    others = [email for email in kept if email not in first]
    known = [Credential(email, kept[email]["api_token"], kept[email]["bearer"]) for email in first + others]
    for each in known:  # who copies a token from the file finds the one a client takes
        kept[each.email]["basic"] = each.basic
    if json.dumps(kept) != before:
        _write_private(path, json.dumps(kept, indent=1))
    return Credentials(tuple(known))


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    fresh.replace(path)
