"""Messages encoded and decoded, and questions answered over a line, per second:
``.venv/bin/python -m tests.benchmarks.bank_line``. Both ends are in one process; no database."""

from __future__ import annotations

import argparse
import asyncio
import resource
import time

from bots.payments.messages import Message, decode, encode
from tests.bots.payments.peer import line_to, peer, transfer


def main() -> None:
    """Prints one line for each figure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=20_000)
    count = arguments.parse_args().messages
    codec(count)
    asyncio.run(over_the_line(count))
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def codec(count: int) -> None:
    message = transfer(1)
    frame = encode(message)
    began = time.process_time()
    for _ in range(count):
        encode(Message(message.values))
    print(f"encoded {count / (time.process_time() - began):,.0f}/s")
    began = time.process_time()
    for _ in range(count):
        decode(frame)
    print(f"decoded {count / (time.process_time() - began):,.0f}/s")


async def over_the_line(count: int, window: int = 64) -> None:
    """`window` under way at once."""
    numbers = iter(range(1, count + 1))
    async with peer() as bank, line_to(bank, window=window, reply_seconds=60) as (line, _):

        async def ask() -> None:
            for number in numbers:
                await line.ask(transfer(number))

        began, worked = time.monotonic(), time.process_time()
        await asyncio.gather(*(ask() for _ in range(window)))
        cost = 1000 * (time.process_time() - worked) / count
        print(f"asked and answered {count / (time.monotonic() - began):,.0f}/s, {window} under way at once;")
        print(f"both ends take {cost:.2f} ms of processor for each")


if __name__ == "__main__":
    main()
