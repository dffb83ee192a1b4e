"""A worker process as the server sees it: started when there is a job, kept for the next one, ended at any moment."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from . import job as lines
from .job import Done, Failed, Job, Progress


class WorkerGone(Exception):
    """The process ended in the midst of a job."""


class WorkerProcess:
    """One worker. `run` belongs to one thread; `kill` may come from any."""

    def __init__(self, assets: Path) -> None:
        self._command = [sys.executable, "-m", "mapflow_sandbox", "work", "--assets", str(assets)]
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._is_closed = False

    def run(self, job: Job, on_progress: Callable[[float], None]) -> Done | Failed:
        """Have `job` done. Raises WorkerGone when the process ends before it is."""
        process = self._running()
        try:
            outcome = _told(process, job, on_progress)
        except OSError as error:
            self.kill()
            raise WorkerGone from error
        except BaseException:
            self.kill()  # what it has still to say is about this job, and would be taken for the next one's
            raise
        if outcome is None:
            self.kill()  # it may not be quite gone, and must not be given the next job
            raise WorkerGone
        return outcome

    def kill(self) -> None:
        """End the process at once and wait until it is gone; the next job gets a new one."""
        with self._starting:
            self._end()

    def close(self) -> None:
        """End the process for good."""
        with self._starting:
            self._is_closed = True
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._is_closed:
                raise WorkerGone
            if self._process is None or self._process.poll() is not None:
                # a session of its own, so that Ctrl+C in a terminal reaches the server alone, which then ends it
                self._process = subprocess.Popen(  # noqa: S603 - this very program
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
                )
            return self._process


def _told(
    process: subprocess.Popen[bytes], job: Job, on_progress: Callable[[float], None]
) -> Done | Failed | None:
    """Give `job` to a process and hear what becomes of it; None when it ends in the midst of it."""
    if process.stdin is None or process.stdout is None:
        return None
    process.stdin.write(job.to_line())
    process.stdin.flush()
    for line in process.stdout:
        if not line.endswith(b"\n"):
            return None
        report = lines.from_line(line)
        if not isinstance(report, Progress):
            return report
        on_progress(report.percent)
    return None
