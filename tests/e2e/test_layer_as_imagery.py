"""A layer of the project used as imagery in a real QGIS desktop, by the menu of the layer panel."""

from __future__ import annotations

import pytest


@pytest.mark.both_dialects
def test_from_a_layer_of_tiles_to_a_result(qgis_user, sandbox):
    told = qgis_user.run(
        "layer_as_imagery",
        seconds=170,
        url=sandbox.url,
        pasted=sandbox.basic,
        bbox=sandbox.bbox,
        tiles=f"{sandbox.url}/providers/{sandbox.provider}/tiles/{{z}}/{{x}}/{{y}}.png",
    )

    assert told["offered"] == [["mActionUploadToMapflow", "mActionUseAsMapflowImagery"]] * 2
    assert "Sign in to use this layer as imagery" in told["signed_out"]
    assert told["first"] == ["My Sources", "Town – 2026"]
    assert "kept under My Sources" in told["kept"]
    assert told["again"] == ["Town – 2026"], "it is kept once"
    assert "Upload" in told["refused"]
    assert "can be used" in told["tried"]
    assert told["objects"] > 5
