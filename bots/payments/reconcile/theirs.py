"""What a day comes to by the bank's word: its statement where there is one, else the totals that it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from bots.payments.line.asking import ask_once
from bots.payments.messages import requests
from bots.payments.our_line import our_line
from bots.payments.reconcile.ours import DayKey
from config.bank_line import bank_line

_FINE = "0000"


class NotTold(Exception):
    """The bank gives no totals of that day; its code stands in the text."""


@dataclass(frozen=True, slots=True)
class Told:
    """Transfers that left the account that day, also those that came back; what came back that day.

    by          "totals" or "statement"
    asked_at    when the bank was asked, or its statement arrived: what happened later is not in it
    message_id  of the kept reply; sha256: of the kept statement
    """

    paid_count: int
    paid_won: int
    back_won: int
    by: str
    asked_at: datetime
    message_id: int | None = None
    sha256: str = ""
    back_count: int = 0

    @property
    def sums(self) -> tuple[int, int, int]:
        return self.paid_count, self.paid_won, self.back_won


def ask_totals(day: date, fund: str, asked_at: datetime) -> Told:
    """집계조회 (7000/300) over a line of its own.

    Raises `NotTold`, and what `bots.payments.line.asking.ask_once` raises; `NoBankLine` for a fund without account.
    """
    account = bank_line().account_of(fund)
    asked = ask_once(lambda head: requests.totals(head, account, day), our_line())
    reply = asked.reply
    code = reply.text("result") or reply.response_code
    if reply.response_code != _FINE or code != _FINE:
        raise NotTold(f"the bank gives no totals of {day}: {reply.response_code!r}, result {code!r}")
    return Told(
        reply.count("done_count"),
        reply.count("done_won"),
        reply.count("returned_won"),
        "totals",
        asked_at,
        message_id=asked.reply_id,
        back_count=reply.count("returned_count"),
    )


def by_statement(session: Session, key: DayKey, sha256: str, arrived: datetime) -> Told:
    """The sums of the lines of a day. A line that names none of our payments counts where its name's form belongs."""
    row = session.execute(text(_SUMS.format(outward=OUTWARD, channel=LINE_CHANNEL)), key.to_dict()).one()
    return Told(
        int(row.paid_count),
        int(row.paid_won),
        int(row.back_won),
        "statement",
        arrived,
        sha256=sha256,
        back_count=int(row.back_count),
    )


# Over which channel a line went: its payment's; else by the form of the name that it bears.
LINE_CHANNEL = """coalesce(
    (SELECT b.channel FROM payment p JOIN payment_batch b ON b.id = p.batch_id WHERE p.id = l.payment_id),
    CASE WHEN l.named = '' OR l.named ~ '^([0-9]{8}-)?[0-9]{1,6}$' THEN 'firm' ELSE 'iso20022' END)"""
# Money that left the account and is no fee is a payment to us, by whatever name the bank calls it.
OUTWARD = "(l.kind = 'transfer' OR l.kind = 'other' AND l.amount_won < 0)"
_SUMS = """
    SELECT count(*) FILTER (WHERE {outward}) AS paid_count,
        coalesce(-sum(l.amount_won) FILTER (WHERE {outward}), 0) AS paid_won,
        count(*) FILTER (WHERE l.kind = 'return') AS back_count,
        coalesce(sum(l.amount_won) FILTER (WHERE l.kind = 'return'), 0) AS back_won
    FROM statement_line l
    WHERE l.day = :day AND l.fund = :fund AND l.source = 'camt.053' AND {channel} = :channel
"""
