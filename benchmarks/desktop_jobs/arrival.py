"""Inside QGIS: how long it stands still while a very long list of processings arrives, and comes again."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from event_loop import Cost, StallWatch
from qgis.PyQt.QtWidgets import QTabWidget, QTreeView
from qgis.utils import plugins

from desktop import steps
from desktop.hands import Desk


def run(desk: Desk) -> dict[str, dict[str, float]]:
    """Times by what was measured."""
    steps.arrange_window(desk)
    steps.open_dock(desk)
    standby = plugins["mapflow_dock"].standby
    url = desk.settings["url"]
    _asked(f"{url}/fill")
    told = {"read_plain": _read_plain(url)}
    _asked(f"{url}/empty")
    shown: list[int] = []
    standby.monitor.listed.connect(lambda listing: shown.append(len(listing.processings)))
    standby.session.sign_in(desk.settings["pasted"], url, False)
    desk.wait("signed in", lambda: desk.sees("tabs"))
    desk.find("tabs", QTabWidget).setCurrentIndex(1)
    desk.wait("an empty list came", lambda: bool(shown))
    desk.settle()
    _asked(f"{url}/fill")
    view = desk.window.findChild(QTreeView, "processingsView")
    for name in ("first", "again"):
        shown.clear()
        with StallWatch() as watch:
            cost = Cost()
            standby.monitor.refresh()
            desk.wait("all rows are there", lambda: shown[-1:] == [view.model().rowCount()])
            told[name] = cost.told()
            desk.settle()
        told[name]["longest_standstill_ms"] = watch.longest_ms
    return told


def _read_plain(url: str) -> dict[str, float]:
    """How long QGIS would stand still if the answer were just read where it arrives."""
    body = _asked(f"{url}/projects/p1/processings/v2")
    cost = Cost()
    json.loads(body)
    return {**cost.told(), "longest_standstill_ms": round(1000 * cost.seconds, 1)}


def _asked(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - a local address
        return answer.read()
