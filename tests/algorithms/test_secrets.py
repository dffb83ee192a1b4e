"""The login stays in QGIS's store: it is in no parameter, history, log, setting, model, result or answer."""

from __future__ import annotations

import base64
from pathlib import Path

import examples
import pytest
from algorithm_runs import Feedback, QgisProcess
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProject,
    QgsSettings,
)

from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.settings import LOGIN_AUTHCFG, LOGIN_PLACE, LOGIN_SERVER


def forms(sandbox):
    """Every form the token may be found in."""
    pair = base64.b64decode(sandbox.basic).decode()
    token = pair.partition(":")[2]
    assert len(token) > 8
    return [sandbox.basic, token, pair, base64.b64encode(token.encode()).decode().rstrip("=")]


def assert_clean(canaries, texts, files=()):
    for canary in canaries:
        assert not [text for text in texts if canary in text]
        found = [path for path in files if canary.encode() in path.read_bytes()]
        assert not found


@pytest.fixture
def logged(qgis_app):
    """Everything that goes to QGIS's log."""
    lines = []
    log = QgsApplication.messageLog()

    def note(*message):
        lines.append(" ".join(map(str, message)))

    log.messageReceived.connect(note)
    yield lines
    log.messageReceived.disconnect(note)


def test_nothing_inside_qgis_tells_the_login(run, signed_in, square, logged, tmp_path, caplog):
    canaries = forms(signed_in)
    feedback = Feedback()
    given = {
        "INPUT": square((0.001, 0.002)),
        "MODEL": "Buildings",
        "PROVIDER": signed_in.provider,
        "ZOOM": 18,
        "ALLOW_SPENDING": True,
        "RESULT": str(tmp_path / "found.gpkg"),
        "OUTPUT": str(tmp_path / "found.geojson"),
        "AUTHCFG": LOGIN_AUTHCFG.read(),
    }
    told = run("runmodel", feedback=feedback, **given)
    with pytest.raises(QgsProcessingException) as refused:
        run("runmodel", feedback=feedback, **{**given, "MODEL": "Unicorns"})
    algorithm = QgsApplication.processingRegistry().algorithmById("mapflow:runmodel")
    written = {**given, "INPUT": given["INPUT"].source()}
    history = algorithm.asPythonCommand(written, QgsProcessingContext())
    assert LOGIN_AUTHCFG.read() in history
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(examples.FOLDER / examples.MODEL_FILE))
    model.toFile(str(tmp_path / "again.model3"))
    QgsProject.instance().write(str(tmp_path / "project.qgs"))
    settings = QgsSettings()
    settings.sync()
    kept = [f"{key}={settings.value(key)}" for key in settings.allKeys()]
    texts = [history, str(told.outcome), str(refused.value), caplog.text, *logged, *kept]
    texts += [text for _kind, text in feedback.lines]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert any("offers" in each for each in kept), "what is cached of the account is among what was looked at"
    assert_clean(canaries, texts, files)


@pytest.mark.both_dialects
def test_nothing_qgis_process_prints_or_writes_tells_the_login(sandbox, square, tmp_path):
    assert store.remember(read_pasted(sandbox.basic), sandbox.url) is not None
    shell = QgisProcess(tmp_path)
    settings = (LOGIN_PLACE, LOGIN_AUTHCFG, LOGIN_SERVER)
    shell.write_settings({setting.name: setting.read() for setting in settings})
    master = tmp_path / "master"
    master.write_text("a phrase for the tests' own store")
    folder = str(Path(QgsApplication.authManager().authenticationDatabasePath()).parent)
    unlocked = {"QGIS_AUTH_PASSWORD_FILE": str(master), "QGIS_AUTH_DB_DIR_PATH": folder}
    table = f"--MODELS={tmp_path / 'm.csv'}"
    said = [
        shell.call("--verbose", "--json", "run", "mapflow:listmodelsandproviders", table, **unlocked),
        shell.call(
            "--verbose", "run", "mapflow:downloadresult", "--PROCESSING=none", "--RESULT=a.gpkg", **unlocked
        ),
    ]
    assert said[0].code == 0
    assert said[1].code != 0
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if "python/plugins/mapflow_dock" not in str(path)]
    assert tmp_path / "m.csv" in files
    assert any(path.name == "QGIS3.ini" for path in files)
    assert_clean(forms(sandbox), [each.everything for each in said], files)
