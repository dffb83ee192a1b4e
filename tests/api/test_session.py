"""Signing in, staying signed in and signing out, with QGIS's real authentication store."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fault_proxy import Answer, FaultProxy, closed_port

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.login import store as auth_store
from mapflow_dock.api.login.store import Place
from mapflow_dock.api.projects import Project
from mapflow_dock.api.session import Session

ACCOUNT = {"email": "someone@example.org", "billingType": "CREDITS", "remainingCredits": 100, "models": []}
PROJECT = {
    "id": "p-default",
    "name": "Default",
    "isDefault": True,
    "workflowDefs": [{"id": "m", "name": "M"}],
}
OTHER = {"id": "p-other", "name": "Other", "workflowDefs": []}
CANARY = "canary-7f3e91c2"


def manager():
    from qgis.core import QgsApplication

    return QgsApplication.authManager()


def service(server: FaultProxy, accepts: str = "Basic") -> FaultProxy:
    def guarded(value):
        def answer(asked):
            return Answer.of(value) if asked.authorization.startswith(accepts) else Answer.of({}, 401)

        return answer

    server.route("GET", "/user/status", guarded(ACCOUNT))
    server.route("GET", "/projects/default", guarded(PROJECT))
    server.route("GET", "/projects/p-default", guarded(PROJECT))
    server.route("GET", "/projects/p-other", guarded(OTHER))
    return server


@pytest.fixture
def session(qgis_app):
    made = Session()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def locked(monkeypatch):
    """QGIS's store as it is after the user closed the window that asks for the master password."""
    manager().clearMasterPassword()
    monkeypatch.setattr(auth_store, "unlock", lambda: False)  # the window itself needs a person


def quick(session):
    session.client.retry_base_s = 0.01


def enter(session, qtbot, pasted, url, **options):
    with qtbot.waitSignals([session.signed_in, session.project_changed], timeout=10_000):
        session.sign_in(pasted, url, **options)


def settings_text() -> str:
    from qgis.core import QgsSettings

    settings = QgsSettings()
    return json.dumps({key: str(settings.value(key)) for key in settings.allKeys()})


def stored_config_ids() -> set[str]:
    return set(manager().configIds())


def test_sign_in_gives_account_project_and_a_stored_basic_login(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, f" Basic {basic}\n", server.url + "/")
    assert (session.is_signed_in, session.is_busy) == (True, False)
    assert (session.account.email, session.project.id, session.client.server) == (
        "someone@example.org",
        "p-default",
        server.url,
    )
    assert auth_store.stored_login().place is Place.CONFIGURATION
    assert session.tile_authcfg in stored_config_ids()


def test_the_login_is_restored_by_another_session(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    session.close()
    again = Session()
    assert auth_store.stored_login() is not None
    with qtbot.waitSignal(again.signed_in):
        again.restore()
    assert server.asked[-1].authorization == f"Basic {basic}"
    assert again.tile_authcfg == session.tile_authcfg
    again.close()


def test_sign_out_forgets_the_login(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    with qtbot.waitSignals([session.signed_out, session.project_changed]):
        session.sign_out()
    assert (session.is_signed_in, session.project, session.tile_authcfg) == (False, None, "")
    assert auth_store.stored_login() is None
    assert stored_config_ids() == set()
    assert session.client.credential is None


@pytest.mark.parametrize("signs_out", [False, True])
def test_layers_that_name_the_login_keep_it(server, session, qtbot, basic, signs_out):
    """The configuration of another sign-in to the same server has the id of the former one."""
    service(server)
    enter(session, qtbot, basic, server.url)
    before = session.tile_authcfg
    if signs_out:
        session.sign_out()
    enter(session, qtbot, "other@example.org:other-key", server.url)
    assert session.tile_authcfg == before
    assert stored_config_ids() == {before}
    assert auth_store.recall(auth_store.stored_login()) == session.client.credential
    assert CANARY not in settings_text()


def test_another_server_never_gets_the_login_of_layers_of_the_former(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    before = session.tile_authcfg
    with service(FaultProxy()) as other:
        enter(session, qtbot, basic, other.url)
        assert session.tile_authcfg not in {"", before}
        assert stored_config_ids() == {session.tile_authcfg}


def test_a_bearer_login_is_an_encrypted_entry_and_no_layer_carries_it(server, session, qtbot):
    service(server, accepts="Bearer")
    enter(session, qtbot, f"Bearer {CANARY}", server.url)
    if "APIHeader" in manager().authMethodsKeys():
        assert session.tile_authcfg
    else:
        assert auth_store.stored_login().place is Place.STORE_ENTRY
        assert session.tile_authcfg == ""
    session.close()
    again = Session()
    with qtbot.waitSignal(again.signed_in):
        again.restore()
    assert server.asked[-1].authorization == f"Bearer {CANARY}"
    again.sign_out()
    assert not manager().existsAuthSetting("mapflow_dock/login")
    again.close()


def test_the_scheme_that_worked_is_the_one_stored(server, session, qtbot, basic):
    service(server, accepts="Bearer")
    enter(session, qtbot, basic, server.url)
    session.close()
    server.asked.clear()
    again = Session()
    with qtbot.waitSignal(again.signed_in):
        again.restore()
    assert server.asked[0].authorization == f"Bearer {basic}"
    again.close()


def test_without_remember_nothing_is_stored(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url, remember=False)
    assert auth_store.stored_login() is None
    assert stored_config_ids() == set()
    assert session.tile_authcfg == ""


def test_a_refused_master_password_means_until_qgis_closes(server, session, qtbot, basic, locked):
    service(server)
    with qtbot.waitSignals([session.signed_in, session.not_remembered]) as signals:
        session.sign_in(basic, server.url)
    assert session.is_signed_in
    told = signals.all_signals_and_args[-1].args[0]
    assert "until QGIS is closed" in told
    assert auth_store.stored_login() is None
    assert CANARY not in settings_text()


def test_a_stored_login_that_cannot_be_opened_is_kept(server, session, qtbot, basic, monkeypatch):
    service(server)
    enter(session, qtbot, basic, server.url)
    session.close()
    manager().clearMasterPassword()
    monkeypatch.setattr(auth_store, "unlock", lambda: False)
    again = Session()
    assert auth_store.is_locked()
    with qtbot.waitSignal(again.sign_in_failed) as failed:
        again.restore()
    assert "master password" in failed.args[0].sentence
    assert auth_store.stored_login() is not None
    again.close()


def test_a_configuration_of_the_users_own_is_used_and_stays(server, session, qtbot, basic):
    from qgis.core import QgsAuthMethodConfig

    service(server)
    config = QgsAuthMethodConfig("Basic")
    config.setName("mine")
    config.setConfig("username", "someone@example.org")
    config.setConfig("password", CANARY)
    manager().storeAuthenticationConfig(config)
    with qtbot.waitSignal(session.signed_in):
        session.sign_in_with(config.id(), server.url)
    assert server.asked[0].authorization == f"Basic {basic}"
    assert session.tile_authcfg == config.id()
    session.sign_out()
    assert config.id() in stored_config_ids()
    assert auth_store.stored_login() is None


def test_a_configuration_that_was_deleted_is_said_so(server, session, qtbot):
    with qtbot.waitSignal(session.sign_in_failed) as failed:
        session.sign_in_with("gone123", server.url)
    assert failed.args[0].fault is Fault.CREDENTIAL
    assert server.count() == 0


def test_each_way_to_fail_has_its_own_sentence(server, session, qtbot, basic):
    sentences = {}

    def fail(name, pasted, url):
        with qtbot.waitSignal(session.sign_in_failed, timeout=15_000) as failed:
            session.sign_in(pasted, url)
            quick(session)
        error = failed.args[0]
        assert not session.is_signed_in
        assert not session.is_busy
        sentences[name] = error.sentence
        return error.fault

    assert fail("nothing", " ", server.url) is Fault.CREDENTIAL
    assert fail("no address", basic, "no address at all") is Fault.NOT_MAPFLOW
    assert fail("nobody", basic, f"http://127.0.0.1:{closed_port()}") is Fault.NETWORK
    assert fail("empty", basic, server.url) is Fault.NOT_MAPFLOW
    server.route("GET", "/user/status", Answer.html())
    assert fail("web page", basic, server.url) is Fault.NOT_MAPFLOW
    server.route("GET", "/user/status", Answer.of({"status": "UP"}))
    assert fail("other service", basic, server.url) is Fault.NOT_MAPFLOW
    server.route("GET", "/user/status", Answer.of({}, 401))
    assert fail("wrong token", basic, server.url) is Fault.CREDENTIAL
    assert fail("no tls", basic, server.url.replace("http:", "https:")) is Fault.NETWORK
    server.route("GET", "/user/status", Answer.of({}, 500))
    assert fail("broken", basic, server.url) is Fault.SERVER
    alike = {"empty", "web page", "other service"}
    assert len({sentence for name, sentence in sentences.items() if name not in alike}) == len(
        sentences
    ) - len(alike)
    assert auth_store.stored_login() is None


def test_offline_at_start_recovers_by_itself(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    session.close()
    again = Session()
    again._recheck.setInterval(100)
    server.add(path="/user/status", times=999, drop_before=True)
    failures = []
    again.sign_in_failed.connect(failures.append)
    with qtbot.waitSignal(again.sign_in_failed):
        again.restore()
        quick(again)
    server.rules.clear()
    with qtbot.waitSignal(again.signed_in, timeout=15_000):
        pass
    assert len(failures) == 1
    again.close()


def test_a_token_revoked_later_signs_out_with_a_reason(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    server.route("GET", "/user/status", Answer.of({}, 401))
    with qtbot.waitSignal(session.signed_out) as out:
        session.refresh_account()
    assert "any more" in out.args[0]
    assert not session.is_signed_in


def test_the_chosen_project_is_there_next_time(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(Project("p-other", "Other"))
    session.close()
    again = Session()
    with qtbot.waitSignals([again.signed_in, again.project_changed]):
        again.restore()
    assert again.project.id == "p-other"
    again.close()


def test_a_project_that_is_gone_gives_way_to_the_default_one(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    with qtbot.waitSignal(session.project_failed):
        session.choose_project(Project("p-gone", "Gone"))
    session.close()
    again = Session()
    with qtbot.waitSignals([again.signed_in, again.project_changed]):
        again.restore()
    assert again.project.id == "p-default"
    again.close()


@pytest.mark.parametrize("trouble", [{"answer": Answer.of({}, 500)}, {"drop_before": True}])
@pytest.mark.parametrize("known", ["p-other", ""])
def test_a_project_that_cannot_be_read_this_time_is_not_exchanged(
    server, session, qtbot, basic, trouble, known
):
    service(server)
    enter(session, qtbot, basic, server.url)
    if known:
        with qtbot.waitSignals([session.project_changed] * 2):
            session.choose_project(Project(known, "Other"))
    expected = session.project.id
    session.close()
    again = Session()
    server.add(path=f"/projects/{expected if known else 'default'}", times=99, **trouble)
    again.signed_in.connect(lambda _account: quick(again))
    server.route("POST", "/projects/page", Answer.of({"results": [{"id": "p-any", "name": "Any"}]}))
    with qtbot.waitSignal(again.project_failed, timeout=15_000):
        again.restore()
    assert again.project is None
    assert again.may_ask_project_again
    server.rules.clear()
    with qtbot.waitSignal(again.project_changed):
        again.ask_project_again()
    assert again.project.id == expected
    assert not again.may_ask_project_again
    again.close()


def test_the_project_is_asked_for_again_when_the_server_answers_again(server, session, qtbot, basic):
    service(server)
    server.add(path="/projects/default", times=99, drop_before=True)
    session.signed_in.connect(lambda _account: quick(session))
    session._recheck.setInterval(100)
    with qtbot.waitSignal(session.project_failed, timeout=15_000):
        session.sign_in(basic, server.url)
    assert session.project is None
    server.rules.clear()
    with qtbot.waitSignal(session.project_changed, timeout=15_000):
        pass
    assert session.project.id == "p-default"


def test_models_that_could_not_be_had_come_with_the_next_refresh(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    quick(session)
    server.add(path="/projects/p-default", times=1, answer=Answer.of({}, 500))
    with qtbot.waitSignal(session.project_failed, timeout=15_000):
        session.choose_project(Project("p-default", "Default"))
    assert session.project.models == ()
    with qtbot.waitSignal(session.project_changed, timeout=15_000):
        session.refresh_account()
    assert [model.id for model in session.project.models] == ["m"]


def test_what_is_gone_is_not_asked_for_again(server, session, qtbot, basic):
    service(server)
    enter(session, qtbot, basic, server.url)
    with qtbot.waitSignal(session.project_failed):
        session.choose_project(Project("p-gone", "Gone"))
    assert not session.may_ask_project_again


def test_a_sign_in_can_be_cancelled(server, session, qtbot, basic):
    service(server)
    server.add(path="/user/status", hold=True)
    session.sign_in(basic, server.url)
    assert session.is_busy
    qtbot.waitUntil(lambda: server.count() == 1)
    session.cancel_sign_in()
    assert not session.is_busy
    assert session.client.credential is None


def test_the_login_shows_up_nowhere(server, session, qtbot, basic, caplog, capfd):
    from qgis.core import QgsApplication

    messages = []
    log = QgsApplication.messageLog()
    log.messageReceived.connect(lambda text, tag, _level: messages.append(f"{tag}: {text}"))
    service(server)
    enter(session, qtbot, basic, server.url)

    def echo(asked):
        return Answer.of(
            {"code": "X", "message": asked.authorization, "params": {"a": asked.authorization}}, 400
        )

    server.route("GET", "/user/status", echo)
    session.refresh_account()
    qtbot.waitUntil(lambda: any("rejected" in text for text in messages))
    seen = "".join(
        [settings_text(), *messages, caplog.text, *capfd.readouterr(), repr(session.client.credential)]
    )
    for hidden in (CANARY, basic, basic.rstrip("=")):
        assert hidden not in seen
    files = [path for path in Path(os.environ["QGIS_AUTH_DB_DIR_PATH"]).rglob("*") if path.is_file()]
    assert any(path.name == "qgis-auth.db" for path in files)
    for path in files:
        content = path.read_bytes()
        assert CANARY.encode() not in content, path
        assert basic.rstrip("=").encode() not in content, path


def test_close_leaves_nothing_running(server, session, qtbot, basic):
    import logging

    service(server)
    handlers = len(logging.getLogger("mapflow_dock").handlers)
    enter(session, qtbot, basic, server.url)
    server.add(path="/user/status", hold=True)
    session.refresh_account()
    session.close()
    assert session.client.running == 0
    assert not session._recheck.isActive()
    assert len(logging.getLogger("mapflow_dock").handlers) == handlers - 1
