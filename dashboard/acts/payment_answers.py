"""Is what a person decided about a payment or an order complete and possible? Made into what `queues.reviews` takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from config.banks import ACCOUNT_DIGITS, bank_named
from dashboard.acts.decisions import LONGEST_COMMENT, LONGEST_HOLD, Refused
from queues.days import today
from queues.models import PaymentState, ReviewTask

ACCEPT_NAME, TAKE_OFF, HOLD = "accept_name", "take_off", "hold"
WAS_PAID, WAS_NOT_PAID, ASK_AGAIN, SEEN = "was_paid", "was_not_paid", "ask_again", "seen"
WAS_UPLOADED, WAS_NOT_UPLOADED = "was_uploaded", "was_not_uploaded"
NOT_PAID_BY_BANK = "not_paid_by_bank"
CORRECT, PAY_AGAIN, DROP = "correct_account", "pay_again", "drop"
NOT_A_DOUBLE, ACCEPT, AGAIN, THIS_YEAR, CLAIM_BACK, KEEP = (
    "not_a_double",
    "accept",
    "again",
    "this_year",
    "claim_back",
    "keep",
)

EVIDENCE = {
    "statement": "거래내역·계좌명세",
    "telephone": "은행 담당자와 통화",
    "letter": "은행 공문·전자우편",
}
"""On what a person rests that something was paid or not."""

TITLES = {
    ACCEPT_NAME: "예금주 인정",
    TAKE_OFF: "배치에서 빼기",
    WAS_PAID: "지급된 것으로 확정",
    WAS_NOT_PAID: "지급되지 않은 것으로 확정",
    NOT_PAID_BY_BANK: "은행이 출금되지 않았다고 확인함",
    ASK_AGAIN: "은행에 다시 조회",
    SEEN: "확인함(장부 그대로)",
    WAS_UPLOADED: "은행이 파일을 접수한 것으로 확정",
    WAS_NOT_UPLOADED: "은행이 파일을 접수하지 않은 것으로 확정",
    CORRECT: "계좌 고쳐서 다시 지급",
    PAY_AGAIN: "그대로 다시 지급",
    DROP: "지급하지 않음",
    NOT_A_DOUBLE: "이중 지급 아님",
    ACCEPT: "그대로 인정",
    AGAIN: "다시 읽어 확인",
    THIS_YEAR: "올해 예산으로 지급",
    CLAIM_BACK: "반납 요구",
    KEEP: "지급 유지",
    HOLD: "보류",
}

FATE = frozenset({WAS_PAID, WAS_NOT_PAID, WAS_UPLOADED, WAS_NOT_UPLOADED, NOT_PAID_BY_BANK, SEEN})
"""What says how the money went: by right of reconciliation, and with what it rests on."""
_NEEDS_COMMENT = FATE | {NOT_A_DOUBLE, KEEP, DROP, ACCEPT_NAME, PAY_AGAIN}

_OF_KIND: dict[str, tuple[str, ...]] = {
    "payment_name": (TAKE_OFF, ACCEPT_NAME),
    "payment_iso_unfit": (TAKE_OFF,),
    "payment_no_record": (ASK_AGAIN, WAS_NOT_PAID, WAS_PAID),
    "payment_past_midnight": (WAS_PAID, WAS_NOT_PAID),
    "payment_number_clash": (WAS_NOT_PAID, WAS_PAID, ASK_AGAIN),
    "payment_rejected": (CORRECT, PAY_AGAIN, DROP),
    "payment_returned": (CORRECT, PAY_AGAIN, DROP),
    "payment_double_at_bank": (DROP, PAY_AGAIN, CORRECT),
    "payment_file": (SEEN,),
    "payment_notice": (SEEN,),
    "payment_not_at_bank": (SEEN, NOT_PAID_BY_BANK),
    "payment_order_double": (DROP, NOT_A_DOUBLE),
    "payment_order_account": (CORRECT, AGAIN, DROP),
    "payment_order_payee": (AGAIN, CORRECT, DROP),
    "payment_order_amount": (AGAIN, DROP),
    "payment_order_case": (AGAIN, DROP),
    "payment_order_budget": (AGAIN, DROP),
    "payment_order_year": (THIS_YEAR, DROP),
    "payment_order_taken_back": (CLAIM_BACK, KEEP),
}
_CONTRADICTED: dict[str, tuple[str, ...]] = {
    PaymentState.UNKNOWN: (WAS_PAID, WAS_NOT_PAID, ASK_AGAIN),
    PaymentState.REJECTED: (WAS_PAID, WAS_NOT_PAID),
    PaymentState.HELD: (TAKE_OFF,),
}
"""The bank's words do not agree, by where the payment stands; elsewhere the books stand as they are."""
_NEVER_ACCEPTED = ("account_refused", "withdrawal_account", "unfit_for_message", "no_such_account")
_LIKELY_THE_SAME = ("name_form_differs", "name_cut_short")
_ABOUT_PAYEE = ("payment_order_account", "payment_order_payee")
_ACCEPTABLE = ("another_name", "unusual_digits")


@dataclass(frozen=True)
class PaymentAnswer:
    """What a person decided. `version` of the question as they saw it.

    to        account: {"bank": name or code, "account": number, "name": the holder, "" as it was}
    evidence  a code of `EVIDENCE`; until: put off until this day
    due_on    by when money is to be paid back; won: how much, None for all
    """

    action: str
    version: int
    comment: str = ""
    evidence: str = ""
    to: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    due_on: date | None = None
    won: int | None = None


def allowed(task: ReviewTask, payment_state: str = "") -> tuple[str, ...]:
    """The answers that a question may have, the one proposed first; () for a question about something else.

    payment_state  of the payment it asks about, "" for none
    """
    if task.kind == "payment_contradiction":
        return (*_CONTRADICTED.get(payment_state, (SEEN,)), HOLD)
    found = _OF_KIND.get(task.kind, ())
    if task.kind == "payment_name":
        if task.reason in _NEVER_ACCEPTED:
            found = (TAKE_OFF,)
        elif task.reason in _LIKELY_THE_SAME:
            found = (ACCEPT_NAME, TAKE_OFF)
    elif task.kind == "payment_file" and task.reason == "file_doubt":
        found = (WAS_UPLOADED, WAS_NOT_UPLOADED)
    elif task.kind == "payment_number_clash" and "file_id" in task.evidence:
        found = (WAS_NOT_PAID, WAS_PAID)  # the bank is asked by messages, and it left in a file
    elif task.kind in _ABOUT_PAYEE and task.evidence.get("code") in _ACCEPTABLE:
        found = (ACCEPT, *found)
    return (*found, HOLD) if found else ()


def checked(task: ReviewTask, payment_state: str, answer: PaymentAnswer) -> dict[str, Any]:
    """The decision as it is kept. Raises `Refused` with what is wrong, in Korean."""
    if answer.action not in allowed(task, payment_state):
        raise Refused("이 건에는 할 수 없는 결정입니다. 화면을 새로 열어 확인해 주십시오.")
    comment = answer.comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"사유는 {LONGEST_COMMENT}자까지 적을 수 있습니다.", "comment")
    if not comment and answer.action in _NEEDS_COMMENT:
        raise Refused("확인한 내용이나 사유를 적어 주십시오.", "comment")
    parts = {CORRECT: _account, CLAIM_BACK: _claim, HOLD: _until}
    decision: dict[str, Any] = {"action": answer.action}
    if part := parts.get(answer.action):
        decision |= part(answer)
    if answer.action in (WAS_PAID, WAS_NOT_PAID, NOT_PAID_BY_BANK):
        if answer.evidence not in EVIDENCE:
            raise Refused("무엇으로 확인하였는지 골라 주십시오.", "evidence")
        decision["evidence"] = answer.evidence
    return decision | ({"comment": comment} if comment else {})


def _account(answer: PaymentAnswer) -> dict[str, Any]:
    bank = bank_named(answer.to.get("bank", ""))
    if bank is None:
        raise Refused("은행을 골라 주십시오.", "bank")
    number = answer.to.get("account", "").strip()
    digits = re.sub(r"[\s-]", "", number)
    fewest, most = ACCOUNT_DIGITS
    if not (digits.isascii() and digits.isdigit() and fewest <= len(digits) <= most):
        raise Refused(f"계좌번호는 숫자 {fewest}~{most}자리입니다.", "account")
    name = " ".join(answer.to.get("name", "").split())
    if len(name) > 100:
        raise Refused("예금주가 너무 깁니다.", "name")
    return {"to": {"bank": bank.code, "account": digits} | ({"name": name} if name else {})}


def _claim(answer: PaymentAnswer) -> dict[str, Any]:
    if answer.due_on is None or answer.due_on < today():
        raise Refused("반납 기한을 오늘 이후의 날로 골라 주십시오.", "due_on")
    if answer.won is not None and answer.won <= 0:
        raise Refused("반납할 금액을 원 단위로 적어 주십시오.", "won")
    won = {"won": answer.won} if answer.won is not None else {}
    return {"due_on": answer.due_on.isoformat()} | won


def _until(answer: PaymentAnswer) -> dict[str, Any]:
    if answer.until is None:
        return {}
    if not timedelta(0) < answer.until - today() <= LONGEST_HOLD:
        raise Refused(f"보류는 내일부터 {LONGEST_HOLD.days}일 안의 날까지 할 수 있습니다.", "until")
    return {"until": answer.until.isoformat()}
