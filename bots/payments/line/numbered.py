"""Headers of messages to come, each with a number of its own."""

from __future__ import annotations

from bots.payments.messages import Head
from config.bank_line import BankLine, now_there
from queues.bank_messages import take_numbers


def next_heads(chosen: BankLine, count: int) -> list[Head]:
    """`count` headers with the next numbers of today, which are committed. Raises `NumbersUsedUp`.

    A message has to be written on the day of its header: one that waits over midnight needs a new one.
    """
    at = now_there()
    numbers = take_numbers(at.date(), chosen.bank_code, chosen.company_code, count)
    return [
        Head(chosen.identification, chosen.company_code, chosen.bank_code, number, at) for number in numbers
    ]
