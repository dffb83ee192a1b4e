"""*List models and providers*: what the account may run, as the service says it, and as it was known last."""

from __future__ import annotations

import pytest
from algorithm_runs import get
from qgis.core import QgsProcessingException

from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.settings import LOGIN_AUTHCFG

TABLES = {"MODELS": "memory:", "PROVIDERS": "memory:", "PROJECTS": "memory:"}


def models_of(said):
    return said.get("models") or []


@pytest.mark.both_dialects
def test_the_tables_hold_what_the_service_says(run, signed_in):
    told = run("listmodelsandproviders", **TABLES)
    said = get(signed_in, "/user/status")
    project = get(signed_in, "/projects/default")
    expected = {each["id"]: each for each in project.get("workflowDefs") or models_of(said)}
    rows = {row["id"]: row for row in told.rows("MODELS")}
    assert rows.keys() == expected.keys()
    for key, row in rows.items():
        model = expected[key]
        obligatory = [block for block in model["blocks"] if not block.get("optional")]
        price = model["pricePerSqKm"] + sum(block.get("price") or 0 for block in obligatory)
        assert row["name"] == model["name"]
        assert row["price_km2"] == pytest.approx(price)
    names = {row["name"] for row in told.rows("PROJECTS")}
    assert project["name"] in names
    assert said.get("dataProviders") is None or {
        row["name"] for row in told.rows("PROVIDERS") if row["use"] == "run"
    } == {each["name"] for each in said["dataProviders"]}


def test_it_runs_in_a_thread_of_its_own(run_in_task, signed_in):
    told = run_in_task("listmodelsandproviders", **TABLES)
    assert told.is_whole
    assert told.rows("MODELS")
    assert told.feedback.steps[-1:] != [None]


def test_what_is_not_there_is_told_with_what_is(run, signed_in):
    with pytest.raises(QgsProcessingException, match=r"no project “Nowhere”.*Choose one of: .*"):
        run("listmodelsandproviders", PROJECT="Nowhere", **TABLES)


def test_without_a_login_it_says_how_to_sign_in(run, sandbox):
    with pytest.raises(QgsProcessingException, match="Nobody is signed in"):
        run("listmodelsandproviders", **TABLES)


def test_names_known_before_are_listed_while_the_service_is_away(run, sandbox, sandboxes):
    brief = sandbox.start()
    store.remember(read_pasted(brief.basic), brief.url)
    before = run("listmodelsandproviders", **TABLES).rows("MODELS")
    brief.process.stop()
    told = run("listmodelsandproviders", **TABLES)
    assert [row["name"] for row in told.rows("MODELS")] == [row["name"] for row in before]
    assert "What was known" in told.feedback.told("warning")[0]


def test_a_login_goes_to_its_own_server_alone(run, signed_in):
    with pytest.raises(QgsProcessingException, match="goes nowhere else"):
        run("listmodelsandproviders", SERVER="https://elsewhere.example/rest", **TABLES)
    with pytest.raises(QgsProcessingException, match="goes nowhere else"):
        run(
            "listmodelsandproviders",
            SERVER="https://elsewhere.example/rest",
            AUTHCFG=LOGIN_AUTHCFG.read(),
            **TABLES,
        )
