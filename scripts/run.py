"""Opens QGIS with the plugin in a profile of its own, linked to this checkout: behind `make run`."""

from __future__ import annotations

import subprocess
import sys

from desktop.launch import DesktopError, has_display, qgis_command, qgis_environment
from desktop.profile import Profile
from sandbox_process import ROOT

WORK = ROOT / "build" / "run"


def main() -> int:
    """Start QGIS and wait until it is closed. The profile, its settings and logins, is kept for the next time."""
    if not has_display():
        print("There is no display to show QGIS on. `make demo` runs without one.", file=sys.stderr)
        return 1
    profile = Profile(WORK / "profile")
    if not profile.exists:
        profile.make()
    profile.link_plugin()
    print(
        "Mapflow Dock is in the Web menu and its toolbar. `make sandbox` in another terminal gives it a server."
    )
    try:
        return subprocess.run(qgis_command(profile), env=qgis_environment(), check=False).returncode
    except DesktopError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
