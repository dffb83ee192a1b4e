"""An upload whose answer is lost is looked for before it is sent again: nothing comes twice."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.jobs.uploads.stage import Stage

DONE, FAILED = Stage.DONE, Stage.FAILED


@pytest.mark.parametrize("fault", ["cut_body", "drop_after", "server_error", "reset"])
def test_a_lost_connection_never_makes_two_of_one(service, rasters, upload, user, fault):
    key = service.make_mosaic("Fields")
    rules = {
        "cut_body": {"cut_body": 1000, "reset": True},
        "drop_after": {"drop_after": True},
        "server_error": {"answer": Answer.of({"message": "out of order"}, 500)},
        "reset": {"drop_before": True, "reset": True},
    }
    service.add(verb="POST", path=f"{key}/image", **rules[fault])
    upload(rasters("a.tif", width=800, height=800), "Fields", key)
    (stage,) = user.wait_over()
    if fault == "drop_after":
        assert stage is DONE, "it had arrived: it was found by listing"
    else:
        assert stage is FAILED
        assert user.named()["a.tif"].sentence
        user.retry_failed()
        assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]


def test_what_turned_up_late_is_not_sent_again(service, rasters, upload, user):
    """The service had the whole file, answered with an error, and listed the image minutes later."""
    key = service.make_mosaic("Fields")
    (path,) = rasters("a.tif")
    service.add(verb="POST", path=f"{key}/image", answer=Answer.of({"message": "timed out"}, 504))
    upload([path], "Fields", key)
    assert user.wait_over() == [FAILED]
    service.put_image(key, "a.tif", path.read_bytes())
    user.retry_failed()
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]
    assert service.count("POST", f"{key}/image") == 1


def test_where_nobody_can_tell_the_user_decides_whether_it_is_sent_again(service, rasters, upload, user):
    """A service of the written reference alone, which lists no mosaics."""
    service.add(verb="GET", path="/rasters/mosaic", times=99, answer=Answer.of({"detail": "?"}, 405))
    service.add(verb="POST", path="/mosaic/image", answer=Answer.of({"message": "timed out"}, 504))
    upload(rasters("a.tif"), "Fields")
    user.go_on()
    assert user.wait_over() == [FAILED]
    user.retry_failed()
    assert user.wait_over() == [FAILED]
    assert service.count("POST") == 1
    assert "It may be there already" in user.named()["a.tif"].sentence
    user.retry_failed()
    assert user.wait_over() == [DONE]
    assert service.count("POST") == 2


def test_a_mosaic_made_unseen_takes_the_other_files_too(service, rasters, upload, user, queue):
    paths = rasters("a.tif", "b.tif")
    service.add(verb="POST", path="/mosaic/image", answer=Answer.of({"message": "timed out"}, 504))
    upload(paths, "Fields")
    user.wait_asked()
    made = []

    def late():
        if not made and user.named()["a.tif"].stage is FAILED:
            key = service.make_mosaic("Fields")
            service.put_image(key, "a.tif", paths[0].read_bytes())
            made.append(key)

    queue.uploads.changed.connect(late)
    user.go_on()
    assert user.wait_over() == [FAILED, DONE]
    user.retry_failed()
    assert user.wait_over() == [DONE, DONE]
    assert [sorted(names) for names in service.names_of("Fields")] == [["a.tif", "b.tif"]]
