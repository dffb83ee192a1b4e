"""The algorithms without a window: `qgis_process` in a process of its own, against a real server."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import pytest
from algorithm_runs import get, result_of
from osgeo import ogr
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateTransformContext,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsVectorFileWriter,
)

from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.settings import LOGIN_AUTHCFG, LOGIN_PLACE, LOGIN_SERVER

_TAKES_JSON = Qgis.QGIS_VERSION_INT >= 32400
_WRITES_COMMANDS = hasattr(QgsProcessingAlgorithm, "asQgisProcessCommand")


@pytest.fixture
def signed_in(sandbox, shell):
    """The login of the sandbox's account, remembered in the settings that `qgis_process` reads."""
    assert store.remember(read_pasted(sandbox.basic), sandbox.url) is not None
    settings = (LOGIN_PLACE, LOGIN_AUTHCFG, LOGIN_SERVER)
    shell.write_settings({setting.name: setting.read() for setting in settings})
    return sandbox


@pytest.fixture
def town(square, tmp_path):
    """A file with the square."""
    path = tmp_path / "town.gpkg"
    layer = square()
    options = QgsVectorFileWriter.SaveVectorOptions()
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsCoordinateTransformContext(), options)
    return path


def test_every_algorithm_is_listed_and_explained(shell):
    listed = shell.call("list").out
    ids = [line.split()[0] for line in listed.splitlines() if line.strip().startswith("mapflow:")]
    assert len(ids) == 10
    for each in ids:
        told = shell.call("help", each).out
        assert f"qgis_process run {each} " in told
        assert "AUTHCFG" in told


@pytest.mark.both_dialects
def test_models_are_listed_with_the_login_of_the_dock(shell, signed_in, unlocked, tmp_path):
    told = shell.call("run", "mapflow:listmodelsandproviders", f"--MODELS={tmp_path / 'm.csv'}", **unlocked)
    assert told.code == 0, told.everything
    lines = (tmp_path / "m.csv").read_text().splitlines()
    said = get(signed_in, "/projects/default").get("workflowDefs") or get(signed_in, "/user/status")["models"]
    assert len(lines) == 1 + len(said)
    assert all(any(model["id"] in line for line in lines) for model in said)


def test_a_locked_store_is_told_with_the_way_to_open_it(shell, signed_in, unlocked):
    del unlocked["QGIS_AUTH_PASSWORD_FILE"]
    told = shell.call("run", "mapflow:listmodelsandproviders", "--MODELS=m.csv", **unlocked)
    assert told.code != 0
    assert "QGIS_AUTH_PASSWORD_FILE" in told.everything


@pytest.mark.both_dialects
def test_any_login_of_the_store_is_taken_by_its_id(shell, sandbox, unlocked, tmp_path):
    pair = read_pasted(sandbox.basic).pair
    config = QgsAuthMethodConfig("Basic")
    config.setName("mine")
    config.setConfig("username", pair[0])
    config.setConfig("password", pair[1])
    QgsApplication.authManager().storeAuthenticationConfig(config)
    told = shell.call(
        "run",
        "mapflow:listmodelsandproviders",
        f"--MODELS={tmp_path / 'm.csv'}",
        f"--AUTHCFG={config.id()}",
        f"--SERVER={sandbox.url}",
        **unlocked,
    )
    assert told.code == 0, told.everything
    assert len((tmp_path / "m.csv").read_text().splitlines()) > 1


@pytest.mark.both_dialects
def test_a_model_is_run_from_the_command_line_and_answers_in_json(shell, signed_in, unlocked, town, tmp_path):
    given = {
        "INPUT": str(town),
        "MODEL": "Buildings",
        "PROVIDER": signed_in.provider,
        "ZOOM": "18",
        "NAME": "'From a terminal'",
        "RESULT": str(tmp_path / "found.gpkg"),
        "REUSE": "false",
    }
    options = [f"--{name}={value}" for name, value in given.items()]
    refused = shell.call("run", "mapflow:runmodel", *options, **unlocked)
    assert refused.code != 0
    assert "Set Allow spending" in refused.everything
    told = shell.call("--json", "run", "mapflow:runmodel", *options, "--ALLOW_SPENDING=true", **unlocked)
    assert told.code == 0, told.everything
    results = told.answer["results"]
    said = result_of(signed_in, results["PROCESSING_ID"])
    assert said["features"]
    assert results["COUNT"] == len(said["features"])
    file = ogr.Open(str(tmp_path / "found.gpkg"))
    layers = [file.GetLayer(index) for index in range(file.GetLayerCount())]
    counts = [layer.GetFeatureCount() for layer in layers if layer.GetName() != "layer_styles"]
    assert sum(counts) == len(said["features"])


@pytest.mark.skipif(not _TAKES_JSON, reason="QGIS takes JSON on the standard input from 3.24 on")
def test_parameters_come_as_json_on_the_standard_input(shell, signed_in, unlocked, town):
    inputs = {"INPUT": str(town), "MODEL": "Buildings", "PROVIDER": signed_in.provider, "ZOOM": 18}
    told = shell.call("run", "mapflow:estimatecost", "-", typed=json.dumps({"inputs": inputs}), **unlocked)
    assert told.code == 0, told.everything
    assert told.answer["results"]["COST"] > 0


def test_no_gui_is_loaded_by_the_plugin_where_there_is_none(shell, tmp_path):
    """What QGIS itself loads aside: the plugin's rooms with widgets stay away, and what works with the service too."""
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(shell.profile / 'python' / 'plugins')!r})\n"
        "from qgis.core import QgsApplication\n"
        "application = QgsApplication([], False)\n"
        "application.initQgis()\n"
        "before = set(sys.modules)\n"
        "import mapflow_dock\n"
        "plugin = mapflow_dock.classFactory(None)\n"
        "plugin.initProcessing()\n"
        "print(*sorted(set(sys.modules) - before))\n"
        "plugin.unload()\n"
    )
    done = subprocess.run(
        [sys.executable, str(probe)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.split()
    assert "mapflow_dock.algorithms.tools.run" in loaded
    heavy = (
        "mapflow_dock.ui",
        "mapflow_dock.plugin",
        "mapflow_dock.api",
        "mapflow_dock.jobs",
        "mapflow_dock.layers",
    )
    assert [
        name for name in loaded if name.startswith((*heavy, "qgis.gui", "qgis._gui", "PyQt5.QtWidgets"))
    ] == []


@pytest.mark.skipif(not _WRITES_COMMANDS, reason="QGIS writes command lines from 3.24 on")
def test_the_command_line_that_qgis_writes_runs_as_it_is(shell, signed_in, unlocked, town):
    algorithm = QgsApplication.processingRegistry().algorithmById("mapflow:estimatecost")
    given = {"INPUT": str(town), "MODEL": "Buildings", "PROVIDER": signed_in.provider, "ZOOM": 18}
    line, is_whole = algorithm.asQgisProcessCommand(given, QgsProcessingContext())
    assert is_whole
    program, *arguments = shlex.split(line)
    assert program == "qgis_process"
    told = shell.call("--json", *arguments, **unlocked)
    assert told.code == 0, told.everything
    assert told.answer["results"]["COST"] > 0
