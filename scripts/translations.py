"""Gathers all texts of the plugin into i18n/*.ts, and makes what QGIS reads of them: behind `make translations`.

Names of languages as arguments ("ru", "pt_BR") begin new translations.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from rooms import PLUGIN, ROOT, modules, rooms

FOLDER = ROOT / "i18n"
FIELD = re.compile(r"{[^{}]*}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
EMPTY = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="{}" sourcelanguage="en">
</TS>
"""


class TranslationError(Exception):
    """A translation could not be gathered or made; the text says why."""


def gather(path: Path, language: str) -> None:
    """Bring the .ts file `path` up to date, or begin it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EMPTY.format(language), encoding="utf-8")
    tool = ROOT / ".venv-qt6" / "bin" / "pylupdate6"
    _run([str(tool), "--no-obsolete", "--no-summary", "--ts", str(path), *modules(), *rooms()])


def strange_fields(path: Path) -> list[str]:
    """The translations in the .ts file `path` with a {field} that their English text does not have."""
    found = []
    for message in ET.parse(path).iter("message"):  # noqa: S314 - a file of this checkout
        known = set(FIELD.findall(message.findtext("source") or ""))
        translation = message.find("translation")
        text = "" if translation is None else "".join(translation.itertext())
        if not set(FIELD.findall(text)) <= known:
            found.append(text.strip())
    return found


def release(path: Path) -> Path:
    """Make the .qm file beside the .ts file `path`. What is not translated stays out of it, and is shown in English."""
    strange = strange_fields(path)
    if strange:
        raise TranslationError(f"{path.name} has a {{field}} its English text has not: {strange[0]}")
    usual = [str(each) for each in Path("/usr/lib").glob("qt[56]/bin/lrelease")]
    tool = shutil.which("lrelease") or next(iter(usual), None)
    if tool is None:
        raise TranslationError("lrelease is missing: install Qt's translation tools (qttools5-dev-tools).")
    made = path.with_suffix(".qm")
    _run([tool, "-silent", str(path), "-qm", str(made)])
    return made


def release_all() -> list[Path]:
    """Make the .qm files of all translations there are, and remove those of others."""
    made = [release(path) for path in sorted(FOLDER.glob("*.ts"))]
    for path in set(FOLDER.glob("*.qm")) - set(made):
        path.unlink()
    return made


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TranslationError(f"{command[0]} failed: {done.stdout}{done.stderr}")


def main(languages: list[str]) -> int:
    """Bring every translation up to date and make its .qm file."""
    wrong = [language for language in languages if not LANGUAGE.fullmatch(language)]
    if wrong:
        print(f"translations: {wrong[0]} is no language such as ru or pt_BR", file=sys.stderr)
        return 2
    known = {path.stem.removeprefix(f"{PLUGIN}_") for path in FOLDER.glob(f"{PLUGIN}_*.ts")}
    try:
        for language in sorted({*known, *languages}):
            gather(FOLDER / f"{PLUGIN}_{language}.ts", language)
        made = release_all()
    except TranslationError as error:
        print(f"translations: {error}", file=sys.stderr)
        return 1
    print(
        "\n".join(str(path.relative_to(ROOT)) for path in made)
        or "There is no translation yet: TO=ru begins one."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
