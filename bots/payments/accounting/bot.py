"""payments.accounting: bookings go to the accounting system in files, and its answers are read back."""

from __future__ import annotations

from collections import Counter

from bots.payments.accounting.answers import take_answers
from bots.payments.accounting.compare import DEFAULT_LATE_HOURS, compare, due
from bots.payments.accounting.connect import accounting_system
from bots.payments.accounting.export import give_files, make_file
from bots.payments.accounting.system import AccountingSystem
from config.accounting_system import AccountingLine
from config.settings import settings
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError

ACTOR = "bot:payments.accounting"
_ROWS, _ENCODING = 5000, "utf-8-sig"


@bot("payments.accounting", title="회계시스템 연계", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Make files, give them, read answers, compare. Without an accounting system files are made when a person asks.

    Raises `BusinessError` for answers that a person has to look at, after everything else was done;
    `AccountingDown` is a system error: the same files are given again.
    """
    counts: Counter[str] = Counter()
    line = settings().accounting
    system = accounting_system()
    if system is not None or item.payload.get("trigger") == "manual":
        counts["files"] = _make_files(item, line)
    unreadable: list[str] = []
    if system is not None and line is not None:
        try:
            unreadable = _exchange(system, line, counts)
        finally:
            system.close()
    counts["days"] = _compare(line)
    if unreadable or counts["unknown"]:
        raise BusinessError("accounting_answers", _what_is_wrong(unreadable, counts["unknown"]))
    told = {name: count for name, count in counts.items() if count and name != "days"}
    return Outcome(counts=told, idle=not told)


def _make_files(item: Work, line: AccountingLine | None) -> int:
    made = 0
    while make_file(item.id, line.rows if line else _ROWS, line.encoding if line else _ENCODING):
        made += 1
    return made


def _exchange(system: AccountingSystem, line: AccountingLine, counts: Counter[str]) -> list[str]:
    counts["given"], counts["refused_files"] = give_files(system)
    answered, unreadable = take_answers(system, line.encoding, ACTOR)
    counts.update({name: count for name, count in answered.items() if name not in ("files", "old")})
    return unreadable


def _compare(line: AccountingLine | None) -> int:
    with record() as session:
        days = due(session)
    for day, fund in days:
        with record() as session:
            compare(session, day, fund, line.late_hours if line else DEFAULT_LATE_HOURS, ACTOR)
    return len(days)


def _what_is_wrong(unreadable: list[str], unknown: int) -> str:
    said = [f"읽을 수 없는 결과 파일: {'; '.join(unreadable[:5])[:400]}"] if unreadable else []
    if unknown:
        said.append(f"우리가 보낸 적 없는 전표의 결과가 {unknown}건 있습니다")
    return ". ".join(said) + ". 회계시스템 담당자에게 확인하십시오."
