"""An upload into a new mosaic that was given up in its midst, as when QGIS is killed: the mosaic is not made twice."""

from __future__ import annotations

import pytest
from storehouse import Storehouse

from mapflow_dock.api.lost_answers.upload import upload_to_new_mosaic

MAKE = "/rasters/mosaic/image"


@pytest.fixture
def store():
    with Storehouse() as store:
        yield store


@pytest.fixture
def client(store, make_client):
    return make_client(store.url)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.tif"
    path.write_bytes(b"II*\0" + b"x" * 3_000)
    return path


@pytest.mark.parametrize("has_image", [False, True])
def test_a_mosaic_that_was_made_before_is_not_made_twice(store, client, outcome, scene, qtbot, has_image):
    store.add(verb="POST", path=MAKE, hold=True)
    upload_to_new_mosaic(client, "Harbour", (), scene)
    qtbot.waitUntil(lambda: store.count("POST", MAKE) == 1)
    client.close()
    store.release()
    qtbot.waitUntil(lambda: [len(images) for images in store.images.values()] == [1])
    (mosaic_id,) = store.mosaics
    if not has_image:
        store.images[mosaic_id].clear()
    kind, uploaded = outcome(upload_to_new_mosaic(client, "Harbour", (), scene))
    assert (kind, uploaded.mosaic_id) == ("succeeded", mosaic_id)
    assert list(store.mosaics) == [mosaic_id]
    assert len(store.images[mosaic_id]) == 1


def test_another_mosaic_of_that_name_is_made_where_that_is_meant(store, client, outcome, scene):
    for count in (1, 2):
        kind, _uploaded = outcome(upload_to_new_mosaic(client, "Harbour", (), scene))
        assert (kind, len(store.mosaics)) == ("succeeded", count)
