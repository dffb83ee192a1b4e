"""Several starts of QGIS that do the same, and the middle of what they measured."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

from desktop.launch import Desktop
from desktop.profile import Profile

SECONDS = 300.0
Round = dict[str, dict[str, float]]


def measured_rounds(
    folder: Path, profile: Profile, job: Path, settings: Mapping[str, object], count: int
) -> list[Round]:
    """Let `count` starts of QGIS do `job`, after one that writes the bytecode as the first after an installation."""
    rounds = [
        Desktop(folder / f"round-{turn}", profile).run(job, settings, SECONDS).result
        for turn in range(count + 1)
    ]
    return rounds[1:]


def print_middles(rounds: list[Round], beside: Mapping[str, str]) -> None:
    """Print a JSON line for each step, with its ratio to the plain step it has in `beside`."""
    for step in rounds[0]:
        line: dict[str, object] = {"step": step, "rounds": len(rounds)}
        line |= {key: round(_middle(rounds, step, key), 1) for key in rounds[0][step]}
        if step in beside:
            ratios = [each[step]["ms"] / each[beside[step]]["ms"] for each in rounds]
            line["relative_to_plain"] = round(statistics.median(ratios), 2)
        print(json.dumps(line), flush=True)


def _middle(rounds: list[Round], step: str, key: str) -> float:
    return statistics.median(each[step][key] for each in rounds)


def run_with_rows(about: str | None, job: Path, rows: int, beside: Mapping[str, str]) -> None:
    """The command line of a benchmark whose `job` takes a number of rows; prints the middles of its rounds."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        profile = Profile(Path(name) / "profile")
        profile.make()
        rounds = measured_rounds(Path(name), profile, job, {"rows": arguments.rows}, arguments.rounds)
    print_middles(rounds, beside)
