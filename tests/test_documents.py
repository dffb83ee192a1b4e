"""What the documents say is there: links, pictures, commands, options."""

from __future__ import annotations

import configparser
import re

import pytest

from rooms import ROOT, rooms

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("sandbox/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"`make ([a-z]+)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchor(heading):
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if "://" in target:
            continue
        name, _, part = target.partition("#")
        there = (document.parent / name) if name else document
        assert there.exists(), f"{document.name} links to {target}"
        if part:
            assert part in {anchor(heading) for heading in HEADING.findall(there.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_exist(document):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(MAKE.findall(document.read_text(encoding="utf-8"))) <= targets


def test_every_command_is_in_the_readme():
    targets = set(
        re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(MAKE.findall((ROOT / "README.md").read_text(encoding="utf-8"))) >= targets


@pytest.mark.parametrize("document", ["README.md", "docs/contributing.md"])
def test_every_room_is_told_of(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [room for room in rooms() if not re.search(rf"^(\| `)?{room}/", text, re.MULTILINE)] == []


def test_the_guide_lists_each_of_its_chapters_in_their_order():
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(.+)\]\(#", text, re.MULTILINE)
    assert listed == re.findall(r"^## (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("field", ["description", "about", "changelog"])
def test_what_the_plugin_manager_shows_is_not_broken_within_a_sentence(field):
    """QGIS's plugin manager keeps each line of the file a line of its own."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    lines = [line.strip() for line in parser["general"][field].splitlines() if line.strip()]
    if field == "about":
        assert [line for line in lines if not line.endswith(".")] == []
    assert [line for line in lines if line[0].islower()] == []
