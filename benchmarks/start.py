"""How long QGIS waits for the plugin at its start, and the user for each page that is shown for the first time.

Each round is a start of the real QGIS desktop, with a plugin beside that has an empty dock and nothing else. Prints
JSON lines: the middle of the rounds in milliseconds for each step, and what the steps are to those of the plain plugin.
The first start writes the bytecode, as the one after an installation does, and is not counted.

    .venv/bin/python benchmarks/start.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from desktop.launch import Desktop  # noqa: E402 - after the path is set
from desktop.profile import Profile  # noqa: E402
from sandbox_process import SandboxProcess  # noqa: E402

JOBS = Path(__file__).resolve().parent / "desktop_jobs"
BESIDE = {"load": "load_plain_plugin", "show_dock": "show_plain_dock"}
SECONDS = 120.0


def main() -> None:
    """Start QGIS for each round and print the middles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as name, SandboxProcess(Path(name) / "sandbox") as sandbox:
        address = sandbox.start()
        profile = Profile(Path(name) / "profile")
        profile.make(is_switched_on=False)
        shutil.copytree(JOBS / "plain_plugin", profile.plugins / "plain_plugin")
        settings = {"url": address.url, "pasted": address.basic}
        for turn in range(arguments.rounds + 1):
            run = Desktop(Path(name) / f"round-{turn}", profile).run(JOBS / "start.py", settings, SECONDS)
            rounds += [run.result] if turn else []
    for step in rounds[0]:
        line: dict[str, object] = {"step": step, "rounds": len(rounds)}
        line |= {key: _middle(rounds, step, key) for key in rounds[0][step]}
        if step in BESIDE:
            line["relative_to_plain"] = round(
                _middle(rounds, step, "ms") / _middle(rounds, BESIDE[step], "ms"), 2
            )
        print(json.dumps(line), flush=True)


def _middle(rounds: list[dict[str, dict[str, float]]], step: str, key: str) -> float:
    return round(statistics.median(each[step][key] for each in rounds), 1)


if __name__ == "__main__":
    main()
