"""Layers of results in a real desktop: by the layer panel's menu now, after a restart, and without a server."""

from __future__ import annotations

OF_RESULTS = {
    "mActionOpenMapflowProcessing",
    "mActionMapflowSummary",
    "mActionRefreshMapflowResult",
    "mActionKeepMapflowStyle",
    "mActionResetMapflowStyle",
}
BELOW = {"mActionAddMapflowSourceImagery", "mActionAddMapflowResultRaster"}


def test_tiles_and_file_change_places_now_later_and_without_a_server(qgis_user, sandbox):
    alone = sandbox.start()
    first = qgis_user.run("result_layers", seconds=240, url=alone.url, pasted=alone.basic, bbox=alone.bbox)
    assert set(first["tiles_offer"]) == OF_RESULTS | BELOW | {"mActionSwapMapflowTiles"}
    assert first["order"][0] == "My houses"
    assert [name.split(":")[0] for name in first["order"][1:3]] == ["Raster", "Imagery"]
    assert first["count"] > 5

    later = qgis_user.run("result_layers_again", seconds=180, has_server=True)
    of_file = OF_RESULTS | BELOW | {"mActionSwapMapflowFile", "mActionUseAsMapflowArea"}
    assert set(later["file_offer"]) == of_file
    assert "mActionOpenMapflowProcessing" in later["raster_offer"]
    assert not BELOW & set(later["raster_offer"])
    assert later["order"] == first["order"]

    alone.process.stop()
    offline = qgis_user.run("result_layers_again", seconds=120, has_server=False)
    assert offline["order"] == first["order"]
    assert offline["count"] == first["count"]
    assert not offline["has_tiles"]
    assert "stays as it is" in offline["away"]
