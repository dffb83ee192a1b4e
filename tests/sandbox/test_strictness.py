"""What gets in: JSON as it is defined, from clients that call the server by a name of this computer."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from mapflow_sandbox import strict_json

JSON = {"Content-Type": "application/json"}


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"name",
        b'{"name": NaN}',
        b'{"name": "a", "description": -Infinity}',
        b'{"name": 1e999}',
        b'{"name": 123456789012345678901234567890}',
        b'{"name": "half a character: \\ud83c"}',
        b'{"name": "not UTF-8: \xff"}',
        b"[" * 100_000,
        b'{"name": "a"} trailing',
        b'\xef\xbb\xbf{"name": "a"}',
    ],
)
def test_what_is_no_json_is_refused_and_nothing_is_made(api, body):
    before = len(api.ask("GET", "/projects"))
    said = api.refused("POST", "/projects", content=body, headers=JSON)
    assert said["code"] == "BAD_REQUEST"
    assert len(api.ask("GET", "/projects")) == before


def test_whole_characters_written_as_two_halves_are_fine(api):
    made = api.ask("POST", "/projects", content=b'{"name": "\\ud83c\\udfe0 house"}', headers=JSON)
    assert made["name"] == "🏠 house"


def test_numbers_are_read_up_to_what_can_be_sent_back():
    assert strict_json.loads(b"[1e308, -12, 0.1, 1000000000000000000]") == [1e308, -12, 0.1, 10**18]
    for text in (b"1000000000000000001", b"-1e400", b"9" * 5000):
        with pytest.raises(json.JSONDecodeError):
            strict_json.loads(text)


def test_a_body_too_large_for_a_request_is_refused(api):
    answer = api.post("/projects", content=b'{"name": "' + b"x" * (17 * 1024 * 1024) + b'"}', headers=JSON)
    assert answer.status_code == 413
    assert "Too Large" in answer.text


def test_unknown_keys_do_no_harm(api):
    made = api.ask("POST", "/projects", json={"name": "Known", "colour": "red", "id": "1"})
    assert made["name"] == "Known"
    assert made["id"] != "1"


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("PATCH", "/projects", 405)]
)
def test_what_is_not_there_is_told_in_the_service_s_shape(api, method, path, status):
    assert api.refused(method, path, status)["message"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", "", "localhost.evil"]
)
def test_a_page_that_had_its_own_name_point_here_is_turned_away(sandbox, api, host):
    answer = api.get("/user/status", headers={"Host": host})
    assert answer.status_code == 400
    assert sandbox.email not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8717"])
def test_the_names_of_this_computer_are_fine(api, host):
    assert api.get("/user/status", headers={"Host": host}).status_code == 200


def test_it_listens_on_this_computer_alone(sandbox):
    port = urlsplit(sandbox.url).port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; the system picks the address it would send from
        address = probe.getsockname()[0]
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(5)
        assert address.startswith("127.") or caller.connect_ex((address, port)) != 0


def test_no_other_origin_is_invited_to_read_answers(api):
    answer = api.get("/user/status", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
