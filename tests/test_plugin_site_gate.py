"""The check with the plugin site's own rules finds what the site would block, and nothing in this plugin."""

from __future__ import annotations

import zipfile

import pytest

import package
import plugin_site_gate

PLANTED = {
    "an assert": "assert True\n",
    "a literal under a telling name": "TOKEN_KEY = 'x/token'\n",
    "an empty default under a telling name": "def f(token=''):\n    return token\n",
    "an exception that vanishes": "try:\n    f = 1\nexcept Exception:\n    pass\n",
    "a digest that is out of date": "import hashlib\nhashlib.md5(b'')\n",
    "a process": "import subprocess\nsubprocess.run(['ls'])\n",
    "a key in a comment": f'# api_key = "{"f1e2d3c4b5a697887766554433221100" + "99aabbcc"}"\n',
    "a login in an address": "URL = 'https://user:" + "hunter2@example.org'\n",
    "a name that is not defined": "print(absent)\n",
}


@pytest.fixture(scope="module")
def clean_findings(tmp_path_factory):
    path = tmp_path_factory.mktemp("gate") / "plugin.zip"
    package.write(path)
    return plugin_site_gate.check(path)


def test_the_plugin_passes(clean_findings):
    assert clean_findings == []


@pytest.mark.parametrize("what", PLANTED)
def test_what_the_site_blocks_is_found(tmp_path, what):
    path = tmp_path / "planted.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mapflow_dock/__init__.py", PLANTED[what])
    assert plugin_site_gate.check(path)


def test_a_secret_in_any_kind_of_file_is_found(tmp_path):
    path = tmp_path / "planted.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "mapflow_dock/README.md", "the pass" + "word: changeme and https://me:" + "changeme@example.org\n"
        )
    assert plugin_site_gate.check(path)


def test_configuration_of_the_scanners_is_not_shipped(tmp_path):
    path = tmp_path / "planted.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mapflow_dock/.bandit", "[bandit]\nskips = B101\n")
        archive.writestr("mapflow_dock/plugin.py", "assert True\n")
    assert any(".bandit" in finding for finding in plugin_site_gate.check(path))
