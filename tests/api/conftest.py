"""What the tests of the api room share: a server that breaks on demand, and a client that is quick to try again."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest
from fault_proxy import FaultProxy

CANARY = "canary-7f3e91c2"
CANARY_EMAIL = "someone@example.org"
CANARY_BASIC = base64.b64encode(f"{CANARY_EMAIL}:{CANARY}".encode()).decode()


@pytest.fixture
def canary() -> str:
    """The secret part of a login that must show up nowhere."""
    return CANARY


@pytest.fixture
def basic() -> str:
    """A login as the service's site issues it."""
    return CANARY_BASIC


@pytest.fixture
def server() -> Iterator[FaultProxy]:
    """A server of fixed answers."""
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def other_server() -> Iterator[FaultProxy]:
    """A server at another origin."""
    with FaultProxy() as proxy:
        yield proxy


@pytest.fixture
def make_client(qgis_app: object, basic: str) -> Iterator[Callable[..., object]]:
    """Makes clients that retry within milliseconds; each is closed at the end."""
    from mapflow_dock.api.http.client import Client
    from mapflow_dock.api.login.credential import Credential, Scheme

    made = []

    def make(url: str, credential: object = Credential(Scheme.BASIC, basic)) -> Client:
        client = Client(url, credential)
        client.retry_base_s = 0.01
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()
        client.deleteLater()


@pytest.fixture
def outcome(qtbot: object) -> Callable[..., tuple[str, object]]:
    """Waits for a reply to finish: ("succeeded", value), ("failed", error), or ("aborted", None)."""

    def wait(reply: object, timeout: int = 15_000) -> tuple[str, object]:
        seen: list[tuple[str, object]] = []
        reply.succeeded.connect(lambda value: seen.append(("succeeded", value)))
        reply.failed.connect(lambda error: seen.append(("failed", error)))
        if reply.is_running:
            with qtbot.waitSignal(reply.finished, timeout=timeout):
                pass
        if len(seen) > 1:
            pytest.fail(f"more than one outcome: {seen}")
        return seen[0] if seen else ("aborted", None)

    return wait
