"""Images that are not ready are asked for where a mosaic says it has some, and only as long as it helps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fault_proxy import Answer
from imagery_service import ImageryService, image, unready

from mapflow_dock.api.http.client import Client
from mapflow_dock.jobs.imagery.loading import ImageryRequests
from mapflow_dock.layers.footprints.outlines import pixel_metres
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree


class Session:
    """The least of a session that somebody is signed in to."""

    def __init__(self, client):
        self.client = client
        self.is_signed_in = True
        nobody = SimpleNamespace(connect=lambda _slot: None, disconnect=lambda _slot: None)
        self.signed_in = self.signed_out = self.reachable_changed = nobody


@pytest.fixture
def service():
    with ImageryService() as service:
        service.has_status = True
        service.fill(m1=[image("a")], m2=[image("b")])
        yield service


@pytest.fixture
def tree(qgis_app):
    return ImageryTree(pixel_metres)


@pytest.fixture
def requests(service, tree):
    client = Client(service.url)
    client.retry_base_s = 0.005
    requests = ImageryRequests(Session(client), tree.known)
    requests.listed.connect(lambda listing: tree.set_mosaics(listing.mosaics))
    requests.mosaic_came.connect(tree.put_mosaic)
    requests.images.asked.connect(tree.set_asked)
    requests.images.came.connect(
        lambda key, listing: tree.set_images(key, listing.images, listing.skipped, listing.untold)
    )
    requests.images.pauses.first_ms = 20
    requests.images.watch(True)
    yield requests
    requests.close()
    client.close()


@pytest.fixture
def load(requests, qtbot):
    """Ask for the mosaics, and wait until nothing is on its way."""

    def load():
        requests.refresh()
        qtbot.waitUntil(lambda: requests.is_loaded and not requests.is_asking)
        settle(requests, qtbot)

    return load


def settle(requests, qtbot):
    qtbot.waitUntil(lambda: not requests.images.is_asking and not len(requests._fetching))


def states(tree, key="m1"):
    return [(one.id, one.preparation.name) for one in tree.known.images(key)]


def quiet(requests, qtbot):
    """Nothing more is asked by itself."""
    settle(requests, qtbot)
    return not requests.images.pauses._timer.isActive()


def test_a_mosaic_with_images_in_preparation_is_asked_without_being_opened(
    requests, service, tree, load, qtbot
):
    service.unready["m1"] = [unready("p"), unready("f", "FAILED", preprocessing_error="Torn.")]
    load()
    qtbot.waitUntil(lambda: len(states(tree)) == 3)
    assert states(tree) == [("a", "COMPLETED"), ("f", "FAILED"), ("p", "PENDING")]
    assert states(tree, "m2") == []
    assert service.count("GET", "/m2/status") == service.count("GET", "/m2/image") == 0


def test_a_mosaic_with_failed_images_alone_waits_until_it_is_opened(requests, service, tree, load, qtbot):
    service.unready["m1"] = [unready("f", "FAILED")]
    load()
    assert service.count("GET", "/status") == 0
    requests.images.ask("m1")
    settle(requests, qtbot)
    assert states(tree) == [("a", "COMPLETED"), ("f", "FAILED")]
    assert quiet(requests, qtbot)


def test_what_is_all_ready_needs_no_status(requests, service, load, qtbot):
    load()
    requests.images.ask("m1")
    settle(requests, qtbot)
    assert service.count("GET", "/status") == 0


def test_it_is_asked_again_until_it_is_ready_and_the_mosaic_is_fetched_then(
    requests, service, tree, load, qtbot
):
    service.unready["m1"] = [unready("p")]
    load()
    qtbot.waitUntil(lambda: service.count("GET", "/m1/status") >= 3)
    service.mosaics[0]["footprint"] = "POLYGON((1 48, 2 48, 2 49, 1 48))"
    service.make_ready("m1", "p")
    qtbot.waitUntil(lambda: bool(tree.known.mosaic("m1").footprint))
    assert states(tree) == [("a", "COMPLETED"), ("p", "COMPLETED")]
    assert tree.known.mosaic("m1").is_ready
    assert quiet(requests, qtbot)


def test_nobody_asks_while_nobody_looks(requests, service, load, qtbot):
    service.unready["m1"] = [unready("p")]
    requests.images.watch(False)
    load()
    assert service.count("GET", "/status") == 0
    requests.images.watch(True)
    qtbot.waitUntil(lambda: service.count("GET", "/m1/status") == 2)
    requests.images.watch(False)
    assert quiet(requests, qtbot)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_without_the_status_is_asked_for_it_once(requests, service, tree, load, qtbot, status):
    for held in service.mosaics:
        held["status_summary"] = {"total": 2, "ready": 1, "pending": 1, "failed": 0}
    service.add(path="/status", times=99, answer=Answer.of({"detail": "?"}, status))
    requests.images.watch(False)
    load()
    requests.images.ask("m1")
    settle(requests, qtbot)
    requests.images.ask("m2")
    settle(requests, qtbot)
    requests.images.watch(True)
    assert service.count("GET", "/status") == 1
    assert [states(tree, key) for key in ("m1", "m2")] == [[("a", "COMPLETED")], [("b", "COMPLETED")]]
    assert tree.known.mosaic("m2").counts.awaited == 1, "the service said so, and nobody knows better"
    assert quiet(requests, qtbot)


@pytest.mark.parametrize(
    "summary",
    [{"total": 9, "ready": 9, "pending": 2}, {"total": 3, "pending": 3}, {"total": 1, "in_progress": 7}],
)
def test_counts_that_contradict_what_is_listed_are_put_right_and_asked_about_once(
    requests, service, tree, load, qtbot, summary
):
    service.mosaics[0]["status_summary"] = summary
    load()
    qtbot.waitUntil(lambda: states(tree) == [("a", "COMPLETED")])
    counts = tree.known.mosaic("m1").counts
    assert (counts.ready, counts.total) == (1, 1)
    assert service.count("GET", "/m1/status") == 1
    assert quiet(requests, qtbot)


def test_a_state_nobody_knows_is_shown_and_not_asked_about_for_ever(requests, service, tree, load, qtbot):
    service.unready["m1"] = [unready("x", "QUARANTINED"), {"filename": "no id"}, None]
    load()
    qtbot.waitUntil(lambda: len(states(tree)) == 2)
    assert states(tree)[1] == ("x", "UNKNOWN")
    assert tree.known.branch("m1").note.text.startswith("2 images could not be read")
    assert quiet(requests, qtbot)


def test_a_status_that_fails_leaves_what_is_known_and_says_so(requests, service, tree, load, qtbot):
    service.unready["m1"] = [unready("f", "FAILED")]
    load()
    requests.images.ask("m1")
    settle(requests, qtbot)
    service.add(path="/m1/status", times=99, answer=Answer.of({"detail": "boom"}, 500))
    service.images["m1"].append(image("new"))
    requests.images.ask("m1")
    settle(requests, qtbot)
    assert states(tree) == [("a", "COMPLETED"), ("f", "FAILED"), ("new", "COMPLETED")]
    assert "could not be found out" in tree.known.branch("m1").note.text
    assert tree.known.branch("m1").note.is_error
    assert quiet(requests, qtbot)
    service.rules.clear()
    requests.images.ask("m1")
    settle(requests, qtbot)
    assert tree.known.branch("m1").note is None


def test_after_an_upload_a_mosaic_that_counts_nothing_is_asked_for_what_is_not_ready(
    requests, service, tree, load, qtbot
):
    for held in service.mosaics:
        held["status_summary"] = None
    load()
    requests.images.ask("m1")
    settle(requests, qtbot)
    assert service.count("GET", "/status") == 0
    service.unready["m1"] = [unready("p")]
    requests.mosaic_changed("m1")
    qtbot.waitUntil(lambda: ("p", "PENDING") in states(tree))
    service.make_ready("m1", "p")
    qtbot.waitUntil(lambda: ("p", "COMPLETED") in states(tree))
    assert quiet(requests, qtbot)
