"""Uploads that break off: the client goes, the server is killed. Nothing half-made stays, and the next one works."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

import numpy as np
import pytest

LOOK_AGAIN_S = 0.05
PATIENCE_S = 60.0
ABRUPTLY = struct.pack("ii", 1, 0)  # closing then sends a reset
BEGIN = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="photo.tif"\r\n\r\n'
END = b"\r\n--frontier--\r\n"


@pytest.fixture
def own(sandbox):
    """A sandbox of the test's own."""
    return sandbox.start()


@pytest.fixture
def content(geotiff):
    """A file of some MiB."""
    return geotiff(width=1500, height=1500).read_bytes()


def begin(address, mosaic_id, content, sent):
    """Send the first `sent` bytes of a file, and keep the connection."""
    where = urlsplit(address.url)
    line = socket.create_connection((where.hostname, where.port), timeout=PATIENCE_S)
    length = len(BEGIN) + len(content) + len(END)
    head = (
        f"POST /rest/rasters/mosaic/{mosaic_id}/image HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Basic {address.basic}\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=frontier\r\n\r\n"
    )
    line.sendall(head.encode() + BEGIN + content[:sent])
    return line


def until(done):
    """Wait for what the server does by itself."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(LOOK_AGAIN_S)


def arriving(sandbox):
    """The files that are just arriving."""
    return list((sandbox.process.data_path / "uploads").glob("*"))


def has_begun(sandbox):
    """Whether bytes have come to the disk."""
    return any(each.stat().st_size for each in arriving(sandbox))


@pytest.mark.parametrize("how", ["close", "reset", "half"])
def test_a_connection_that_breaks_leaves_nothing(own, connect, content, geotiff, how):
    api = connect(own)
    mosaic_id = api.mosaic()
    memory = api.ask("GET", "/rasters/memory")
    line = begin(own, mosaic_id, content, len(content) // 2)
    until(lambda: has_begun(own))
    if how == "half":
        line.shutdown(socket.SHUT_WR)
    elif how == "reset":
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
    if how != "half":
        line.close()
    until(lambda: arriving(own) == [])
    line.close()
    assert api.image_ids(mosaic_id) == set()
    assert api.ask("GET", "/rasters/memory") == memory
    assert list((own.process.data_path / "images").iterdir()) == []
    assert api.upload(mosaic_id, geotiff())["state"] == "READY"
    assert "Traceback" not in own.process.log, "a client that goes is nothing to cry about"


def test_a_connection_that_breaks_after_the_last_byte_still_brings_the_image(own, connect, content):
    api = connect(own)
    mosaic_id = api.mosaic()
    line = begin(own, mosaic_id, content, len(content))
    line.sendall(END)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
    line.close()
    until(lambda: api.image_ids(mosaic_id) or arriving(own) == [])
    until(lambda: arriving(own) == [])
    images = api.image_ids(mosaic_id)
    assert len(images) <= 1  # whole, or not at all
    for image_id in images:
        assert api.prepared(image_id)["preprocessing_status"] == "COMPLETED"
    folders = {each.name for each in (own.process.data_path / "images").iterdir()}
    assert folders == images


def killed(own):
    """Kill the server as a power cut would, and start it again on its data; its new address."""
    os.kill(own.pid, signal.SIGKILL)
    own.process.stop()
    return own.process.start()


def test_a_server_that_is_killed_in_mid_upload_starts_clean(own, connect, content, geotiff):
    api = connect(own)
    mosaic_id = api.mosaic("Kept")
    kept = api.upload(mosaic_id, geotiff("kept.tif"))
    with begin(own, mosaic_id, content, len(content) // 2):
        until(lambda: has_begun(own))
        again = connect(killed(own))
    assert arriving(own) == []
    assert [image["id"] for image in again.images(mosaic_id)] == [kept["id"]]
    assert {each.name for each in (own.process.data_path / "images").iterdir()} == {kept["id"]}
    assert again.get(f"/rasters/image/{kept['id']}/preview/s").status_code == 200
    assert again.upload(mosaic_id, geotiff("next.tif"))["state"] == "READY"


def test_a_folder_without_a_record_is_cleared_away_at_the_start(own, connect):
    stray = own.process.data_path / "images" / "5f3e9f5c-6b1c-4b0e-8f0e-0d6d3f6d9a11"
    stray.mkdir()
    (stray / "original.tif").write_bytes(b"II*")
    connect(killed(own))
    assert not stray.exists()


def test_a_preparation_that_a_kill_ended_is_taken_up_again(sandbox, connect, geotiff):
    own = sandbox.start(prepare_first_bytes=0)
    api = connect(own)
    mosaic_id = api.mosaic()
    path = geotiff(pixels=np.random.default_rng(1).integers(0, 999, (3, 2200, 2200)).astype(np.uint16))
    image = api.upload(mosaic_id, path)
    work = own.process.data_path / "images" / image["id"] / "work"
    until(lambda: work.exists() and any(work.iterdir()))
    again = connect(killed(own))
    assert again.prepared(image["id"])["preprocessing_status"] == "COMPLETED"
    assert not work.exists()
    assert [each["id"] for each in again.images(mosaic_id)] == [image["id"]]


def test_a_preparation_that_an_orderly_end_interrupted_is_taken_up_again(sandbox, connect, geotiff):
    own = sandbox.start(prepare_first_bytes=0)
    api = connect(own)
    path = geotiff(pixels=np.random.default_rng(1).integers(0, 999, (3, 2200, 2200)).astype(np.uint16))
    image = api.upload(api.mosaic(), path)
    own.process.stop()
    again = connect(own.process.start())
    assert again.prepared(image["id"])["preprocessing_status"] == "COMPLETED"


def test_a_preparation_whose_process_dies_fails_and_the_next_one_works(sandbox, connect, geotiff):
    own = sandbox.start(prepare_first_bytes=0)
    api = connect(own)
    mosaic_id = api.mosaic()
    path = geotiff(pixels=np.random.default_rng(1).integers(0, 999, (3, 2200, 2200)).astype(np.uint16))
    image = api.upload(mosaic_id, path)
    work = own.process.data_path / "images" / image["id"] / "work"
    until(lambda: work.exists() and any(work.iterdir()))
    for pid in preparing(own.pid):
        os.kill(pid, signal.SIGKILL)
    assert api.prepared(image["id"])["preprocessing_status"] == "FAILED"
    next_one = api.upload(mosaic_id, geotiff("next.tif", dtype="uint16"))
    assert api.prepared(next_one["id"])["preprocessing_status"] == "COMPLETED"


def preparing(server):
    """The processes that prepare images for a server."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with (
                open(f"/proc/{name}/stat", encoding="utf-8") as stat,
                open(f"/proc/{name}/cmdline") as command,
            ):
                parent = int(stat.read().rpartition(")")[2].split()[1])
                if parent == server and "spawn_main" in command.read():
                    found.append(int(name))
        except OSError:
            continue  # it has ended meanwhile
    assert found
    return found


def test_an_image_that_is_deleted_while_it_is_prepared_is_gone(sandbox, connect, geotiff):
    own = sandbox.start(prepare_first_bytes=0)
    api = connect(own)
    mosaic_id = api.mosaic()
    path = geotiff(pixels=np.random.default_rng(1).integers(0, 999, (3, 2200, 2200)).astype(np.uint16))
    image = api.upload(mosaic_id, path)
    folder = own.process.data_path / "images" / image["id"]
    until((folder / "work").exists)
    api.ask("DELETE", f"/rasters/image/{image['id']}")
    small = api.upload(mosaic_id, geotiff("small.tif", dtype="uint16"))  # waits until the other is done with
    assert api.prepared(small["id"])["preprocessing_status"] == "COMPLETED"
    assert not folder.exists()
    assert api.ask("GET", f"/rasters/image/{image['id']}", 404)


def test_a_slow_upload_holds_up_nobody(own, connect, content, geotiff):
    api = connect(own)
    mosaic_id = api.mosaic()
    lines = [begin(own, mosaic_id, content, 1000) for _ in range(50)]
    done = threading.Event()
    try:
        assert api.upload(mosaic_id, geotiff())["state"] == "READY"
        done.set()
    finally:
        for line in lines:
            line.close()
    until(lambda: arriving(own) == [])
