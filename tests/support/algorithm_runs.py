"""Runs of Processing algorithms: inside QGIS, by `qgis_process`, and what the service says of them all by itself."""

# ruff: noqa: N802, N803 - named as QGIS names them

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import requests
from qgis.core import QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QThread

from rooms import PLUGIN, ROOT

# Debian's own script gives it options that it does not know.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
SECONDS = 180


class Feedback(QgsProcessingFeedback):
    """Keeps what it is told."""

    def __init__(self):
        super().__init__(False)
        self.lines = []
        self.steps = []
        self.threads = set()
        self.progressChanged.connect(self.steps.append)

    def _note(self, kind, text):
        self.threads.add(QThread.currentThread())
        self.lines.append((kind, text))

    def setProgressText(self, text):
        self._note("stage", text)

    def pushInfo(self, text):
        self._note("info", text)

    def pushWarning(self, text):
        self._note("warning", text)

    def reportError(self, text, fatalError=False):  # noqa: ARG002
        self._note("error", text)

    def has_told(self, beginning):
        return any(text.startswith(beginning) for _kind, text in self.lines)

    def told(self, kind):
        return [text for each, text in self.lines if each == kind]


@dataclass
class Ran:
    """What came of a run."""

    outcome: dict
    feedback: Feedback
    context: QgsProcessingContext = field(repr=False)
    is_whole: bool = True
    stopped_after: float | None = None  # seconds from the cancelling to the end

    def layer(self, name):
        """The layer of an output."""
        return self.context.getMapLayer(self.outcome[name])

    def rows(self, name):
        """The rows of a table as dicts."""
        layer = self.layer(name)
        names = layer.fields().names()
        return [dict(zip(names, row.attributes(), strict=True)) for row in layer.getFeatures()]


@dataclass(frozen=True)
class Said:
    """What a call printed, and its exit code."""

    code: int
    out: str
    errors: str

    @property
    def everything(self) -> str:
        return self.out + self.errors

    @property
    def answer(self) -> dict:
        """The JSON it printed."""
        return json.loads(self.out[self.out.index("{") :])


class QgisProcess:
    """A profile in `home`, and calls in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.profile = home / ".local/share/QGIS/QGIS3/profiles/default"
        plugins = self.profile / "python" / "plugins"
        plugins.mkdir(parents=True)
        (plugins / PLUGIN).symlink_to(ROOT, target_is_directory=True)
        self.write_settings({})

    def write_settings(self, settings: dict[str, str]) -> None:
        """Write the plugin's own settings, and switch it on."""
        lines = ["[PythonPlugins]", f"{PLUGIN}=true", "[plugins]"]
        lines += [f"{PLUGIN}\\{key.replace('/', chr(92))}={value}" for key, value in settings.items()]
        file = self.profile / "QGIS" / "QGIS3.ini"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def call(self, *arguments: str, typed: str = "", **environment: str) -> Said:
        """Call it, with `typed` as its standard input, and wait for its end."""
        process = self.start(*arguments, **environment)
        try:
            out, errors = process.communicate(typed, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Said(process.returncode, out, errors)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Call it, and let it run."""
        home = str(self.home)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "QGIS_"))}
        return subprocess.Popen(
            [str(PROGRAM), *arguments],
            env={**kept, "HOME": home, "QT_QPA_PLATFORM": "offscreen", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=home,
        )


def get(sandbox, path):
    """What the service answers, as JSON."""
    answer = requests.get(sandbox.url + path, headers={"Authorization": f"Basic {sandbox.basic}"}, timeout=30)
    answer.raise_for_status()
    return answer.json()


def result_of(sandbox, processing_id):
    """The result of a processing as the service sends it."""
    return get(sandbox, f"/processings/{processing_id}/result")
