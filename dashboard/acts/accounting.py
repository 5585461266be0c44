"""회계시스템 전송: exporting now, telling a refused entry anew, handing out a file that was made; by right, noted."""

from __future__ import annotations

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.letters import Letter, NoLetter
from dashboard.acts.rights import Right, require
from dashboard.acts.seeing import note_access
from dashboard.visitor import Visitor
from queues import accounting, work
from queues.accounting import NotAgain
from queues.errors import UnderWay
from queues.models import Account, AccountingEntry

EXPORT = "payments.accounting"
COMPARE = "payments.reconcile"
"""Bots that a person may have run now."""


def run_now(session: Session, visitor: Visitor, bot: str) -> None:
    """Have a bot export, or compare, now rather than at its time. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.RECONCILE)
    if bot not in (EXPORT, COMPARE):
        raise Refused("알 수 없는 일입니다.")
    try:
        work.start_now(session, bot, visitor.actor)
    except UnderWay:
        raise Refused("이미 하고 있습니다. 끝난 뒤에 다시 보십시오.") from None


def tell_again(session: Session, visitor: Visitor, entry_id: int) -> AccountingEntry:
    """Have a refused entry go out in the next file. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.RECONCILE)
    if session.get(AccountingEntry, entry_id) is None:
        raise Refused("없는 전송 건입니다.")
    try:
        return accounting.again(session, entry_id, session.get_one(Account, visitor.account_id))
    except NotAgain as why:
        raise Refused(why.text) from None


def file_to_keep(session: Session, visitor: Visitor, name: str, kind: str) -> Letter:
    """A file as it was made, "csv" or "xlsx"; it names orders and sums, nobody. Raises `NotAllowed`, `NoLetter`."""
    require(visitor, Right.RECONCILE)
    require(visitor, Right.DOWNLOAD)
    found = accounting.file_named(session, name)
    sha256 = "" if found is None else found.csv_sha256 if kind == "csv" else found.xlsx_sha256
    if found is None or not sha256:
        raise NoLetter
    note_access(session, visitor, f"accounting_file:{found.name}", "download")
    return Letter(sha256, f"{found.name}.{'csv' if kind == 'csv' else 'xlsx'}")
