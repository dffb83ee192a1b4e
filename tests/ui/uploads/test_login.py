"""Uploads are those of whoever is signed in: signing out forgets them, a refused login keeps them for their owner."""

from __future__ import annotations

import pytest
import storehouse
from fault_proxy import Answer

from mapflow_dock.jobs.uploads.stage import Stage

DONE, FAILED = Stage.DONE, Stage.FAILED


def test_signing_out_stops_and_forgets_them(service, session, rasters, upload, user, panel, temporary):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    session.sign_out()
    assert user.stages() == []
    assert not panel.queue.uploads.is_busy
    assert panel.notices == []
    service.release()
    assert list(temporary.iterdir()) == []


REFUSED = Answer.of({"message": "no"}, 401)


def sign_in(session, service, user, name="demo"):
    session.sign_in(f"{name}@example.org:key", service.url, remember=False)
    user.wait(lambda: session.project is not None)
    session.client.retry_base_s = 0.005


@pytest.fixture
def interrupted(service, session, rasters, upload, user, panel):
    """Three uploads, in the midst of which the login is refused; returns the mosaic's id."""
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", times=1)
    service.add(verb="POST", path=f"{key}/image", times=9, answer=REFUSED)
    upload(rasters("a.tif", "b.tif", "c.tif", "d.tif"), "Fields", key)
    user.wait(lambda: not session.is_signed_in)
    service.rules.clear()
    return key


def test_what_a_refused_login_interrupted_is_kept_for_its_owner(interrupted, service, session, user, panel):
    left = user.rows()
    assert set(user.stages()) == {FAILED}
    assert {"c.tif", "d.tif"} <= set(left)
    assert "You were signed out" in left["d.tif"].sentence
    panel.queue.retry([row.id for row in left.values()])
    assert set(user.stages()) == {FAILED}, "nobody is signed in"
    sign_in(session, service, user)
    user.wait(lambda: "since you were signed out" in user.said())
    panel.notices[-1].on_action()
    assert set(user.wait_over()) == {DONE}
    assert sorted(service.names(interrupted)) == ["a.tif", "b.tif", "c.tif", "d.tif"]


def test_another_account_does_not_get_what_was_interrupted(interrupted, service, session, user, monkeypatch):
    monkeypatch.setitem(storehouse.ACCOUNT, "email", "other@example.org")
    sign_in(session, service, user, "other")
    user.wait(lambda: "were not uploaded" in user.said())
    assert user.stages() == []


def test_signing_out_takes_back_what_is_told_over_the_map(
    service, rasters, upload, user, panel, session, main_bar
):
    panel.is_in_view = False
    upload(rasters("a.tif"), "Fields", service.make_mosaic("Fields"))
    assert user.wait_over() == [DONE]
    session.sign_out()
    assert main_bar.items() == []


def test_nothing_is_taken_before_signing_in(service, session, rasters, upload, user):
    session.sign_out()
    upload(rasters("a.tif"))
    assert user.stages() == []
    assert "Sign in" in user.said()
