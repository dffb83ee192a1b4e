"""What can go wrong with a request, as one value: a kind, a sentence for the user, and what the server said."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...text.server_text import bounded
from ...text.translation import translate
from ..messages.codes import known_sentence

_UNSUPPORTED = frozenset({404, 405, 501})
_LONGEST = 300  # characters of what the server says, within a sentence
MAX_RAW = 4_000  # characters kept of an answer for the details


class Fault(enum.Enum):
    """The kinds of failure the dock tells apart."""

    NETWORK = "network"
    TIMEOUT = "timeout"
    CREDENTIAL = "credential"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    REJECTED = "rejected"
    BUSY = "busy"
    SERVER = "server"
    NOT_MAPFLOW = "not mapflow"
    MALFORMED = "malformed"
    DISK = "disk"
    LOST_ANSWER = "lost answer"
    INTERNAL = "internal"


NO_ANSWER = frozenset({Fault.NETWORK, Fault.TIMEOUT})
AWAY = NO_ANSWER | {Fault.BUSY}  # the service cannot be reached, or cannot be asked now
PASSING = AWAY | {Fault.SERVER}  # the same question may well be answered later


@dataclass(frozen=True)
class ApiError:
    """Why a request failed.

    `sentence` is for the user and says what to do next; `code` and `params` are the server's (or empty); `status` is
    the HTTP status, 0 where no answer came; `raw` is the bounded body or diagnosis for the details. `unsent` is true
    where the request surely never reached the server, `is_done` where the server did what was asked and said so by
    sending on to the answer, which could not be had.
    """

    fault: Fault
    sentence: str
    code: str = ""
    status: int = 0
    params: Mapping[str, object] = field(default_factory=dict)
    raw: str = ""
    unsent: bool = False
    is_done: bool = False

    @property
    def is_unsupported(self) -> bool:
        """Whether the service does not offer what was asked, for a path without an id.

        Of a path that names an item, 404 says that the item is missing: there this property says nothing.
        """
        return self.status in _UNSUPPORTED


class MalformedReply(ValueError):
    """An answer that lacks something required; its text names the part."""


class ForeignReply(MalformedReply):
    """An answer that no Mapflow service would give."""


def sentence_of(code: str, message: str, params: Mapping[str, object]) -> str:
    """What to show for an error the server reports: our sentence, or the server's own message and code."""
    known = known_sentence(code, {"message": message, **params})
    if known is not None:
        return known
    if message and code:
        return translate("Http", "Mapflow answered: {message} ({code})").format(
            message=bounded(message, _LONGEST), code=bounded(code, 80)
        )
    if message:
        return translate("Http", "Mapflow answered: {message}").format(message=bounded(message, _LONGEST))
    if code:
        return translate("Http", "Mapflow reported an error this version does not know: {code}").format(
            code=bounded(code, 80)
        )
    return ""
