"""Logins as users paste them."""

from __future__ import annotations

import base64

import pytest

from mapflow_dock.api.login.credential import Credential, PastedTextError, Scheme, read_pasted

ISSUED = base64.b64encode(b"someone@example.org:canary-7f3e91c2").decode()
ASCII_PAIR = "someone@example.org:canary-7f3e91c2"


@pytest.mark.parametrize(
    "pasted",
    [
        ISSUED,
        f"  {ISSUED}\n",
        f"Basic {ISSUED}",
        f"basic  {ISSUED}",
        f"Authorization: Basic {ISSUED}",
        f'"{ISSUED}"',
        ISSUED[:20] + "\r\n" + ISSUED[20:],
        ISSUED.rstrip("="),
        ASCII_PAIR,
        f" {ASCII_PAIR}\t\n",
        f"Basic {ASCII_PAIR}",
    ],
)
def test_a_pair_in_any_form_becomes_the_issued_login(pasted):
    credential = read_pasted(pasted)
    assert credential == Credential(Scheme.BASIC, ISSUED)
    assert credential.header == f"Basic {ISSUED}".encode()
    assert credential.pair == tuple(ASCII_PAIR.split(":"))


@pytest.mark.parametrize(
    "pasted",
    ["eyJhbGciOi.J9.sig_na-ture", "Bearer eyJhbGciOi.J9.sig_na-ture", " bearer\neyJhbGciOi.J9.sig_na-ture "],
)
def test_anything_else_is_a_bearer_login(pasted):
    assert read_pasted(pasted) == Credential(Scheme.BEARER, "eyJhbGciOi.J9.sig_na-ture")


def test_a_prefix_wins_over_the_form():
    assert read_pasted(f"Bearer {ISSUED}") == Credential(Scheme.BEARER, ISSUED)
    assert read_pasted("Basic abc.def") == Credential(Scheme.BASIC, "abc.def")


@pytest.mark.parametrize("pasted", ["", "  \n", "Bearer ", "Basic", "токен", "a" * 10_000, "ab\x00cd"])
def test_what_cannot_be_a_login_is_said_so(pasted):
    with pytest.raises(PastedTextError) as caught:
        read_pasted(pasted)
    assert caught.value.sentence.endswith(".")


def test_the_other_scheme_has_the_same_value_and_comes_back():
    credential = read_pasted(ISSUED)
    assert credential.in_other_scheme() == Credential(Scheme.BEARER, ISSUED)
    assert credential.in_other_scheme().in_other_scheme() == credential
    assert Credential(Scheme.STORED, authcfg="abc1234").in_other_scheme() is None


def test_nothing_printed_shows_the_login():
    credential = read_pasted(ISSUED)
    for text in (
        repr(credential),
        str(credential),
        f"{credential}",
        repr([credential]),
        repr(vars(credential).keys()),
    ):
        assert ISSUED[:12] not in text
