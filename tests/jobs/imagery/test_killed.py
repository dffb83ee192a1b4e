"""A download that was killed leaves nothing, once the next QGIS has started; one that goes on is not disturbed."""

from __future__ import annotations

import signal

import pytest
from imagery_service import ImageryService
from other_qgis import other_qgis

from mapflow_dock.api.settings import WORKSPACES
from mapflow_dock.layers.workspace import remove_leftovers

__all__ = ["other_qgis"]

DOWNLOAD = """
from mapflow_dock.api.http.client import Client
from mapflow_dock.api.imagery_records import Image
from mapflow_dock.jobs.imagery.downloads import ImageDownload
url, folder, key = arguments
client = Client(url)
job = ImageDownload(client, Image(key, key + ".tif"), Path(folder) / (key + ".tif"))
job.finished.connect(application.quit)
job.start()
application.exec()
print("over", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def service():
    with ImageryService() as service:
        service.files = {key: b"\0" + key.encode() * 1000 for key in "ab"}
        yield service


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_killed_download_leaves_nothing_and_another_one_goes_on(other_qgis, service, qtbot, tmp_path):
    for key in "ab":
        service.add(path=f"/bucket/{key}", hold=True)
    killed = other_qgis(DOWNLOAD, service.url, tmp_path, "a")
    goes_on = other_qgis(DOWNLOAD, service.url, tmp_path, "b")
    for key in "ab":
        qtbot.waitUntil(lambda key=key: service.count("GET", f"/bucket/{key}") == 1, timeout=20_000)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert len([name for name in names_in(tmp_path) if not name.endswith(".lock")]) == 2
    remove_leftovers()
    (kept,) = [name for name in names_in(tmp_path) if not name.endswith(".lock")]
    assert set(WORKSPACES.read_all()) == {kept}
    service.release()
    assert goes_on.stdout.readline() == "over\n"
    assert names_in(tmp_path) == ["b.tif"]
    assert (tmp_path / "b.tif").read_bytes() == b"\0" + b"b" * 1000
    assert WORKSPACES.read_all() == {}
