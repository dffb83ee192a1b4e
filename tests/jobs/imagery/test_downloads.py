"""Originals of images are downloaded a few at a time, into files that are nobody else's, and leave no half one."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest
from imagery_service import ImageryService

from mapflow_dock.api.http.client import Client
from mapflow_dock.api.imagery_records import Image
from mapflow_dock.jobs.imagery.downloads import ImageDownloads


@pytest.fixture
def service():
    with ImageryService() as service:
        service.files = {key: b"\0" + key.encode() * 1000 for key in "abc"}
        yield service


@pytest.fixture
def downloads(qgis_app, service):
    client = Client(service.url)
    client.retry_base_s = 0.01
    downloads = ImageDownloads(SimpleNamespace(client=client))
    downloads.told = []
    downloads.waiting.connect(lambda key: downloads.told.append(("waiting", key)))
    downloads.succeeded.connect(lambda image, path: downloads.told.append(("succeeded", image.id, path)))
    downloads.failed.connect(lambda image, _path, error: downloads.told.append(("failed", image.id, error)))
    downloads.ended.connect(lambda key: downloads.told.append(("ended", key)))
    yield downloads
    downloads.close()
    client.close()


def told_of(downloads, name):
    return [told[1] for told in downloads.told if told[0] == name]


def test_a_few_at_a_time(downloads, service, qtbot, tmp_path):
    service.add(path="/download", times=2, hold=True)
    downloads.add_into(tmp_path, [Image(key, f"{key}.tif") for key in "abc"])
    assert told_of(downloads, "waiting") == ["a", "b", "c"]
    qtbot.waitUntil(lambda: service.count("GET", "/download") == 2)
    assert downloads.is_under_way("c")
    service.release()
    qtbot.waitUntil(lambda: sorted(told_of(downloads, "ended")) == ["a", "b", "c"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        f"{key}.tif": b"\0" + key.encode() * 1000 for key in "abc"
    }
    assert not downloads.is_under_way("c")


def test_a_failure_says_which_and_why(downloads, service, qtbot, tmp_path):
    downloads.add({tmp_path / "z.tif": Image("z", "z.tif")})
    qtbot.waitUntil(lambda: told_of(downloads, "ended") == ["z"])
    (error,) = [told[2] for told in downloads.told if told[0] == "failed"]
    assert error.sentence
    assert error.cause is not None
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing_and_lets_the_next_begin(downloads, service, qtbot, tmp_path):
    service.add(path="/bucket/a", hold=True)
    service.add(path="/bucket/b", hold=True)
    downloads.add_into(tmp_path, [Image(key, f"{key}.tif") for key in "abc"])
    qtbot.waitUntil(lambda: service.count("GET", "/bucket/a") and service.count("GET", "/bucket/b"))
    downloads.cancel(["a", "b", "nobody"])
    assert told_of(downloads, "ended") == ["a", "b"]
    qtbot.waitUntil(lambda: told_of(downloads, "succeeded") == ["c"])
    assert [path.name for path in tmp_path.iterdir()] == ["c.tif"]


def test_the_size_an_image_tells_is_used_where_the_answer_has_none(downloads, service, qtbot, tmp_path):
    steps = []
    downloads.progressed.connect(lambda _key, fraction: steps.append(fraction))
    downloads.add({tmp_path / "a.tif": Image("a", "a.tif", size=1000)})
    qtbot.waitUntil(lambda: told_of(downloads, "ended") == ["a"])
    assert steps[0] < 0
    assert steps[-1] == 1.0


def test_a_file_that_is_not_the_one_uploaded_is_no_file(downloads, service, qtbot, tmp_path):
    right = hashlib.sha1(service.files["a"]).hexdigest()
    wrong = hashlib.sha1(b"another").hexdigest()
    downloads.add(
        {
            tmp_path / "a.tif": Image("a", "a.tif", checksum=right),
            tmp_path / "b.tif": Image("b", "b.tif", checksum=wrong),
        }
    )
    qtbot.waitUntil(lambda: sorted(told_of(downloads, "ended")) == ["a", "b"])
    assert told_of(downloads, "succeeded") == ["a"]
    (error,) = [told[2] for told in downloads.told if told[0] == "failed"]
    assert "checksum" in error.sentence
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]


def test_a_folder_that_cannot_be_written_is_told_of(downloads, qtbot, tmp_path):
    (tmp_path / "file").write_text("no folder")
    downloads.add({tmp_path / "file" / "a.tif": Image("a", "a.tif")})
    qtbot.waitUntil(lambda: told_of(downloads, "ended") == ["a"])
    (error,) = [told[2] for told in downloads.told if told[0] == "failed"]
    assert str(tmp_path / "file") in error.sentence
