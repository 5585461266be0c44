"""The password once more, for what must be this person's own act: approving a payment, signing for a difference."""

from __future__ import annotations

from functools import cache

from config.settings import settings
from dashboard.acts.decisions import Refused
from dashboard.door.throttle import Throttle
from dashboard.visitor import Visitor
from queues import access, accounts, audit, database
from queues.errors import SignInRefused
from queues.models import Account

HOW = "password"
TOO_OFTEN = "비밀번호를 여러 번 틀렸습니다. {minutes}분 뒤에 다시 시도해 주십시오."
WRONG = "비밀번호가 맞지 않습니다."
MISSING = "비밀번호를 다시 입력해 주십시오."
NOT_ONES_OWN = "처음 받은 비밀번호로는 할 수 없습니다. 먼저 비밀번호를 바꿔 주십시오."
_LONGEST = 500


@cache
def _failures() -> Throttle:
    """As many as an account has with strangers, by person, whatever they try to do."""
    return Throttle(settings().password_failures, settings().lock_minutes * 60)


def confirm(visitor: Visitor, password: str, what: str) -> str:
    """It is the signed-in person who acts: their password is right. Returns how that was made sure, for the audit.

    what  of the act, a code ("approve payment_batch:7"): failures are noted with it (접속기록, audit)

    A transaction of its own, before the act's. Raises `Refused` (field "password"), also after too many failures.
    """
    if visitor.must_change:
        raise Refused(NOT_ONES_OWN, "password")
    wait = _failures().wait_seconds(visitor.actor)
    if wait > 0:
        raise Refused(TOO_OFTEN.format(minutes=max(1, round(wait / 60))), "password")
    if not password:
        raise Refused(MISSING, "password")
    try:
        with database.session() as session:
            account = accounts.verify_password(session, visitor.username, password[:_LONGEST], known=True)
            if account.id != visitor.account_id:
                raise SignInRefused(WRONG)
    except SignInRefused:
        _failures().failed(visitor.actor)
        _note_failure(visitor, what)
        raise Refused(WRONG, "password") from None
    return HOW


def _note_failure(visitor: Visitor, what: str) -> None:
    with database.session() as session:
        account = session.get_one(Account, visitor.account_id)
        access.log_access(
            session,
            account,
            address=visitor.address,
            subject=visitor.actor,
            action="password_failed",
            reason=what,
        )
        audit.record(session, visitor.actor, "account.password_failed", "account", account.id, what=what)
