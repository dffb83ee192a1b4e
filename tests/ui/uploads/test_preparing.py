"""What is seen of an upload whose image the service is still preparing, and what becomes of it."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QMessageBox

from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.ui.uploads.leaving import UploadLeaving
from mapflow_dock.ui.uploads.model import state_text

DONE, FAILED, PREPARING = Stage.DONE, Stage.FAILED, Stage.PREPARING


@pytest.fixture
def key(service, panel):
    """A mosaic of a service that tells of images that are not ready."""
    service.has_status = True
    panel.queue.awaited.pauses.first_ms = 10
    return service.make_mosaic("Fields")


@pytest.fixture
def preparing(service, rasters, upload, user, key):
    """The upload of `a.tif`, which is being prepared."""
    service.steps["a.tif"] = "IN_PROGRESS"
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(PREPARING)


def enabled(panel):
    actions = panel._actions
    told = {"retry": actions.retry, "cancel": actions.cancel, "remove": actions.remove}
    return {name for name, action in told.items() if action.isEnabled()}


def test_its_row_says_so_and_nothing_is_told_before_it_is_ready(preparing, service, user, panel, key):
    (row,) = panel.model.rows()
    assert state_text(row) == "Being prepared…"
    assert "0 of 1 uploaded · 1 being prepared" in panel.uploadsLabel.toolTip()
    assert not panel.uploadsBar.isVisible()
    assert not panel.cancelAllButton.isEnabled()
    assert not panel.clearButton.isEnabled()
    assert not panel.retryButton.isEnabled()
    user.choose("a.tif")
    assert enabled(panel) == {"remove"}
    assert panel.notices == []
    assert [(mosaic_id, image.is_usable) for mosaic_id, image in panel.arrivals] == [(key, False)]
    del service.steps["a.tif"]
    user.wait_over()
    assert user.said() == "", "the list of uploads says so"
    assert panel.uploadsLabel.text() == "1 of 1 uploaded"


def test_one_that_fails_is_told_as_such_and_can_be_tried_again(preparing, service, user, panel, key):
    service.problems["a.tif"] = "The file ends too early."
    service.steps["a.tif"] = "FAILED"
    assert user.wait_over() == [FAILED]
    (row,) = panel.model.rows()
    assert state_text(row) == "Failed: The service could not prepare it: The file ends too early."
    (notice,) = panel.notices
    assert notice.text == (
        "“a.tif” is in the mosaic, but cannot be used. The service could not prepare it: The file ends too early."
    )
    assert panel.uploadsLabel.text() == "0 of 1 uploaded · 1 failed"
    service.steps.clear()
    service.images[key].clear()
    notice.on_action()
    assert user.wait_over() == [DONE]
    assert service.names(key) == ["a.tif"]


def test_some_ready_and_some_failed_is_told_in_one_notice(service, rasters, upload, user, panel, key):
    service.steps.update({"a.tif": "PENDING", "b.tif": "PENDING"})
    upload(rasters("a.tif", "b.tif", "c.tif"), "Fields", key)
    user.wait(lambda: sorted(stage.value for stage in user.stages()) == ["done", "preparing", "preparing"])
    assert panel.notices == []
    service.steps["a.tif"] = "FAILED"
    user.wait_for(FAILED)
    assert panel.notices == []
    del service.steps["b.tif"]
    user.wait_over()
    (notice,) = panel.notices
    assert notice.text.startswith("“a.tif” is in the mosaic, but cannot be used.")


def test_it_is_no_reason_to_stay(preparing, panel, qtbot):
    leaving = UploadLeaving(panel.queue.uploads, panel)
    gone = []
    leaving.before_sign_out(lambda: gone.append("out"))
    assert gone == ["out"]
    assert leaving.may_quit()
    assert not [box for box in panel.findChildren(QMessageBox) if box.isVisible()]


def test_the_question_counts_only_what_would_be_lost(preparing, service, rasters, upload, user, panel, key):
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("b.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    leaving = UploadLeaving(panel.queue.uploads, panel)
    leaving.before_sign_out(lambda: None)
    (box,) = [box for box in panel.findChildren(QMessageBox) if box.isVisible()]
    assert box.text().startswith("An upload is under way.")
    leaving.close()
    panel.cancelAllButton.click()
    assert [row.stage for row in panel.model.rows()] == [PREPARING, Stage.CANCELLED]
    service.release()


def test_signing_out_forgets_it(preparing, session, service, user, panel, key, qtbot):
    session.sign_out()
    assert user.stages() == []
    assert panel.notices == []
    assert not panel.queue.awaited.pauses._timer.isActive()
    assert service.names(key) == ["a.tif"]
