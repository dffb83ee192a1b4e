"""How long the list of processings takes to show very many, and QGIS stands still meanwhile.

Each round is a start of the real QGIS desktop. It fills the list with so many processings, and then hands it another
answer of the service in which every hundredth has changed; beside it, a QStandardItemModel gets the same texts. Prints
JSON lines: the middles of the rounds, and what the list's are to those of the plain model.

    .venv/bin/python benchmarks/list.py [--rows 10000] [--rounds 5]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from rounds import run_with_rows  # noqa: E402 - after the path is set

BESIDE = {"fill": "fill_plain", "refresh": "refresh_plain"}

if __name__ == "__main__":
    run_with_rows(__doc__, HERE / "desktop_jobs" / "list.py", 10_000, BESIDE)
