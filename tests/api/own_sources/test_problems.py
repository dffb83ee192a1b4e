"""What is typed about a source is judged field by field, and a login in an address is taken out of it."""

from __future__ import annotations

import pytest

from mapflow_dock.api.own_sources.addresses import (
    address_problem,
    key_advice,
    kind_of_address,
    part_login,
    sent_address,
)
from mapflow_dock.api.own_sources.kinds import SourceKind, kind_named
from mapflow_dock.api.own_sources.problems import crs_problem, name_problem, source_problem, zoom_problem
from mapflow_dock.api.own_sources.source import OwnSource

XYZ, TMS, QUADKEY = SourceKind.XYZ, SourceKind.TMS, SourceKind.QUADKEY
SENTINEL, LOCAL = SourceKind.SENTINEL_L2A, SourceKind.LOCAL

GOOD = [
    (XYZ, "https://tiles.example.com/{z}/{x}/{y}.png"),
    (XYZ, "http://127.0.0.1:8080/{z}/{y}/{x}?style=a"),
    (XYZ, "https://h.example/wmts?SERVICE=WMTS&REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"),
    (XYZ, "https://h.example/{z}/{x}/{y}?api_key={key}"),
    (TMS, "https://h.example/{z}/{x}/{-y}.png"),
    (TMS, "https://h.example/{z}/{x}/{y}.png"),
    (QUADKEY, "https://h.example/a{q}.jpeg?g=1"),
    (SENTINEL, "L2A_T32TQM_A007612_20180822T101024"),
    (SENTINEL, "S2A_MSIL2A_20190821T085601_N0213_R007_T36UUA_20190821T115206"),
    (SENTINEL, "S2B_OPER_MSI_L2A_TL_SGS__20190101T200120_A009518_T18TXP_N02.11"),
    (SENTINEL, "tiles/36/U/UA/2020/1/12/0/"),
    (LOCAL, "s3://users-data/user/0f0353ff.tif"),
    (LOCAL, "s3://bucket/a/b.TIFF"),
]
BAD = [
    (XYZ, "", "Type the address"),
    (XYZ, "tiles.example.com/{z}/{x}/{y}", "https://"),
    (XYZ, "ftp://h.example/{z}/{x}/{y}", "https://"),
    (XYZ, "https:///{z}/{x}/{y}", "https://"),
    (XYZ, "https://h.example/{z}/{x}", "{y}"),
    (XYZ, "https://h.example/tiles", "{z}, {x}, {y}"),
    (XYZ, "https://h.example/{z}/{x}/{-y}", "TMS"),
    (XYZ, "https://{s}.h.example/{z}/{x}/{y}", "{s}"),
    (XYZ, "https://h.example/{z}/{z}/{x}/{y}", "only once"),
    (XYZ, "https://h.example/wms?SERVICE=WMS&REQUEST=GetMap&LAYERS=a", "does not take WMS"),
    (XYZ, "https://h.example/geoserver/wms", "does not take WMS"),
    (XYZ, "s3://bucket/a.tif", "storage"),
    (XYZ, "https://h.example/" + "a" * 2_000 + "/{z}/{x}/{y}", "too long"),
    (TMS, "https://h.example/{z}/{x}/{y}/{-y}", "only once"),
    (QUADKEY, "https://h.example/{z}/{x}/{y}", "{q}"),
    (QUADKEY, "https://h.example/{q}/{x}", "{x}"),
    (SENTINEL, "", "granule"),
    (SENTINEL, "L2A_T32TQM", "granule"),
    (SENTINEL, "L2A_T32TQM_A007612_20181322T101024", "granule"),
    (SENTINEL, "https://h.example/L2A_T32TQM_A007612_20180822T101024", "granule"),
    (LOCAL, "/home/me/a.tif", "files of this computer"),
    (LOCAL, r"C:\data\a.tif", "files of this computer"),
    (LOCAL, "https://h.example/a.tif", "My Imagery"),
    (LOCAL, "s3://bucket/a.png", ".tif"),
]


@pytest.mark.parametrize(("kind", "address"), GOOD)
def test_an_address_of_each_kind_passes(kind, address):
    assert address_problem(kind, address) == ""
    assert source_problem(OwnSource("A", kind, address, authcfg="abc1234")) == ""


@pytest.mark.parametrize(("kind", "address", "said"), BAD)
def test_what_is_wrong_with_an_address_is_said(kind, address, said):
    assert said in address_problem(kind, address)


def test_names_are_needed_and_told_apart():
    assert name_problem("Survey") == ""
    assert "a name" in name_problem("  ")
    assert "already" in name_problem(" survey", ["Survey"])
    assert "too long" in name_problem("a" * 81)


def test_zoom_and_crs_are_those_that_tiles_have():
    assert zoom_problem(XYZ, None) == zoom_problem(XYZ, 0) == zoom_problem(XYZ, 22) == ""
    assert "23" in zoom_problem(XYZ, 23)
    assert "-1" in zoom_problem(XYZ, -1)
    assert zoom_problem(LOCAL, 99) == ""
    assert crs_problem(XYZ, "EPSG:3857") == crs_problem(TMS, "epsg:3395") == crs_problem(LOCAL, "") == ""
    assert "EPSG:3395" in crs_problem(XYZ, "EPSG:4326")


def test_a_login_before_the_host_is_taken_out():
    parted = part_login(" https://me:se%40cret@h.example:8080/{z}/{x}/{y}?a=b@c ")
    assert (parted.url, parted.user, parted.secret) == (
        "https://h.example:8080/{z}/{x}/{y}?a=b@c",
        "me",
        "se@cret",
    )
    assert "cret" not in repr(parted)


@pytest.mark.parametrize("name", ["access_token", "API_KEY", "key", "subscription-key"])
def test_a_key_of_the_query_is_taken_out(name):
    parted = part_login(f"https://h.example/{{z}}/{{x}}/{{y}}?style=a&{name}=abc%2B&v=1")
    assert parted.url == f"https://h.example/{{z}}/{{x}}/{{y}}?style=a&{name}={{key}}&v=1"
    assert (parted.user, parted.secret) == ("", "abc+")


@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/{z}/{x}/{y}?style=a",
        "https://h.example/{z}/{x}/{y}?key={key}",
        "s3://a@b/c.tif",
        "T@",
    ],
)
def test_an_address_without_a_login_stays_as_it_is(address):
    parted = part_login(address)
    assert parted.url == address
    assert not parted.has_login


def test_the_rows_of_tms_are_told_by_the_kind():
    assert sent_address(TMS, "https://h.example/{z}/{x}/{-y}") == "https://h.example/{z}/{x}/{y}"
    assert sent_address(XYZ, "https://h.example/{z}/{x}/{y}") == "https://h.example/{z}/{x}/{y}"


def test_some_addresses_tell_their_kind():
    assert kind_of_address("s3://b/c.tif") is LOCAL
    assert kind_of_address("https://h.example/{q}") is QUADKEY
    assert kind_of_address("https://h.example/{z}/{x}/{-y}") is TMS
    assert kind_of_address("L2A_T32TQM_A007612_20180822T101024") is SENTINEL
    assert kind_of_address("https://h.example/{z}/{x}/{y}") is None
    assert kind_of_address("") is None


def test_kinds_are_known_by_the_words_of_the_service():
    assert [kind_named(word) for word in ("xyz", "Sentinel_L2A", "wms")] == [XYZ, SENTINEL, None]


def test_an_address_that_lacks_its_key_is_not_used():
    assert "key" in source_problem(OwnSource("A", XYZ, "https://h.example/{z}/{x}/{y}?token={key}"))


def test_the_address_is_not_in_the_repr():
    assert "h.example" not in repr(OwnSource("A", XYZ, "https://h.example/{z}/{x}/{y}"))


@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/{z}/{x}/{y}?key=abc&token=def",
        "https://h.example/{z}/{x}/{y}?key={key}&token=def",
        "https://me:word@h.example/{z}/{x}/{y}?api_key=abc",
        "https://me:word@h.example/{z}/{x}/{y}?api_key={key}",
    ],
)
def test_of_several_logins_none_is_lost_and_none_is_kept(address):
    assert part_login(address).url == address, "to take one out would leave the other one readable"
    assert "more than one login or key" in address_problem(XYZ, address)


def test_one_key_may_stand_twice():
    assert address_problem(XYZ, "https://h.example/{z}/{x}/{y}?key={key}&token={key}") == ""


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("https://h.example/0a1b2c3d4e5f60718293a4b5c6d7e8f9/{z}/{x}/{y}.png", "“0a1b…”"),
        ("https://h.example/ogc/9b2f5c1e-7d34-4a60-8f21-3c5d7e9a1b04/{z}/{x}/{y}", "“9b2f…”"),
        ("https://h.example/{z}/{x}/{y}?licence=Zx81Kq07Lm55Pp32Rt19", "“Zx81…”"),
        ("https://h.example/{z}/{x}/{y}#Zx81Kq07Lm55Pp32Rt19", "“Zx81…”"),
    ],
)
def test_what_may_be_a_key_is_asked_about_without_showing_it(address, part):
    advice = key_advice(address)
    assert part in advice
    assert "{key} in its place" in advice
    assert address_problem(XYZ, address) == "", "it is advice: the address may be as it has to be"


@pytest.mark.parametrize(
    "address",
    [
        "https://h0a1b2c3d4e5f60718293a4b5c6.example/{z}/{x}/{y}",
        "https://h.example/{key}/{z}/{x}/{y}",
        "https://h.example/wmts/World_Imagery_2024_orthophotography/GoogleMapsCompatible_Level20/{z}/{x}/{y}",
        "https://h.example/20240611102030405060/{z}/{x}/{y}",
    ],
)
def test_an_ordinary_address_is_not_asked_about(address):
    assert key_advice(address) == ""
