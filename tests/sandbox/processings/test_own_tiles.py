"""`userDefined`: tiles are really fetched, from this machine alone, and what is found is found in them."""

from __future__ import annotations

import base64
import io
import socket
import struct
import zlib

import httpx
import numpy as np
import pytest
from fault_proxy import Answer, FaultProxy
from PIL import Image

from mapflow_sandbox.imagery import loopback
from mapflow_sandbox.imagery.tile_service import TileService, tiles_of

START, ZOOM = "/processings/v2", 18


class Tiles(FaultProxy):
    """A tile server that has the sandbox's own imagery, however its tiles are asked for, and counts them."""

    def __init__(self, sandbox):
        super().__init__(base="")
        self.sandbox = sandbox
        self.login = None
        self.change = None

    @property
    def routes(self):
        return self

    @routes.setter
    def routes(self, _value):
        """Every request is answered by `get`."""

    def get(self, _key, _default=None):
        return self.answer

    def answer(self, asked):
        kind, *numbers = asked.path.removesuffix(".png").strip("/").split("/")
        if self.login is not None and asked.authorization != self.login:
            return Answer(401)
        if kind == "q":
            z, x, y = from_quadkey(numbers[0])
        else:
            z, x, y = map(int, numbers)
        if kind == "south":
            y = 2**z - 1 - y
        if self.change is not None:
            changed = self.change(z, x, y)
            if changed is not None:
                return changed
        url = f"{self.sandbox.url}/providers/{self.sandbox.provider}/tiles/{z}/{x}/{y}.png"
        fetched = httpx.get(url, timeout=20)
        return Answer(200, fetched.content, {"Content-Type": "image/png"})


def from_quadkey(text):
    x = y = 0
    for digit in text:
        x, y = 2 * x + int(digit) % 2, 2 * y + int(digit) // 2
    return len(text), x, y


@pytest.fixture
def tiles(sandbox):
    with Tiles(sandbox) as server:
        yield server


def order(api, area, url, kind="XYZ", zoom=ZOOM, **more):
    source = {"sourceType": kind, "url": url, "zoom": zoom, **more}
    return {**api.order(area), "params": {"sourceParams": {"userDefined": source}}}


def run(api, area, url, *arguments, **more):
    return api.ended(api.ask("POST", START, json=order(api, area, url, *arguments, **more))["id"])


def result(api, processing_id):
    found = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    return [(each["geometry"], {**each["properties"], "processing_date": None}) for each in found]


def code_of(ended):
    assert ended["status"] == "FAILED"
    (message,) = ended["messages"]
    return message["code"]


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        ("XYZ", "/north/{z}/{x}/{y}.png"),
        ("xyz", "/north/{z}/{x}/{y}.png?key=a%20b"),
        ("TMS", "/south/{z}/{x}/{y}.png"),
        ("QUADKEY", "/q/{q}.png"),
    ],
)
def test_what_is_found_is_what_is_in_the_tiles(api, tiles, square, kind, template):
    area = square(0.1)
    ended = run(api, area, tiles.origin + template, kind)
    assert (ended["status"], ended["cost"]) == ("OK", 15)
    objects = result(api, ended["id"])
    assert len(objects) > 3
    assert objects == result(api, api.ended(api.start(area, zoom=ZOOM))["id"])
    zooms = {len(asked.path.split("/")[2].split(".")[0]) if kind == "QUADKEY" else int(asked.path.split("/")[2])
             for asked in tiles.asked}  # fmt: skip
    assert zooms == {ZOOM}
    assert len(tiles.asked) == len({asked.path for asked in tiles.asked}), "each tile is asked for once"


def test_the_imagery_of_such_a_processing_is_what_was_fetched(api, tiles, square):
    tiles.change = lambda *_address: picture((200, 30, 40))
    ended = run(api, square(0.05), tiles.origin + "/north/{z}/{x}/{y}.png")
    assert ended["status"] == "OK"
    west, south, east, north = (
        np.array(square(0.05)["coordinates"][0]).min(0).tolist()
        + np.array(square(0.05)["coordinates"][0]).max(0).tolist()
    )
    layer = f"/imagery/{ended['id']}"
    bounds = api.ask("GET", f"{layer}/tilejson.json")["bounds"]
    assert bounds == pytest.approx([west, south, east, north])
    n = 2**ZOOM
    x = int(((west + east) / 2 + 180) / 360 * n)
    y = int((0.5 - (south + north) / 2 / 360) * n)  # near the equator
    shown = np.asarray(Image.open(io.BytesIO(api.get(f"{layer}/{ZOOM}/{x}/{y}.png").content)))
    assert set(map(tuple, shown[shown[..., 3] > 0])) == {(200, 30, 40, 255)}


def test_tiles_of_the_other_mercator_lie_where_they_belong(api, tiles, square):
    """Near the equator the two differ by a third of a per cent of the latitude: 9 m here, many pixels."""
    half = loopback_half_world()
    seen = {}

    def remember(z, x, y):
        seen.setdefault(z, set()).add((x, y))

    tiles.change = remember
    area = square(0.02, north=0.4)
    run(api, area, tiles.origin + "/north/{z}/{x}/{y}.png", crs="EPSG:3395")
    rows = {y for _x, y in seen[ZOOM]}
    latitude = np.radians(np.array(area["coordinates"][0])[:, 1])
    e = 0.0818191908426215
    metres = 6_378_137 * (np.arctanh(np.sin(latitude)) - e * np.arctanh(e * np.sin(latitude)))
    expected = (half - metres) / (2 * half / 2**ZOOM)
    assert min(rows) <= expected.min() < expected.max() <= max(rows) + 1
    assert len(rows) <= expected.max() - expected.min() + 3


def loopback_half_world():
    return np.pi * 6_378_137.0


def test_a_login_is_sent_to_its_origin_and_told_nowhere(api, tiles, square):
    canary = "a key of tiles"
    tiles.login = "Basic " + base64.b64encode(f"me:{canary}".encode()).decode()
    url = tiles.origin + "/north/{z}/{x}/{y}.png"
    ended = run(api, square(), url, rasterLogin="me", rasterPassword=canary)
    assert ended["status"] == "OK"
    assert canary not in str(ended)
    assert canary not in api.sandbox.process.log
    database = api.sandbox.process.data_path / "sandbox.sqlite"
    kept = b"".join(path.read_bytes() for path in database.parent.glob("sandbox.sqlite*"))
    assert canary.encode() not in kept
    without = run(api, square(), url)
    assert code_of(without) == "dataloader.TileNotLoaded"
    assert without["messages"][0]["parameters"]["status"] == "401"


def test_a_redirect_within_the_machine_is_followed_without_the_login(api, tiles, sandbox, square):
    with Tiles(sandbox) as other:
        tiles.change = lambda z, x, y: Answer.redirect(f"{other.origin}/north/{z}/{x}/{y}.png")
        url = tiles.origin + "/north/{z}/{x}/{y}.png"
        assert run(api, square(), url, rasterLogin="me", rasterPassword="x")["status"] == "OK"
        assert {bool(asked.authorization) for asked in tiles.asked} == {True}
        assert {bool(asked.authorization) for asked in other.asked} == {False}


@pytest.mark.parametrize(
    "target", ["http://192.0.2.1/t.png", "https://tiles.example.org/t.png", "http://[::2]/"]
)
def test_a_redirect_out_of_the_machine_is_refused(api, tiles, square, target):
    tiles.change = lambda *_address: Answer.redirect(target)
    ended = run(api, square(), tiles.origin + "/north/{z}/{x}/{y}.png")
    assert code_of(ended) == "source-validator.UrlBlacklisted"
    assert ended["messages"][0]["parameters"] == {"url": target}


@pytest.mark.parametrize(
    "host",
    [
        "tiles.example.org", "192.0.2.1", "0.0.0.0", "[::]", "[::ffff:192.0.2.1]", "2130706433", "127.1", "0x7f.0.0.1",
        "localhost.example.org", "127.0.0.1@tiles.example.org", "169.254.169.254",
    ],
)  # fmt: skip
def test_other_machines_are_refused_before_anything_is_asked(api, square, host):
    before = api.credits
    said = api.refused("POST", START, json=order(api, square(), f"http://{host}/{{z}}/{{x}}/{{y}}.png"))
    assert said["code"] == "source-validator.UrlBlacklisted"
    assert api.credits == before


def test_a_name_that_leads_elsewhere_is_refused_when_it_is_looked_up(monkeypatch):
    def elsewhere(host, port, **_more):
        here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        return [here, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    with pytest.raises(loopback.NotLoopback):
        loopback.get("http://localhost:9/")


@pytest.mark.parametrize(
    ("kind", "url", "code"),
    [
        ("XYZ", "http://127.0.0.1/tiles.png", "source-validator.XYZLinkFormatError"),
        ("XYZ", "http://127.0.0.1/{z}/{x}/{-y}.png", "source-validator.XYZLinkFormatError"),
        ("XYZ", "http://127.0.0.1/{z}/{x}/{y}.png?z={z}", "source-validator.XYZLinkFormatError"),
        ("XYZ", "http://127.0.0.1/{s}/{z}/{x}/{y}.png", "source-validator.XYZLinkFormatError"),
        ("TMS", "http://127.0.0.1/{z}/{x}.png", "source-validator.TMSLinkFormatError"),
        ("TMS", "http://127.0.0.1/{z}/{x}/{-y}.png", "source-validator.TMSLinkFormatError"),
        ("QUADKEY", "http://127.0.0.1/{q}/{q}.png", "source-validator.QuadkeyLinkFormatError"),
        ("QUADKEY", "http://127.0.0.1/{q}/{z}.png", "source-validator.QuadkeyLinkFormatError"),
        ("XYZ", "http://127.0.0.1/{z}/{x}/{y.png", "source-validator.UrlFormatInvalid"),
        ("XYZ", None, "source-validator.UrlMustBeString"),
        ("WMS", "http://127.0.0.1/wms?SERVICE=WMS", "source-validator.SourceTypeIsNotAllowed"),
        ("ORBVIEW_ZIP", "http://127.0.0.1/{z}/{x}/{y}.png", "source-validator.SourceTypeIsNotAllowed"),
        ("QUADKEY", "http://127.0.0.1/{z}/{x}/{y}.png", "source-validator.QuadkeyLinkFormatError"),
        ("XYZ", "http://127.0.0.1:port/{z}/{x}/{y}.png", "source-validator.UrlFormatInvalid"),
        ("XYZ", "http:///{z}/{x}/{y}.png", "source-validator.UrlFormatInvalid"),
        ("XYZ", "http://{x}.example.org/{z}/{y}.png", "source-validator.UrlBlacklisted"),
        ("XYZ", "file:///{z}/{x}/{y}.png", "source-validator.UrlMustBeLink"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused(api, square, kind, url, code):
    assert api.refused("POST", START, json=order(api, square(), url, kind))["code"] == code


def test_another_system_is_refused(api, square):
    body = order(api, square(), "http://127.0.0.1/{z}/{x}/{y}.png", crs="EPSG:4326")
    assert api.refused("POST", START, json=body)["code"] == "dataloader.CrsIsNotSupported"


def picture(colour, side=256, height=None):
    written = io.BytesIO()
    Image.new("RGB", (side, height or side), colour).save(written, "PNG")
    return Answer(200, written.getvalue(), {"Content-Type": "image/png"})


def bomb():
    """A PNG of a few bytes that says it is 60,000 pixels a side."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in (head, b"IDAT" + zlib.compress(bytes(1000)))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500), "dataloader.TileNotLoaded"),
        (Answer(404), "dataloader.TileNotLoaded"),
        (Answer.html(), "dataloader.TileNotReadable"),
        (picture((1, 2, 3), side=128), "dataloader.WrongTileSize"),
        (picture((1, 2, 3), height=512), "dataloader.WrongTileSize"),
        (Answer(200, b"0" * (17 * 1024 * 1024)), "dataloader.TileNotLoaded"),
        (Answer(200, bomb()), "dataloader.WrongTileSize"),
    ],
)
def test_tiles_that_are_none_fail_with_the_service_s_code(api, tiles, square, answer, code):
    tiles.change = lambda *_address: answer
    before = api.credits
    assert code_of(run(api, square(), tiles.origin + "/north/{z}/{x}/{y}.png")) == code
    assert api.credits == before


@pytest.mark.parametrize("path", ["/north/{z}/{x}/{y}.png\r\nX-Evil: 1", "/north/{z}/{x}/{y}.png HTTP/1.0"])
def test_an_address_cannot_smuggle_a_request(api, tiles, square, path):
    api.request("POST", START, json=order(api, square(), tiles.origin + path))
    assert not any("x-evil" in asked.headers for asked in tiles.asked)
    assert all(asked.path.endswith(".png") or "%20" in asked.path for asked in tiles.asked)


def test_a_tile_that_drips_is_given_up(monkeypatch, tiles):
    monkeypatch.setattr(loopback, "_DEADLINE_S", 0.0)
    tiles.change = lambda *_address: picture((1, 2, 3))
    with pytest.raises(loopback.NotFetched, match="TimeoutError"):
        loopback.get(tiles.origin + "/north/18/1/1.png")


def test_a_redirect_that_never_ends_is_given_up(api, tiles, square):
    tiles.change = lambda z, x, y: Answer.redirect(f"/north/{z}/{x}/{y}.png")
    ended = run(api, square(), tiles.origin + "/north/{z}/{x}/{y}.png")
    assert code_of(ended) == "dataloader.TileNotLoaded"
    assert ended["messages"][0]["parameters"]["status"] == "too many redirects"


def test_a_server_that_is_not_there(api, square):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ended = run(api, square(), f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png")
    assert code_of(ended) == "dataloader.TileNotLoaded"


def test_a_missing_tile_is_a_hole(api, tiles, square):
    whole = run(api, square(0.15), tiles.origin + "/north/{z}/{x}/{y}.png")
    xs = sorted({int(asked.path.split("/")[3]) for asked in tiles.asked})
    tiles.change = lambda _z, x, _y: Answer(404) if x > xs[len(xs) // 2] else None
    part = run(api, square(0.15), tiles.origin + "/north/{z}/{x}/{y}.png")
    assert 0 < len(result(api, part["id"])) < len(result(api, whole["id"]))


def test_large_tiles_are_read_too(api, tiles, square):
    tiles.change = lambda *_address: picture((90, 120, 60), side=512)
    assert run(api, square(), tiles.origin + "/north/{z}/{x}/{y}.png")["status"] == "OK"


def test_too_much_is_not_fetched(sandbox, connect, tiles, square):
    wide = connect(sandbox.start(area_limit_km2=1000))
    area = square(9)
    ended = run(wide, area, tiles.origin + "/north/{z}/{x}/{y}.png", zoom=19)
    assert code_of(ended) == "dataloader.MemoryLimitExceeded"
    assert tiles.asked == []


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((-1, -1, 1, 1), (1, 2, 1, 2)),
        ((0, 0, 1, 1), (2, 2, 1, 1)),
        ((-3e7, -3e7, 3e7, 3e7), (0, 3, 0, 3)),
    ],
)
def test_the_tiles_of_an_area(bounds, expected):
    assert tiles_of(bounds, 2) == expected


def test_the_address_of_a_tile_by_quadkey():
    assert (
        TileService("QUADKEY", "http://localhost/{q}", "EPSG:3857").address(3, 3, 5) == "http://localhost/213"
    )
