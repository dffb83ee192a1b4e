"""How long QGIS stands still while the answer with very many processings arrives, the first time and again.

Each round is a start of the real QGIS desktop, signed in to a small local server. Beside it stands how long it takes
just to read the answer's JSON, which is how long QGIS would stand still at least if it were read where it arrives.

    .venv/bin/python benchmarks/arrival.py [--rows 100000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from rounds import measured_rounds, print_middles  # noqa: E402

from desktop.profile import Profile  # noqa: E402 - after the path is set

HERE = Path(__file__).resolve().parent
BESIDE = {"first": "read_plain", "again": "read_plain"}


def main() -> None:
    """Start the server, and QGIS for each round, and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    command = [sys.executable, str(HERE / "long_list_service.py"), str(arguments.rows)]
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service,
    ):
        try:
            url = service.stdout.readline().strip() if service.stdout else ""
            profile = Profile(Path(name) / "profile")
            profile.make()
            settings = {"url": url, "pasted": "a login of this server"}
            rounds = measured_rounds(
                Path(name), profile, HERE / "desktop_jobs" / "arrival.py", settings, arguments.rounds
            )
        finally:
            service.kill()
    print_middles(rounds, BESIDE)


if __name__ == "__main__":
    main()
