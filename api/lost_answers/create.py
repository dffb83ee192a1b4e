"""Making a project or a mosaic: sent once, and looked for in the list if no answer came."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

from ..http.errors import ApiError
from ..http.reply import ApiReply
from ..imagery import MOSAICS, list_mosaics
from ..imagery_records import MosaicListing, read_mosaic
from ..projects import ProjectPage, page, read_project
from . import journal
from .journal import Entry
from .poll_until_known import Look, PollUntilKnown
from .sent_once import WrittenDown
from .sentences import Sentences, of_creation_held_back, of_mosaic, of_project

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 3  # the service may need a moment until what it made is in the list
_MOST_OF_A_NAME = 50  # projects with the name in theirs that are looked through, the newest first


def create_project(client: Client, name: str, description: str = "") -> ApiReply:
    """Make a project (POST /projects); succeeds with the `Project`.

    Sent once: twice would make two. Where the answer is lost it is looked for in the list, and only when that does
    not settle it does it fail with LOST_ANSWER, whose code and sentence say whether it is safe to try again.
    """
    return client.keep(CreateProjectReply(client, name, description))


def create_mosaic(client: Client, name: str, tags: Sequence[str] = ()) -> ApiReply:
    """Make an empty mosaic (POST /rasters/mosaic); succeeds with the `Mosaic`. Sent once, as a project is."""
    return client.keep(CreateMosaicReply(client, name, tuple(tags)))


class CreateReply(WrittenDown):
    """Makes something that has a name, and waits until it is known whether it was made.

    The list is read before the request is sent: something that had the name already is not what was made. If the
    service has no such list, a lost answer cannot be settled.
    """

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(client)
        self._name = name
        self._known: Optional[frozenset[str]] = None  # ids of those of that name that were there before
        self.follow(self._list(), on_success=self._remember, on_failure=self._no_list)

    def _list(self) -> ApiReply:
        """Ask for those that may have the name."""
        raise NotImplementedError

    def _listed(self, listing: Any) -> tuple[Sequence[Any], bool]:
        """Return what a listing holds, and whether nothing is missing in it."""
        raise NotImplementedError

    def _remember(self, listing: object) -> None:
        there, _is_whole = self._listed(listing)
        self._known = frozenset(one.id for one in there if one.name.strip() == self._name.strip())
        self._send()

    def _no_list(self, error: ApiError) -> None:
        if error.is_unsupported:
            self._send()
        else:
            self._not_begun(error)

    def _draft(self) -> Entry:
        known = None if self._known is None else sorted(self._known)
        name = self._name.strip()
        return Entry(str(uuid.uuid4()), self.KIND, journal.subject_of(name), {"name": name, "known": known})

    def _search_for(self, entry: Entry) -> ApiReply:
        return PollUntilKnown(
            self._client, self._list, lambda listing: self._compared(entry, listing), _LOOKS
        )

    def _compared(self, entry: Entry, listing: object) -> Look:
        there, is_whole = self._listed(listing)
        known = entry.facts.get("known")
        if not isinstance(known, list):
            return Look(is_certain=not entry.is_recent)  # a name is not refused for good
        new = [one for one in there if one.id not in known and one.name.strip() == self._name.strip()]
        return Look(new[0]) if new else Look(is_certain=is_whole or not entry.is_recent)

    def _held_back(self, facts: Mapping[str, object]) -> str:
        return of_creation_held_back(str(facts.get("name", "")))


class CreateProjectReply(CreateReply):
    """Makes a project."""

    KIND = "project"

    def __init__(self, client: Client, name: str, description: str) -> None:
        self._description = description
        super().__init__(client, name)

    def _list(self) -> ApiReply:
        return page(self._client, limit=_MOST_OF_A_NAME, text=self._name.strip(), sort_by="CREATED")

    def _listed(self, listing: ProjectPage) -> tuple[Sequence[Any], bool]:
        is_whole = listing.skipped == 0 and listing.total <= len(listing.projects)
        return listing.projects, is_whole

    def _request(self) -> ApiReply:
        email = self._client.account_email
        body = {"name": self._name, "description": self._description}
        return self._client.send("POST", "/projects", lambda value: read_project(value, email), body)

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_project(self._name)


class CreateMosaicReply(CreateReply):
    """Makes an empty mosaic."""

    KIND = "mosaic"

    def __init__(self, client: Client, name: str, tags: tuple[str, ...]) -> None:
        self._tags = tags
        super().__init__(client, name)

    def _list(self) -> ApiReply:
        return list_mosaics(self._client)

    def _listed(self, listing: MosaicListing) -> tuple[Sequence[Any], bool]:
        return listing.mosaics, listing.skipped == 0

    def _request(self) -> ApiReply:
        body = {"name": self._name, "tags": list(self._tags)}
        return self._client.send("POST", MOSAICS, read_mosaic, body)

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_mosaic(self._name)
