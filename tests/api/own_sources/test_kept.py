"""Sources are kept in the settings without any login, and their logins in QGIS's authentication store."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from other_qgis import other_qgis
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

from mapflow_dock.api.own_sources.kept import KeptSources, read_kept
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import (
    LoginUnavailableError,
    SourceLogin,
    is_made_here,
    keep_login,
    login_problem,
    read_login,
    remove_login,
)
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.settings import OWN_SOURCES

__all__ = ["other_qgis"]  # the fixture

SURVEY = OwnSource("Survey", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}.png", 18)
ARCHIVE = OwnSource(
    "archive", SourceKind.TMS, "https://h.example/{z}/{x}/{-y}.png", None, "EPSG:3395", "abc1234"
)
WORD = "canary-word"


@pytest.fixture
def kept(qgis_app):
    return KeptSources()


def all_settings():
    settings = QgsSettings()
    return json.dumps({key: str(settings.value(key)) for key in settings.allKeys()})


def test_sources_are_kept_and_sorted_by_name(kept, qtbot):
    with qtbot.waitSignal(kept.changed):
        kept.save(SURVEY)
    kept.save(ARCHIVE)
    assert KeptSources().all() == (ARCHIVE, SURVEY)
    assert kept.named(" SURVEY ") == SURVEY
    assert kept.names("survey") == ["archive"]


def test_a_source_takes_the_place_of_its_former_self(kept):
    kept.save(SURVEY)
    kept.save(replace(SURVEY, name="Survey 2", zoom=17), "Survey")
    kept.save(replace(SURVEY, name="survey 2", zoom=16))
    assert [(each.name, each.zoom) for each in kept.all()] == [("survey 2", 16)]


def test_a_source_is_removed(kept):
    kept.save(SURVEY)
    kept.remove("Survey")
    kept.remove("Survey")
    assert kept.all() == ()


@pytest.mark.parametrize(
    "address",
    [
        f"https://me:{WORD}@h.example/{{z}}/{{x}}/{{y}}",
        f"https://h.example/{{z}}/{{x}}/{{y}}?token={WORD}",
        "nothing",
    ],
)
def test_a_login_or_a_broken_source_is_not_kept(kept, address):
    with pytest.raises(ValueError, match=r"login|address"):
        kept.save(replace(SURVEY, url=address))
    assert kept.all() == ()
    assert WORD not in all_settings()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind": "WMS", "name": "a"}',
        '{"kind": "XYZ", "name": "a", "url": "https://me:k@h/{z}/{x}/{y}"}',
    ],
)
def test_what_cannot_be_read_costs_that_source(kept, text):
    kept.save(SURVEY)
    OWN_SOURCES.write("other", text)
    assert read_kept(text) is None
    assert kept.all() == (SURVEY,)


def test_a_login_is_in_the_store_alone(kept):
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    kept.save(replace(SURVEY, authcfg=authcfg))
    assert read_login(authcfg) == SourceLogin("me", WORD)
    assert is_made_here(authcfg)
    assert kept.users_of(authcfg) == ["Survey"]
    assert WORD not in all_settings()
    assert WORD not in repr(SourceLogin("me", WORD))


def test_a_login_that_was_made_here_is_renewed_in_place(qgis_app):
    authcfg = keep_login(SourceLogin("me", "one-word"), "Survey")
    assert keep_login(SourceLogin("me", WORD), "Survey", authcfg) == authcfg
    assert read_login(authcfg).secret == WORD


def chosen_config(method="Basic"):
    config = QgsAuthMethodConfig()
    config.setName("the user's own")
    config.setMethod(method)
    config.setConfig("username", "me")
    config.setConfig("password", WORD)
    QgsApplication.authManager().storeAuthenticationConfig(config)
    return config.id()


def test_a_login_of_the_users_own_is_neither_changed_nor_removed(qgis_app):
    own = chosen_config()
    made = keep_login(SourceLogin("me", "another-word"), "Survey", own)
    assert made != own
    remove_login(own)
    remove_login(made)
    assert read_login(own).secret == WORD
    assert made not in QgsApplication.authManager().configIds()
    assert not is_made_here(made)


def test_what_is_no_name_and_password_is_refused(qgis_app):
    assert login_problem("") == ""
    assert "basic authentication" in login_problem(chosen_config("PKI-Paths"))
    assert "is not in" in login_problem("gone123")
    with pytest.raises(LoginUnavailableError, match="is not in"):
        read_login("gone123")


def test_a_locked_store_is_said(qgis_app, monkeypatch):
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    QgsApplication.authManager().clearMasterPassword()
    monkeypatch.setattr("mapflow_dock.api.own_sources.login.unlock", lambda: False)
    with pytest.raises(LoginUnavailableError, match="stayed locked"):
        read_login(authcfg)
    assert keep_login(SourceLogin("me", WORD), "Survey") is None


def test_a_processing_finds_its_source_again(kept):
    keyed = OwnSource(
        "Keyed", SourceKind.XYZ, "https://k.example/{z}/{x}/{y}?api_key={key}", 18, authcfg="abc1234"
    )
    for source in (SURVEY, ARCHIVE, keyed):
        kept.save(source)
    found = {"sourceType": "xyz", "url": "https://h.example/{z}/{x}/{y}.png", "zoom": 17, "crs": None}
    assert kept.matching(found) == SURVEY
    assert kept.matching({**found, "crs": "EPSG:3395"}) is None
    assert kept.matching({**found, "sourceType": "TMS", "crs": "EPSG:3395"}) == ARCHIVE
    assert kept.matching({**found, "url": "https://k.example/{z}/{x}/{y}?api_key=told"}) == keyed
    assert kept.matching({**found, "url": "https://other.example/{z}/{x}/{y}.png"}) is None
    assert kept.matching({}) is None


def test_what_another_qgis_keeps_is_there_at_once_and_neither_loses_the_others(kept, other_qgis):
    kept.save(SURVEY)
    process = other_qgis(
        """
from mapflow_dock.api.own_sources.kept import KeptSources
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
there = KeptSources()
print([each.name for each in there.all()], flush=True)
there.save(OwnSource("Theirs", SourceKind.LOCAL, "s3://bucket/a.tif"))
print("saved", flush=True)
sys.stdin.readline()
print([each.name for each in there.all()], flush=True)
"""
    )
    assert process.stdout.readline().strip() == "['Survey']"
    assert process.stdout.readline().strip() == "saved"
    assert [each.name for each in kept.all()] == ["Survey", "Theirs"]
    kept.save(ARCHIVE)
    kept.remove("Survey")
    QgsSettings().sync()
    process.stdin.write("look\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "['archive', 'Theirs']"


@pytest.mark.parametrize(
    ("told", "is_it"),
    [
        ("https://h.example/0a1b2c3d/{z}/{x}/{y}.png", True),
        ("https://h.example/{key}/{z}/{x}/{y}.png", True),
        ("https://h.example/0a1b/2c3d/{z}/{x}/{y}.png", False),
        ("https://h.example/0a1b2c3d/{z}/{x}/{y}Xpng", False),
    ],
)
def test_a_source_with_its_key_in_the_path_is_known_again(kept, told, is_it):
    keyed = OwnSource("Keyed", SourceKind.XYZ, "https://h.example/{key}/{z}/{x}/{y}.png", authcfg="abc1234")
    kept.save(keyed)
    assert kept.matching({"sourceType": "XYZ", "url": told}) == (keyed if is_it else None)
