"""Uploads reach their mosaic one and all, a few at a time; the rest goes on when one fails, and nothing comes twice."""

from __future__ import annotations

import os

import pytest
import storehouse
from fault_proxy import Answer
from qgis.core import QgsProject

from mapflow_dock.jobs.uploads.stage import Stage

DONE, FAILED, CANCELLED, UNDECIDED = Stage.DONE, Stage.FAILED, Stage.CANCELLED, Stage.UNDECIDED


@pytest.mark.parametrize("is_reference", [False, True], ids=["deployed", "reference"])
def test_files_become_a_new_mosaic_in_one_go(service, rasters, upload, user, panel, is_reference):
    service.is_reference = is_reference
    names = ["Поле 1 & co.tif", "b, c.tif", "🏠.tif", "d.tif"]
    paths = rasters(*names)
    upload(paths)
    dialog = user.dialog()
    assert dialog.mosaicNameEdit.text() == paths[0].parent.name
    dialog.mosaicNameEdit.setText("  Съёмка 2026 & Söhne, 🏠  ")
    dialog.mosaicTagsEdit.setText("весна; a, b ;; x&y;весна")
    dialog.upload_button.click()
    assert user.wait_over() == [DONE] * 4
    (mosaic,) = service.mosaics.values()
    assert mosaic["name"] == "Съёмка 2026 & Söhne, 🏠"
    assert mosaic["tags"] == ["весна", "a, b", "x&y"]
    assert sorted(service.names(mosaic["id"])) == sorted(names)
    by_name = {image["filename"]: service.bodies[image["id"]] for image in service.images[mosaic["id"]]}
    assert all(by_name[path.name] == path.read_bytes() for path in paths)
    assert service.count("POST", "/mosaic/image") == 1
    assert {mosaic_id for mosaic_id, _image in panel.arrivals} == {mosaic["id"]}
    assert all(image is not None for _mosaic_id, image in panel.arrivals)
    assert "4 images are in the mosaic" in user.said()


def test_sound_files_for_a_mosaic_that_is_there_are_sent_without_a_question(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    assert user.wait_over() == [DONE, DONE]
    assert sorted(service.names(key)) == ["a.tif", "b.tif"]
    assert "2 images are in the mosaic “Fields”" in user.said()


def test_two_are_sent_at_a_time(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    for _count in range(5):
        service.add(verb="POST", path=f"/mosaic/{key}/image", hold=True)
    upload(rasters(*(f"{number}.tif" for number in range(5))), "Fields", key)
    user.wait(lambda: service.count("POST", "/image") == 2)
    user.wait_for(Stage.PROCESSING, 2)
    assert user.stages().count(Stage.WAITING) == 3
    service.release()
    assert user.wait_over() == [DONE] * 5
    assert len(service.names(key)) == 5


def test_the_first_file_alone_makes_the_mosaic(service, rasters, upload, user):
    service.add(verb="POST", path="/mosaic/image", hold=True)
    upload(rasters("a.tif", "b.tif", "c.tif"))
    user.go_on()
    user.wait_for(Stage.PROCESSING)
    assert user.stages().count(Stage.WAITING) == 2
    service.release()
    assert user.wait_over() == [DONE] * 3
    assert len(service.mosaics) == 1


def test_if_the_first_fails_the_next_makes_the_mosaic(service, rasters, upload, user):
    refusal = Answer.of({"detail": {"code": "FileCheckFailed", "message": "no"}}, 422)
    service.add(verb="POST", path="/mosaic/image", answer=refusal)
    upload(rasters("a.tif", "b.tif", "c.tif"))
    user.go_on()
    assert user.wait_over() == [FAILED, DONE, DONE]
    (mosaic,) = service.mosaics
    assert sorted(service.names(mosaic)) == ["b.tif", "c.tif"]
    assert "did not pass the service's check" in user.rows()["a.tif"].sentence


def test_one_failure_leaves_the_others_alone_and_can_be_tried_again(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    service.add(
        verb="POST", path=f"{key}/image", answer=Answer.of({"detail": {"code": "FileOpenError"}}, 422)
    )
    upload(rasters("a.tif", "b.tif", "c.tif"), "Fields", key)
    stages = user.wait_over()
    assert sorted(stage.value for stage in stages) == ["done", "done", "failed"]
    notice = panel.notices[-1]
    assert "was not uploaded" in notice.text
    assert notice.action
    notice.on_action()
    assert user.wait_over() == [DONE] * 3
    assert sorted(service.names(key)) == ["a.tif", "b.tif", "c.tif"]


@pytest.mark.parametrize("fault", ["cut_body", "drop_after", "server_error", "reset"])
def test_a_lost_connection_never_makes_two_of_one(service, rasters, upload, user, panel, fault):
    key = service.make_mosaic("Fields")
    rules = {
        "cut_body": {"cut_body": 1000, "reset": True},
        "drop_after": {"drop_after": True},
        "server_error": {"answer": Answer.of({"message": "out of order"}, 500)},
        "reset": {"drop_before": True, "reset": True},
    }
    service.add(verb="POST", path=f"{key}/image", **rules[fault])
    upload(rasters("a.tif", width=800, height=800), "Fields", key)
    (stage,) = user.wait_over()
    if fault == "drop_after":
        assert stage is DONE, "it had arrived: it was found by listing"
    else:
        assert stage is FAILED
        assert user.rows()["a.tif"].sentence
        panel.retryButton.click()
        assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]


def test_what_turned_up_late_is_not_sent_again(service, rasters, upload, user, panel):
    """The service had the whole file, answered with an error, and listed the image minutes later."""
    key = service.make_mosaic("Fields")
    (path,) = rasters("a.tif")
    service.add(verb="POST", path=f"{key}/image", answer=Answer.of({"message": "timed out"}, 504))
    upload([path], "Fields", key)
    assert user.wait_over() == [FAILED]
    service.put_image(key, "a.tif", path.read_bytes())
    panel.retryButton.click()
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]
    assert service.count("POST", f"{key}/image") == 1


def test_where_nobody_can_tell_the_user_decides_whether_it_is_sent_again(
    service, rasters, upload, user, panel
):
    """A service of the written reference alone, which lists no mosaics."""
    service.add(verb="GET", path="/rasters/mosaic", times=99, answer=Answer.of({"detail": "?"}, 405))
    service.add(verb="POST", path="/mosaic/image", answer=Answer.of({"message": "timed out"}, 504))
    upload(rasters("a.tif"), "Fields")
    user.go_on()
    assert user.wait_over() == [FAILED]
    panel.retryButton.click()
    assert user.wait_over() == [FAILED]
    assert service.count("POST") == 1
    assert "It may be there already" in user.rows()["a.tif"].sentence
    panel.retryButton.click()
    assert user.wait_over() == [DONE]
    assert service.count("POST") == 2


def test_a_mosaic_made_unseen_takes_the_other_files_too(service, rasters, upload, user, panel):
    paths = rasters("a.tif", "b.tif")
    service.add(verb="POST", path="/mosaic/image", answer=Answer.of({"message": "timed out"}, 504))
    upload(paths, "Fields")
    dialog = user.dialog()
    made = []

    def late():
        if not made and user.rows()["a.tif"].stage is FAILED:
            key = service.make_mosaic("Fields")
            service.put_image(key, "a.tif", paths[0].read_bytes())
            made.append(key)

    panel.queue.uploads.changed.connect(late)
    dialog.upload_button.click()
    assert user.wait_over() == [FAILED, DONE]
    panel.retryButton.click()
    assert user.wait_over() == [DONE, DONE]
    assert [sorted(names) for names in service.names_of("Fields")] == [["a.tif", "b.tif"]]


def test_a_file_that_changes_while_it_is_sent_is_not_left_half_made(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    (path,) = rasters("a.tif", width=3000, height=3000)
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload([path], "Fields", key)
    user.wait(lambda: user.stages()[0] in {Stage.SENDING, Stage.PROCESSING})
    with path.open("ab") as file:
        file.write(b"more")
    service.release()
    (stage,) = user.wait_over()
    if stage is FAILED:
        assert "changed or removed" in user.rows()["a.tif"].sentence
        assert service.names(key) == []
    else:
        assert len(service.bodies) == 1, "it had been sent whole before"


def test_a_file_changed_after_its_check_is_told_and_checked_anew(service, rasters, upload, user, panel):
    (path,) = rasters("a.tif")
    upload([path])
    dialog = user.dialog()
    rasters("a.tif", width=80)
    dialog.upload_button.click()
    assert user.wait_over() == [FAILED]
    assert "since it was checked" in user.rows()["a.tif"].sentence
    assert service.mosaics == {}
    panel.retryButton.click()
    assert user.wait_over() == [DONE]
    assert len(service.mosaics) == 1


def test_a_file_that_vanished_is_told_and_the_rest_goes_on(service, rasters, upload, user):
    first, second = rasters("a.tif", "b.tif")
    upload([first, second])
    dialog = user.dialog()
    os.unlink(first)
    dialog.upload_button.click()
    assert user.wait_over() == [FAILED, DONE]
    assert service.names_of(first.parent.name) == [["b.tif"]]


def test_a_service_that_cannot_be_reached_fails_them_and_they_can_be_tried_again(
    service, rasters, upload, user, panel
):
    for _time in range(10):
        service.add(verb="GET", path="/rasters/memory", drop_before=True)
    upload(rasters("a.tif"))
    assert user.wait_over() == [FAILED]
    assert user.rows()["a.tif"].sentence
    service.rules.clear()
    panel.retryButton.click()
    user.go_on()
    assert user.wait_over() == [DONE]


def test_a_mosaic_that_was_deleted_meanwhile_is_told(service, rasters, upload, user):
    upload(rasters("a.tif"), "Fields", "gone")
    assert user.wait_over() == [FAILED]
    assert "not there any more" in user.rows()["a.tif"].sentence


def test_cancelling_one_lets_the_others_go_on(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    for _time in range(3):
        service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif", "b.tif", "c.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING, 2)
    user.choose("c.tif")
    panel._actions.cancel.trigger()
    assert user.rows()["c.tif"].stage is CANCELLED
    service.release()
    assert user.wait_over() == [DONE, DONE, CANCELLED]
    assert sorted(service.names(key)) == ["a.tif", "b.tif"]


def test_cancelling_in_the_middle_leaves_nothing_there(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", cut_body=100, hold=False)
    upload(rasters("a.tif", width=4000, height=4000), "Fields", key)
    user.wait(lambda: user.stages()[0] is not Stage.CHECKING)
    panel.cancelAllButton.click()
    assert user.wait_over() == [CANCELLED]
    assert service.names(key) == []
    assert panel.notices == [], "who cancels needs no message"


def test_what_was_cancelled_after_the_last_byte_is_looked_for_before_it_is_sent_again(
    service, rasters, upload, user, panel
):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    user.wait(lambda: service.count("POST", f"{key}/image") == 1)  # the service has read it all
    panel.cancelAllButton.click()
    assert user.stages() == [CANCELLED]
    assert "delete it there" in user.rows()["a.tif"].sentence
    service.release()
    user.wait(lambda: service.names(key) == ["a.tif"])
    user.choose("a.tif")
    panel._actions.retry.trigger()
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]
    assert service.count("POST", f"{key}/image") == 1


def test_finished_ones_leave_the_list_and_failures_stay(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    service.add(
        verb="POST", path=f"{key}/image", answer=Answer.of({"detail": {"code": "FileOpenError"}}, 422)
    )
    upload(rasters("a.tif", "b.tif", "c.tif"), "Fields", key)
    user.wait_over()
    panel.clearButton.click()
    assert user.stages() == [FAILED]
    name = panel.model.rows()[0].name
    user.choose(name)
    panel._actions.remove.trigger()
    assert user.stages() == []
    assert not panel.isVisible()


def test_another_qgis_project_does_not_disturb_them(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    QgsProject.instance().clear()
    service.release()
    assert user.wait_over() == [DONE, DONE]


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


def test_closing_in_the_midst_leaves_nothing(service, rasters, upload, user, panel, temporary):
    upload([*rasters("a.tif"), *rasters("b.png", driver="PNG", width=3000, height=3000)], "Fields")
    user.go_on()
    user.wait(lambda: Stage.DONE in user.stages() or Stage.CONVERTING in user.stages())
    panel.close()
    assert user.stages() == []
    user.wait(lambda: list(temporary.iterdir()) == [])


def test_what_cannot_be_uploaded_is_said_beside_what_can(service, rasters, upload, user, tmp_path):
    key = service.make_mosaic("Fields")
    upload([*rasters("a.tif"), tmp_path], "Fields", key)
    assert user.wait_over() == [DONE]
    assert "folder" in user.said()


def test_nothing_is_taken_before_signing_in(service, session, rasters, upload, user):
    session.sign_out()
    upload(rasters("a.tif"))
    assert user.stages() == []
    assert "Sign in" in user.said()


def test_elsewhere_in_qgis_the_end_is_told_over_the_map(service, rasters, upload, user, panel, main_bar):
    panel.is_in_view = False
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif"), "Fields", key)
    assert user.wait_over() == [DONE]
    assert panel.notices == []
    assert len(main_bar.items()) == 1
    panel.close()
    assert main_bar.items() == []


def test_signing_out_takes_back_what_is_told_over_the_map(
    service, rasters, upload, user, panel, session, main_bar
):
    panel.is_in_view = False
    upload(rasters("a.tif"), "Fields", service.make_mosaic("Fields"))
    assert user.wait_over() == [DONE]
    session.sign_out()
    assert main_bar.items() == []


def test_progress_is_told_for_each_and_for_all(service, rasters, upload, user, panel, qtbot):
    key = service.make_mosaic("Fields")
    seen = []
    panel.queue.uploads.changed.connect(
        lambda: seen.append((panel.queue.uploads.overall, [row.fraction for row in panel.model.rows()]))
    )
    upload(rasters("a.tif", "b.tif", width=2000, height=2000), "Fields", key)
    user.wait_over()
    overall = [each for each, _rows in seen[:-1]]
    assert max(overall) > 0.4
    assert "2 of 2 uploaded" in panel.uploadsLabel.text()
    assert not panel.uploadsBar.isVisible()
    assert any(0 < fraction < 1 for _overall, rows in seen for fraction in rows)


def test_a_flood_of_progress_does_not_keep_the_panel_busy(
    service, rasters, upload, user, panel, qtbot, monkeypatch
):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    shown = []
    monkeypatch.setattr(panel, "_show_overall", shown.append)
    (running,) = panel.queue.uploads.of([panel.model.rows()[0].id])
    for step in range(500):
        panel.queue._on_progressed(running, step / 500, Stage.SENDING)
    assert len(shown) == 1, "another stage is shown at once, how far it is soon"
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[-1][0].fraction == 0.998


def test_too_little_storage_is_said_before_anything_is_sent(service, rasters, upload, user, panel):
    service.storage.update(memoryFree=10_000)
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    dialog = user.dialog()
    assert "Your storage has" in dialog.storageLabel.text()
    assert not dialog.upload_button.isEnabled()
    assert service.count("POST", "/image") == 0
    for row in (0, 1):
        dialog.reviewView.setCurrentIndex(dialog.model.index(row))
        dialog.leaveOutButton.click()
    assert dialog.upload_button.isEnabled(), "nothing needs no room"
    dialog.upload_button.click()
    assert user.wait_over() == [Stage.LEFT_OUT, Stage.LEFT_OUT]
    assert service.names(key) == []


def test_leaving_some_out_can_make_room(service, rasters, upload, user):
    (small,) = rasters("a.tif")
    (large,) = rasters("b.tif", width=900, height=900)
    service.storage.update(memoryFree=small.stat().st_size + 5_000)
    key = service.make_mosaic("Fields")
    upload([small, large], "Fields", key)
    dialog = user.dialog()
    assert not dialog.upload_button.isEnabled()
    dialog.reviewView.setCurrentIndex(dialog.model.index(1))
    dialog.leaveOutButton.click()
    user.go_on()
    assert user.wait_over() == [DONE, Stage.LEFT_OUT]
    assert service.names(key) == ["a.tif"]
