"""The history as a file: the service's pages joined, or what is listed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from fault_proxy import Answer
from qgis.PyQt.QtCore import QLocale

from mapflow_dock.api.history import HistoryEntry, HistoryQuery
from mapflow_dock.api.processings import Status
from mapflow_dock.jobs.history import csv_file
from mapflow_dock.jobs.history.csv_file import HistoryFile, write_entries

STATS = "/processings/stats"
HEAD = "name;cost"


@pytest.fixture
def serve_csv(service, monkeypatch):
    """Serve pages of three rows, each with the names of the columns above."""
    monkeypatch.setattr(csv_file, "MOST_PER_PAGE", 3)

    def serve(*pages):
        def stats(asked):
            rows = pages[asked.json["page"] - 1]
            return Answer(200, "\r\n".join([HEAD, *rows, ""]).encode()) if isinstance(rows, list) else rows

        service.route("POST", STATS, stats)

    return serve


def finished(qtbot, session, path):
    job, told = HistoryFile(session.client, HistoryQuery(), path), []
    job.succeeded.connect(told.append)
    job.failed.connect(told.append)
    with qtbot.waitSignal(job.finished):
        job.start()
    return told[0]


def test_the_pages_of_the_service_become_one_table(qtbot, session, serve_csv, tmp_path):
    serve_csv(['"a";1', '"two\r\nlines; and more";2', "c;3"], ["ä;4"])
    assert finished(qtbot, session, tmp_path / "h.csv") == 4
    with (tmp_path / "h.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows == [["name", "cost"], ["a", "1"], ["two\r\nlines; and more", "2"], ["c", "3"], ["ä", "4"]]


def test_a_last_page_that_is_full_or_empty_adds_nothing(qtbot, session, serve_csv, tmp_path):
    serve_csv(["a;1", "b;2", "c;3"], [])
    assert finished(qtbot, session, tmp_path / "h.csv") == 3
    assert (tmp_path / "h.csv").read_text(encoding="utf-8-sig").split() == [HEAD, "a;1", "b;2", "c;3"]


def test_half_a_history_is_no_file(qtbot, session, serve_csv, tmp_path):
    (tmp_path / "h.csv").write_text("what was there")
    serve_csv(["a;1", "b;2", "c;3"], Answer.of({"message": "no"}, 403))
    assert finished(qtbot, session, tmp_path / "h.csv").sentence
    assert [path.name for path in tmp_path.iterdir()] == ["h.csv"]
    assert (tmp_path / "h.csv").read_text() == "what was there"


def test_what_is_listed_is_written_the_same_in_every_language(qgis_app, tmp_path):
    entries = [
        HistoryEntry(
            '=HYPERLINK("x")', "@p", "a@example.org", "🏠 Buildings", Status.OK, 1234567.5, 2.5,
            datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), None, "Mapbox", True,
        ),
        HistoryEntry("two\nlines, and a comma"),
    ]  # fmt: skip
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        write_entries(entries, tmp_path / "h.csv")
    finally:
        QLocale.setDefault(before)
    with (tmp_path / "h.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "created": "2026-02-03T04:05:06+00:00", "completed": "", "name": '\'=HYPERLINK("x")', "project": "'@p",
        "model": "🏠 Buildings", "status": "OK", "area_m2": "1234567.5", "credits": "2.5", "imagery": "Mapbox",
        "email": "a@example.org", "archived": "yes",
    }  # fmt: skip
    assert (second["name"], second["area_m2"], second["credits"]) == ("two\nlines, and a comma", "", "")
