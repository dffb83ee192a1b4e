"""What `qgis --code` runs: waits until QGIS is up, does the job it was started for, writes what came of it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

# `--code` runs this text without telling where it is from
_ORDER = json.loads(Path(os.environ["MAPFLOW_DOCK_DESKTOP_JOB"]).read_text(encoding="utf-8"))
sys.path.insert(0, _ORDER["scripts"])

from qgis.core import QgsApplication, QgsProject  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.utils import iface  # noqa: E402

from desktop.hands import Desk  # noqa: E402 - needs the path set above


def _load(path: Path) -> Any:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _do_job() -> None:
    Path(_ORDER["said"]).touch()  # QGIS is up
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():  # QGIS takes it from a file only when the store has one already
        manager.setMasterPassword(_ORDER["passphrase"], True)
    desk = Desk(iface, Path(_ORDER["pictures"]), _ORDER["settings"], _ORDER["seconds"], Path(_ORDER["said"]))
    outcome: dict[str, Any] = {"result": {}, "error": "", "trace": ""}
    try:
        outcome["result"] = _load(Path(_ORDER["job"])).run(desk) or {}
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is written down and QGIS has to end
        outcome.update(error=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
        desk.picture("failure")
    result = Path(_ORDER["result"])
    fresh = result.with_suffix(".part")
    fresh.write_text(json.dumps(outcome, default=str), encoding="utf-8")
    fresh.replace(result)
    if not (_ORDER["stay_open"] and not outcome["error"]):
        QTimer.singleShot(0, _quit)


def _quit() -> None:
    QgsProject.instance().setDirty(False)  # nobody is there to answer whether to save
    iface.actionExit().trigger()


# `--code` runs last of all at the start; what is left is for the event loop to begin
QTimer.singleShot(0, _do_job)
