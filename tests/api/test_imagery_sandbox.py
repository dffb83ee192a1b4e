"""My imagery against the running sandbox, in both shapes the service answers in."""

from __future__ import annotations

import hashlib

import pytest
from fault_proxy import FaultProxy
from rasters import write_raster

from mapflow_dock.api import imagery
from mapflow_dock.api.auth import read_pasted
from mapflow_dock.api.errors import Fault
from mapflow_dock.api.image_upload import NOT_UPLOADED
from mapflow_dock.api.imagery import PreviewSize

pytestmark = pytest.mark.both_dialects
NAMES = [
    "two words & more, +1 100%.tif",
    "снимок Тамбова №2.tif",
    "🏠 roofs; a=b.tif",
    "it's [here] (1).tif",
]
TAGS = ("a b", "c,d & e+f", "лес 🌲", "100%")


@pytest.fixture
def client(sandbox, make_client):
    return make_client(sandbox.url, read_pasted(sandbox.basic))


@pytest.fixture
def lossy(sandbox, make_client):
    """A client whose server breaks as a test tells it to, and the server."""
    with FaultProxy(sandbox.url) as proxy:
        client = make_client(proxy.url, read_pasted(sandbox.basic))
        yield client, proxy


@pytest.fixture
def ask(outcome):
    """The value of a reply that has to succeed."""

    def value(reply, timeout=60_000):
        kind, result = outcome(reply, timeout)
        if kind != "succeeded":
            pytest.fail(f"{kind}: {result}")
        return result

    return value


@pytest.fixture
def scene(tmp_path):
    return write_raster(tmp_path / "scene.tif", width=400, height=300)


@pytest.fixture
def mosaic(client, ask):
    made = ask(imagery.create_mosaic(client, "A test", TAGS))
    yield made
    ask(imagery.delete_mosaic(client, made.id))


@pytest.fixture
def until_ready(client, ask, qtbot):
    """The image once its pixels can be used."""

    def wait(mosaic_id, image_id):
        found = []

        def is_ready():
            images = ask(imagery.list_images(client, mosaic_id)).images
            found[:] = [image for image in images if image.id == image_id and image.is_usable]
            return bool(found)

        qtbot.waitUntil(is_ready, timeout=30_000)
        return found[0]

    return wait


def test_a_mosaic_from_its_making_to_its_end(client, ask, outcome):
    made = ask(imagery.create_mosaic(client, "Съёмка & co, +1 100%", TAGS))
    assert (made.name, set(made.tags)) == ("Съёмка & co, +1 100%", set(TAGS))
    listed = ask(imagery.list_mosaics(client))
    assert made.id in [one.id for one in listed.mosaics]
    assert listed.skipped == 0
    for tag in TAGS:
        assert made.id in [one.id for one in ask(imagery.list_mosaics(client, (tag,))).mosaics]
    assert made.id not in [one.id for one in ask(imagery.list_mosaics(client, ("c", "d & e"))).mosaics]
    ask(imagery.update_mosaic(client, made.id, name="Other"))
    told = ask(imagery.fetch_mosaic(client, made.id))
    assert (told.name, set(told.tags), told.image_count) == ("Other", set(TAGS), 0)
    ask(imagery.update_mosaic(client, made.id, tags=["x"]))
    assert ask(imagery.fetch_mosaic(client, made.id)).tags == ("x",)
    ask(imagery.delete_mosaic(client, made.id))
    kind, error = outcome(imagery.fetch_mosaic(client, made.id))
    assert (kind, error.fault) == ("failed", Fault.NOT_FOUND)


@pytest.mark.parametrize("name", NAMES)
def test_names_arrive_intact(client, ask, mosaic, scene, name):
    done = ask(imagery.upload_image(client, mosaic.id, scene, name))
    assert done.image.name == name
    renamed = f"{name} & renamed, +2 🌲"
    ask(imagery.rename_image(client, done.image.id, renamed))
    assert ask(imagery.fetch_image(client, done.image.id)).name == renamed


def test_an_image_from_upload_to_download(client, ask, mosaic, scene, until_ready, tmp_path):
    before = ask(imagery.storage(client)).used
    done = ask(imagery.upload_image(client, mosaic.id, scene))
    image = until_ready(mosaic.id, done.image.id)
    assert (image.width, image.height, image.bands, image.crs) == (400, 300, 3, "EPSG:32637")
    assert image.pixel_size == (0.5, 0.5)
    assert image.size == scene.stat().st_size
    assert image.footprint.upper().startswith("POLYGON")
    if image.checksum:
        assert image.checksum == hashlib.sha1(scene.read_bytes()).hexdigest()
    assert ask(imagery.image_status(client, image.id)).is_usable
    small = ask(imagery.preview(client, image.id))
    large = ask(imagery.preview(client, image.id, PreviewSize.LARGE))
    assert small[:2] == large[:2] == b"\xff\xd8"
    assert len(large) > len(small)
    target = tmp_path / "original.tif"
    assert ask(imagery.download(client, image.id, target)) == target
    assert target.read_bytes() == scene.read_bytes()
    assert ask(imagery.storage(client)).used >= before + image.size
    assert ask(imagery.fetch_mosaic(client, mosaic.id)).image_count == 1
    ask(imagery.delete_image(client, image.id))
    assert ask(imagery.list_images(client, mosaic.id)).images == ()
    assert ask(imagery.storage(client)).used == before


def test_a_mosaic_is_made_with_its_first_image(client, ask, scene):
    name = "Лето & осень, +1 100% 🏠"
    done = ask(imagery.upload_to_new_mosaic(client, name, TAGS, scene, NAMES[1]))
    made = ask(imagery.fetch_mosaic(client, done.mosaic_id))
    assert (made.name, set(made.tags)) == (name, set(TAGS))
    assert done.image.name == NAMES[1]
    ask(imagery.delete_mosaic(client, made.id))


def test_a_lost_answer_is_settled(client, lossy, ask, mosaic, scene):
    through, proxy = lossy
    proxy.add(verb="POST", path="/image", drop_after=True)
    done = ask(imagery.upload_image(through, mosaic.id, scene, "lost.tif"))
    assert done.image.name == "lost.tif"
    images = ask(imagery.list_images(client, mosaic.id)).images
    assert [image.id for image in images] == [done.image.id]


def test_a_connection_lost_on_the_way_leaves_nothing(client, lossy, ask, outcome, mosaic, tmp_path):
    big = write_raster(tmp_path / "big.tif", width=4_000, height=3_000)
    through, proxy = lossy
    proxy.add(verb="POST", path="/image", cut_body=1_000_000)
    used = ask(imagery.storage(client)).used
    kind, error = outcome(imagery.upload_image(through, mosaic.id, big))
    assert (kind, error.code) == ("failed", NOT_UPLOADED)
    assert ask(imagery.list_images(client, mosaic.id)).images == ()
    assert ask(imagery.storage(client)).used == used
    assert ask(imagery.upload_image(through, mosaic.id, big)).image is not None


def test_a_new_mosaic_whose_image_is_refused_is_not_left_behind(client, ask, outcome, tmp_path):
    nowhere = write_raster(tmp_path / "nowhere.tif", epsg=None, transform=())
    kind, error = outcome(imagery.upload_to_new_mosaic(client, "Refused", (), nowhere))
    assert (kind, error.fault) == ("failed", Fault.REJECTED)
    assert "georeferenced" in error.sentence
    assert "Refused" not in [one.name for one in ask(imagery.list_mosaics(client)).mosaics]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epsg": None, "transform": ()}, "georeferenced"),
        ({"bands": 2}, "1, 3 or 4 bands"),
        ({"pixel": 40.0}, "did not pass"),
    ],
)
def test_why_an_image_is_refused_is_said_in_words(client, outcome, mosaic, tmp_path, changes, said):
    path = write_raster(tmp_path / "bad.tif", **changes)
    kind, error = outcome(imagery.upload_image(client, mosaic.id, path))
    assert (kind, error.fault) == ("failed", Fault.REJECTED)
    assert error.code
    assert said in error.sentence


def test_what_is_no_raster_is_refused(client, outcome, mosaic, tmp_path):
    path = tmp_path / "text.tif"
    path.write_text("no raster at all")
    kind, error = outcome(imagery.upload_image(client, mosaic.id, path))
    assert kind == "failed"
    assert "could not open the file" in error.sentence


def test_too_little_storage_is_said_with_its_figures(sandbox, make_client, ask, outcome, tmp_path):
    small = sandbox.start(memory_limit=1_000_000)
    client = make_client(small.url, read_pasted(small.basic))
    path = write_raster(tmp_path / "large.tif", width=1_500, height=1_000)
    mosaic = ask(imagery.create_mosaic(client, "Full"))
    assert ask(imagery.storage(client)).free < path.stat().st_size
    kind, error = outcome(imagery.upload_image(client, mosaic.id, path))
    assert (kind, error.code) == ("failed", "MemoryLimitExceeded")
    assert "MiB are free" in error.sentence


@pytest.mark.parametrize(
    "ask_for", [imagery.list_images, imagery.fetch_image, imagery.delete_image, imagery.preview]
)
def test_what_is_gone_has_its_sentence(client, outcome, ask_for):
    kind, error = outcome(ask_for(client, "00000000-0000-4000-8000-000000000000"))
    assert (kind, error.fault) == ("failed", Fault.NOT_FOUND)
    assert "not there any more" in error.sentence
