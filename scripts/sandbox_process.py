"""Starts the sandbox through its command line and stops it again; shared by the tests, the demo and the screenshots.

The sandbox runs in its own Python. This module needs the standard library only, so any Python can drive it.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / "sandbox" / ".venv" / "bin" / "python"
ASSETS = ROOT / "build" / "sandbox-assets"

READY_SECONDS = 120.0  # on a loaded machine; an idle one takes three
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05


class SandboxError(RuntimeError):
    """The sandbox did not come up; the text ends with what it logged."""


@dataclass(frozen=True)
class SandboxAddress:
    """Where a running sandbox answers and how to sign in to it."""

    url: str
    email: str
    basic: str = field(repr=False)
    bearer: str = field(repr=False)
    pid: int
    bbox: tuple[float, float, float, float]  # of its imagery: west, south, east, north in degrees
    provider: str


class SandboxProcess:
    """One sandbox server in a process of its own.

    `folder` holds its data, its ready file and its log. Options are those of the command line, with underscores:
    `SandboxProcess(folder, dialect="reference", credits=0)`; True stands for an option without a value, a list for one
    that is repeated.
    """

    def __init__(self, folder: Path, **options: object) -> None:
        self.folder = folder = folder.absolute()
        self.log_path = folder / "sandbox.log"
        self.data_path = folder / "data"
        self._ready_path = folder / "ready.json"
        self._options = options
        self._process: Optional[subprocess.Popen[bytes]] = None

    def __enter__(self) -> SandboxProcess:  # noqa: PYI034 - Self is newer than some Pythons this runs in
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> SandboxAddress:
        """Start and wait until it answers; raises SandboxError with its log when it does not."""
        if not PYTHON.exists():
            raise SandboxError(f"The sandbox is not installed ({PYTHON} is missing): run `make setup`.")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._ready_path.unlink(missing_ok=True)
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "QT_"))
        }
        with open(self.log_path, "ab", opener=_private) as log:
            self._process = subprocess.Popen(
                self._command(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=ROOT / "sandbox",  # this checkout's own code, wherever the environment was made
            )
        try:
            return self._wait_until_ready(self._process)
        except SandboxError:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask it to end, and make it end when it does not; harmless when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def _command(self) -> list[str]:
        options: dict[str, object] = {
            "host": "127.0.0.1",
            "port": 0,
            "data": self.data_path,
            "assets": ASSETS,
            "ready_file": self._ready_path,
            **self._options,
        }
        command = [str(PYTHON), "-m", "mapflow_sandbox", "serve"]
        for name, value in options.items():
            option = f"--{name.replace('_', '-')}"
            for each in value if isinstance(value, (list, tuple)) else (value,):
                command += [option] if each is True else [option, str(each)]
        return command

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> SandboxAddress:
        deadline = time.monotonic() + READY_SECONDS
        while not self._ready_path.exists():
            try:
                code = process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    raise SandboxError(
                        f"The sandbox was not ready after {READY_SECONDS:.0f} s.\n{self.log[-4000:]}"
                    ) from None
            else:
                raise SandboxError(f"The sandbox ended with code {code}.\n{self.log[-4000:]}")
        return read_ready_file(self._ready_path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def read_ready_file(path: Path) -> SandboxAddress:
    """What the sandbox says of itself once it accepts connections."""
    said = json.loads(path.read_text(encoding="utf-8"))
    west, south, east, north = (float(value) for value in said["scene"]["bbox"])
    return SandboxAddress(
        url=said["url"],
        email=said["email"],
        basic=said["basic"],
        bearer=said["bearer"],
        pid=int(said["pid"]),
        bbox=(west, south, east, north),
        provider=said["scene"]["provider"],
    )


def paint_raster(path: Path, **options: object) -> Path:
    """Let the sandbox paint a GeoTIFF that is ready to be uploaded; options are those of its command line."""
    command = [str(PYTHON), "-m", "mapflow_sandbox", "paint", str(path)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "QT_"))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SandboxError(f"No raster was painted.\n{done.stderr[-4000:]}")
    return path
