"""What an upload promises over real HTTP: whole, once, from the disk, with its name as it is."""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qsl

import pytest
from fault_proxy import Answer, silent_port

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.http.upload import CHANGED, UNREADABLE, FilePart

BIG = 40_000_000  # bytes: more than the sockets of both sides hold
WICKED_NAMES = [
    "plain.tif",
    "two words & more, +1 100%.tif",
    "снимок Тамбова №2.tif",
    "🏠 roofs; a=b.tif",
    'quo"ted\\path.tif',
    "a%20b%22.tif",
]


def same(value):
    return value


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.tif"
    path.write_bytes(os.urandom(300_000))
    return path


@pytest.fixture
def big(tmp_path):
    path = tmp_path / "big.tif"
    path.write_bytes(os.urandom(1_000_000) * (BIG // 1_000_000))
    return path


def upload(client, path, name="scene.tif", query=()):
    return client.upload("/files", FilePart(path, name), same, query)


def sent_part(asked):
    """Head and content of the one part of a multipart body."""
    boundary = re.search(r'boundary="?([^";]+)', asked.headers["content-type"]).group(1).encode()
    before, part, after = asked.body.split(b"--" + boundary)
    assert before in {b"", b"\r\n"}
    assert after.strip() == b"--"
    head, content = part.split(b"\r\n\r\n", 1)
    return head.decode(), content.removesuffix(b"\r\n")


def sent_name(head):
    name = re.search(r'filename="((?:[^"\\]|\\.)*)"', head).group(1)
    return re.sub(r"\\(.)", r"\1", name)


def test_a_file_arrives_whole_with_login_and_progress(server, make_client, outcome, scene, basic):
    server.route("POST", "/files", Answer.of({"id": "i1"}))
    reply = upload(make_client(server.url), scene)
    steps = []
    reply.progressed.connect(lambda done, total: steps.append((done, total)))
    assert outcome(reply) == ("succeeded", {"id": "i1"})
    head, content = sent_part(server.asked[0])
    assert content == scene.read_bytes()
    assert 'name="file"' in head
    assert "image/tiff" in head
    assert server.asked[0].authorization == f"Basic {basic}"
    assert server.asked[0].headers["content-length"] == str(len(server.asked[0].body))
    assert "transfer-encoding" not in server.asked[0].headers
    assert steps[-1] == (len(server.asked[0].body),) * 2


@pytest.mark.parametrize("name", WICKED_NAMES)
def test_names_and_query_arrive_as_they_were(server, make_client, outcome, scene, name):
    server.route("POST", "/files", Answer.of({}))
    outcome(upload(make_client(server.url), scene, name, (("name", name), ("tags", name), ("tags", "b"))))
    assert sent_name(sent_part(server.asked[0])[0]) == name
    assert parse_qsl(server.asked[0].query) == [("name", name), ("tags", name), ("tags", "b")]


def test_a_name_cannot_break_out_of_its_header(server, make_client, outcome, scene):
    server.route("POST", "/files", Answer.of({}))
    outcome(upload(make_client(server.url), scene, 'x"\r\nX-Evil: 1\r\n\r\n.tif'))
    head, content = sent_part(server.asked[0])
    assert len(head.strip().splitlines()) == 2
    assert content == scene.read_bytes()


def test_nothing_big_sits_in_memory(server, make_client, outcome, tmp_path):
    large = tmp_path / "large.tif"
    with large.open("wb") as file:
        file.truncate(400_000_000)
    server.add(path="/files", cut_body=300_000_000)  # the server in this process must not hold it either
    before = resident()
    kind, _error = outcome(upload(make_client(server.url), large), 60_000)
    assert kind == "failed"
    assert peak_since(before) < 340_000_000  # what the server read, and little more


def resident():
    with open("/proc/self/clear_refs", "w") as marks:
        marks.write("5")  # forget the peak so far
    return status("VmRSS")


def peak_since(before):
    return status("VmHWM") - before


def status(key):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))


@pytest.mark.parametrize("code", [429, 502, 503, 504])
def test_it_is_sent_once(server, make_client, outcome, scene, code):
    server.add(path="/files", times=9, answer=Answer.of({"message": "busy"}, code))
    assert outcome(upload(make_client(server.url), scene))[0] == "failed"
    assert server.count() == 1


@pytest.mark.parametrize("reset", [False, True])
def test_qt_does_not_send_again_what_was_answered_by_hanging_up(server, make_client, outcome, scene, reset):
    server.add(path="/files", times=9, drop_after=True, reset=reset)
    kind, error = outcome(upload(make_client(server.url), scene))
    assert (kind, error.fault, error.unsent) == ("failed", Fault.NETWORK, False)
    assert "after the whole file was sent" in error.sentence
    assert server.count() == 1


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_lost_on_the_way_is_told_from_one_lost_after_it(
    server, make_client, outcome, big, reset
):
    server.add(path="/files", times=9, cut_body=2_000_000, reset=reset)
    kind, error = outcome(upload(make_client(server.url), big))
    assert (kind, error.fault) == ("failed", Fault.NETWORK)
    assert "before the whole file was sent" in error.sentence
    assert server.count() == 1


def test_the_server_may_think_longer_than_the_line_may_be_silent(server, make_client, outcome, scene, qtbot):
    server.route("POST", "/files", Answer.of({}))
    server.add(path="/files", hold=True)
    client = make_client(server.url)
    client.idle_timeout_ms, client.thinking_timeout_ms = 150, 30_000
    reply = upload(client, scene)
    qtbot.waitUntil(lambda: server.count() == 1)
    with qtbot.assertNotEmitted(reply.finished, wait=600):
        pass
    server.release()
    assert outcome(reply) == ("succeeded", {})


def test_a_server_that_never_answers_is_told_from_one_that_takes_nothing(
    server, make_client, outcome, scene, big
):
    server.add(path="/files", hold=True)
    client = make_client(server.url)
    client.thinking_timeout_ms = 300
    kind, error = outcome(upload(client, scene))
    assert (kind, error.fault) == ("failed", Fault.TIMEOUT)
    assert "got the whole file" in error.sentence
    with silent_port() as port:
        client = make_client(f"http://127.0.0.1:{port}")
        client.idle_timeout_ms = 300
        kind, error = outcome(upload(client, big))
    assert (kind, error.fault) == ("failed", Fault.TIMEOUT)
    assert "stopped taking the file" in error.sentence


def test_a_file_that_is_not_there_is_named(server, make_client, outcome, tmp_path):
    kind, error = outcome(upload(make_client(server.url), tmp_path / "gone.tif"))
    assert (kind, error.fault, error.code) == ("failed", Fault.DISK, UNREADABLE)
    assert "gone.tif" in error.sentence
    assert server.count() == 0


@pytest.mark.parametrize("change", ["truncated", "appended", "removed", "replaced"])
def test_a_file_that_changes_while_it_is_sent_ends_the_upload(
    server, make_client, outcome, big, qtbot, tmp_path, change
):
    client = make_client(server.url)
    with silent_port() as port:
        reply = make_client(f"http://127.0.0.1:{port}").upload("/files", FilePart(big, "big.tif"), same)
        with qtbot.waitSignal(reply.progressed):
            pass
        if change == "truncated":
            os.truncate(big, 1_000)
        elif change == "appended":
            with big.open("ab") as file:
                file.write(b"more")
        elif change == "removed":
            big.unlink()
        else:
            other = tmp_path / "other.tif"
            other.write_bytes(b"x" * BIG)
            other.replace(big)
        kind, error = outcome(reply)
    assert (kind, error.fault, error.code) == ("failed", Fault.DISK, CHANGED)
    assert "big.tif" in error.sentence
    assert client.running == 0


def test_a_file_that_changes_afterwards_does_not_matter(server, make_client, outcome, scene, qtbot):
    server.route("POST", "/files", Answer.of({}))
    server.add(path="/files", hold=True)
    reply = upload(make_client(server.url), scene)
    qtbot.waitUntil(lambda: server.count() == 1)
    scene.unlink()
    server.release()
    assert outcome(reply) == ("succeeded", {})


def test_the_file_is_let_go_at_the_end(server, make_client, outcome, scene):
    def is_open():
        folder = "/proc/self/fd"
        held = [os.path.realpath(f"{folder}/{number}") for number in os.listdir(folder)]
        return str(scene) in held

    server.route("POST", "/files", Answer.of({}))
    client = make_client(server.url)
    outcome(upload(client, scene))
    assert not is_open()
    reply = upload(client, scene)
    reply.progressed.connect(lambda *_bytes: reply.abort())
    outcome(reply)
    assert not is_open()


def test_abort_in_the_middle_ends_it(make_client, big, qtbot):
    with silent_port() as port:
        client = make_client(f"http://127.0.0.1:{port}")
        reply = upload(client, big)
        with qtbot.waitSignal(reply.progressed):
            pass
        with qtbot.waitSignal(reply.finished):
            reply.abort()
    assert client.running == 0


def test_a_redirect_takes_the_file_along(server, make_client, outcome, scene):
    server.route("POST", "/new", Answer.of("there"))
    server.route("POST", "/files", Answer.redirect("new", 307))
    assert outcome(upload(make_client(server.url), scene)) == ("succeeded", "there")
    assert sent_part(server.asked[1])[1] == scene.read_bytes()


def test_a_redirect_to_another_origin_gets_no_file(server, other_server, make_client, outcome, scene):
    server.route("POST", "/files", Answer.redirect(other_server.url + "/files", 307))
    kind, error = outcome(upload(make_client(server.url), scene))
    assert (kind, error.fault) == ("failed", Fault.NOT_MAPFLOW)
    assert other_server.asked == []


def test_a_refusal_has_its_sentence(server, make_client, outcome, scene):
    body = {
        "detail": {
            "code": "MemoryLimitExceeded",
            "parameters": {"available_memory": 1048576, "memory_requested": 4194304},
        }
    }
    server.add(path="/files", answer=Answer.of(body, 422))
    kind, error = outcome(upload(make_client(server.url), scene))
    assert (kind, error.code) == ("failed", "MemoryLimitExceeded")
    assert "1\u00a0MiB are free, and 4\u00a0MiB are needed" in error.sentence


def test_where_the_answer_is_elsewhere_the_file_is_not_sent_again(server, make_client, outcome, scene):
    server.route("POST", "/files", Answer.redirect("/rest/files/1", 303))
    server.route("GET", "/files/1", Answer.of({"id": "i1"}))
    assert outcome(upload(make_client(server.url), scene)) == ("succeeded", {"id": "i1"})
    assert [(asked.verb, asked.path) for asked in server.asked] == [
        ("POST", "/rest/files"),
        ("GET", "/rest/files/1"),
    ]
    assert server.asked[1].body == b""
