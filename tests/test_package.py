"""The zip for plugins.qgis.org: what is in it, that it is the same every time, and that bad ones are told."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

import package

METADATA = "mapflow_dock/metadata.txt"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "plugin.zip"
    package.write(path)
    return path


def rewritten(archive, tmp_path, changes=(), removed=()):
    """A copy of `archive` with some files changed, added or left out."""
    changes = dict(changes)
    copy = tmp_path / "changed.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            if name not in removed and name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return copy


def test_the_zip_has_what_the_site_asks_for(archive):
    assert package.problems(archive) == []


def test_the_zip_holds_the_plugin_and_nothing_else(archive):
    with zipfile.ZipFile(archive) as content:
        names = [name.removeprefix("mapflow_dock/") for name in content.namelist()]
    assert {
        "__init__.py",
        "plugin.py",
        "metadata.txt",
        "LICENSE",
        "api/http/client.py",
        "ui/signed_in.ui",
    } <= set(names)
    others = [name for name in names if name.split("/")[0] not in {*package.FILES, *package.FOLDERS}]
    assert sorted(others) == sorted(["docs/guide.md", *package.pictures_of_guide()])


def test_every_form_and_icon_the_code_names_is_in_the_zip(archive):
    with zipfile.ZipFile(archive) as content:
        shipped = set(content.namelist())
    for folder in package.FOLDERS:
        for path in (package.ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix != ".ts" and "__pycache__" not in path.parts:
                assert f"mapflow_dock/{path.relative_to(package.ROOT).as_posix()}" in shipped


def test_the_same_sources_make_the_same_bytes(archive, tmp_path):
    again = tmp_path / "again.zip"
    package.write(again)
    assert again.read_bytes() == archive.read_bytes()


def test_the_packed_plugin_can_be_imported(archive, tmp_path):
    with zipfile.ZipFile(archive) as content:
        content.extractall(tmp_path)
    code = "import mapflow_dock, mapflow_dock.plugin as plugin; print(plugin.__file__, mapflow_dock.classFactory)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout


@pytest.mark.parametrize("name", ["LICENSE", "metadata.txt", "__init__.py"])
def test_a_zip_without_a_mandatory_file_is_told(archive, tmp_path, name):
    broken = rewritten(archive, tmp_path, removed={f"mapflow_dock/{name}"})
    assert f"{name} is missing." in package.problems(broken)


@pytest.mark.parametrize(
    "name", ["../outside.py", "mapflow_dock/api/http/client.pyc", "mapflow_dock/.hidden", "other/file.py"]
)
def test_a_zip_with_a_name_the_site_refuses_is_told(archive, tmp_path, name):
    assert package.problems(rewritten(archive, tmp_path, {name: b"x"}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("email=", "mail="),
        ("version=", "version=v"),
        ("author=", "author=a/b "),
        ("homepage=https", "homepage=ftp"),
    ],
)
def test_metadata_the_site_refuses_is_told(archive, tmp_path, old, new):
    with zipfile.ZipFile(archive) as content:
        text = content.read(METADATA).decode()
    assert old in text
    assert package.problems(rewritten(archive, tmp_path, {METADATA: text.replace(old, new)}))
