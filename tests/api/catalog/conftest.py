"""Each test meets its servers for the first time."""

from __future__ import annotations

import pytest

from mapflow_dock.api.catalog import search


@pytest.fixture(autouse=True)
def _nothing_seen(monkeypatch):
    monkeypatch.setattr(search, "_seen", {})
