"""The client in use: one without a login until someone signs in."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .http.client import Client
from .login.credential import Credential
from .settings import SERVER


class Connection(QObject):
    """Holds one client at a time and passes on what it says; a client that is replaced is closed."""

    reachable_changed = pyqtSignal(bool)
    refused = pyqtSignal(object)  # ApiError
    credential_changed = pyqtSignal(object)  # Credential

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.client = self._connected(Client(SERVER.read(), parent=self))

    def open(self, server: str, credential: Credential) -> None:
        """Use a client for `server` that sends `credential`."""
        self._replace(Client(server, credential, self))

    def reset(self) -> None:
        """Use a client without a login, for the server of the settings."""
        self._replace(Client(SERVER.read(), parent=self))

    def close(self) -> None:
        """Abort all that runs."""
        self.client.close()

    def _replace(self, client: Client) -> None:
        former = self.client
        for signal in (former.reachable_changed, former.refused, former.credential_changed):
            signal.disconnect()
        self.client = self._connected(client)
        former.close()
        former.deleteLater()

    def _connected(self, client: Client) -> Client:
        client.reachable_changed.connect(self.reachable_changed)
        client.refused.connect(self.refused)
        client.credential_changed.connect(self.credential_changed)
        return client
