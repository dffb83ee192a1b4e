"""How long the Search tab takes with thousands of found images, and QGIS stands still meanwhile.

Each round is a start of the real QGIS desktop. It fills the tab page by page, narrows and widens what is there, moves
the pointer over map, list and table, scrolls, sorts and chooses all; the footprints are on the map. Beside it, a
QStandardItemModel gets as many texts. Prints JSON lines: the middles of the rounds, a hover's for one of them, and
ratios to the plain model.

    .venv/bin/python benchmarks/search.py [--rows 5000] [--rounds 5]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from rounds import run_with_rows  # noqa: E402 - after the path is set

BESIDE = {"fill": "fill_plain", "narrow": "narrow_plain"}

if __name__ == "__main__":
    run_with_rows(__doc__, HERE / "desktop_jobs" / "search.py", 5_000, BESIDE)
