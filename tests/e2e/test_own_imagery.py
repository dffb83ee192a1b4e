"""One's own imagery in a real QGIS desktop: dragged in, uploaded, seen, and processed into a layer."""

from __future__ import annotations

import pytest

from sandbox_process import paint_raster

SIZE_PX = 800  # of 0.5 m: a painted quarter of 400 m


@pytest.mark.both_dialects
def test_from_a_dragged_file_to_a_layer(qgis_user, sandbox, tmp_path, request):
    rasters = [tmp_path / "снимок & co.tif", tmp_path / "second.tif"]
    for seed, path in enumerate(rasters, 71):
        paint_raster(path, size=SIZE_PX, seed=seed)
    mosaic = f"Городок, {request.node.callspec.id}"

    told = qgis_user.run(
        "own_imagery", seconds=170, url=sandbox.url, pasted=sandbox.basic, rasters=rasters, mosaic=mosaic
    )

    assert "new mosaic" in told["hint"]
    assert len(told["uploads"]) == 2
    assert told["colours"] > 100, "the map shows the picture"
    assert told["objects"] > 5
    west, south, east, north = told["extent"]
    assert 0 < east - west < 0.02
    assert 0 < north - south < 0.02
