"""A source of one's own in a real QGIS desktop: added, tried, previewed, processed."""

from __future__ import annotations

import pytest
from tile_server import TileServer

WORD = "canary-word"


@pytest.fixture
def tiles(sandbox):
    """The sandbox's imagery behind a server that asks for a login."""
    server = TileServer(upstream=f"{sandbox.url}/providers/{sandbox.provider}/tiles", login=("me", WORD))
    yield server
    server.stop()


@pytest.mark.both_dialects
def test_from_a_new_source_to_a_result(qgis_user, sandbox, tiles):
    told = qgis_user.run(
        "own_sources",
        seconds=170,
        url=sandbox.url,
        pasted=sandbox.basic,
        bbox=sandbox.bbox,
        tiles=tiles.origin,
        login=("me", WORD),
    )

    assert "Press +" in told["empty"]
    assert told["by_keys"] == ["sourceNameEdit", "sourceAddressEdit"]
    assert "{y}" in told["wrong"]
    assert "asks for a login" in told["refused"]
    assert "256 × 256" in told["typed"]
    assert "can be used" in told["tried"]
    assert told["scale"] < 20_000, "the map shows the area, not the world"
    is_valid, source = told["preview"]
    assert is_valid
    assert "authcfg=" in source
    assert told["objects"] > 5
    kept = [path for path in qgis_user.profile.folder.rglob("*") if path.is_file()]
    assert kept
    assert not [path.name for path in kept if WORD.encode() in path.read_bytes()], "it is encrypted"
