"""Data API, "Storage": what is used, what is left, in both shapes."""

from __future__ import annotations

import pytest

OTHER = "other@example.org"
GIB = 1024**3


def used(api):
    said = api.ask("GET", "/rasters/memory")
    return said["used_bytes"] if "used_bytes" in said else said["memoryUsed"]


@pytest.mark.both_dialects
def test_storage_in_the_shape_of_the_dialect(sandbox, connect, geotiff):
    path = geotiff(width=600, height=600)
    size = path.stat().st_size
    api = connect(sandbox.start(memory_limit=4 * size, max_upload_bytes=2 * size))
    for _ in range(2):
        api.upload(api.mosaic(), path)
    said = api.ask("GET", "/rasters/memory")
    if sandbox.dialect == "reference":
        assert said == {
            "used_bytes": 2 * size,
            "limit_bytes": 4 * size,
            "used_gb": round(2 * size / GIB, 2),
            "limit_gb": round(4 * size / GIB, 2),
            "usage_percent": 50.0,
        }
        return
    assert said == {
        "memoryLimit": 4 * size,
        "memoryUsed": 2 * size,
        "memoryFree": 2 * size,
        "maxUploadFileSize": 2 * size,
        "maxPixelCount": 65_535,
    }
    assert api.ask("GET", "/user/status")["memoryLimit"] == 4 * size


@pytest.mark.both_dialects
def test_storage_without_a_limit(sandbox, connect, geotiff):
    api = connect(sandbox.start(memory_limit="none"))
    api.upload(api.mosaic(), geotiff())
    said = api.ask("GET", "/rasters/memory")
    if sandbox.dialect == "reference":
        assert (said["limit_bytes"], said["limit_gb"], said["usage_percent"]) == (None, None, None)
        return
    assert (said["memoryLimit"], said["memoryFree"]) == (None, None)
    assert api.ask("GET", "/user/status")["memoryLimit"] is None


def test_the_limits_that_nobody_set(sandbox, connect):
    said = connect(sandbox.start()).ask("GET", "/rasters/memory")
    limits = {"memoryLimit": 10 * GIB, "memoryFree": 10 * GIB, "maxUploadFileSize": GIB}
    assert said == {**limits, "memoryUsed": 0, "maxPixelCount": 65_535}


@pytest.mark.both_dialects
def test_what_is_deleted_counts_no_more(api, geotiff):
    before = used(api)
    mosaic_id = api.mosaic()
    first = api.upload(mosaic_id, geotiff("first.tif"))
    second = api.upload(mosaic_id, geotiff("second.tif", width=200))
    assert used(api) == before + first["file_size"] + second["file_size"]
    api.ask("DELETE", f"/rasters/image/{first['id']}")
    assert used(api) == before + second["file_size"]
    api.ask("DELETE", f"/rasters/mosaic/{mosaic_id}")
    assert used(api) == before


def test_each_account_has_its_own_storage(sandbox, connect, sign_in, geotiff):
    own = sandbox.start(account=OTHER)
    api, other = connect(own), sign_in(own, OTHER)
    api.upload(api.mosaic(), geotiff())
    assert used(api) > 0
    assert used(other) == 0
