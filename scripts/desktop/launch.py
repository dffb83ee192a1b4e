"""Starts a QGIS desktop that does one job, and hands back what came of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from desktop.profile import Profile
from desktop.screen import VirtualScreen

SCRIPTS = Path(__file__).resolve().parent.parent
QGIS_PYTHON = Path(sys.executable).resolve()  # that .venv was made from, see scripts/setup
JOB_VARIABLE = "MAPFLOW_DOCK_DESKTOP_JOB"
START_SECONDS = 60.0  # on a loaded machine; an idle one takes five
QUIT_SECONDS = 30.0
POLL_SECONDS = 0.1
LOG_TAIL = 4000


_NOT_INHERITED = (
    "VIRTUAL_ENV",
    "QGIS_CUSTOM_CONFIG_PATH",
    "QGIS_OPTIONS_PATH",
    "QGIS_AUTH_DB_DIR_PATH",
    "QT_QPA_PLATFORM",
)
_GRAB = """
import sys
from PyQt5.QtWidgets import QApplication
application = QApplication([])
application.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


class DesktopError(RuntimeError):
    """QGIS did not start, did not do its job, or took too long; the text says why."""


@dataclass(frozen=True)
class DesktopRun:
    """What came of a job: `result` is what it returned, `code` how QGIS ended, `log` what QGIS printed."""

    result: dict[str, Any]
    code: int
    log: str


def has_display() -> bool:
    """Whether there is somebody to show QGIS to."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and not os.environ.get("CI")


def qgis_command(profile: Profile, code: Optional[Path] = None) -> list[str]:
    """The command line of a QGIS with `profile` that runs the file `code` once it is up."""
    program = shutil.which("qgis")
    if program is None:
        raise DesktopError("QGIS is not installed: run `make setup`.")
    command = [program, "--nologo", "--noversioncheck", "--profiles-path", str(profile.folder)]
    return command if code is None else [*command, "--code", str(code)]


def qgis_environment(display: Optional[str] = None) -> dict[str, str]:
    """The environment of a QGIS on the screen `display` where one is named, else on the user's."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    for name in (*_NOT_INHERITED, *(("WAYLAND_DISPLAY",) if display else ())):
        environment.pop(name, None)
    # the Python inside QGIS takes the first python3 of the PATH for its own home: it must be the one of QGIS
    environment["PATH"] = os.pathsep.join([str(QGIS_PYTHON.parent), environment.get("PATH", "")])
    if display is not None:
        environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"}
    return environment


class Desktop:
    """A QGIS with `profile`, on a screen of its own unless `visible`.

    Pictures go to `pictures`, its log and the files of the job to `folder`.
    """

    def __init__(
        self, folder: Path, profile: Profile, pictures: Optional[Path] = None, visible: bool = False
    ) -> None:
        self.folder = folder
        self.profile = profile
        self.pictures = pictures or folder
        self.visible = visible

    def run(
        self,
        job: Path,
        settings: Mapping[str, object],
        seconds: float,
        said: Callable[[str], None] = lambda _line: None,
        done: Callable[[dict[str, Any]], None] = lambda _result: None,
        stay_open: bool = False,
    ) -> DesktopRun:
        """Start QGIS, let it run the function `run(desk)` of the file `job`, and wait for the end of both.

        `said` gets each line the job reports while it runs, `done` what it returned. With `stay_open` QGIS stays after
        a good end until the user closes it. Raises DesktopError when the job failed or lasts longer than `seconds`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pictures.mkdir(parents=True, exist_ok=True)
        order = _Order(self, job, settings, seconds, stay_open)
        order.write()
        with ExitStack() as stack:
            display = None if self.visible else stack.enter_context(VirtualScreen())
            log = stack.enter_context(order.log_path.open("wb"))
            process = subprocess.Popen(
                qgis_command(self.profile, SCRIPTS / "desktop" / "bootstrap.py"),
                env={
                    **qgis_environment(display),
                    "QGIS_AUTH_PASSWORD_FILE": str(self.profile.passphrase_path),
                    JOB_VARIABLE: str(order.path),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                self._follow(process, order, said)
                result = order.read_result()
                done(result)
                code = self._wait_for_end(process, stay_open)
            except DesktopError as error:
                raise DesktopError(f"{error}\n{self._picture_of(display)}{order.log}") from None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        return DesktopRun(result, code, order.log)

    def _follow(self, process: subprocess.Popen[bytes], order: _Order, said: Callable[[str], None]) -> None:
        began = time.monotonic()
        while not order.result_path.exists():
            try:
                code = process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                lasted = time.monotonic() - began
                if lasted > START_SECONDS and not order.said_path.exists():
                    raise DesktopError(f"QGIS did not come up in {START_SECONDS:.0f} s.") from None
                if lasted > START_SECONDS + order.seconds:
                    raise DesktopError(f"QGIS did not end its job in {order.seconds:.0f} s.") from None
            else:
                if not order.result_path.exists():
                    raise DesktopError(f"QGIS ended with code {code} before its job was done.")
            order.report(said)
        order.report(said)

    @staticmethod
    def _wait_for_end(process: subprocess.Popen[bytes], stay_open: bool) -> int:
        try:
            return process.wait(None if stay_open else QUIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise DesktopError(f"QGIS did its job but did not close within {QUIT_SECONDS:.0f} s.") from None

    def _picture_of(self, display: Optional[str]) -> str:
        """Save what is on the virtual screen: a QGIS that hangs mostly shows a question nobody answers."""
        if display is None:
            return ""
        path = self.pictures / "failure-screen.png"
        subprocess.run(
            [str(QGIS_PYTHON), "-c", _GRAB, str(path)],
            env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            timeout=QUIT_SECONDS,
            check=False,
        )
        return f"The screen then: {path}\n" if path.exists() else ""


class _Order:
    """The files by which QGIS is told what to do, and says what came of it."""

    def __init__(
        self, desktop: Desktop, job: Path, settings: Mapping[str, object], seconds: float, stay_open: bool
    ) -> None:
        folder = desktop.folder
        self.path = folder / "job.json"
        self.result_path = folder / "result.json"
        self.log_path = folder / "qgis.log"
        self.seconds = seconds
        self.said_path = folder / "said.txt"
        self._said = 0
        self._content = {
            "scripts": str(SCRIPTS),
            "job": str(job),
            "pictures": str(desktop.pictures),
            "passphrase": desktop.profile.passphrase_path.read_text(encoding="ascii"),
            "settings": dict(settings),
            "seconds": seconds,
            "stay_open": stay_open,
            "result": str(self.result_path),
            "said": str(self.said_path),
        }

    def write(self) -> None:
        for path in (self.result_path, self.said_path, self.log_path):
            path.unlink(missing_ok=True)
        self.path.touch(mode=0o600)  # the settings may hold a login of the sandbox
        self.path.write_text(json.dumps(self._content, default=str), encoding="utf-8")

    def report(self, said: Callable[[str], None]) -> None:
        if not self.said_path.exists():
            return
        lines = self.said_path.read_text(encoding="utf-8").splitlines(keepends=True)
        for line in lines[self._said :]:
            if line.endswith("\n"):
                self._said += 1
                said(line.rstrip("\n"))

    def read_result(self) -> dict[str, Any]:
        content = json.loads(self.result_path.read_text(encoding="utf-8"))
        if content["error"]:
            raise DesktopError(f"{content['error']}\n{content['trace']}")
        result: dict[str, Any] = content["result"]
        return result

    @property
    def log(self) -> str:
        text = self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""
        return f"The last lines QGIS printed ({self.log_path}):\n{text[-LOG_TAIL:]}" if text.strip() else ""
