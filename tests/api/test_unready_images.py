"""Images that are not ready: what the status of a mosaic says of them, whatever is odd about it."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.api import imagery
from mapflow_dock.api.imagery_records import ImageCounts, Preparation, read_mosaic
from mapflow_dock.api.lost_answers.image_search import Expected, look_again

STATUS, LIST, FAILED = (f"/rasters/mosaic/m1/{name}" for name in ("status", "image", "failed"))
OUTLINE = "POLYGON((1 48, 2 48, 2 49, 1 48))"


def listed(key, **values):
    return {
        "id": key,
        "filename": f"{key}.tif",
        "file_size": 5,
        "footprint": OUTLINE,
        "state": "READY",
        **values,
    }


def told(key, state="PENDING", **values):
    return {
        "image_id": key,
        "filename": f"{key}.tif",
        "preprocessing_status": state,
        "preprocessing_error": None,
        "data_available": state == "COMPLETED",
        "uploaded_at": "2026-05-01T10:00:00Z",
        **values,
    }


@pytest.fixture
def ask(server, make_client, outcome):
    """What all images of the mosaic are, given the records of the two answers."""
    client = make_client(server.url)

    def ask(images, statuses):
        server.route("GET", LIST, images if isinstance(images, Answer) else Answer.of(images))
        is_answer = isinstance(statuses, Answer)
        server.route("GET", STATUS, statuses if is_answer else Answer.of({"images": statuses}))
        kind, listing = outcome(imagery.list_all_images(client, "m1"))
        assert kind == "succeeded"
        return listing

    return ask


def test_the_images_that_are_not_ready_join_those_of_the_list(ask):
    failed = told("d", "FAILED", preprocessing_error="The file is broken.")
    listing = ask([listed("a")], [told("a", "COMPLETED"), told("b"), told("c", "IN_PROGRESS"), failed])
    assert [(image.id, image.preparation.name) for image in listing.images] == [
        ("a", "COMPLETED"), ("b", "PENDING"), ("c", "IN_PROGRESS"), ("d", "FAILED"),
    ]  # fmt: skip
    assert [image.is_usable for image in listing.images] == [True, False, False, False]
    assert [image.is_awaited for image in listing.images] == [False, True, True, False]
    assert listing.images[3].problem == "The file is broken."
    assert {image.mosaic_id for image in listing.images} == {"m1"}
    assert (listing.skipped, listing.untold, listing.is_whole) == (0, None, True)


def test_an_image_that_became_ready_in_between_is_the_one_of_the_list(ask):
    (image,) = ask([listed("a")], [told("a")]).images
    assert (image.is_usable, image.size) == (True, 5)


def test_an_image_that_was_deleted_in_between_is_not_shown(ask):
    assert ask([], [told("a", "COMPLETED")]).images == ()


def test_why_a_listed_image_failed_is_taken_from_the_status(ask):
    (image,) = ask([listed("a", state="FAILED")], [told("a", "FAILED", preprocessing_error="Torn.")]).images
    assert (image.is_failed, image.problem) == (True, "Torn.")


@pytest.mark.parametrize("state", ["PENDING", "FAILED"])
def test_a_list_that_does_not_say_how_far_an_image_is_leaves_that_to_the_status(ask, state):
    (image,) = ask([listed("a", state=None, footprint=None)], [told("a", state)]).images
    assert (image.preparation.name, image.is_usable, image.size) == (state, False, 5)
    (image,) = ask([listed("a", state=None)], [told("a", state)]).images
    assert image.is_usable, "it became ready in between: its outline is known"


@pytest.mark.parametrize(
    ("record", "is_awaited"),
    [
        (told("x", "COMPLETED", data_available=False), True),  # loading
        (told("x", "NONE", data_available=False), True),
        (told("x", "PENDING", data_available=None), True),
        (told("x", "QUARANTINED", data_available=False), False),
        (told("x", "QUARANTINED", data_available="perhaps"), False),
        (told("x", None, data_available=False), False),
        (told("x", 7, data_available=False), False),
        (told("x", "FAILED", data_available=True), False),
    ],
)
def test_only_what_will_become_ready_is_awaited_and_none_of_it_can_be_used(ask, record, is_awaited):
    (image,) = ask([], [record]).images
    assert (image.is_awaited, image.is_usable) == (is_awaited, False)


def test_an_odd_record_costs_that_record(ask):
    odd = [{"filename": "no id.tif"}, None, "x", [], told("b", filename=None), {"image_id": "c"}]
    listing = ask([listed("a")], [told("a", "COMPLETED"), *odd, told("z")])
    assert [image.id for image in listing.images] == ["a", "z"]
    assert listing.skipped == len(odd)


def test_an_odd_record_of_an_image_that_is_listed_leaves_nothing_out(ask):
    listing = ask([listed("a")], [{"filename": "a.tif"}])
    assert (len(listing.images), listing.skipped) == (1, 0)


def test_the_same_record_twice_is_one_image(ask):
    assert [image.id for image in ask([], [told("a"), told("a")]).images] == ["a"]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_without_the_status_lists_all_it_has(ask, status):
    listing = ask([listed("a")], Answer.of({"detail": "Not Found"}, status))
    assert [image.id for image in listing.images] == ["a"]
    assert listing.is_whole


@pytest.mark.parametrize(
    "answer",
    [
        Answer.of({"detail": "boom"}, 500),
        Answer.of([]),
        Answer.of({"images": "many"}),
        Answer.of({"total": 3}),
        Answer.of(None),
        Answer.html(),
        Answer(200, b"{", {"Content-Type": "application/json"}),
    ],
)
def test_a_status_that_cannot_be_had_costs_what_it_alone_tells(ask, answer):
    listing = ask([listed("a")], answer)
    assert [image.id for image in listing.images] == ["a"]
    assert not listing.is_whole
    assert listing.untold.sentence


def test_a_list_that_cannot_be_had_fails_all_of_it(server, make_client, outcome):
    server.route("GET", STATUS, Answer.of({"images": [told("a")]}))
    kind, error = outcome(imagery.list_all_images(make_client(server.url), "m1"))
    assert (kind, error.status) == ("failed", 404)


def test_failed_images_are_cleared(server, make_client, outcome):
    server.route("DELETE", FAILED, Answer(204))
    client = make_client(server.url)
    assert outcome(imagery.clear_failed(client, "m1")) == ("succeeded", None)
    server.route("DELETE", FAILED, Answer.of({"detail": "Method Not Allowed"}, 405))
    kind, error = outcome(imagery.clear_failed(client, "m1"))
    assert (kind, error.is_unsupported) == ("failed", True)


@pytest.mark.parametrize(
    ("summary", "counts"),
    [
        ({"total": 6, "ready": 2, "pending": 1, "in_progress": 1, "loading": 1, "failed": 1}, (2, 3, 1)),
        ({"total": 4, "ready": 2, "pending": 1, "in_progress": 1, "loading": 2, "failed": 0}, (2, 2, 0)),
        ({"total": 3, "ready": 2, "pending": 1}, (2, 1, 0)),
        ({"total": 3, "failed": 1}, (2, 0, 1)),
        ({"ready": "2", "pending": None, "failed": 1}, (2, 0, 1)),
        ({"total": 2, "ready": 5, "pending": 1, "failed": -1}, (5, 1, 0)),
        ({"total": 5, "ready": 3}, (3, 2, 0)),
        ({"total": 5}, None),
        ({}, None),
        ("many", None),
        (None, None),
    ],
)
def test_the_counts_of_a_mosaic_make_sense_whatever_is_said(summary, counts):
    mosaic = read_mosaic({"id": "m", "name": "M", "status_summary": summary})
    assert mosaic.counts == (None if counts is None else ImageCounts(*counts))
    assert mosaic.is_awaited == bool(counts and counts[1])
    assert mosaic.is_ready == (counts is None or not (counts[1] or counts[2]))


def test_a_mosaic_of_which_nothing_is_ready_cannot_be_used():
    def mosaic(**summary):
        return read_mosaic({"id": "m", "name": "M", "status_summary": summary})

    assert not mosaic(total=2, ready=0, pending=2).is_usable
    assert mosaic(total=2, ready=1, pending=1).is_usable
    assert mosaic(total=0, ready=0).is_usable, "nothing speaks against it"


# an upload whose image is not ready


@pytest.fixture
def look(server, make_client, outcome):
    client = make_client(server.url)

    def look(statuses, **expected):
        server.route("GET", LIST, Answer.of([]))
        is_answer = isinstance(statuses, Answer)
        server.route("GET", STATUS, statuses if is_answer else Answer.of({"images": statuses}))
        return outcome(look_again(client, Expected(**{"file_name": "b.tif", "mosaic_id": "m1", **expected})))[
            1
        ]

    return look


def test_an_image_that_is_not_ready_is_found(look):
    arrival = look([told("b"), told("c")], size=5)
    assert (arrival.image.id, arrival.image.preparation) == ("b", Preparation.PENDING)
    assert not arrival.is_empty


def test_a_mosaic_is_not_empty_while_something_in_it_is_not_ready(look):
    assert not look([told("c")]).is_empty
    assert look([]).is_empty
    assert not look(Answer.of({"detail": "boom"}, 500)).is_empty, "nobody knows"
    assert look(Answer.of({"detail": "Not Found"}, 404)).is_empty


def test_what_may_have_been_there_before_is_not_taken_for_it(look):
    arrival = look([told("b")], is_all_known=False)
    assert (arrival.image, arrival.is_certain) == (None, False)
    assert [image.id for image in arrival.alike] == ["b"], "where the service took the file, it is the newest"
