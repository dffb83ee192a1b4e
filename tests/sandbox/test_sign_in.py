"""Signing in: Basic and Bearer tokens, wrong ones, and where the tokens are and are not to be found."""

from __future__ import annotations

import base64
import json
import re
import stat
import uuid

import pytest

from mapflow_sandbox import credentials

# What a browser or QGIS asks for without a login: a provider's tiles, and links that carry their own signature.
PUBLIC = re.compile(r"/rest/(version$|(providers|rasters/file)/)")


def encoded(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    "form", ["Basic {basic}", "Bearer {bearer}", "basic {basic}", "BEARER {bearer}", "Basic    {basic}"]
)
def test_both_kinds_of_token_sign_in(sandbox, connect, form):
    authorization = form.format(basic=sandbox.basic, bearer=sandbox.bearer)
    said = connect(sandbox, authorization).ask("GET", "/user/status")
    assert (said.get("user") or said)["email"] == sandbox.email


def test_the_basic_token_is_the_email_and_the_api_token(sandbox):
    email, _, token = base64.b64decode(sandbox.basic).decode().partition(":")
    assert email == sandbox.email
    assert len(token) >= 32


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    "form",
    [
        "",
        "Basic",
        "Basic !not base64!",
        "Basic {wrong}",
        "Basic {somebody_else}",
        "Basic {bearer}",
        "Bearer {basic}",
        "Bearer {bearer}x",
        "Bearer",
        "Digest {basic}",
        "{basic}",
        "Basic {no_colon}",
        "Basic {long}",
        "Basic {truncated}",
    ],
)
def test_any_other_token_does_not(sandbox, connect, form):
    token = base64.b64decode(sandbox.basic).decode().partition(":")[2]
    authorization = form.format(
        basic=sandbox.basic,
        bearer=sandbox.bearer,
        wrong=encoded(f"{sandbox.email}:{token[:-1]}"),
        somebody_else=encoded(f"somebody@example.org:{token}"),
        no_colon=encoded(token),
        long="A" * 20_000,
        truncated=sandbox.basic[:-3],
    )
    answer = connect(sandbox, authorization).get("/user/status")
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "AUTHENTICATION_ERROR",
        "message": "Wrong login/password.",
        "params": None,
    }
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_bytes_that_are_no_text_do_not_sign_in_either(sandbox, connect):
    answer = connect(sandbox, "").get("/user/status", headers={"Authorization": b"Bearer \xff\xfe\xe4"})
    assert answer.status_code == 401


@pytest.mark.both_dialects
def test_every_endpoint_asks_for_a_sign_in_but_those_meant_to_be_public(sandbox, connect):
    anybody = connect(sandbox, "")
    schema = anybody.get(sandbox.url.replace("/rest", "/openapi.json")).json()
    open_to_all = []
    for template, operations in schema["paths"].items():
        path = re.sub(r"\{[zxy]\}", "0", template)
        path = re.sub(r"\{\w+\}", str(uuid.uuid4()), path)
        url = sandbox.url.replace("/rest", path)
        for method in operations:
            body = None if method == "get" else {}
            if anybody.request(method.upper(), url, json=body).status_code != 401:
                open_to_all.append(template)
    assert [template for template in open_to_all if not PUBLIC.match(template)] == []
    assert open_to_all, "a provider's tiles are public"


def test_tokens_stay_the_same_over_a_restart_and_a_new_account_joins_them(sandbox, connect):
    first = sandbox.start()
    first.process.stop()
    second = sandbox.start(data=first.process.data_path, account="guest@example.org")
    assert (second.basic, second.bearer) == (first.basic, first.bearer)
    kept = json.loads((first.process.data_path / "credentials.json").read_text(encoding="utf-8"))
    assert set(kept) == {first.email, "guest@example.org"}
    guest = connect(second, f"Bearer {kept['guest@example.org']['bearer']}")
    assert guest.ask("GET", "/user/status")["email"] == "guest@example.org"


def test_two_sandboxes_have_different_tokens(sandbox, connect):
    other = sandbox.start()
    assert {other.basic, other.bearer}.isdisjoint({sandbox.basic, sandbox.bearer})
    connect(other, f"Bearer {sandbox.bearer}").refused("GET", "/user/status", 401)


def test_what_holds_tokens_is_readable_by_its_owner_alone(sandbox):
    own = sandbox.start()
    files = [own.process.data_path / "credentials.json", own.process.folder / "ready.json"]
    for path in files:
        assert own.bearer in path.read_text(encoding="utf-8")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_requests_leave_no_token_in_the_log(sandbox, connect):
    own = sandbox.start()
    for authorization in (
        f"Basic {own.basic}",
        f"Bearer {own.bearer}",
        f"Basic {encoded('a@b.c:Xk7-guess')}",
    ):
        client = connect(own, authorization)
        client.get("/user/status")
        client.get(f"/user/status?token={own.bearer}")
        client.post("/projects", content=own.bearer)
    own.process.stop()
    for token in (own.basic, own.bearer, "Xk7-guess"):
        assert token not in own.process.log


def test_the_file_has_both_tokens_as_a_client_takes_them_also_one_of_an_older_sandbox(tmp_path):
    path = tmp_path / "credentials.json"
    path.write_text('{"a@example.org": {"api_token": "first", "bearer": "second"}}', encoding="utf-8")
    known = credentials.load_or_make(path, ("a@example.org",))
    kept = json.loads(path.read_text(encoding="utf-8"))["a@example.org"]
    assert kept["basic"] == encoded("a@example.org:first")
    assert known.email_of(f"Basic {kept['basic']}") == "a@example.org"
    assert known.email_of(f"Bearer {kept['bearer']}") == "a@example.org"
    written = path.stat().st_mtime_ns
    credentials.load_or_make(path, ("a@example.org",))
    assert path.stat().st_mtime_ns == written, "nothing new, so the file stays"


def test_a_credential_does_not_show_its_tokens_when_it_is_printed(tmp_path):
    known = credentials.load_or_make(tmp_path / "credentials.json", ("a@example.org",))
    shown = repr(known.first)
    assert "a@example.org" in shown
    assert known.first.bearer not in shown
    assert known.first.api_token not in shown
