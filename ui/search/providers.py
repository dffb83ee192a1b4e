"""Which providers a search can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...api.account import Provider
from ...jobs.catalog.search import CatalogSearch, FoundImage
from .filters import SearchFilters

if TYPE_CHECKING:
    from ...api.session import Session


class OfferedProviders:
    """Offers those the account may search; where the service names none, those whose images were found by now."""

    def __init__(self, session: Session, search: CatalogSearch, filters: SearchFilters) -> None:
        self._session = session
        self._filters = filters
        self._found: dict[str, Provider] = {}
        self._server = ""  # where these were found
        search.came.connect(self._on_came)

    def follow_account(self) -> None:
        """Offer what the account, which may be another one, lets one choose."""
        account, server = self._session.account, self._session.client.server
        if server != self._server:
            self._server, self._found = server, {}
        if account is not None:
            self._filters.set_providers(account.search_providers or tuple(self._found.values()))

    def _on_came(self, found: Sequence[FoundImage]) -> None:
        account = self._session.account
        if account is None or account.search_providers:
            return
        names = {each.image.provider for each in found} - {"", *self._found}
        if names:
            titles = account.provider_titles
            self._found.update((name, Provider(name, titles.get(name, name))) for name in sorted(names))
            self.follow_account()
