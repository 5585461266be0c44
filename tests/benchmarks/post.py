"""`python -m tests.benchmarks.post [--letters 500] [--kills 200]`: letters to the post, and kills on their way.

Without `--kills`: one batch of so many letters goes out as one job; seconds and memory. With it: batches of three
letters, each run killed (kill -9) at a random moment until it comes through; the site counts what it got.
A site on 127.0.0.1 with a real browser, database and file store.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from bots.sandbox.post_site import PostSite
from queues import database
from queues.postgres import temporary_server
from tests.bots.notices.post_world import TO, World, post_world
from tests.conftest import environment
from tests.faults.post_child import Runs

LETTERS_OF_KILLED = 3
KILLS_EACH = 4
"""So many kills a batch has to bear at most before it is let through."""


def posted(world: World, letters: int) -> dict[str, object]:
    """One batch, as one job."""
    people = [{**TO, "name": f"받는이{n:04d}", "detail": f"{n + 1}호"} for n in range(letters)]
    batch = world.batch(people)
    began = time.monotonic()
    counts = world.run(batch)
    seconds = time.monotonic() - began
    world.check_posted_once(batch)
    return {
        "letters": letters,
        "jobs": len(world.site.jobs),
        "payments": len(world.site.payments),
        "counts": counts,
        "seconds": round(seconds, 1),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def killed(world: World, kills: int, seed: int) -> dict[str, object]:
    """Batches one after the other, with so many kills on their way; raises AssertionError when one was lost."""
    rng = random.Random(seed)
    done, batches, runs_made, longest = 0, list[int](), 0, 0.0
    errors: Counter[str] = Counter()
    found_at: Counter[str] = Counter()
    began = time.monotonic()
    with Runs() as runs:
        while done < kills:
            batch = world.batch(LETTERS_OF_KILLED)
            item = world.item(batch)
            batches.append(batch)
            of_this = 0
            while True:
                started = time.monotonic()
                pid = runs.start(item.id, batch)
                runs_made += 1
                if longest and done < kills and of_this < KILLS_EACH:
                    time.sleep(rng.uniform(0.15, 1.1) * longest)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                ended = runs.end()
                if ended.killed:
                    done, of_this = done + 1, of_this + 1
                    found_at[world.look(batch).state] += 1
                    if done % 10 == 0:
                        double = sum(count > 1 for count in world.site.posted.values())
                        told = f"{done} kills, {len(batches)} batches, {double} letters double"
                        print(told, file=sys.stderr, flush=True)
                elif ended.counts is not None:
                    longest = longest or time.monotonic() - started
                    break
                else:
                    errors[ended.error.split(":")[0]] += 1
    site = world.site
    keys = [letter.key for batch in batches for letter in world.letters(batch)]
    result: dict[str, object] = {
        "kills": done,
        "runs": runs_made,
        "batches": len(batches),
        "letters": len(keys),
        "lost": sum(site.posted[key] == 0 for key in keys),
        "double": sum(site.posted[key] > 1 for key in keys),
        "uploads": site.uploads,
        "payments": len(site.payments),
        "double_pay_attempts": site.double_pay_attempts,
        "killed_in": dict(found_at),
        "tried_again_after": dict(errors),
        "seconds": round(time.monotonic() - began, 1),
    }
    for batch in batches:
        world.check_posted_once(batch)
    return result


def measure(letters: int, kills: int, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server:
        values = {"BACKOFFICE_DATABASE_URL": server.url(), "BACKOFFICE_VAR_DIR": str(Path(folder) / "var")}
        quick = {"BACKOFFICE_LEASE_SECONDS": "0.4"} if kills else {}
        site = PostSite(deposit=10**9)
        with environment(**values), post_world(Path(folder), site, **quick) as world:
            database.upgrade()
            result = killed(world, kills, seed) if kills else posted(world, letters)
            database.forget_connections()
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(measure(given.letters, given.kills, given.seed), ensure_ascii=False))
