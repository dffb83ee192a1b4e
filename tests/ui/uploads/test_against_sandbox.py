"""Uploads through the real thing: real rasters over real HTTP into the sandbox, in both shapes it answers in."""

from __future__ import annotations

import pytest
from fault_proxy import FaultProxy
from qgis.core import QgsRasterLayer
from rasters import write_raster

from mapflow_dock.api import imagery
from mapflow_dock.api.lost_answers.create import create_mosaic
from mapflow_dock.api.session import Session
from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.rasters.source import sources_of_layers

DONE, FAILED = Stage.DONE, Stage.FAILED
PLACE = (4_187_000.0, 7_510_000.0)  # in Web Mercator, near 55.8° N


@pytest.fixture
def proxy(sandbox):
    with FaultProxy(sandbox.url) as proxy:
        yield proxy


@pytest.fixture
def session(qgis_app, sandbox, proxy, qtbot):
    session = Session()
    with qtbot.waitSignal(session.project_changed, timeout=15_000):
        session.sign_in(sandbox.basic, proxy.url, remember=False)
    session.client.retry_base_s = 0.02
    yield session
    session.close()


@pytest.fixture
def ask(session, qtbot):
    """The value a request succeeds with."""

    def ask(reply):
        with qtbot.waitSignal(reply.succeeded, timeout=15_000) as told:
            pass
        return told.args[0]

    return ask


@pytest.fixture
def stored(session, ask):
    """The images of every mosaic of a name, by their names."""

    def stored(name):
        mosaics = ask(imagery.list_mosaics(session.client)).mosaics
        mine = [mosaic for mosaic in mosaics if mosaic.name == name]
        listings = [ask(imagery.list_images(session.client, mosaic.id)).images for mosaic in mine]
        return [sorted(image.name for image in images) for images in listings]

    return stored


@pytest.fixture
def mosaic(session, ask, request):
    return ask(create_mosaic(session.client, f"Fields for {request.node.name}"))


@pytest.mark.both_dialects
def test_a_batch_with_all_there_is_to_decide(user, upload, stored, session, ask, tmp_path, request):
    name = f"Съёмка & 🏠, {request.node.name}"
    paths = [
        write_raster(tmp_path / "один & 1.tif", epsg=3857, origin=PLACE),
        write_raster(tmp_path / "two.png", driver="PNG", epsg=3857, origin=PLACE),
        write_raster(tmp_path / "three.tif", dtype="float64", epsg=3857, origin=PLACE, values=(0, 1)),
        write_raster(tmp_path / "four.tif", epsg=None),
    ]
    upload(paths)
    dialog = user.dialog()
    dialog.mosaicNameEdit.setText(name)
    dialog.mosaicTagsEdit.setText("весна, поля; a&b")
    dialog.upload_button.click()
    assert user.wait_over() == [DONE, DONE, DONE, Stage.LEFT_OUT]
    assert stored(name) == [["three.tif", "two.tif", "один & 1.tif"]]
    (found,) = [each for each in ask(imagery.list_mosaics(session.client)).mosaics if each.name == name]
    assert set(found.tags) == {"весна, поля", "a&b"}


@pytest.mark.both_dialects
def test_a_styled_layer_into_a_mosaic_that_is_there(user, panel, stored, session, ask, mosaic, tmp_path):
    first = write_raster(tmp_path / "first.tif", epsg=3857, origin=PLACE)
    panel.upload(*_files(first), UploadTarget(mosaic.id, mosaic.name))
    assert user.wait_over() == [DONE]
    layer = QgsRasterLayer(
        str(write_raster(tmp_path / "b.tif", dtype="uint16", values=(0, 4000))), "Luftbild"
    )
    panel.upload(*sources_of_layers([layer]), UploadTarget(mosaic.id, mosaic.name))
    user.go_on()
    assert user.wait_over() == [DONE, DONE]
    assert stored(mosaic.name) == [["Luftbild.tif", "first.tif"]]
    images = ask(imagery.list_images(session.client, mosaic.id)).images
    assert {image.crs for image in images} == {"EPSG:3857"}
    assert {image.bands for image in images} == {3}


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    "fault", [{"drop_after": True}, {"cut_body": 20_000, "reset": True}, {"drop_before": True}]
)
def test_a_lost_connection_doubles_nothing(user, panel, proxy, stored, mosaic, tmp_path, fault):
    path = write_raster(tmp_path / "a.tif", width=800, height=800, epsg=3857, origin=PLACE)
    proxy.add(verb="POST", path=f"{mosaic.id}/image", **fault)
    panel.upload(*_files(path), UploadTarget(mosaic.id, mosaic.name))
    if user.wait_over() == [FAILED]:
        panel.retryButton.click()
        assert user.wait_over() == [DONE]
    assert stored(mosaic.name) == [["a.tif"]]


@pytest.mark.both_dialects
def test_a_lost_connection_makes_no_second_mosaic(user, upload, panel, proxy, stored, tmp_path, request):
    name = f"Once {request.node.name}"
    paths = [write_raster(tmp_path / f"{letter}.tif", epsg=3857, origin=PLACE) for letter in "abc"]
    proxy.add(verb="POST", path="/mosaic/image", drop_after=True)
    upload(paths, name)
    user.go_on()
    assert user.wait_over() == [DONE] * 3
    assert stored(name) == [["a.tif", "b.tif", "c.tif"]]


@pytest.fixture
def small(sandbox):
    """A sandbox of little room."""
    return sandbox.start(memory_limit=300_000, max_upload_bytes=200_000)


def test_the_account_s_own_limits_count(small, session, qtbot, user, panel, tmp_path):
    with qtbot.waitSignal(session.signed_in, timeout=15_000):
        session.sign_in(small.basic, small.url, remember=False)
    paths = [write_raster(tmp_path / f"{side}.tif", width=side, height=side) for side in (200, 300)]
    panel.upload(*_files(*paths), UploadTarget("", "Small"))
    dialog = user.dialog()
    heard = [dialog.model.data(dialog.model.index(row), 11) for row in (0, 1)]
    assert "Nothing is wrong" in heard[0]
    assert "195\u00a0KiB are allowed" in heard[1]
    dialog.upload_button.click()
    assert user.wait_over() == [DONE, Stage.LEFT_OUT]
    more = write_raster(tmp_path / "c.tif", width=230, height=230)
    panel.upload(*_files(paths[0], more), UploadTarget("", "More"))
    user.wait(lambda: user.dialog() is not dialog)
    again = user.dialog()
    assert "Your storage has" in again.storageLabel.text()
    assert not again.upload_button.isEnabled()


def _files(*paths):
    from mapflow_dock.layers.rasters.source import sources_of_paths

    return sources_of_paths(paths)
