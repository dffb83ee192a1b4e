"""What was sent and is not known to be settled: written down before it is sent, so that it outlives QGIS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Optional

from ..http.addresses import account_key
from ..http.errors import MalformedReply
from ..http.fields import Fields
from ..settings import SENT

if TYPE_CHECKING:
    from ..http.client import Client

_MOST = 100  # of one account; the oldest go first
_RECENT = timedelta(hours=1)
_LONG_AGO = datetime.fromtimestamp(0, timezone.utc)  # what cannot be read goes first


@dataclass(frozen=True)
class Entry:
    """One request: its id, its kind, and the facts by which it is found again, as JSON values.

    Two requests of one `subject` ask for the same thing, whatever it is to be called. `at` is when it was sent, in UTC.
    """

    id: str
    kind: str
    subject: str
    facts: Mapping[str, object]
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def is_recent(self) -> bool:
        """Whether the user may not have seen yet what became of it."""
        return datetime.now(timezone.utc) - self.at < _RECENT


def subject_of(*what: object) -> str:
    """A short text that is the same for requests which ask for the same, and tells nothing of what that is."""
    told = json.dumps(what, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:32]


def unsettled(client: Client, kind: str) -> list[Entry]:
    """The requests of that kind whose outcome is not known, of the account that is signed in, oldest first."""
    kept = SENT.of(_account(client)).read_all()
    entries = [
        entry for key, text in kept.items() if (entry := _read(key, text)) is not None and entry.kind == kind
    ]
    return sorted(entries, key=lambda entry: entry.at)


def unsettled_like(client: Client, entry: Entry) -> Optional[Entry]:
    """The latest unsettled request for the same as `entry`."""
    alike = [each for each in unsettled(client, entry.kind) if each.subject == entry.subject]
    return alike[-1] if alike else None


def note(client: Client, entry: Entry) -> None:
    """Write `entry` down; it is on the disk when this returns."""
    records = SENT.of(_account(client))
    kept = {key: _read(key, text) for key, text in records.read_all().items()}
    oldest_first = sorted(kept, key=lambda key: _LONG_AGO if (each := kept[key]) is None else each.at)
    for key in oldest_first[: max(0, len(kept) + 1 - _MOST)]:
        records.forget(key)
    told = {"kind": entry.kind, "subject": entry.subject, "facts": entry.facts, "at": entry.at.isoformat()}
    records.write(entry.id, json.dumps(told, ensure_ascii=False))


def settle(client: Client, entry: Entry) -> None:
    """It is known what became of `entry`."""
    SENT.of(_account(client)).forget(entry.id)


def _account(client: Client) -> str:
    return account_key(client.server, client.account_email)


def _read(key: str, text: str) -> Optional[Entry]:
    try:
        data = Fields.of(json.loads(text), "journal")
        at = data.time("at")
        if at is None:
            return None
        return Entry(key, data.text("kind"), data.text("subject"), data.mapping("facts"), at)
    except (ValueError, MalformedReply):  # written by another version, or by hand
        return None
