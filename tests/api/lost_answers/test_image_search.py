"""Before a lost upload is sent again, it is looked for by its name among what was not there before."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.api.lost_answers.image_search import Expected, look_again

MOSAICS = [
    {"id": "old", "name": "Fields", "created_at": "2026-01-01T00:00:00Z"},
    {"id": "first", "name": "Fields", "created_at": "2026-02-01T00:00:00Z"},
    {"id": "new", "name": "Fields", "created_at": "2026-02-02T00:00:00Z"},
    {"id": "other", "name": "Forest", "created_at": "2026-02-03T00:00:00Z"},
]
IMAGES = [
    {"id": "i1", "filename": "a.tif", "file_size": 5},
    {"id": "i2", "filename": "a.tif", "file_size": 7},
]


@pytest.fixture
def look(server, make_client, qtbot):
    """Look; returns the Arrival or the ApiError."""
    client = make_client(server.url)
    server.route("GET", "/rasters/mosaic", Answer.of(MOSAICS))
    server.route("GET", "/rasters/mosaic/new/image", Answer.of(IMAGES))

    def look(**expected):
        outcome = []
        reply = look_again(client, Expected(**{"file_name": "a.tif", **expected}))
        reply.succeeded.connect(outcome.append)
        reply.failed.connect(outcome.append)
        qtbot.waitUntil(lambda: bool(outcome))
        return outcome[0]

    return look


def test_the_image_is_found_in_its_mosaic(look):
    assert look(mosaic_id="new", known_images=frozenset({"i2"})).image.id == "i1"
    assert look(mosaic_id="new", size=7).image.id == "i2", "the size tells two of one name apart"


def test_what_was_there_before_is_not_taken_for_it(look):
    assert look(mosaic_id="new", known_images=frozenset({"i1", "i2"})).image is None
    assert look(mosaic_id="new", file_name="b.tif").image is None


def test_the_mosaic_made_for_it_is_found(look):
    arrival = look(mosaic_name="Fields", known_mosaics=frozenset({"old"}), size=5)
    assert (arrival.mosaic_id, arrival.image.id) == ("new", "i1")


def test_no_mosaic_of_somebody_else_is_taken(look):
    arrival = look(mosaic_name="Fields", known_mosaics=frozenset({"old", "first", "new"}))
    assert (arrival.mosaic_id, arrival.image) == ("", None)
    assert look(mosaic_name="Fields", known_mosaics=None).mosaic_id == "", (
        "nobody knows what was there before"
    )


def test_a_service_that_lists_no_mosaics_tells_nothing(server, look):
    assert not look(mosaic_name="Fields", known_mosaics=None).is_certain
    server.route("GET", "/rasters/mosaic", Answer.of({"detail": "Method Not Allowed"}, 405))
    arrival = look(mosaic_name="Fields", known_mosaics=frozenset())
    assert (arrival.mosaic_id, arrival.is_certain) == ("", False)


def test_an_image_of_another_size_has_not_arrived_and_leaves_it_open(look):
    arrival = look(mosaic_id="new", size=6)
    assert (arrival.image, arrival.is_certain) == (None, False)
    assert look(mosaic_id="new", size=6, known_images=frozenset({"i1", "i2"})).is_certain


def test_where_not_all_can_be_read_it_may_be_there(server, look):
    server.route("GET", "/rasters/mosaic/new/image", Answer.of([{"id": "x"}]))
    assert not look(mosaic_id="new").is_certain


def test_a_mosaic_deleted_in_between_is_no_arrival(server, look):
    server.route("GET", "/rasters/mosaic/new/image", Answer.of({"detail": {"code": "ItemNotFound"}}, 404))
    assert look(mosaic_name="Fields", known_mosaics=frozenset({"old", "first"})).mosaic_id == ""


def test_a_service_that_cannot_be_asked_settles_nothing(server, look):
    for _time in range(5):
        server.add(verb="GET", path="/rasters/mosaic", answer=Answer.of({"message": "?"}, 500))
    assert look(mosaic_name="Fields", known_mosaics=frozenset()).sentence
