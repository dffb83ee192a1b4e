"""An upload until it is known whether the image is there: answers of both shapes, lost ones, and half-made ones."""

from __future__ import annotations

import os
import threading
from urllib.parse import parse_qsl

import pytest
from fault_proxy import Answer

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.http.upload import CHANGED
from mapflow_dock.api.lost_answers.sent_once import NOT_DONE, UNKNOWN
from mapflow_dock.api.lost_answers.upload import upload_image, upload_to_new_mosaic

UPLOAD = "/rasters/mosaic/m1/image"
SIZE = 300_000


class Storehouse:
    """A Data API that keeps what it takes, and answers an upload in either shape."""

    def __init__(self, server):
        self.server = server
        self.mosaics = {"m1": "Survey"}
        self.images = {"m1": [image("old", "scene.tif")]}
        self.is_deployed = True
        self.is_listing = True
        self.count = 0
        self.lock = threading.Lock()
        for mosaic_id in ("m1", "m2", "m3"):
            self._route(mosaic_id)
        server.route(
            "GET", "/rasters/mosaic", lambda _asked: Answer.of([self._mosaic(key) for key in self.mosaics])
        )
        server.route("POST", "/rasters/mosaic/image", self._make)

    def _route(self, mosaic_id):
        path = f"/rasters/mosaic/{mosaic_id}"
        self.server.route("GET", path + "/image", lambda _asked: self._listing(mosaic_id))
        self.server.route("POST", path + "/image", lambda asked: self.take(mosaic_id, asked))
        self.server.route("DELETE", path, lambda _asked: self._delete(mosaic_id))

    def _mosaic(self, key):
        return {"id": key, "name": self.mosaics[key], "tags": []}

    def _listing(self, mosaic_id):
        if mosaic_id not in self.mosaics:
            return Answer.of({"detail": {"code": "ItemNotFound", "message": "?"}}, 404)
        listed = self.images.get(mosaic_id, [])
        return Answer.of([one for one in listed if self.is_listing or one["id"] == "old"])

    def _delete(self, mosaic_id):
        del self.mosaics[mosaic_id]
        return Answer(204)

    def _make(self, asked):
        query = parse_qsl(asked.query)
        key = f"m{len(self.mosaics) + 1}"
        self.mosaics[key] = dict(query)["name"]
        return self.take(key, asked)

    def take(self, mosaic_id, asked):
        head = asked.body[:500].decode("utf-8", "replace")
        name = head.split('filename="')[1].split('"')[0]
        with self.lock:
            self.count += 1
            made = image(f"new-{self.count}", name.replace(" ", "_"))
        self.images.setdefault(mosaic_id, []).append(made)
        self.server.route(
            "DELETE", f"/rasters/image/{made['id']}", lambda _asked: self._drop(mosaic_id, made)
        )
        if self.is_deployed:
            return Answer.of({"message": "Image successfully uploaded", "mosaic_id": mosaic_id})
        return Answer.of({**made, "mosaic_id": mosaic_id})

    def _drop(self, mosaic_id, made):
        self.images[mosaic_id].remove(made)
        return Answer.of({"message": "deleted"})

    def ids(self, mosaic_id="m1"):
        return [one["id"] for one in self.images.get(mosaic_id, [])]


def image(key, name, size=SIZE, **more):
    return {"id": key, "filename": name, "file_size": size, "uploaded_at": "2026-01-01T00:00:00Z", **more}


@pytest.fixture
def store(server):
    return Storehouse(server)


@pytest.fixture
def client(server, make_client):
    return make_client(server.url)


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.tif"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def outcomes(qtbot):
    """Waits for several replies that run at the same time."""

    def wait(replies):
        seen = {}
        for reply in replies:
            reply.succeeded.connect(lambda value, key=reply: seen.update({key: ("succeeded", value)}))
            reply.failed.connect(lambda error, key=reply: seen.update({key: ("failed", error)}))
        qtbot.waitUntil(lambda: len(seen) == len(replies), timeout=15_000)
        return [seen[reply] for reply in replies]

    return wait


@pytest.mark.parametrize("is_deployed", [True, False])
def test_the_new_image_is_known_whatever_the_answer_says(store, client, outcome, scene, is_deployed):
    store.is_deployed = is_deployed
    kind, done = outcome(upload_image(client, "m1", scene))
    assert (kind, done.mosaic_id, done.image.id, done.image.name) == ("succeeded", "m1", "new-1", "scene.tif")
    assert done.image.mosaic_id == "m1"


def test_it_is_found_under_a_name_the_service_has_tidied(store, client, outcome, scene):
    _kind, done = outcome(upload_image(client, "m1", scene, "my scene.tif"))
    assert (done.image.id, done.image.name) == ("new-1", "my_scene.tif")


def test_a_service_that_lists_it_late_is_asked_again(store, client, outcome, scene, qtbot):
    store.is_listing = False
    reply = upload_image(client, "m1", scene)
    qtbot.waitUntil(lambda: store.server.count("GET", UPLOAD) == 3)
    store.is_listing = True
    assert outcome(reply)[1].image.id == "new-1"


def test_a_service_that_does_not_list_it_has_taken_it_all_the_same(store, client, outcome, scene):
    store.is_listing = False
    kind, done = outcome(upload_image(client, "m1", scene))
    assert (kind, done.mosaic_id, done.image) == ("succeeded", "m1", None)


def test_a_lost_answer_is_settled_by_the_listing(store, server, client, outcome, scene):
    server.add(verb="POST", path=UPLOAD, drop_after=True)
    kind, done = outcome(upload_image(client, "m1", scene))
    assert (kind, done.image.id) == ("succeeded", "new-1")
    assert server.count("POST", UPLOAD) == 1


@pytest.mark.parametrize("status", [500, 502])
def test_an_error_after_the_last_byte_is_settled_by_the_listing(
    store, server, client, outcome, scene, status
):
    def take_and_fail(asked):
        store.take("m1", asked)
        return Answer.of({"detail": "boom"}, status)

    server.route("POST", UPLOAD, take_and_fail)
    kind, done = outcome(upload_image(client, "m1", scene))
    assert (kind, done.image.id) == ("succeeded", "new-1")


def test_an_image_of_that_name_that_was_there_before_is_not_taken_for_it(
    store, server, client, outcome, scene
):
    server.add(verb="POST", path=UPLOAD, answer=Answer.of({"detail": "boom"}, 500))
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, NOT_DONE)
    assert "safe to upload it again" in error.sentence
    assert store.ids() == ["old"]


def test_a_connection_lost_on_the_way_stored_nothing(store, server, client, outcome, tmp_path):
    big = tmp_path / "big.tif"
    big.write_bytes(b"x" * 40_000_000)
    server.add(verb="POST", path=UPLOAD, cut_body=1_000_000)
    kind, error = outcome(upload_image(client, "m1", big))
    assert (kind, error.code) == ("failed", NOT_DONE)
    assert "before the whole file was sent" in error.sentence
    assert server.count("GET", UPLOAD) == 2  # one look before, one after: nobody waits for what cannot come


def test_where_it_may_come_yet_nobody_says_it_is_safe(store, server, client, outcome, scene):
    server.add(verb="POST", path=UPLOAD, answer=Answer.of({}, 504))
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", UNKNOWN)
    assert "“scene.tif”" in error.sentence


@pytest.mark.parametrize("listing", [Answer.of({}, 500), Answer.of([{"id": "x"}])])
def test_where_nobody_can_look_it_is_not_known(store, server, client, outcome, scene, listing, qtbot):
    server.add(verb="POST", path=UPLOAD, answer=Answer.of({}, 500))
    reply = upload_image(client, "m1", scene)
    qtbot.waitUntil(lambda: server.count("POST", UPLOAD) == 1)
    server.route("GET", UPLOAD, listing)
    kind, error = outcome(reply)
    assert (kind, error.code) == ("failed", UNKNOWN)
    assert "It is not known" in error.sentence


def test_a_refusal_is_told_at_once(store, server, client, outcome, scene):
    server.add(verb="POST", path=UPLOAD, answer=Answer.of({"detail": {"code": "FileTooBig"}}, 413))
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", "FileTooBig")
    assert server.count("GET", UPLOAD) == 1


def test_a_mosaic_that_is_gone_is_told_before_anything_is_sent(store, server, client, outcome, scene):
    del store.mosaics["m1"]
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code, error.unsent) == ("failed", "ItemNotFound", True)
    assert server.count("POST") == 0


def test_several_that_could_be_it_are_told_apart_by_their_checksum(store, server, client, outcome, scene):
    import hashlib

    digest = hashlib.sha1(scene.read_bytes()).hexdigest()

    def take_beside_another(_asked):
        store.images["m1"] += [
            image("theirs", "scene.tif", checksum="0" * 40, uploaded_at="2026-02-02T00:00:00Z"),
            image("ours", "scene.tif", checksum=digest.upper()),
        ]
        return Answer.of({"message": "ok", "mosaic_id": "m1"})

    server.route("POST", UPLOAD, take_beside_another)
    assert outcome(upload_image(client, "m1", scene))[1].image.id == "ours"


def test_others_run_at_the_same_time(store, server, client, outcomes, scene, qtbot):
    server.add(verb="POST", times=2, hold=True)
    one = upload_image(client, "m1", scene, "a.tif")
    other = upload_image(client, "m1", scene, "b.tif")
    qtbot.waitUntil(lambda: server.count("POST", UPLOAD) == 2)
    server.release()
    assert {done.image.name for _kind, done in outcomes([one, other])} == {"a.tif", "b.tif"}


@pytest.fixture
def change_on_the_way(monkeypatch):
    """The file is written to between its first and its last byte: too quick for a test to do by hand."""
    from mapflow_dock.api.http import upload

    states = iter(range(1_000))
    monkeypatch.setattr(upload, "_state_of", lambda found: upload._FileState(found.st_size, next(states), 1))


def test_what_is_of_two_states_of_the_file_does_not_stay(store, client, outcome, scene, change_on_the_way):
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.fault, error.code) == ("failed", Fault.DISK, CHANGED)
    assert store.count == 1
    assert store.ids() == ["old"]


def test_only_the_image_the_answer_names_is_taken_back(
    store, server, client, outcome, scene, change_on_the_way
):
    """Somebody else uploads a file of that name and size at the same time, and theirs is the newer one."""

    def take_beside_another(asked):
        store.images["m1"].append(image("theirs", "scene.tif", uploaded_at="2026-02-02T00:00:00Z"))
        return store.take("m1", asked)

    store.is_deployed = False
    server.route("DELETE", "/rasters/image/theirs", lambda _asked: Answer(204))
    server.route("POST", UPLOAD, take_beside_another)
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", CHANGED)
    assert store.ids() == ["old", "theirs"]
    assert [asked.path for asked in server.matching("DELETE")] == ["/rest/rasters/image/new-1"]


@pytest.mark.parametrize(
    "theirs",
    [
        [image("theirs", "scene.tif", SIZE + 1)],
        [image("theirs", "scene.tif"), image("more", "scene.tif", SIZE + 1)],
        [{"id": "theirs", "filename": "scene.tif"}],
    ],
)
def test_what_may_be_somebody_elses_is_not_taken_back(
    store, server, client, outcome, scene, change_on_the_way, theirs
):
    def take_another(_asked):
        store.images["m1"] += theirs
        return Answer.of({"message": "ok", "mosaic_id": "m1"})

    server.route("POST", UPLOAD, take_another)
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", CHANGED)
    assert server.count("DELETE") == 0
    assert "may be in the mosaic as “scene.tif”" in error.sentence


def test_an_image_of_another_size_is_not_taken_for_a_lost_one(store, server, client, outcome, scene):
    def lose(_asked):
        store.images["m1"].append(image("theirs", "scene.tif", SIZE + 1))
        return Answer.of({"detail": "boom"}, 500)

    server.route("POST", UPLOAD, lose)
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", UNKNOWN)
    assert "look for “scene.tif”" in error.sentence


def test_what_cannot_be_taken_back_is_named(store, server, client, outcome, scene, change_on_the_way):
    server.add(verb="DELETE", times=9, answer=Answer.of({"detail": "no"}, 403))
    kind, error = outcome(upload_image(client, "m1", scene))
    assert (kind, error.code) == ("failed", CHANGED)
    assert "still there as “scene.tif”" in error.sentence


def test_progress_and_the_last_byte_are_told(store, server, client, outcome, scene, qtbot):
    server.add(verb="POST", path=UPLOAD, hold=True)
    reply = upload_image(client, "m1", scene)
    steps = []
    reply.progressed.connect(lambda done, total: steps.append((done, total)))
    assert not reply.is_all_sent
    qtbot.waitUntil(lambda: reply.is_all_sent)
    assert steps[-1][0] == steps[-1][1] > SIZE
    server.release()
    outcome(reply)


def test_abort_ends_every_step(store, server, client, scene, qtbot):
    for rule in ({"verb": "GET"}, {"verb": "POST"}):
        server.add(**rule, hold=True)
        before = server.count()
        reply = upload_image(client, "m1", scene)
        qtbot.waitUntil(lambda asked=before: server.count() > asked)
        reply.abort()
        assert client.running == 0
        server.release()
    reply = upload_image(client, "m1", scene)
    reply.abort()
    assert not reply.is_running


# into a mosaic that is made for it


@pytest.mark.parametrize("is_deployed", [True, False])
def test_a_mosaic_is_made_with_its_first_image(store, server, client, outcome, scene, is_deployed):
    store.is_deployed = is_deployed
    name, tags = "Лето & осень, +1", ("a b", "c,d")
    kind, done = outcome(upload_to_new_mosaic(client, name, tags, scene))
    assert (kind, done.mosaic_id, done.image.id) == ("succeeded", "m2", "new-1")
    assert parse_qsl(server.matching("POST")[0].query) == [("name", name), ("tags", "a b"), ("tags", "c,d")]
    assert store.mosaics["m2"] == name


def test_a_new_mosaic_is_found_after_a_lost_answer(store, server, client, outcome, scene):
    store.mosaics["m9"] = "Fresh"  # one of that name is there already
    server.add(verb="POST", drop_after=True)
    kind, done = outcome(upload_to_new_mosaic(client, "Fresh", (), scene))
    assert (kind, done.mosaic_id, done.image.id) == ("succeeded", "m3", "new-1")


def half_make(store, status, body):
    def make(_asked):
        store.mosaics["m2"] = "Fresh"
        return Answer.of(body, status)

    store.server.route("POST", "/rasters/mosaic/image", make)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, {"detail": "boom"}, NOT_DONE),
        (422, {"detail": {"code": "FileCheckFailed"}}, "FileCheckFailed"),
    ],
)
def test_no_empty_mosaic_is_left_behind(store, client, outcome, scene, status, body, code):
    half_make(store, status, body)
    kind, error = outcome(upload_to_new_mosaic(client, "Fresh", (), scene))
    assert (kind, error.code) == ("failed", code)
    assert list(store.mosaics) == ["m1"]


def test_a_mosaic_the_service_may_still_fill_stays(store, client, outcome, scene):
    half_make(store, 504, {})
    kind, error = outcome(upload_to_new_mosaic(client, "Fresh", (), scene))
    assert (kind, error.code) == ("failed", UNKNOWN)
    assert "m2" in store.mosaics


def test_a_mosaic_with_something_in_it_stays(store, client, outcome, scene):
    half_make(store, 422, {"detail": {"code": "FileCheckFailed"}})
    store.images["m2"] = [image("theirs", "other.tif")]
    assert outcome(upload_to_new_mosaic(client, "Fresh", (), scene))[1].code == "FileCheckFailed"
    assert "m2" in store.mosaics


@pytest.mark.parametrize(("status", "kind"), [(404, "succeeded"), (405, "succeeded"), (500, "failed")])
def test_a_service_that_lists_no_mosaics_takes_uploads_too(
    store, server, client, outcome, scene, status, kind
):
    store.is_deployed = False
    server.add(verb="GET", path="/rasters/mosaic", times=99, answer=Answer.of({"detail": "no"}, status))
    assert outcome(upload_to_new_mosaic(client, "Fresh", (), scene))[0] == kind


def test_without_a_list_of_mosaics_a_lost_answer_is_not_known(store, server, client, outcome, scene):
    server.add(verb="GET", path="/rasters/mosaic", times=99, answer=Answer.of({"detail": "no"}, 404))
    server.add(verb="POST", answer=Answer.of({}, 500))
    kind, error = outcome(upload_to_new_mosaic(client, "Fresh", (), scene))
    assert (kind, error.code) == ("failed", UNKNOWN)


def test_no_upload_outlives_its_use(store, client, outcome, scene, qtbot):
    import gc

    from mapflow_dock.api.http.reply import ApiReply

    def alive():
        gc.collect()
        return sum(isinstance(one, ApiReply) for one in gc.get_objects())

    before = alive()
    for _ in range(3):
        outcome(upload_image(client, "m1", scene))
        outcome(upload_to_new_mosaic(client, "Fresh", (), scene))
    qtbot.waitUntil(lambda: alive() == before)
