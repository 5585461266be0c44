"""A worker process: `python -m bots.worker`. Start as many as there are machines, all alike."""

from __future__ import annotations

import atexit
import faulthandler
import logging
import os
import signal
import sys
import threading
from typing import NoReturn

from bots import registry
from bots.doctor.rules import faulty
from bots.scheduler import Scheduler
from config.settings import settings
from queues.errors import BackOfficeError
from queues.executor import Executor

log = logging.getLogger(__name__)


def main() -> None:
    """Work until told to stop (SIGINT, SIGTERM); a second signal ends at once."""
    logging.basicConfig(
        level=settings().log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    faulthandler.enable()
    stop = threading.Event()

    def told_to_stop(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told_to_stop)

    registry.load()
    if told := faulty():
        sys.exit(f"worker: {told}")
    executor = Executor()
    try:
        executor_id = executor.start()
    except BackOfficeError as error:
        sys.exit(f"worker: {error}")
    threading.Thread(target=_know_the_cases, name="cases", daemon=True).start()
    scheduler = Scheduler(holder=executor_id)
    scheduler.start()
    print(f"worker {executor_id} ready", flush=True)
    stop.wait()
    log.info("stopping: what is running is finished first")
    scheduler.stop()
    executor.stop()
    _end()


def _know_the_cases() -> None:
    from bots.intake.link import know_the_cases

    try:
        know_the_cases()
    except Exception:
        log.exception("the cases on file are read at the first delivery instead")


def _end() -> NoReturn:
    """End although threads may still be at work that did not finish in time; another worker resumes it.

    What modules registered for the end of the process (children, the private server) is done first,
    within ten seconds.
    """
    faulthandler.dump_traceback_later(10, exit=True)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
