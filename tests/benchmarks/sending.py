"""`python -m tests.benchmarks.sending [--notices 300] [--kills 200]`: notices by mail, message and electronic delivery.

Without `--kills`: how many leave in a second with four at once. With it: one after the other, each run killed
(kill -9) at a random moment until it comes through; the sandbox counts what it took over, and its services lose
answers, ask for pauses and are down besides. Mails go with an archive where this machine can play one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from bots.sandbox.mail_server import MailServer, why_not
from queues import database
from queues.postgres import temporary_server
from tests.bots.send_world import Out, carried, dispatch, key_of, planned, ways_out
from tests.conftest import environment
from tests.faults.send_child import Runs

CHANNELS = ("sms", "electronic", "email", "alimtalk")
KILLS_EACH = 4
"""So many kills one notice has to bear at most before it is let through."""


def sent(out: Out, notices: int) -> dict[str, object]:
    """So many of each channel."""
    found: dict[str, object] = {}
    for channel in CHANNELS[:3]:
        numbers = [planned(channel) for _ in range(notices)]
        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            states = Counter(one.state for one in pool.map(lambda n: carried(n, 600.0), numbers))
        found[channel] = {
            "states": dict(states),
            "per_second": round(notices / (time.monotonic() - began), 1),
        }
        assert {_taken(out, number) for number in numbers} == {1}
    return found


def killed(out: Out, kills: int, seed: int) -> dict[str, object]:
    """Notices one after the other, with so many kills on their way."""
    rng = random.Random(seed)
    done, runs_made, longest = 0, 0, 0.0
    numbers: list[int] = []
    killed_in: Counter[str] = Counter()
    began = time.monotonic()
    with Runs() as runs:
        while done < kills:
            numbers.append(number := planned(CHANNELS[len(numbers) % len(CHANNELS)]))
            of_this = 0
            while True:
                started = time.monotonic()
                pid = runs.start(number)
                runs_made += 1
                if longest and done < kills and of_this < KILLS_EACH:
                    time.sleep(rng.uniform(0.0, 1.1) * longest)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                ended = runs.end()
                if ended.killed:
                    done, of_this = done + 1, of_this + 1
                    killed_in[dispatch(number).state] += 1
                elif not ended.waits:
                    assert not ended.error, ended
                    longest = longest or time.monotonic() - started
                    break
                else:
                    time.sleep(0.1)
    states = Counter(dispatch(number).state for number in numbers)
    return {
        "kills": done,
        "runs": runs_made,
        "notices": len(numbers),
        "states": dict(states),
        "lost": sum(dispatch(n).state == "sent" and _taken(out, n) == 0 for n in numbers),
        "double": sum(_taken(out, n) > 1 for n in numbers),
        "asked_of_a_person": states["unknown"],
        "troubles": dict(out.gateway.met + out.box.met + out.smtp.met),
        "killed_in": dict(killed_in),
        "seconds": round(time.monotonic() - began, 1),
    }


def _taken(out: Out, number: int) -> int:
    key = key_of(number)
    return out.gateway.taken[key] + out.box.taken[key] + out.smtp.taken[key]


@contextmanager
def _archive() -> Iterator[MailServer | None]:
    if why_not():
        yield None
        return
    with MailServer(user="archive") as server:
        yield server


def measure(notices: int, kills: int, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server, _archive() as archive:
        values = {"BACKOFFICE_DATABASE_URL": server.url(), "BACKOFFICE_VAR_DIR": str(Path(folder) / "var")}
        with environment(**values), ways_out(archive=archive, archive_seconds=5.0, certain=2.0) as out:
            database.upgrade()
            for service in (out.gateway, out.box, out.smtp) if kills else ():
                service.share = 0.15
            result = killed(out, kills, seed) if kills else sent(out, notices)
            database.forget_connections()
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=300)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(measure(given.notices, given.kills, given.seed), ensure_ascii=False))
