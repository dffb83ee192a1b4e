"""Downloads: whole or not at all, and nothing left behind."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import itertools
import os
import socket
import threading

import pytest
from fault_proxy import Answer
from qgis.PyQt import sip

from mapflow_dock.api.answers.expected import Expected, FileKind
from mapflow_dock.api.http import download
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.http.flight import Flight

CONTENT = b"II*\0" + os.urandom(3_000_000)  # a TIFF begins so; bytes by chance may begin as text does
FILE = Answer(200, CONTENT, {"Content-Type": "application/geo+json"})


def test_a_download_arrives_whole_with_progress(server, make_client, outcome, tmp_path):
    server.route("GET", "/result", FILE)
    target = tmp_path / "result.geojson"
    reply = make_client(server.url).download("/result", target)
    steps = []
    reply.progressed.connect(lambda done, total: steps.append((done, total)))
    assert outcome(reply) == ("succeeded", target)
    assert target.read_bytes() == CONTENT
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.geojson"]


def test_a_download_that_breaks_off_is_tried_again(server, make_client, outcome, tmp_path):
    server.route("GET", "/result", FILE)
    server.add(path="/result", times=2, truncate=100_000)
    target = tmp_path / "result.geojson"
    assert outcome(make_client(server.url).download("/result", target)) == ("succeeded", target)
    assert target.read_bytes() == CONTENT


def test_a_download_that_always_breaks_off_leaves_nothing(server, make_client, outcome, tmp_path):
    server.route("GET", "/result", FILE)
    server.add(path="/result", times=99, truncate=100_000)
    kind, error = outcome(make_client(server.url).download("/result", tmp_path / "result.geojson"))
    assert (kind, error.fault) == ("failed", Fault.NETWORK)
    assert list(tmp_path.iterdir()) == []


def test_a_former_file_stays_when_the_new_one_fails(server, make_client, outcome, tmp_path):
    target = tmp_path / "result.geojson"
    target.write_text("former")
    server.add(path="/result", times=9, answer=Answer.of({"message": "gone"}, 404))
    assert outcome(make_client(server.url).download("/result", target))[0] == "failed"
    assert target.read_text() == "former"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_login_does_not_follow_to_the_storage(server, other_server, make_client, outcome, tmp_path):
    other_server.route("GET", "/bucket", FILE)
    server.route("GET", "/result", Answer.redirect(other_server.url + "/bucket?X-Amz-Signature=1"))
    target = tmp_path / "result.geojson"
    assert outcome(make_client(server.url).download("/result", target)) == ("succeeded", target)
    assert server.asked[0].authorization
    assert other_server.asked[0].authorization == ""


@pytest.mark.parametrize("status", [403, 500])
def test_an_error_of_the_storage_is_no_file(server, make_client, outcome, tmp_path, status):
    body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>" + b" " * 3_000_000
    server.route("GET", "/result", Answer(status, body, {"Content-Type": "application/xml"}))
    kind, error = outcome(make_client(server.url).download("/result", tmp_path / "result.geojson"))
    assert (kind, error.status) == ("failed", status)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "fault"), [(Answer.html(), Fault.NOT_MAPFLOW), (Answer(200, b""), Fault.MALFORMED)]
)
def test_a_web_page_or_nothing_is_no_result(server, make_client, outcome, tmp_path, answer, fault):
    server.route("GET", "/result", answer)
    kind, error = outcome(make_client(server.url).download("/result", tmp_path / "result.geojson"))
    assert (kind, error.fault) == ("failed", fault)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_before_it_is_full(server, make_client, outcome, tmp_path, monkeypatch):
    class FullDisk:
        def __init__(self, _path):
            pass

        def bytesAvailable(self):  # noqa: N802 - Qt's name
            return 1_000

    monkeypatch.setattr(download, "QStorageInfo", FullDisk)  # a disk cannot be filled for a test
    server.route("GET", "/result", FILE)
    kind, error = outcome(make_client(server.url).download("/result", tmp_path / "result.geojson"))
    assert (kind, error.fault) == ("failed", Fault.DISK)
    assert "not enough room" in error.sentence
    assert list(tmp_path.iterdir()) == []
    assert server.count() == 1


def test_a_disk_that_fills_up_on_the_way_leaves_nothing(server, make_client, outcome, tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    target = tmp_path / "result.geojson"
    (tmp_path / "result.geojson.part").symlink_to("/dev/full")
    server.route("GET", "/result", FILE)
    kind, error = outcome(make_client(server.url).download("/result", target))
    assert (kind, error.fault) == ("failed", Fault.DISK)
    assert "not enough room" in error.sentence
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_named(server, make_client, outcome, tmp_path):
    server.route("GET", "/result", FILE)
    kind, error = outcome(make_client(server.url).download("/result", tmp_path / "gone" / "result.geojson"))
    assert (kind, error.fault) == ("failed", Fault.DISK)
    assert "gone" in error.sentence


def test_abort_in_the_middle_leaves_nothing(server, make_client, tmp_path, qtbot):
    server.route("GET", "/result", Answer(200, os.urandom(40_000_000)))
    reply = make_client(server.url).download("/result", tmp_path / "result.geojson")
    seen = []
    reply.progressed.connect(lambda done, _total: seen.append(done))
    qtbot.waitUntil(lambda: bool(seen))
    reply.abort()
    assert not reply.is_running
    assert list(tmp_path.iterdir()) == []


def test_abort_while_the_file_is_made_durable_leaves_nothing(server, make_client, tmp_path, qtbot):
    server.route("GET", "/result", FILE)
    reply = make_client(server.url).download("/result", tmp_path / "result.geojson")

    def stop_at_the_end(done, total):
        if done == total:
            from qgis.PyQt.QtCore import QTimer

            QTimer.singleShot(0, reply.abort)

    reply.progressed.connect(stop_at_the_end)
    with qtbot.waitSignal(reply.finished):
        pass
    qtbot.waitUntil(lambda: not list(tmp_path.glob("*.part")))


MESSAGES = [
    b'{"message": "not ready"}',
    b' \r\n[{"id": 1}]',
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    b"\xef\xbb\xbf<html><body>Welcome</body></html>",
]


@pytest.mark.parametrize(
    ("kind", "body"),
    # what is an object may be GeoJSON; it is read with care when it is converted
    [(FileKind.PICTURE, body) for body in MESSAGES] + [(FileKind.GEOJSON, body) for body in MESSAGES[1:]],
)
def test_a_message_is_not_taken_for_a_file(server, make_client, outcome, tmp_path, body, kind):
    server.route("GET", "/file", Answer(200, body, {"Content-Type": "image/tiff"}))
    reply = make_client(server.url).download("/file", tmp_path / "file", expected=Expected(kind))
    result, error = outcome(reply)
    assert (result, error.status) == ("failed", 200)
    assert server.origin in error.sentence or "Mapflow" in error.sentence
    assert error.raw.lstrip("\ufeff \r\n")[:1] in "{[<"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "body",
    [
        b'"Not ready yet"',
        b"404",
        b"null",
        b"AccessDenied: the link has expired",
        "Срок ссылки истёк".encode() * 300,  # in the 4 kB that are looked at, the last letter is cut
        "<?xml version='1.0'?><Error/>".encode("utf-16"),
        '{"message": "not ready"}'.encode("utf-16-be"),
        "<Error/>".encode("utf-32"),
        b"\x0c\x0b {}",
    ],
)
def test_words_are_no_picture_however_they_are_written(server, make_client, outcome, tmp_path, body):
    server.route("GET", "/file", Answer(200, body, {"Content-Type": "image/tiff"}))
    client = make_client(server.url)
    reply = client.download("/file", tmp_path / "file.tif", expected=Expected(FileKind.PICTURE))
    assert outcome(reply)[0] == outcome(client.picture("/file"))[0] == "failed"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "head",
    [
        b"II*\x00\x08\x00\x00\x00",
        b"MM\x00*\x00\x00\x00\x08",
        b"II+\x00\x08\x00\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8\xff\xe0",
        b"\x00\x00\x00\x0cjP  \r\n\x87\n",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00",
        b"EHFA_HEADER_TAG\x00",
        b"BM6\x00\x00\x00\x00\x00",
    ],
)
def test_pictures_of_every_kind_are_pictures(head):
    assert FileKind.PICTURE.accepts(head + b"a" * 4_000)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "Identity"])
def test_what_was_packed_on_the_way_is_not_the_file(server, make_client, outcome, tmp_path, encoding):
    body = gzip.compress(CONTENT) if encoding == "gzip" else CONTENT
    server.route("GET", "/file", Answer(200, body, {"Content-Encoding": encoding}))
    reply = make_client(server.url).download("/file", tmp_path / "file.tif")
    kind = outcome(reply)[0]
    assert (kind, len(list(tmp_path.iterdir()))) == (
        ("succeeded", 1) if encoding == "Identity" else ("failed", 0)
    )


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_file_has_to_have_its_size_where_no_checksum_is_known(server, make_client, outcome, tmp_path, more):
    server.route("GET", "/scene", Answer(200, CONTENT))
    expected = Expected(FileKind.PICTURE, size=len(CONTENT) + more)
    told = outcome(make_client(server.url).download("/scene", tmp_path / "scene.tif", expected=expected))
    assert told[0] == ("failed" if more else "succeeded")
    assert not more or "size" in told[1].sentence
    assert len(list(tmp_path.iterdir())) == (0 if more else 1)


def test_a_file_has_to_have_its_checksum(server, make_client, outcome, tmp_path):
    server.route("GET", "/scene", Answer(200, CONTENT))
    client = make_client(server.url)
    right, wrong = hashlib.sha1(CONTENT).hexdigest(), hashlib.sha1(CONTENT[:-1]).hexdigest()
    former = tmp_path / "wrong.tif"
    former.write_text("former")
    told = outcome(client.download("/scene", former, expected=Expected(FileKind.PICTURE, wrong)))
    assert (told[0], told[1].fault) == ("failed", Fault.MALFORMED)
    assert "checksum" in told[1].sentence
    assert former.read_text() == "former"
    good = tmp_path / "right.tif"
    assert (
        outcome(client.download("/scene", good, expected=Expected(FileKind.PICTURE, right)))[0] == "succeeded"
    )
    assert good.read_bytes() == CONTENT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["right.tif", "wrong.tif"]


@pytest.mark.parametrize("more", [-100_000, -1, 1, 100_000])
def test_a_length_that_is_not_that_of_the_file_is_no_file(make_client, outcome, tmp_path, more):
    with one_answer(CONTENT, len(CONTENT) + more) as url:
        kind, error = outcome(make_client(url).download("/scene", tmp_path / "scene.tif"))
    if more < 0:  # what comes after the length that was told is no part of the answer; a checksum finds it
        assert kind == "succeeded"
        assert (tmp_path / "scene.tif").read_bytes() == CONTENT[:more]
    else:
        assert (kind, error.fault) == ("failed", Fault.NETWORK)
        assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def one_answer(body, length):
    """A server that tells `length` for each answer of `body`, and closes the connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _where = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.recv(65_536)
                        head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                        connection.sendall(head.encode() + body)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_a_file_that_has_no_end_is_not_waited_for(make_client, outcome, tmp_path):
    with no_end() as (url, sent):
        expected = Expected(FileKind.PICTURE, size=1_000)
        kind, error = outcome(make_client(url).download("/scene", tmp_path / "scene.tif", expected=expected))
    assert (kind, error.fault) == ("failed", Fault.MALFORMED)
    assert "too large" in error.sentence
    assert sum(sent) < 100_000_000
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_an_end_does_not_fill_the_disk(make_client, outcome, tmp_path, monkeypatch):
    """The disk of the tests is not to be filled: it tells less and less of itself."""
    told = iter([10**9, 10**9, 1_000, *[0] * 99])
    monkeypatch.setattr(download.QStorageInfo, "bytesAvailable", lambda _disk: next(told))
    with no_end() as (url, sent):
        kind, error = outcome(make_client(url).download("/scene", tmp_path / "scene.tif"))
    assert (kind, error.fault) == ("failed", Fault.DISK)
    assert sum(sent) < 400_000_000
    assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def no_end():
    """A server that sends a picture for ever, and the bytes it has sent."""
    sent = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)

        def serve():
            with contextlib.suppress(OSError):
                connection, _where = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65_536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\x89PNG")
                    while True:
                        sent.append(connection.send(bytes(1_000_000)))

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", sent


def test_a_reply_that_python_takes_for_deleted_at_any_moment_is_read_all_the_same(
    server, make_client, outcome, tmp_path, monkeypatch
):
    """In threads of QGIS it happens right between the look at a reply and the call."""
    real = Flight.network.fget
    turns = itertools.count()

    def network(flight):
        found = real(flight)
        if next(turns) % 2:
            sip.setdeleted(found)
        return found

    monkeypatch.setattr(Flight, "network", property(network))
    body = b"x" * 3_000_000
    server.route("GET", "/file", Answer(200, body))
    target = tmp_path / "file"
    assert outcome(make_client(server.url).download("/file", target)) == ("succeeded", target)
    assert target.read_bytes() == body
    assert next(turns) > 10
