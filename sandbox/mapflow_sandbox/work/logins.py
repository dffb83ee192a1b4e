"""The logins of users' own tile servers: kept in memory alone, so a server that was started anew has none of them."""

from __future__ import annotations

import threading

from ..imagery.loopback import Login

_MOST = 1000


class TileLogins:
    """Logins by the processing that needs them; the oldest go first. Any thread may ask."""

    def __init__(self) -> None:
        self._logins: dict[str, Login] = {}
        self._changing = threading.Lock()

    def keep(self, processing_id: str, login: Login | None) -> None:
        """Remember a login as long as the processing may need it, a restart of it included."""
        if login is None:
            return
        with self._changing:
            while len(self._logins) >= _MOST:
                del self._logins[next(iter(self._logins))]
            self._logins[processing_id] = login

    def of(self, processing_id: str) -> Login | None:
        """The login of a processing."""
        with self._changing:
            return self._logins.get(processing_id)

    def forget(self, processing_id: str) -> None:
        """The processing is gone."""
        with self._changing:
            self._logins.pop(processing_id, None)
