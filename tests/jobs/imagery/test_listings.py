"""Images of mosaics are asked for without any widget: whoever wants to know them holds what comes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fault_proxy import Answer
from imagery_service import ImageryService, image

from mapflow_dock.api.http.client import Client
from mapflow_dock.api.imagery_records import Mosaic
from mapflow_dock.jobs.imagery.images_of_mosaics import ImagesOfMosaics
from mapflow_dock.jobs.imagery.known import Listing
from mapflow_dock.jobs.imagery.listings import AT_ONCE, ImageListings


class Known:
    """The least that can hold imagery."""

    def __init__(self, mosaic_ids):
        self.held = dict.fromkeys(mosaic_ids, ())
        self.states = {}

    def follow(self, listings):
        listings.asked.connect(lambda key: self.states.update({key: Listing.ASKED}))
        listings.came.connect(self._put)
        listings.failed.connect(lambda key, _error: self.states.update({key: Listing.FAILED}))
        listings.gone.connect(self.held.pop)

    def mosaics(self):
        return tuple(map(self.mosaic, self.held))

    def mosaic(self, key):
        return Mosaic(key, key) if key in self.held else None

    def images(self, key):
        return self.held.get(key, ())

    def listing(self, key):
        return self.states.get(key, Listing.NOT_ASKED)

    def _put(self, key, listing):
        self.held[key] = listing.images
        self.states[key] = Listing.KNOWN


@pytest.fixture
def service():
    with ImageryService() as service:
        service.fill(**{f"m{number}": [image(f"i{number}")] for number in range(6)})
        yield service


@pytest.fixture
def client(qgis_app, service):
    client = Client(service.url)
    client.retry_base_s = 0.01
    yield client
    client.close()


@pytest.fixture
def listings(client, service):
    known = Known(f"m{number}" for number in range(6))
    listings = ImageListings(SimpleNamespace(client=client, is_signed_in=True), known)
    known.follow(listings)
    listings.known = known
    listings.pauses.first_ms = 20
    yield listings
    listings.close()


def asked(service):
    return [one.path.split("/")[-2] for one in service.matching("GET", "/image")]


def test_a_few_are_asked_for_at_a_time_and_the_last_to_come_is_told(listings, service, qtbot):
    told = []
    listings.changed.connect(lambda: told.append(listings.is_asking))
    for _time in range(AT_ONCE):
        service.add(verb="GET", path="/image", hold=True)
    for number in range(5):
        listings.ask(f"m{number}")
    qtbot.waitUntil(lambda: len(asked(service)) == AT_ONCE)
    service.release()
    qtbot.waitUntil(lambda: not listings.is_asking)
    assert sorted(asked(service)) == [f"m{number}" for number in range(5)]
    assert (len(told), told[-1]) == (5, False)
    assert listings.known.held["m4"][0].id == "i4"


def test_an_answer_that_was_overtaken_never_comes(listings, service, qtbot):
    came = []
    listings.came.connect(lambda _key, listing: came.append([one.id for one in listing.images]))
    service.add(verb="GET", path="/m1/image", hold=True, answer=Answer.of([image("old")]))
    listings.ask("m1")
    qtbot.waitUntil(lambda: asked(service) == ["m1"])
    listings.ask("m1")
    qtbot.waitUntil(lambda: came == [["i1"]])
    service.release()
    assert not listings.is_asking


def test_a_search_looks_into_all_while_somebody_looks(listings, service, qtbot):
    listings.search(True)
    assert not listings.is_asking
    assert listings.is_searching
    listings.watch(True)
    qtbot.waitUntil(lambda: not listings.is_searching)
    assert sorted(asked(service)) == [f"m{number}" for number in range(6)]


def test_closing_stops_the_search_too(listings, service, qtbot):
    for _time in range(AT_ONCE):
        service.add(verb="GET", path="/image", hold=True)
    listings.watch(True)
    listings.search(True)
    qtbot.waitUntil(lambda: len(asked(service)) == AT_ONCE)
    listings.close()
    assert not listings.is_asking
    service.release()
    assert len(asked(service)) == AT_ONCE


def test_what_cannot_be_had_and_what_is_gone_is_told(listings, service, qtbot):
    del service.images["m2"]
    service.add(verb="GET", path="/m3/image", times=9, answer=Answer.of({"detail": "no"}, 400))
    listings.ask("m2")
    listings.ask("m3")
    qtbot.waitUntil(lambda: not listings.is_asking)
    assert "m2" not in listings.known.held
    assert listings.failed_count == 1


def test_what_is_being_prepared_is_asked_for_again_while_somebody_looks(listings, service, qtbot):
    service.images["m1"][0]["state"] = "PENDING"
    listings.watch(True)
    listings.ask("m1")
    qtbot.waitUntil(lambda: len(asked(service)) == 3)
    service.images["m1"][0]["state"] = "READY"
    qtbot.waitUntil(lambda: not listings.known.held["m1"][0].is_awaited)
    assert not listings.pauses._timer.isActive()


def test_images_of_several_mosaics_are_waited_for_together(client, service, qtbot):
    came = []
    job = ImagesOfMosaics(client, ["m1", "m2"])
    job.came.connect(lambda key, listing: came.append((key, len(listing.images))))
    with qtbot.waitSignal(job.succeeded):
        job.start()
    assert sorted(came) == [("m1", 1), ("m2", 1)]


def test_where_one_cannot_be_had_the_others_are_not_waited_for(client, service, qtbot):
    del service.images["m2"]
    service.add(verb="GET", path="/m1/image", hold=True)
    job = ImagesOfMosaics(client, ["m1", "m2"])
    told = []
    job.came.connect(lambda key, _listing: told.append(key))
    with qtbot.waitSignal(job.failed):
        job.start()
    assert client.running == 0
    assert told == []
