"""Uploads run a few at a time, one after the other where they have to, and whatever else happens in QGIS."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_proxy import Answer
from qgis.core import QgsProject
from rasters import write_raster

from mapflow_dock.jobs.uploads.batch import Batch, Decision, Upload, UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.rasters.source import source_of_file

DONE, FAILED = Stage.DONE, Stage.FAILED


def test_two_are_sent_at_a_time(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    for _count in range(5):
        service.add(verb="POST", path=f"/mosaic/{key}/image", hold=True)
    upload(rasters(*(f"{number}.tif" for number in range(5))), "Fields", key)
    user.wait(lambda: service.count("POST", "/image") == 2)
    user.wait_for(Stage.PROCESSING, 2)
    assert user.stages().count(Stage.WAITING) == 3
    service.release()
    assert user.wait_over() == [DONE] * 5
    assert len(service.names(key)) == 5


def test_the_first_file_alone_makes_the_mosaic(service, rasters, upload, user):
    service.add(verb="POST", path="/mosaic/image", hold=True)
    upload(rasters("a.tif", "b.tif", "c.tif"))
    user.go_on()
    user.wait_for(Stage.PROCESSING)
    assert user.stages().count(Stage.WAITING) == 2
    service.release()
    assert user.wait_over() == [DONE] * 3
    assert len(service.mosaics) == 1


def test_if_the_first_fails_the_next_makes_the_mosaic(service, rasters, upload, user):
    refusal = Answer.of({"detail": {"code": "FileCheckFailed", "message": "no"}}, 422)
    service.add(verb="POST", path="/mosaic/image", answer=refusal)
    upload(rasters("a.tif", "b.tif", "c.tif"))
    user.go_on()
    assert user.wait_over() == [FAILED, DONE, DONE]
    (mosaic,) = service.mosaics
    assert sorted(service.names(mosaic)) == ["b.tif", "c.tif"]
    assert "did not pass the service's check" in user.named()["a.tif"].sentence


def test_another_qgis_project_does_not_disturb_them(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    QgsProject.instance().clear()
    service.release()
    assert user.wait_over() == [DONE, DONE]


def test_once_the_mosaic_is_there_the_others_need_not_wait_for_one_another(service, rasters, upload, user):
    for _count in range(2):
        service.add(verb="POST", path="m1/image", hold=True)
    upload(rasters("a.tif", "b.tif", "c.tif"), "Fields")
    user.go_on()
    user.wait(lambda: service.count("POST", "m1/image") == 2)
    service.release()
    assert user.wait_over() == [DONE] * 3
    (names,) = service.names_of("Fields")
    assert sorted(names) == ["a.tif", "b.tif", "c.tif"]


@pytest.fixture
def alike(tmp_path):
    """Two files whose names a listing of the service may not tell apart."""
    paths = [tmp_path / "one" / "Town 1.tif", tmp_path / "two" / "town-1.tif"]
    for side, path in zip((60, 70), paths, strict=True):
        path.parent.mkdir()
        write_raster(path, width=side)
    return paths


def test_uploads_of_like_names_into_one_mosaic_run_one_after_the_other(service, rasters, upload, user, alike):
    key = service.make_mosaic("Fields")
    for _count in range(2):
        service.add(verb="POST", path=f"{key}/image", hold=True)
    upload([*alike, *rasters("other.tif")], "Fields", key)
    user.wait_for(Stage.PROCESSING, 2)
    assert user.stages() == [Stage.PROCESSING, Stage.WAITING, Stage.PROCESSING]
    service.release()
    assert user.wait_over() == [DONE] * 3
    assert sorted(service.names(key)) == ["Town 1.tif", "other.tif", "town-1.tif"]


def test_one_that_fails_is_not_taken_for_the_next_of_its_name(service, upload, user, alike):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", answer=Answer.of({"detail": "boom"}, 500))
    upload(alike, "Fields", key)
    assert user.wait_over() == [FAILED, DONE]
    assert "safe to upload it again" in user.named()["Town 1.tif"].sentence
    assert service.names(key) == ["town-1.tif"]


def test_of_like_names_in_two_mosaics_neither_waits(service, upload, user, alike):
    for name, path in zip(("Fields", "Woods"), alike, strict=True):
        key = service.make_mosaic(name)
        service.add(verb="POST", path=f"{key}/image", hold=True)
        upload([path], name, key)
    user.wait_for(Stage.PROCESSING, 2)
    service.release()
    assert user.wait_over() == [DONE] * 2


def test_two_new_mosaics_of_one_name_are_made_one_after_the_other(service, rasters, upload, user):
    service.add(verb="POST", path="/mosaic/image", hold=True)
    for name in ("a.tif", "b.tif"):
        upload(rasters(name), "Fields")
        user.go_on()
    user.wait_for(Stage.PROCESSING)
    assert sorted(stage.value for stage in user.stages()) == ["processing", "waiting"]
    service.release()
    assert user.wait_over() == [DONE] * 2
    assert sorted(service.names_of("Fields")) == [["a.tif"], ["b.tif"]]


def test_one_that_is_cancelled_lets_the_next_of_its_name_run(service, upload, user, alike):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(alike, "Fields", key)
    user.wait_for(Stage.PROCESSING)
    user.cancel("Town 1.tif")
    assert user.wait_over() == [Stage.CANCELLED, DONE]
    service.release()


def test_what_a_service_keeps_of_a_name_tells_which_are_alike():
    def lane(name, target, decision=None):
        source = source_of_file(Path(name))
        return Upload(1, Batch(None, target), source, decision=decision).lane()

    fields = UploadTarget("m1", "Fields")
    assert lane("Town 1.tif", fields) == lane("town-1.TIF", fields)
    assert lane("town.tif", fields) != lane("city.tif", fields)
    assert lane("town.tif", fields) != lane("town.tif", UploadTarget("m2", "Fields"))
    assert lane("town.png", fields, Decision.CONVERT) == lane("town.tif", fields), "as it will be called"
    assert lane("a.tif", UploadTarget("", "New")) == lane("b.tif", UploadTarget("", "New"))
    assert lane("a.tif", UploadTarget("", "New")) != lane("a.tif", UploadTarget("", "Other"))
