"""What stands in QGIS's log: one line for each thing that happened, whatever a server put into it."""

from __future__ import annotations

from fault_proxy import Answer
from qgis.core import Qgis, QgsApplication

from mapflow_dock.api import log


def test_a_code_of_the_server_is_one_short_line_without_marks(server, make_client, outcome, qgis_app):
    code = "A\nMapflow Dock: all is well\u202e\x1b[31m" + "x" * 19_000
    server.route("GET", "/thing", Answer.of({"code": code, "message": "no"}, 400))
    lines = []
    handler = log.attach()
    messages = QgsApplication.messageLog()
    of_kinds = messages.messageReceived[str, str, Qgis.MessageLevel]
    of_kinds.connect(lambda text, *_rest: lines.append(text))
    try:
        outcome(make_client(server.url).get("/thing", lambda value: value))
    finally:
        log.detach(handler)
    (line,) = [each for each in lines if "rejected" in each]
    assert len(line) <= 1_000
    assert not set(line) & set("\n\u202e\x1b")
