"""A screen nobody sees, for a QGIS on a machine without a display."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from typing import Optional

START_SECONDS = 30.0
STOP_SECONDS = 5.0


class ScreenError(RuntimeError):
    """Xvfb is not there or did not start."""


def _line_of(reading: int) -> str:
    """The line the X server writes once it accepts connections; "" when it does not come."""
    line = b""
    # the server writes the number and the end of the line apart, and dies if nobody reads both
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([reading], [], [], START_SECONDS)
        more = os.read(reading, 16) if ready else b""
        if not more:
            return ""
        line += more
    return line.decode("ascii").strip()


class VirtualScreen:
    """An Xvfb of its own; it picks a free display number by itself, so several can run at once."""

    def __init__(self, width: int = 1440, height: int = 900) -> None:
        self._size = f"{width}x{height}x24"
        self._process: Optional[subprocess.Popen[bytes]] = None

    def __enter__(self) -> str:
        """Start it; the value is the display's name, such as ":3"."""
        program = shutil.which("Xvfb")
        if program is None:
            raise ScreenError("Xvfb is not installed: run `make setup`.")
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                [
                    program,
                    "-displayfd",
                    str(writing),
                    "-screen",
                    "0",
                    self._size,
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ],
                pass_fds=(writing,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            os.close(writing)
            number = _line_of(reading)
        finally:
            os.close(reading)
        if not number:
            self.__exit__()
            raise ScreenError("Xvfb did not start.")
        return f":{number}"

    def __exit__(self, *_exception: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
