"""*Run model for many areas* by `qgis_process`: killed in between and run again, it ends as an undisturbed one does."""

from __future__ import annotations

import json

import pytest
from algorithm_runs import PROGRAM, Said
from batches.service import Kill, KillingProxy, ledger, objects, write_areas
from osgeo import ogr

from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.settings import LOGIN_AUTHCFG, LOGIN_PLACE, LOGIN_SERVER

LIMIT_KM2 = 0.1
KILLED = -9
START = {"verb": "POST", "path": "/rest/processings/v2"}


@pytest.fixture
def sign_in(shell):
    """Remember the login of a sandbox, which is reached at `url`, in the settings that `qgis_process` reads."""

    def sign_in(sandbox, url):
        assert store.remember(read_pasted(sandbox.basic), url) is not None
        settings = (LOGIN_PLACE, LOGIN_AUTHCFG, LOGIN_SERVER)
        shell.write_settings({setting.name: setting.read() for setting in settings})

    return sign_in


def arguments(folder, layer, sandbox, **more):
    folder.mkdir(exist_ok=True)
    given = {
        "INPUT": str(layer),
        "MODEL": "Buildings",
        "PROVIDER": sandbox.provider,
        "ZOOM": "17",
        "STATE": str(folder / "state.gpkg"),
        "RESULT": str(folder / "found.gpkg"),
        "ALLOW_SPENDING": "true",
        **more,
    }
    return [
        "--json",
        "run",
        "mapflow:runmodelformanyareas",
        *(f"--{key}={value}" for key, value in given.items()),
    ]


@pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not installed")
@pytest.mark.both_dialects
def test_killed_and_run_again_it_pays_for_nothing_twice(sandbox, shell, unlocked, sign_in, tmp_path):
    layer = write_areas(tmp_path / "areas.geojson", sandbox.bbox, 4, 4)
    # the reference tells no limit of an area, so that none can be cut there
    limit = {"area_limit_km2": LIMIT_KM2} if sandbox.dialect == "deployed" else {}
    calm = sandbox.start(dialect=sandbox.dialect, **limit)
    sign_in(calm, calm.url)
    told = shell.call(*arguments(tmp_path / "calm", layer, calm), **unlocked)
    assert told.code == 0, told.everything
    expected = told.answer["results"]
    truth = ledger(calm.url, calm.basic)
    assert expected["FINISHED"] == expected["PARTS"] == truth.count >= (5 if limit else 4)
    assert expected["COST"] == truth.cost
    held = objects(tmp_path / "calm" / "found.gpkg")
    assert len(held) == expected["COUNT"] > 10
    calm.process.stop()

    rough = sandbox.start(dialect=sandbox.dialect, **limit)
    with KillingProxy(rough.url) as proxy:
        sign_in(rough, proxy.url)
        for kill in (Kill(2, True, **START), Kill(1, False, **START), None):
            process = shell.start(*arguments(tmp_path / "rough", layer, rough, AT_ONCE="2"), **unlocked)
            proxy.prepare(process, kill)
            out, errors = process.communicate(timeout=180)
            assert (process.returncode == KILLED) is (kill is not None), out + errors
    told = Said(process.returncode, out, errors)
    assert told.code == 0, told.everything
    assert len(proxy.kills) == 2
    assert ledger(rough.url, rough.basic) == truth
    found = told.answer["results"]
    assert [found[each] for each in ("PARTS", "FINISHED", "COST")] == [
        expected[each] for each in ("PARTS", "FINISHED", "COST")
    ]
    assert objects(tmp_path / "rough" / "found.gpkg") == held
    opened = ogr.Open(str(tmp_path / "rough" / "state.gpkg"))
    states = [json.dumps(each.items()["state"]) for each in opened.GetLayerByName("parts")]
    assert set(states) == {'"finished"'}


@pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not installed")
def test_without_leave_to_spend_it_tells_the_cost_and_ends(sandbox, shell, unlocked, sign_in, tmp_path):
    layer = write_areas(tmp_path / "areas.geojson", sandbox.bbox, 2, 4)
    own = sandbox.start()
    sign_in(own, own.url)
    told = shell.call(*arguments(tmp_path / "run", layer, own, ALLOW_SPENDING="false"), **unlocked)
    assert told.code != 0
    assert "Set Allow spending" in told.everything
    assert ledger(own.url, own.basic).count == 0
