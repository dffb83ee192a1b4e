"""A start that was not answered is looked for; only what surely is not there may be started again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fault_proxy import Answer

from mapflow_dock.api.lost_answers.start import Sought, find_started
from mapflow_dock.api.processings import META_KEY, ProcessingRequest
from mapflow_dock.api.sources import ProviderSource

PROJECT = "546d148f-19a1-40d8-8f16-d1e6dabfd204"
LIST = f"/projects/{PROJECT}/processings/v2"
AGO = timedelta(hours=1)


def sought(request, sent_at):
    return Sought(request.client_id, request.project_id, request.name, sent_at)


@pytest.fixture
def request_():
    return ProcessingRequest("My roofs", PROJECT, "wd-1", {"type": "Polygon"}, ProviderSource("Mapbox", 18))


@pytest.fixture
def find(server, make_client, outcome, request_):
    def look(records, details=(), ago=AGO):
        server.route("GET", LIST, Answer.of(records))
        for record in details:
            server.route("GET", f"/processings/{record['id']}/v2", Answer.of(record))
        kind, finding = outcome(
            find_started(make_client(server.url), sought(request_, datetime.now(UTC) - ago))
        )
        assert kind == "succeeded"
        return finding

    return look


def record(number, **values):
    return {"id": f"id-{number}", "name": "My roofs", "status": "IN_PROGRESS", **values}


def test_it_is_known_by_the_id_in_the_list(find, request_):
    finding = find([record(1, meta={META_KEY: "another"}), record(2, meta={META_KEY: request_.client_id})])
    assert finding.found.id == "id-2"


def test_it_is_looked_at_closer_where_the_list_is_shorter(find, request_):
    finding = find(
        [record(1), record(2)],
        [record(1, meta={META_KEY: "another"}), record(2, meta={META_KEY: request_.client_id})],
    )
    assert finding.found.id == "id-2"


def test_where_nothing_is_like_it_one_look_is_enough_after_a_while(find, server):
    finding = find([record(1, name="Another")])
    assert (finding.found, finding.is_certain) == (None, True)
    assert server.count("GET", LIST) == 1


def test_right_after_it_was_sent_the_list_is_given_time(find, server):
    finding = find([], ago=timedelta(0))
    assert (finding.found, finding.is_certain) == (None, True)
    assert server.count("GET", LIST) > 1


@pytest.mark.parametrize(
    "records",
    [
        [record(1, name="Another"), {"name": "no id, no status"}],  # one that cannot be read
        [record(1)],  # called the same, and nobody says more of it
        [{"id": "id-1", "status": "IN_PROGRESS"}],  # not even the name
        [record(number) for number in range(9)],  # more than are asked for
    ],
)
def test_where_one_may_be_it_nothing_is_certain(find, records):
    told = [record(number, meta={META_KEY: "another"}) for number in range(9)] if len(records) == 9 else []
    finding = find(records, told)
    assert (finding.found, finding.is_certain) == (None, False)


def test_one_that_was_there_long_before_is_not_it(find):
    assert find([record(1, created="2020-01-01T00:00:00Z")]).is_certain


def test_where_nobody_answers_nothing_is_certain(find, server):
    server.add(verb="GET", times=99, answer=Answer.of({}, 500))
    assert not find([]).is_certain


def test_abort_while_waiting_ends_it(server, make_client, request_):
    client = make_client(server.url)
    reply = find_started(client, sought(request_, datetime.now(UTC)))
    reply.abort()
    assert (client.running, client.kept) == (0, frozenset())
