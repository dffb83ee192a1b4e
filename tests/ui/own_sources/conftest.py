"""A tile server on this machine, and the kept sources."""

from __future__ import annotations

import pytest
from tile_server import TileServer

from mapflow_dock.api.own_sources.kept import KeptSources


@pytest.fixture
def tiles(qgis_app):
    server = TileServer()
    yield server
    server.stop()


@pytest.fixture
def kept(qgis_app):
    return KeptSources()
