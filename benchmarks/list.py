"""How long the list of processings takes to show very many, and QGIS stands still meanwhile.

Each round is a start of the real QGIS desktop. It fills the list with so many processings, and then hands it another
answer of the service in which every hundredth has changed; beside it, a QStandardItemModel gets the same texts. Prints
JSON lines: the middles of the rounds, and what the list's are to those of the plain model.

    .venv/bin/python benchmarks/list.py [--rows 10000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from rounds import measured_rounds, print_middles  # noqa: E402

from desktop.profile import Profile  # noqa: E402 - after the path is set

JOB = Path(__file__).resolve().parent / "desktop_jobs" / "list.py"
BESIDE = {"fill": "fill_plain", "refresh": "refresh_plain"}


def main() -> None:
    """Start QGIS for each round and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        profile = Profile(Path(name) / "profile")
        profile.make()
        rounds = measured_rounds(Path(name), profile, JOB, {"rows": arguments.rows}, arguments.rounds)
    print_middles(rounds, BESIDE)


if __name__ == "__main__":
    main()
