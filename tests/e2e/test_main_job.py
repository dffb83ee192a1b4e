"""The main job in a real QGIS desktop, by mouse and keys, on a real server in both its dialects."""

from __future__ import annotations

import sqlite3
import zipfile

import pytest


def objects_in(path):
    with sqlite3.connect(path) as database:
        tables = [
            row[0]
            for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        ]
        return {table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}


@pytest.mark.both_dialects
def test_from_signing_in_to_a_layer_a_file_and_a_project(qgis_user, sandbox, tmp_path):
    told = qgis_user.run(
        "main_job",
        seconds=150,
        url=sandbox.url,
        pasted=sandbox.basic,
        bbox=sandbox.bbox,
        model="Buildings",
        has_preview=sandbox.dialect == "deployed",  # the reference knows no address of a provider's tiles
    )

    assert told["objects"] > 20
    assert told["tree"] == [["Mapflow"], [told["name"]]], "one group, in it one named as its layer is"
    assert sum(objects_in(tmp_path / "result.gpkg").values()) == told["objects"]
    assert told["credits_before"] - told["credits_after"] == pytest.approx(told["cost"], abs=0.01)
    with zipfile.ZipFile(tmp_path / "project.qgz") as project:
        content = b"".join(project.read(name) for name in project.namelist())
    assert b".gpkg" in content
    assert sandbox.basic.encode() not in content
    assert sandbox.bearer.encode() not in content


def test_the_login_is_on_disk_in_no_readable_form(qgis_user, sandbox, tmp_path):
    told = qgis_user.run("sign_in_and_out", url=sandbox.url, pasted=sandbox.bearer, wrong="Bearer wrong")

    assert told["refused"]
    assert told["signed_in_as"] == sandbox.email
    for path in (tmp_path / "profile").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert sandbox.bearer.encode() not in content, path
            assert sandbox.basic.encode() not in content, path
