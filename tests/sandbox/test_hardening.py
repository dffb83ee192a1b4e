"""What must not harm the server or its user: huge pictures in small files, a full disk, what others can read."""

from __future__ import annotations

import asyncio
import resource
import shutil
import socket
import sqlite3
import stat
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window
from starlette.datastructures import Headers

from mapflow_sandbox.data_faults import DataFault
from mapflow_sandbox.hosts import host_of
from mapflow_sandbox.rasters import intake
from mapflow_sandbox.rasters.files import ImageFolder, RasterFiles
from mapflow_sandbox.rasters.footprint import footprint_of
from mapflow_sandbox.rasters.inspection import inspect
from mapflow_sandbox.rasters.intake import Allowance, guarded, incoming
from mapflow_sandbox.rasters.masks import valid_pixels
from mapflow_sandbox.rasters.preparation import prepare
from mapflow_sandbox.store import Database, accounts
from mapflow_sandbox.work import job as lines
from mapflow_sandbox.work.job import Done, Job, Progress
from mapflow_sandbox.work.process import WorkerProcess

ALLOWANCE = Allowance(upload=10**9, storage=None)
SECRET = "one-of-a-tile-server"


def memory_kib(field):
    """A line of what Linux says of this process's memory: VmRSS as it is now, VmHWM its peak."""
    (line,) = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith(field)]
    return int(line.split()[1])


@contextmanager
def memory_of():
    """Tells, at the end, how far the memory rose in the block above what it was before, in KiB."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, rose = memory_kib("VmRSS"), []
    yield rose
    rose.append(memory_kib("VmHWM") - before)


def sparse(path, side, block):
    """A GeoTIFF of some hundred bytes or more, of `side` × `side` pixels in blocks that are not written."""
    with rasterio.open(
        path, "w", driver="GTiff", width=side, height=side, count=1, dtype="uint8", crs="EPSG:32637",
        transform=rasterio.Affine(0.5, 0, 500_000, 0, -0.5, 6_180_000), tiled=True, blockxsize=block,
        blockysize=block, sparse_ok=True,
    ):  # fmt: skip
        pass
    return path


def test_a_small_file_that_holds_a_huge_block_is_refused_before_it_is_unpacked(tmp_path):
    path = sparse(tmp_path / "huge.tif", 29_984, 29_984)
    assert path.stat().st_size < 1000
    with memory_of() as rose, pytest.raises(DataFault) as refused:
        inspect(path, "huge.tif")
    assert refused.value.code == "FileCheckFailed"
    assert "tiles" in refused.value.message
    assert rose[0] < 200_000, "900 MB would be unpacked"


def test_a_picture_of_too_many_pixels_is_refused_by_what_it_says_of_itself(tmp_path, geotiff):
    path = sparse(tmp_path / "sparse.tif", 60_000, 512)
    assert path.stat().st_size < 120_000
    with pytest.raises(DataFault) as refused:
        inspect(path, "sparse.tif")
    assert "pixels" in refused.value.parameters["bad_parameters"]
    assert inspect(geotiff(), "fine.tif").width == 90


def test_the_outline_of_a_large_picture_takes_little_memory(tmp_path):
    path = sparse(tmp_path / "large.tif", 20_000, 512)
    with memory_of() as rose:
        assert footprint_of(path).startswith("POLYGON")
    assert rose[0] < 100_000, "a byte for each pixel would be 400 MB"


def test_the_memory_of_a_block_of_code_is_measured():
    with memory_of() as rose:
        np.ones(150_000_000, dtype=np.uint8)
    assert rose[0] > 140_000


@pytest.mark.parametrize("nodata", [None, 0])
def test_which_pixels_are_imagery(geotiff, nodata):
    pixels = np.full((1, 60, 40), 7, dtype=np.uint8)
    pixels[:, :30] = 0
    with rasterio.open(geotiff(pixels=pixels, nodata=nodata)) as dataset:
        share = 1 if nodata is None else 0.5
        assert valid_pixels(dataset).shape == (60, 40)
        assert valid_pixels(dataset).mean() == share
        assert valid_pixels(dataset, (6, 4)).shape == (6, 4)
        assert valid_pixels(dataset, (6, 4)).mean() == share
        assert valid_pixels(dataset, window=Window(0, 25, 40, 10)).mean() == share


class Upload:
    """A request with a file in its body, as far as `incoming` looks at one."""

    def __init__(self, size):
        self.headers = {"content-type": "multipart/form-data; boundary=b"}
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.tif"\r\n\r\n'
        self._body = head + b"x" * size + b"\r\n--b--\r\n"

    async def stream(self):
        yield self._body


async def received(files, size):
    async with incoming(Upload(size), files, ALLOWANCE) as file:
        return file.size


def test_a_full_disk_refuses_an_upload_and_the_next_one_succeeds(tmp_path, monkeypatch):
    files = RasterFiles(tmp_path / "images", tmp_path / "uploads")
    with monkeypatch.context() as full:
        full.setattr(intake, "created", lambda _path: open("/dev/full", "wb"))  # noqa: SIM115 - the block closes it
        with pytest.raises(DataFault) as refused:
            asyncio.run(received(files, 3_000_000))
    assert (refused.value.status, refused.value.message) == (507, "The server's disk is full.")
    assert asyncio.run(received(files, 3_000_000)) == 3_000_000
    assert list(files.uploads.iterdir()) == []


def test_a_database_without_room_says_so_and_is_written_again_later(tmp_path):
    database = Database(tmp_path / "store.sqlite")
    accounts.ensure(database, "a@example.org", 10)
    (pages,) = database.reader.execute("pragma page_count").fetchone()

    def fill(number):
        with database.writing() as connection:
            connection.execute("update accounts set email = ?", (f"{'x' * 200_000}{number}",))

    database.reader.execute(f"pragma max_page_count = {pages}")
    for _again in range(2):
        with pytest.raises(DataFault) as refused, guarded():
            fill(1)
        assert refused.value.status == 507
        assert not database.reader.in_transaction
    assert accounts.by_email(database, "a@example.org") is not None
    database.reader.execute("pragma max_page_count = 1000000")
    fill(2)
    assert accounts.by_email(database, "a@example.org") is None


@contextmanager
def no_room_for(pid, size):
    """The process can write no file beyond `size` bytes, as if the disk were full."""
    usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)


def logged(own, words):
    """Wait until the server's log holds `words`."""
    deadline = time.monotonic() + 60
    while words not in own.process.log_path.read_text():
        assert time.monotonic() < deadline, own.process.log_path.read_text()
        time.sleep(0.05)


def test_work_on_a_full_disk_ends_with_a_message_once_there_is_room(sandbox, connect, square):
    own = sandbox.start(workers=1, credits=1000)
    api = connect(own)
    api.ended(api.start(square(0.02)))
    paid = api.credits
    started = api.start(square(0.2))
    log, store = own.process.log_path, own.process.data_path / "sandbox.sqlite-wal"
    room = log.stat().st_size + 8_000
    assert store.stat().st_size > room, "nothing more of it can be written"
    with no_room_for(own.pid, room):
        logged(own, "How far a processing is cannot be written down")
    ended = api.ended(started)
    assert (ended["status"], [each["code"] for each in ended["messages"]]) == (
        "FAILED", ["inference.internalError"],
    )  # fmt: skip
    assert api.credits == paid, "it is not paid for"
    assert api.ended(api.start(square(0.02)))["status"] == "OK"
    assert "Traceback" not in log.read_text()


def test_what_a_worker_says_late_is_not_taken_for_the_next_job_s():
    said = [lines.to_line(Progress(5.0)), lines.to_line(Done(1)), lines.to_line(Done(2))]
    worker = WorkerProcess(Path())
    worker._command = [
        sys.executable,
        "-c",
        "import sys\n"
        f"for out in {said!r}:\n"
        "    sys.stdin.buffer.readline() if out != " + repr(said[1]) + " else None\n"
        "    sys.stdout.buffer.write(out)\n"
        "    sys.stdout.buffer.flush()\n",
    ]

    def full(_percent):
        raise sqlite3.OperationalError("database or disk is full")

    heard = []
    job = Job("buildings", (), {}, (), None, None, None, None, "")
    with pytest.raises(sqlite3.OperationalError):
        worker.run(job, full)
    assert worker.run(job, heard.append) == Done(1)
    assert heard == [5.0], "a new process, which begins anew"
    worker.close()


@pytest.mark.parametrize(("free", "is_damaged"), [(30_000, False), (30_000, True), (10**9, False)])
def test_a_preparation_without_room_does_not_blame_the_file(tmp_path, geotiff, monkeypatch, free, is_damaged):
    folder = ImageFolder(tmp_path / "image")
    folder.path.mkdir()
    pixels = np.random.default_rng(3).integers(1, 255, (3, 600, 600), dtype=np.uint8)
    folder.original.write_bytes(geotiff(pixels=pixels).read_bytes())
    if is_damaged:
        content = folder.original.read_bytes()
        folder.original.write_bytes(content[: len(content) // 2])
    disk = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk._replace(free=free + 2**20))
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, usual[1]))
    try:
        outcome = prepare(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert ("disk is full" in (outcome.error or "")) is (free < 10**9 and not is_damaged)
    assert outcome.footprint is None


def test_what_is_no_full_disk_is_not_taken_for_one():
    for error in (PermissionError(13, "no"), sqlite3.OperationalError("locked")):
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        with pytest.raises(type(error)), guarded():
            raise error


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
def test_it_can_listen_on_ipv6(sandbox, connect):
    own = sandbox.start(host="::1")
    assert own.url.startswith("http://[::1]:")
    api = connect(own)
    preview = api.ask("GET", "/user/status")["dataProviders"][0]["previewUrl"]
    assert preview.startswith(own.url)
    assert api.get(preview.format(z=1, x=1, y=0)).status_code == 200


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("127.0.0.1:80", "127.0.0.1"),
        ("LOCALHOST", "localhost"),
        ("[::1]:8717", "::1"),
        ("[::1]", "::1"),
        ("[::1].evil.example", "[::1].evil.example"),
        ("evil.example:80", "evil.example"),
        ("localhost.evil.example", "localhost.evil.example"),
        ("", ""),
    ],
)
def test_the_host_of_a_request(host, named):
    assert host_of(Headers({"host": host})) == named


def test_a_name_that_was_made_to_point_here_is_refused(sandbox, connect):
    for host in ("evil.example", "localhost.evil.example:80", "[::1].evil.example"):
        assert connect(sandbox).get("/version", headers={"Host": host}).status_code == 400


def test_logs_and_data_are_the_owner_s_alone_and_hold_no_token(sandbox, connect, square, geotiff):
    own = sandbox.start()
    api = connect(own)
    api.upload(api.mosaic(), geotiff())
    api.ended(api.start(square(0.02)))
    login = {"rasterLogin": "me", "rasterPassword": SECRET}
    address = f"{own.url}/providers/{own.provider}/tiles/{{z}}/{{x}}/{{y}}.png"
    tiles = {"sourceType": "XYZ", "url": address, "zoom": 18, **login}
    ended = api.ended(api.start(square(0.02), params={"sourceParams": {"userDefined": tiles}}))
    assert ended["status"] == "OK"
    api.get(f"/user/status?token={own.bearer}")
    everything = [own.process.log_path, *own.process.data_path.rglob("*")]
    names = {path.name for path in everything}
    assert {"sandbox.log", "sandbox.sqlite", "in-use.sqlite", "original.tif", "links.key"} <= names
    assert any(path.suffix == ".tif" and path.parent.name == ended["id"] for path in everything)
    open_to_others = [path for path in everything if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    assert stat.S_IMODE(own.process.data_path.stat().st_mode) == 0o700
    own.process.stop()
    tokens = [own.basic, own.bearer, SECRET]
    for path in everything:
        if path.is_file() and path.name != "credentials.json":
            content = path.read_bytes()
            assert not [token for token in tokens if token.encode() in content], path.name
    assert "credentials.json" in own.process.log
