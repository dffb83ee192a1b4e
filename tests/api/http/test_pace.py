"""A request has no limit of time while its bytes move, and ends when they only drip."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from mapflow_dock.api.http.errors import Fault

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


@contextlib.contextmanager
def dripping(at_once):
    """A server that sends `at_once`, and then a byte now and then."""
    over = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)

        def drip(connection):
            with connection, contextlib.suppress(OSError):
                connection.recv(65_536)
                connection.sendall(at_once)
                while not over.wait(0.02):
                    connection.sendall(b" ")

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _where = listener.accept()
                    threading.Thread(target=drip, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("at_once", [HEAD, b"HTTP/1.1 200 OK\r\nX-Slow:"], ids=["body", "headers"])
@pytest.mark.parametrize("kind", ["get", "send", "download"])
def test_what_only_drips_ends_in_a_timeout(make_client, outcome, tmp_path, at_once, kind):
    with dripping(at_once) as url:
        client = make_client(url)
        client.idle_timeout_ms = 10_000
        client.window_ms = 300
        replies = {
            "get": lambda: client.get("/thing", str),
            "send": lambda: client.send("POST", "/thing", str, {}),
            "download": lambda: client.download("/thing", tmp_path / "file"),
        }
        ended, error = outcome(replies[kind]())
    assert (ended, error.fault) == ("failed", Fault.TIMEOUT)
    assert list(tmp_path.iterdir()) == []
