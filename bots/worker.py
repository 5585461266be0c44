"""A worker process: `python -m bots.worker`. Start as many as there are machines, all alike."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading

from bots import registry
from bots.scheduler import Scheduler
from config.settings import settings
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
    executor = Executor()
    executor_id = executor.start()
    scheduler = Scheduler(holder=executor_id)
    scheduler.start()
    print(f"worker {executor_id} ready", flush=True)
    stop.wait()
    log.info("stopping: what is running is finished first")
    scheduler.stop()
    executor.stop()
    # Threads of work that did not end in time would keep the process; another worker resumes it.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
