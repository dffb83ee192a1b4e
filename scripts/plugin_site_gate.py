"""Checks the packaged zip with the rules plugins.qgis.org blocks an upload by: any finding there blocks it for good.

The rules are those of the site's scanner: the bandit tests it enables, also the ones an uploader could skip, and every
detector of detect-secrets but the one for public IP addresses, on all files except metadata.txt.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from package import PLUGIN, ROOT, archive_path

ALWAYS_ON = """
    B102 B103 B105 B106 B107 B111 B201 B202 B301 B302 B304 B305 B306 B307 B312 B321 B323 B401
    B402 B412 B413 B501 B502 B503 B505 B506 B507 B601 B602 B604 B605 B609 B610 B611 B612 B613
    B615 B701
"""
SKIPPABLE_THERE = """
    B101 B104 B108 B110 B112 B113 B303 B308 B310 B311 B313 B314 B315 B316 B317 B318 B319 B320
    B324 B403 B405 B406 B407 B408 B409 B504 B508 B509 B603 B606 B607 B608 B614 B702 B703 B704
"""
BANDIT_RULES = [*ALWAYS_ON.split(), *SKIPPABLE_THERE.split()]
DETECTORS_OFF = ("IPPublicDetector",)
FLAKE8_CRITICAL = "E901,E902,E999,F821,F823,F831"
CONFIGURATION = (".bandit", ".secrets.baseline", ".flake8", "setup.cfg", "tox.ini")


def bandit_findings(folder: Path) -> list[str]:
    """What bandit says of the Python files under `folder`, a line a finding."""
    known = _known_bandit_rules()
    rules = ",".join(rule for rule in BANDIT_RULES if rule in known)
    report = _json_of(
        [sys.executable, "-m", "bandit", "-q", "-r", str(folder), "-t", rules, "-f", "json"], folder
    )
    found = [f"bandit could not read {error['filename']}: {error['reason']}" for error in report["errors"]]
    for result in report["results"]:
        place = f"{_within(result['filename'], folder)}:{result['line_number']}"
        found.append(f"{place}: {result['test_id']} {result['issue_text']}")
    return found


def secret_findings(folder: Path) -> list[str]:
    """What detect-secrets says of all files under `folder`, a line a finding."""
    command = [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "--no-verify"]
    for detector in DETECTORS_OFF:
        command += ["--disable-plugin", detector]
    report = _json_of([*command, "."], folder)
    found = []
    for name, results in report["results"].items():
        if Path(name).name != "metadata.txt":
            found += [
                f"{_within(name, folder)}:{result['line_number']}: {result['type']}" for result in results
            ]
    return found


def flake8_findings(folder: Path) -> list[str]:
    """The errors of flake8 the site calls critical."""
    command = [sys.executable, "-m", "flake8", "--isolated", f"--select={FLAKE8_CRITICAL}", "."]
    return _run(command, folder).stdout.splitlines()


def configuration_findings(folder: Path) -> list[str]:
    """Configuration of the scanners inside a plugin is honoured but shown to everybody: none is shipped."""
    return [f"{path.name} would be shipped" for path in folder.rglob("*") if path.name in CONFIGURATION]


def check(archive: Path) -> list[str]:
    """Every finding in the zip `archive`, a line each."""
    with tempfile.TemporaryDirectory(prefix="plugin_site_gate_") as name:
        with zipfile.ZipFile(archive) as content:
            content.extractall(name)  # our own zip, whose names package.py has checked
        folder = Path(name) / PLUGIN
        shipped = configuration_findings(folder)
        if shipped:  # it would change what the scanners say
            return shipped
        looks = (bandit_findings, secret_findings, flake8_findings)
        return [finding for look in looks for finding in look(folder)]


def _known_bandit_rules() -> set[str]:
    from bandit.core import extension_loader

    manager = extension_loader.MANAGER
    return set(manager.plugins_by_id) | set(manager.blacklist_by_id)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _json_of(command: list[str], folder: Path) -> dict[str, list[dict[str, str]]]:
    done = _run(command, folder)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"{' '.join(command[1:4])} did not work:\n{done.stderr[-2000:]}") from None


def _within(name: str, folder: Path) -> str:
    path = Path(name)
    return str(path.relative_to(folder)) if path.is_absolute() else str(path)


def main() -> int:
    """Check the zip of this version, or those named on the command line."""
    archives = [Path(name) for name in sys.argv[1:]] or [archive_path()]
    found = [finding for archive in archives for finding in check(archive)]
    for finding in found:
        print(finding)
    names = ", ".join(
        str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path) for path in archives
    )
    print(f"{names}: {len(found)} findings" if found else f"{names}: nothing plugins.qgis.org would block")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
