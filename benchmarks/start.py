"""How long QGIS waits for the plugin at its start, and the user for each page that is shown for the first time.

Each round is a start of the real QGIS desktop, with a plugin beside that has an empty dock and nothing else. Prints
JSON lines: the middle of the rounds in milliseconds for each step, and what the steps are to those of the plain plugin.
The first start writes the bytecode, as the one after an installation does, and is not counted.

    .venv/bin/python benchmarks/start.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from rounds import measured_rounds, print_middles  # noqa: E402

from desktop.profile import Profile  # noqa: E402 - after the path is set
from sandbox_process import SandboxProcess  # noqa: E402

JOBS = Path(__file__).resolve().parent / "desktop_jobs"
BESIDE = {"load": "load_plain_plugin", "show_dock": "show_plain_dock"}


def main() -> None:
    """Start QGIS for each round and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, SandboxProcess(Path(name) / "sandbox") as sandbox:
        address = sandbox.start()
        profile = Profile(Path(name) / "profile")
        profile.make(is_switched_on=False)
        shutil.copytree(JOBS / "plain_plugin", profile.plugins / "plain_plugin")
        settings = {"url": address.url, "pasted": address.basic}
        rounds = measured_rounds(Path(name), profile, JOBS / "start.py", settings, arguments.rounds)
    print_middles(rounds, BESIDE)


if __name__ == "__main__":
    main()
