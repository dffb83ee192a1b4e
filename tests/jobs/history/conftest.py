"""Someone signed in to a service of which a test writes the history."""

from __future__ import annotations

import pytest
from fault_proxy import Answer, FaultProxy

from mapflow_dock.api.session import Session

STATS = "/processings/stats"


@pytest.fixture
def service():
    with FaultProxy() as proxy:
        proxy.route("GET", "/user/status", Answer.of({"email": "a@example.org", "billingType": "CREDITS"}))
        proxy.route("GET", "/projects/default", Answer.of({"id": "p", "name": "P", "isDefault": True}))
        yield proxy


@pytest.fixture
def session(qtbot, service):
    session = Session()
    with qtbot.waitSignal(session.project_changed):
        session.sign_in("a@example.org:key", service.url, remember=False)
    session.client.retry_base_s = 0.005
    yield session
    session.close()


@pytest.fixture
def serve_history(service):
    """Serve these entries, in pages; `before(page)` may change them or answer otherwise."""

    def serve(entries, before=lambda _page: None):
        def stats(asked):
            page, per_page = asked.json["page"], asked.json["perPage"]
            other = before(page)
            if other is not None:
                return other
            rows = entries[(page - 1) * per_page : page * per_page]
            return Answer.of({"results": rows, "total": len(entries), "totalCost": 1, "totalArea": 2})

        service.route("POST", STATS, stats)

    return serve
