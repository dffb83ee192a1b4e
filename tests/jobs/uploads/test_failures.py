"""A file or a mosaic that is not what it was is told, and the rest goes on."""

from __future__ import annotations

import os

from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.jobs.uploads.stranded import MOST_TIMES

DONE, FAILED = Stage.DONE, Stage.FAILED


def test_a_file_that_changes_while_it_is_sent_is_not_left_half_made(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    (path,) = rasters("a.tif", width=3000, height=3000)
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload([path], "Fields", key)
    user.wait(lambda: user.stages()[0] in {Stage.SENDING, Stage.PROCESSING})
    with path.open("ab") as file:
        file.write(b"more")
    service.release()
    (stage,) = user.wait_over()
    if stage is FAILED:
        assert "changed or removed" in user.named()["a.tif"].sentence
        assert service.names(key) == []
    else:
        assert len(service.bodies) == 1, "it had been sent whole before"


def test_a_file_changed_after_its_check_is_told_and_checked_anew(service, rasters, upload, user):
    (path,) = rasters("a.tif")
    upload([path])
    user.wait_asked()
    rasters("a.tif", width=80)
    user.go_on()
    assert user.wait_over() == [FAILED]
    assert "since it was checked" in user.named()["a.tif"].sentence
    assert service.mosaics == {}
    user.retry_failed()
    assert user.wait_over() == [DONE]
    assert len(service.mosaics) == 1


def test_a_file_that_vanished_is_told_and_the_rest_goes_on(service, rasters, upload, user):
    first, second = rasters("a.tif", "b.tif")
    upload([first, second])
    user.wait_asked()
    os.unlink(first)
    user.go_on()
    assert user.wait_over() == [FAILED, DONE]
    assert service.names_of(first.parent.name) == [["b.tif"]]


def test_a_service_that_cannot_be_reached_fails_them_and_they_can_be_tried_again(
    service, rasters, upload, user
):
    for _time in range(10):
        service.add(verb="GET", path="/rasters/memory", drop_before=True)
    upload(rasters("a.tif"))
    assert user.wait_over() == [FAILED]
    assert user.named()["a.tif"].sentence
    service.rules.clear()
    user.retry_failed()
    user.go_on()
    assert user.wait_over() == [DONE]


def test_without_a_network_they_wait_and_go_on_by_themselves(service, rasters, upload, user, session):
    upload(rasters("a.tif", "b.tif"), "Fields")
    user.wait_asked()
    for _time in range(20):
        service.add(verb="POST", path="/rasters/mosaic", drop_before=True)
        service.add(verb="GET", path="/rasters/mosaic", drop_before=True)
    user.go_on()
    assert user.wait_over() == [FAILED, FAILED]
    for name in ("a.tif", "b.tif"):
        assert user.named()[name].sentence.endswith("It goes on by itself once Mapflow can be reached.")
    service.rules.clear()
    session.refresh_account()  # the next thing that is asked is answered
    user.wait(lambda: user.stages() == [DONE, DONE])
    assert sorted(name for names in service.names_of("Fields") for name in names) == ["a.tif", "b.tif"]


def test_a_network_that_comes_and_goes_is_not_followed_for_ever(service, rasters, upload, user, session):
    for _time in range(200):
        service.add(verb="GET", path="/rasters/memory", drop_before=True)
    upload(rasters("a.tif"))
    for time in range(MOST_TIMES + 1):
        assert user.wait_over() == [FAILED]
        is_followed = "by itself" in user.named()["a.tif"].sentence
        assert is_followed == (time < MOST_TIMES)
        session.reachable_changed.emit(True)
    assert user.stages() == [FAILED], "it is the user's now"


def test_a_mosaic_that_was_deleted_meanwhile_is_told(service, rasters, upload, user):
    upload(rasters("a.tif"), "Fields", "gone")
    assert user.wait_over() == [FAILED]
    assert "not there any more" in user.named()["a.tif"].sentence
