"""`qgis_process` as a user calls it: in a process of its own, with a profile that has the plugin switched on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from rooms import PLUGIN, ROOT

# Debian's own script gives it options that it does not know.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
SECONDS = 180


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
        """Call it, with `typed` as its standard input."""
        home = str(self.home)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "QGIS_"))}
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            env={**kept, "HOME": home, "QT_QPA_PLATFORM": "offscreen", **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=home,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)
