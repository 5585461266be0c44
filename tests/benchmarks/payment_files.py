"""How long files of payments take to write and to read, and how much memory: `python -m tests.benchmarks.payment_files`.

Transfers are written as pain.001 in files of 10,000, as a batch is; then one pain.002 and one camt.053 about all of
them are read through the child that opens what comes from outside. No database. Memory is the highest of this
process and of the child, each by itself.

    python -m tests.benchmarks.payment_files --payments 100000

Measured with much other work on the two cores: 100,000 written in 99 s (20 s of processor), pain.002 of them read in
3.7 s, camt.053 in 12.7 s; at most 53 MiB for writing, 223 MiB in the child.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bots.iso20022 import reading
from bots.iso20022.pain001 import written
from bots.iso20022.transfer import Frame, Transfer
from bots.sandbox.bank.entries import Line
from bots.sandbox.bank.entries import Transfer as Booked
from bots.sandbox.bank_files.statement_xml import camt053
from bots.sandbox.bank_files.status_xml import Report, Told, pain002
from config.settings import settings

PER_FILE, WON, DAY = 10_000, 1_848_000, date(2026, 11, 23)
ACCOUNT = "10020000000001"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=100_000)
    count = parser.parse_args().payments
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BACKOFFICE_VAR_DIR"] = folder
        settings.cache_clear()
        _write(count)
        _read("pain.002", _status(count), count)
        _read("camt.053", _statement(count), count)


def _write(count: int) -> None:
    began, size = time.monotonic(), 0
    for start in range(0, count, PER_FILE):
        many = min(PER_FILE, count - start)
        frame = Frame(
            f"B-{start}",
            datetime.now(UTC),
            DAY,
            many,
            many * WON,
            "센터",
            ACCOUNT,
            "020",
            "CENTER000001",
            "KFTC",
        )
        size += sum(map(len, written(frame, _transfers(start, many))))
    _say("pain.001 written", count, time.monotonic() - began, size, resource.RUSAGE_SELF)


def _transfers(start: int, many: int) -> Iterator[Transfer]:
    for number in range(start + 1, start + many + 1):
        yield Transfer(number, f"B-{number:06d}", WON, "004", f"{number:013d}", "홍길동", "실업급여")


def _status(count: int) -> bytes:
    told = tuple(Told(f"B-{number:06d}", "ACSC", amount=WON) for number in range(1, count + 1))
    return pain002(Report("P", "B", datetime.now(UTC), group="ACSC", count=count, told=told))


def _statement(count: int) -> bytes:
    def lines() -> Iterator[Line]:
        for number in range(1, count + 1):
            booked = Booked(
                number, f"iso:B-{number}", "iso20022", DAY, f"B-{number:06d}", ACCOUNT, "004", f"{number:013d}", WON,
                "", "홍길동", "paid", "0000", 0.0, 1,
            )  # fmt: skip
            yield Line(number, DAY, ACCOUNT, "transfer", -WON, 0, 0.0, booked)

    return camt053(ACCOUNT, DAY, 0, -WON * count, lines())


def _read(name: str, content: bytes, count: int) -> None:
    from queues import files

    sha256 = files.put(content)
    began = time.monotonic()
    with reading.opened(sha256) as (_, found):
        many = sum(1 for one in found if one["kind"] in ("transaction", "line"))
    assert many == count
    _say(f"{name} read", count, time.monotonic() - began, len(content), resource.RUSAGE_CHILDREN)


def _say(what: str, count: int, seconds: float, size: int, who: int) -> None:
    memory = resource.getrusage(who).ru_maxrss / 1024
    print(f"{what}: {count:,} in {seconds:.1f} s ({count / seconds:,.0f}/s), {size / 2**20:.0f} MiB, "
          f"at most {memory:.0f} MiB of memory")  # fmt: skip


if __name__ == "__main__":
    main()
