"""How long the Search tab takes with thousands of found images, and QGIS stands still meanwhile.

Each round is a start of the real QGIS desktop. It fills the tab page by page, narrows and widens what is there, moves
the pointer over map and list, and scrolls; the footprints are on the map. Beside it, a QStandardItemModel gets as many
texts. Prints JSON lines: the middles of the rounds, a hover's for one of them, and ratios to the plain model.

    .venv/bin/python benchmarks/search.py [--rows 5000] [--rounds 5]
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

JOB = Path(__file__).resolve().parent / "desktop_jobs" / "search.py"
BESIDE = {"fill": "fill_plain", "narrow": "narrow_plain"}


def main() -> None:
    """Start QGIS for each round and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        profile = Profile(Path(name) / "profile")
        profile.make()
        rounds = measured_rounds(Path(name), profile, JOB, {"rows": arguments.rows}, arguments.rounds)
    print_middles(rounds, BESIDE)


if __name__ == "__main__":
    main()
