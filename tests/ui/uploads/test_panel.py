"""What the panel of uploads says and does: files go in, their progress is shown, and how they ended is told."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from qgis.PyQt.QtWidgets import QLabel

from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.text.quantities import size_text

DONE, FAILED, CANCELLED = Stage.DONE, Stage.FAILED, Stage.CANCELLED


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
    assert user.said() == "", "the page is in view, and shows them"


def test_sound_files_for_a_mosaic_that_is_there_are_sent_without_a_question(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    assert user.wait_over() == [DONE, DONE]
    assert sorted(service.names(key)) == ["a.tif", "b.tif"]
    assert user.said() == "", "the page is in view, and shows them"


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


@pytest.mark.parametrize("how", ["try again", "take out"])
def test_a_failure_is_told_until_it_is_tried_again_or_taken_out(service, rasters, upload, user, panel, how):
    settled = []
    panel.failures.settled.connect(settled.append)
    key = service.make_mosaic("Fields")
    service.add(
        verb="POST", path=f"{key}/image", answer=Answer.of({"detail": {"code": "FileOpenError"}}, 422)
    )
    upload(rasters("a.tif", "b.tif"), "Fields", key)
    user.wait_over()
    (notice,) = panel.notices
    assert settled == []
    if how == "try again":
        panel.retryButton.click()
    else:
        panel.queue.uploads.remove(panel._failed_ids())
    assert settled == [notice.about]
    user.wait_over()
    assert settled == [notice.about]


@pytest.mark.parametrize("is_in_view", [True, False])
def test_what_goes_on_by_itself_is_told_where_nobody_sees_it(
    service, rasters, upload, user, panel, main_bar, session, is_in_view
):
    panel.is_in_view = is_in_view
    for _time in range(20):
        service.add(verb="GET", path="/rasters/memory", drop_before=True)
    upload(rasters("a.tif"), "Fields", service.make_mosaic("Fields"))
    assert user.wait_over() == [FAILED]
    assert panel.notices == []
    assert ("was not uploaded" in _texts_in(main_bar)) is not is_in_view
    service.rules.clear()
    session.refresh_account()  # the next thing that is asked is answered
    user.wait(lambda: user.stages() == [DONE])
    assert "was not uploaded" not in _texts_in(main_bar)


def _texts_in(bar):
    return " | ".join(label.text() for item in bar.items() for label in item.findChildren(QLabel))


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


def test_what_cancelling_loses_is_said_in_figures_before_and_after(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", cut_body=100, hold=True)
    (path,) = rasters("a.tif", width=6000, height=6000)
    upload([path], "Fields", key)
    assert panel.cancelAllButton.toolTip() == "Cancel all uploads"
    user.wait_for(Stage.SENDING)
    (sending,) = panel.queue.uploads

    def told() -> bool:  # the figure grows until the service's ears are full
        size = size_text(sending.bytes_sent)
        tip = f"Cancel all uploads: {size} that were sent of them are lost"
        return bool(sending.bytes_sent) and panel.cancelAllButton.toolTip() == tip

    user.wait(told)
    panel.cancelAllButton.click()
    assert user.stages() == [CANCELLED]
    assert 0 < sending.bytes_sent < path.stat().st_size, "the service reads no further"
    size = size_text(sending.bytes_sent)
    assert user.rows()["a.tif"].sentence == f"{size} of it were sent, and are lost."
    assert panel.cancelAllButton.toolTip() == "Cancel all uploads"
    service.release()


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


def test_the_list_folds_when_all_is_done_and_opens_with_new_work(service, rasters, upload, user, panel):
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif"), "Fields", key)
    assert panel.uploadsView.isVisible()
    assert user.wait_over() == [DONE]
    assert not panel.uploadsView.isVisible()
    assert panel.uploadsLabel.isVisible()
    panel.foldButton.click()
    panel.queue.uploads.changed.emit()  # what is looked at stays
    assert panel.uploadsView.isVisible()
    panel.foldButton.click()
    service.add(
        verb="POST", path=f"{key}/image", answer=Answer.of({"detail": {"code": "FileOpenError"}}, 422)
    )
    upload(rasters("b.tif"), "Fields", key)
    assert panel.uploadsView.isVisible()
    assert user.wait_over() == [DONE, FAILED]
    assert panel.uploadsView.isVisible(), "why it failed is to be seen"


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


def test_elsewhere_in_qgis_the_end_is_told_over_the_map(service, rasters, upload, user, panel, main_bar):
    panel.is_in_view = False
    key = service.make_mosaic("Fields")
    upload(rasters("a.tif"), "Fields", key)
    assert user.wait_over() == [DONE]
    assert panel.notices == []
    assert len(main_bar.items()) == 1
    panel.close()
    assert main_bar.items() == []


def test_progress_is_told_for_each_and_for_all(service, rasters, upload, user, panel, qtbot):
    key = service.make_mosaic("Fields")
    seen = []
    for signal in (panel.queue.uploads.changed, panel.queue.uploads.progressed):
        signal.connect(
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
