"""A job tells its outcome once, whatever happens in it, in QGIS's main thread and in any other."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, QThread

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.jobs.job import Job, JobError, LatestJob, ReplyJob
from mapflow_dock.jobs.task import TaskJob
from mapflow_dock.layers.gdal_errors import ConversionCancelledError, ConversionError


class Told:
    """What a job tells."""

    def __init__(self, job):
        self.all = []
        job.progressed.connect(lambda fraction, doing: self.all.append((fraction, doing)))
        job.succeeded.connect(lambda value: self.all.append(("succeeded", value)))
        job.failed.connect(lambda error: self.all.append(("failed", error)))
        job.finished.connect(lambda: self.all.append("finished"))


class AtOnce(Job):
    def __init__(self, end):
        super().__init__()
        self._outcome = end

    def _begin(self):
        self._outcome(self)


def run(job, qtbot):
    told = Told(job)
    with qtbot.waitSignal(job.finished):
        job.start()
        assert "finished" not in told.all, "whoever starts a job hears of it later"
    QCoreApplication.processEvents()
    return told.all


def test_success_is_told_after_start_has_returned(qtbot):
    assert run(AtOnce(lambda job: job._succeed(7)), qtbot) == [("succeeded", 7), "finished"]


def test_only_the_first_outcome_counts(qtbot):
    def both(job):
        job._succeed(1)
        job._fail(JobError("no"))

    assert run(AtOnce(both), qtbot) == [("succeeded", 1), "finished"]


def test_a_fault_in_a_job_is_its_failure(qtbot):
    def break_down(job):
        raise KeyError("surprise")

    (name, error), last = run(AtOnce(break_down), qtbot)
    assert (name, last) == ("failed", "finished")
    assert "unforeseen" in error.sentence
    assert "surprise" in error.detail


def test_a_cancelled_job_tells_no_outcome(qtbot):
    job = AtOnce(lambda _job: None)
    told = Told(job)
    job.start()
    job.cancel()
    job._succeed(1)
    job.cancel()
    assert told.all == ["finished"]


def test_a_request_is_a_job(qtbot):
    reply = ApiReply()
    job = ReplyJob(lambda: reply)
    told = Told(job)
    job.start()
    reply.progress(1, 4)
    reply.progress(1, -1)
    reply.succeed("whole")
    assert told.all == [(0.25, ""), (-1.0, ""), ("succeeded", "whole"), "finished"]


def test_the_error_of_a_request_is_told_with_its_cause(qtbot):
    reply, error = ApiReply(), ApiError(Fault.SERVER, "It broke.", raw="500")
    job = ReplyJob(lambda: reply)
    told = Told(job)
    job.start()
    reply.fail(error)
    assert told.all == [("failed", JobError("It broke.", "500", error)), "finished"]


@pytest.mark.parametrize("outcome", ["succeed", "fail"])
def test_a_step_that_throws_ends_the_job(qtbot, outcome):
    reply, other, stopped = ApiReply(), ApiReply(), []

    class Throwing(Job):
        def _begin(self):
            self._follow(reply, self._surprise, self._surprise)
            self._follow(other, self._succeed)

        def _surprise(self, _outcome):
            raise KeyError("canary")

        def _stop(self):
            stopped.append(True)

    job = Throwing()
    told = Told(job)
    job.start()
    reply.succeed(1) if outcome == "succeed" else reply.fail(ApiError(Fault.SERVER, "It broke."))
    (name, error), last = told.all
    assert (name, last) == ("failed", "finished")
    assert "KeyError" in error.detail
    assert "canary" not in error.detail, "what an exception says may hold a login"
    assert not other.is_running
    assert stopped == [True]


def test_cancelling_aborts_the_request(qtbot):
    aborted = []
    reply = ApiReply(lambda: aborted.append(True))
    job = ReplyJob(lambda: reply)
    job.start()
    job.cancel()
    assert aborted == [True]
    assert not reply.is_running


def test_work_is_done_in_a_task_of_qgis(qgis_app, qtbot):
    threads = []

    def work(report):
        threads.append(QThread.currentThread())
        assert report(0.5)
        return 42

    let_go = []
    job = TaskJob("Work", work, lambda: let_go.append(True))
    told = Told(job)
    with qtbot.waitSignal(job.finished):
        job.start()
    assert ("succeeded", 42) in told.all
    assert let_go == [True]
    assert threads[0] != QThread.currentThread()


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (ConversionError("The disk is full.", "errno 28"), "The disk is full."),
        (ConversionCancelledError(), "task manager"),
        (ZeroDivisionError("surprise"), "unforeseen"),
    ],
)
def test_what_work_raises_is_told(qgis_app, qtbot, raised, sentence):
    def work(report):
        raise raised

    job = TaskJob("Work", work)
    told = Told(job)
    with qtbot.waitSignal(job.finished):
        job.start()
    name, error = told.all[-2]
    assert name == "failed"
    assert sentence in error.sentence


def test_a_cancelled_work_lets_go_once_it_has_ended(qgis_app, qtbot):
    began, go_on, let_go = threading.Event(), threading.Event(), []

    def work(report):
        began.set()
        go_on.wait(10)
        if not report(0.1):
            raise ConversionCancelledError
        return 1

    job = TaskJob("Work", work, lambda: let_go.append(True))
    told = Told(job)
    job.start()
    qtbot.waitUntil(began.is_set)
    job.cancel()
    assert told.all[-1] == "finished"
    assert not let_go
    go_on.set()
    qtbot.waitUntil(lambda: let_go == [True])
    assert not any(isinstance(each, tuple) and each[0] == "succeeded" for each in told.all)


def test_a_task_cancelled_before_it_began_lets_go(qgis_app, qtbot):
    manager = QgsApplication.taskManager()
    hold = threading.Event()
    blockers = [QgsTask.fromFunction(f"Block {n}", lambda _task: hold.wait(10)) for n in range(40)]
    for blocker in blockers:
        manager.addTask(blocker)
    let_go, ran = [], []
    job = TaskJob("Work", lambda _report: ran.append(1), lambda: let_go.append(True))
    job.start()
    job.cancel()
    hold.set()
    qtbot.waitUntil(lambda: let_go == [True], timeout=20_000)
    qtbot.waitUntil(lambda: manager.countActiveTasks() == 0, timeout=20_000)
    assert not ran


def test_work_that_does_not_ask_is_told_to_stop(qgis_app, qtbot):
    stopped = threading.Event()
    job = TaskJob("Work", lambda _report: stopped.wait(10), on_cancel=stopped.set)
    job.start()
    job.cancel()
    assert stopped.is_set()


class Elsewhere(QThread):
    """Runs one job in a thread of its own, which QGIS's task manager does not serve."""

    def __init__(self, make, cancel_after_progress=False):
        super().__init__()
        self._make = make
        self._cancels = cancel_after_progress
        self.told = []

    def run_through(self, qtbot):
        with qtbot.waitSignal(self.finished):
            self.start()
        # Qt waits for a thread that is let go of too early, and with Python's lock in its hands, for ever
        assert self.wait(5000)

    def run(self):
        loop = QEventLoop()
        job = self._make()
        told = Told(job)
        self.told = told.all
        job.finished.connect(loop.quit)
        if self._cancels:
            job.progressed.connect(lambda *_what: job.cancel())
        job.start()
        loop.exec()


def test_jobs_run_in_any_thread_with_an_event_loop(qgis_app, qtbot):
    seen = []

    def work(report):
        seen.append(QThread.currentThread())
        report(0.5)
        return "done"

    thread = Elsewhere(lambda: TaskJob("Work", work))
    thread.run_through(qtbot)
    assert thread.told[-2:] == [("succeeded", "done"), "finished"]
    assert (0.5, "") in thread.told
    assert seen[0] not in (thread, QThread.currentThread())


def test_jobs_are_cancelled_in_any_thread(qgis_app, qtbot):
    stopped = threading.Event()

    def work(report):
        while report(0.5):
            stopped.wait(0.01)
        stopped.set()
        raise ConversionCancelledError

    thread = Elsewhere(lambda: TaskJob("Work", work), cancel_after_progress=True)
    thread.run_through(qtbot)
    assert thread.told[-1] == "finished"
    assert not any(isinstance(each, tuple) and each[0] in ("succeeded", "failed") for each in thread.told)
    assert stopped.wait(10)


def test_a_finished_job_is_gone(qgis_app, qtbot):
    job = TaskJob("Work", lambda _report: 1)
    with qtbot.waitSignal(job.finished):
        job.start()
    gone = weakref.ref(job)
    del job
    QCoreApplication.sendPostedEvents(None, 0)
    QCoreApplication.processEvents()
    gc.collect()
    assert gone() is None
    assert isinstance(QObject(), QObject)


def test_of_several_jobs_the_latest_is_waited_for(qtbot):
    latest, told = LatestJob(), []
    first, second = AtOnce(lambda _job: None), AtOnce(lambda job: job._succeed("second"))
    latest.start(first, told.append, told.append)
    assert latest.is_waited_for
    with qtbot.waitSignal(first.finished):
        latest.start(second, lambda value: told.append((value, latest.is_waited_for)), told.append)
    qtbot.waitUntil(lambda: told == [("second", False)])
    latest.cancel()
    assert not latest.is_waited_for
