"""An upload is done when its image is ready, whatever the service says of it on the way; nobody else waits for that."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.jobs.uploads.awaited import MOST_FAILURES, MOST_MISSES
from mapflow_dock.jobs.uploads.stage import Stage

DONE, FAILED, PREPARING = Stage.DONE, Stage.FAILED, Stage.PREPARING


@pytest.fixture
def key(service, queue):
    """A mosaic of a service that tells of images that are not ready."""
    service.has_status = True
    queue.awaited.pauses.first_ms = 10
    return service.make_mosaic("Fields")


@pytest.fixture
def settled(queue):
    told = []
    queue.settled.connect(told.append)
    return told


def test_it_is_done_when_its_image_is_ready(service, rasters, upload, user, queue, key, settled):
    arrived = []
    queue.arrived.connect(lambda mosaic_id, image: arrived.append((mosaic_id, image.is_usable)))
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    assert (arrived, settled, user.told) == ([(key, False)], [], [])
    assert not queue.uploads.is_busy
    assert queue.uploads.open_count == 0
    asked = service.count("GET", f"{key}/status")
    user.wait(lambda: service.count("GET", f"{key}/status") >= asked + 2)
    service.steps["a.tif"] = "IN_PROGRESS"
    asked = service.count("GET", f"{key}/status")
    user.wait(lambda: service.count("GET", f"{key}/status") >= asked + 2)
    assert user.stages() == [PREPARING]
    del service.steps["a.tif"]
    assert user.wait_over() == [DONE]
    assert settled == [key]
    assert [batch.target.name for batch in user.told] == ["Fields"]
    assert not queue.awaited.pauses._timer.isActive()
    assert service.count("POST") == 1


def test_one_that_fails_later_is_failed_and_sent_anew(service, rasters, upload, user, key, settled):
    service.steps["a.tif"] = "IN_PROGRESS"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    service.problems["a.tif"] = "The file ends too early."
    service.steps["a.tif"] = "FAILED"
    assert user.wait_over() == [FAILED]
    assert user.named()["a.tif"].sentence == ("The service could not prepare it: The file ends too early.")
    assert settled == [key]
    assert len(user.told) == 1
    service.steps.clear()
    service.images[key].clear()
    user.retry_failed()
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]
    assert service.count("POST") == 2


def test_one_that_has_failed_at_once_was_never_done(service, rasters, upload, user, key):
    stages = []
    user.queue.uploads.updated.connect(lambda upload: stages.append(upload.stage))
    service.steps["a.tif"] = "FAILED"
    upload(rasters("a.tif"), "Fields", key)
    assert user.wait_over() == [FAILED]
    assert DONE not in stages
    assert "could not prepare it" in user.named()["a.tif"].sentence


def test_a_second_attempt_is_not_taken_for_the_first_that_failed(service, rasters, upload, user, key):
    service.steps["a.tif"] = "FAILED"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_over()
    (first,) = service.images[key]
    first["filename"] = "a.TIF"  # the same to a service that tidies names
    service.steps = {"a.TIF": "FAILED", "a.tif": "PENDING"}
    user.retry_failed()
    user.wait_for(PREPARING)
    del service.steps["a.tif"]
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.TIF", "a.tif"]


def test_waiting_holds_up_no_other_upload(service, rasters, upload, user, key):
    names = [f"{number}.tif" for number in range(4)]
    service.steps.update(dict.fromkeys(names, "PENDING"))
    upload(rasters(*names, "last.tif"), "Fields", key)
    user.wait(lambda: user.stages() == [PREPARING] * 4 + [DONE])
    upload(rasters("1.tif"), "Fields", key)  # of the name of one that waits
    user.wait(lambda: user.stages() == [PREPARING] * 4 + [DONE, PREPARING])
    assert len(service.names(key)) == 6
    service.steps.clear()
    assert user.wait_over() == [DONE] * 6
    assert len({batch.target.mosaic_id for batch in user.told}) == 1
    assert len(user.told) == 2


def test_all_of_a_mosaic_are_asked_for_together(service, rasters, upload, user, key):
    names = [f"{number}.tif" for number in range(6)]
    service.steps.update(dict.fromkeys(names, "PENDING"))
    upload(rasters(*names), "Fields", key)
    user.wait_for(PREPARING, 6)
    user.queue.awaited.pauses.stop()
    user.wait(lambda: not len(user.queue.awaited._looks))
    asked = service.count("GET", f"{key}/status")
    user.queue.awaited.pauses.over.emit()
    user.wait(lambda: not len(user.queue.awaited._looks))
    assert service.count("GET", f"{key}/status") == asked + 1


@pytest.mark.parametrize("is_mosaic", [False, True])
def test_what_was_deleted_meanwhile_is_waited_for_no_more(
    service, rasters, upload, user, key, settled, is_mosaic
):
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    if is_mosaic:
        del service.mosaics[key]
    else:
        service.images[key].clear()
    assert user.wait_over() == [Stage.CANCELLED]
    assert "deleted from the mosaic" in user.named()["a.tif"].sentence
    assert settled == [key]


def test_an_image_that_is_not_listed_for_a_moment_is_not_taken_for_deleted(
    service, rasters, upload, user, key
):
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    user.queue.awaited.pauses.first_ms = 200
    service.add(verb="GET", path=f"{key}/status", times=MOST_MISSES - 1, answer=Answer.of({"images": []}))
    user.wait(lambda: not any(rule.times for rule in service.rules))
    assert user.stages() == [PREPARING]
    del service.steps["a.tif"]
    assert user.wait_over() == [DONE]


@pytest.mark.parametrize(
    "answer",
    [
        Answer.of({"detail": "boom"}, 500),
        Answer.of([]),
        Answer.of({"images": [{"filename": "a.tif"}]}),
        Answer.of({"images": None}),
        Answer.html(),
    ],
)
def test_a_service_that_tells_nothing_is_not_asked_for_ever(
    service, rasters, upload, user, queue, key, answer
):
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    service.add(verb="GET", path=f"{key}/status", times=9999, answer=answer)
    queue.awaited._fruitless[user.named()["a.tif"].id] = MOST_FAILURES - 4
    assert user.wait_over() == [FAILED]
    assert "does not say whether the image is ready" in user.named()["a.tif"].sentence
    assert not queue.awaited.pauses._timer.isActive()
    service.rules.clear()
    user.retry_failed()
    user.wait_for(PREPARING)
    del service.steps["a.tif"]
    assert user.wait_over() == [DONE]
    assert service.count("POST") == 1, "it was there, and was looked for first"


def test_a_state_nobody_knows_is_told_as_such(service, rasters, upload, user, queue, key):
    service.steps["a.tif"] = "QUARANTINED"
    upload(rasters("a.tif"), "Fields", key)
    assert user.wait_over() == [FAILED]
    assert "does not say whether the image is ready" in user.named()["a.tif"].sentence
    assert not queue.awaited.pauses._timer.isActive()


def test_a_service_that_lists_what_is_not_ready_is_waited_for_by_its_list(
    service, rasters, upload, user, queue
):
    """One of the written reference, without the status: its list says what state an image is in."""
    queue.awaited.pauses.first_ms = 10
    key = service.make_mosaic("Fields")
    service.steps["a.tif"] = "IN_PROGRESS"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    service.steps["a.tif"] = "FAILED"
    assert user.wait_over() == [FAILED]


@pytest.mark.parametrize("is_reference", [True, False])
def test_a_service_that_says_nothing_of_it_has_it_when_it_has_answered(
    service, rasters, upload, user, queue, is_reference
):
    key = service.make_mosaic("Fields")
    service.is_reference, service.footprint = is_reference, None
    upload(rasters("a.tif"), "Fields", key)
    assert user.wait_over() == [DONE]
    assert not queue.awaited.pauses._timer.isActive()


def test_what_may_have_been_there_before_is_not_taken_for_a_lost_upload(service, rasters, upload, user, key):
    """Before it is sent the service does not tell what is not ready; afterwards it tells of one of that name."""
    (path,) = rasters("a.tif")
    service.steps["a.tif"] = "PENDING"
    service.put_image(key, "a.tif", path.read_bytes())
    broken = Answer.of({"detail": "boom"}, 500)
    service.add(verb="GET", path=f"{key}/status", times=2, answer=Answer.of([]))
    service.add(verb="POST", path=f"{key}/image", answer=broken)
    upload([path], "Fields", key)
    assert user.wait_over() == [FAILED]
    assert user.named()["a.tif"].may_have_arrived, "nobody knows"
    assert not user.named()["a.tif"].has_arrived


def test_the_newest_of_its_name_is_the_one_the_service_took(service, rasters, upload, user, queue, key):
    (path,) = rasters("a.tif")
    service.steps["a.tif"] = "PENDING"
    before = service.put_image(key, "a.tif", path.read_bytes())
    before["uploaded_at"] = "2026-01-01T00:00:00Z"
    service.add(verb="GET", path=f"{key}/status", times=2, answer=Answer.of([]))
    upload([path], "Fields", key)
    user.wait_for(PREPARING)
    (waited_for,) = queue.awaited._image_ids.values()
    assert waited_for == service.images[key][-1]["id"] != before["id"]


def test_one_that_waits_can_be_taken_out_of_the_list(service, rasters, upload, user, queue, key):
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    queue.cancel([each.id for each in queue.uploads])
    assert user.stages() == [PREPARING], "there is nothing left to stop"
    queue.uploads.remove([each.id for each in queue.uploads])
    assert user.stages() == []
    user.wait(lambda: not len(queue.awaited._looks))
    assert not queue.awaited.pauses._timer.isActive()
    assert service.names(key) == ["a.tif"]


def test_a_refused_login_does_not_call_it_lost(service, rasters, upload, user, queue, key):
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    queue.interrupt()
    assert user.stages() == []
    assert user.told == []
    assert not queue.awaited.pauses._timer.isActive()


def test_what_somebody_else_has_learned_counts_at_once(service, rasters, upload, user, queue, key):
    from mapflow_dock.api.imagery_records import ImageListing, Preparation, read_image

    queue.awaited.pauses.first_ms = 600_000
    service.steps["a.tif"] = "PENDING"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)
    queue.awaited.note(key, ImageListing(()))
    assert user.stages() == [PREPARING], "a list of what is ready does not say what is not"
    ready = read_image(service.images[key][0])
    assert ready.preparation is Preparation.UNKNOWN
    queue.awaited.note("another", ImageListing((ready,)))
    assert user.stages() == [PREPARING]
    queue.awaited.note(key, ImageListing((ready,)))
    assert user.stages() == [DONE]
    assert len(user.told) == 1
