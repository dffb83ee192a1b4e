"""How long a list of very many processings takes to be seen, scrolled, refreshed and narrowed, and QGIS stands still.

Each round is a start of the real QGIS desktop, signed in to a small local server with pages: the first rows, scrolling
to the end page by page, a refresh in which every hundredth has changed, words typed into the filter, another order.
Beside each, a QStandardItemModel that reads the whole list where it arrives does the same. The steps "fill" and
"again" are of the item model alone. Prints JSON lines: the middles of the rounds, and what the list's are to those of
the plain model.

    .venv/bin/python benchmarks/list.py [--rows 10000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from rounds import measured_rounds, print_middles  # noqa: E402 - after the path is set

from desktop.profile import Profile  # noqa: E402

STEPS = ("fill", "again", "first_rows", "scroll", "refresh", "filter", "sort")
BESIDE = {step: f"{step}_plain" for step in STEPS}


def main() -> None:
    """Start the server, and QGIS for each round, and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
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
            settings = {"url": url, "pasted": "a login of this server", "rows": arguments.rows}
            job = HERE / "desktop_jobs" / "list.py"
            rounds = measured_rounds(Path(name), profile, job, settings, arguments.rounds)
        finally:
            service.kill()
    print_middles(rounds, BESIDE)


if __name__ == "__main__":
    main()
