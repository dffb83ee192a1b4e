"""What an answer of the service holds."""

from __future__ import annotations

import enum


class Content(enum.Enum):
    """What an answer holds, and so how it is handed on."""

    JSON = "json"
    RECORDS = "records"  # a JSON list, which is read a record at a time
    TEXT = "text"
    BYTES = "bytes"
