"""A worker process: does the jobs it is told on its standard input, and ends when that is closed.

It is closed as soon as the server is gone, however that went, so no worker outlives its server.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from pathlib import Path
from typing import BinaryIO

from . import job as lines
from .finding import JobFault, perform
from .job import Done, Failed, Job, Progress, Report

_POLITE = 5  # the server and QGIS come first


def work(assets: Path) -> None:
    """Do jobs until standard input is closed."""
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    answers = _own_output()
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    while True:
        job = Job.from_line(jobs.get())
        _say(answers, _outcome(job, assets, answers))


def _own_output() -> BinaryIO:
    """Standard output for the reports alone; what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _listen(jobs: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)  # at once, whatever the main thread is doing


def _outcome(job: Job, assets: Path, answers: BinaryIO) -> Report:
    told = -1

    def report(percent: float) -> None:
        nonlocal told
        if int(percent) > told:
            told = int(percent)
            _say(answers, Progress(percent))

    try:
        return Done(perform(job, assets, report))
    except JobFault as fault:
        if fault.__cause__ is not None:
            traceback.print_exception(fault.__cause__)
        return fault.failed
    except MemoryError:
        return Failed("dataloader.MemoryLimitExceeded")


def _say(answers: BinaryIO, report: Report) -> None:
    answers.write(lines.to_line(report))
    answers.flush()
