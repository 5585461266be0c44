"""The words that staff read for orders, batches, payments, bank days and the budget."""

from __future__ import annotations

from functools import lru_cache

import yaml

from config import bank_answers, review_reasons
from config.bank_messages import title_of
from config.banks import bank_title
from config.funds import load_funds
from config.settings import layered
from dashboard.parts.korean import Label
from queues.models import BankDayState, FundReturnState, OrderState, PaymentBatchState, PaymentState

ORDER_STATES = {
    OrderState.DRAFT: Label("작성 중", "wait"),
    OrderState.DOUBT: Label("확인 필요", "warn"),
    OrderState.READY: Label("지급 대기", "busy"),
    OrderState.BATCHED: Label("배치 편성", "busy"),
    OrderState.PAID: Label("지급 완료", "good"),
    OrderState.CANCELLED: Label("취소", "wait"),
}

BATCH_STATES = {
    PaymentBatchState.DRAFT: Label("편성 중", "wait"),
    PaymentBatchState.CHECKING: Label("예금주 조회 중", "busy"),
    PaymentBatchState.CHECKED: Label("조회 완료", "busy"),
    PaymentBatchState.APPROVAL: Label("결재 중", "warn"),
    PaymentBatchState.APPROVED: Label("결재 완료", "busy"),
    PaymentBatchState.RUNNING: Label("이체 중", "busy"),
    PaymentBatchState.PAUSED: Label("일시 정지", "warn"),
    PaymentBatchState.STOPPED: Label("중지", "bad"),
    PaymentBatchState.DONE: Label("이체 마침", "busy"),
    PaymentBatchState.CLOSED: Label("완결", "good"),
    PaymentBatchState.CANCELLED: Label("취소", "wait"),
}

PAYMENT_STATES = {
    PaymentState.DRAFT: Label("조회 전", "wait"),
    PaymentState.HELD: Label("보류", "warn"),
    PaymentState.NAME_CHECKED: Label("예금주 확인", "busy"),
    PaymentState.APPROVED: Label("이체 대기", "busy"),
    PaymentState.SENDING: Label("전문 송신", "busy"),
    PaymentState.ACCEPTED: Label("이체 성공", "good"),
    PaymentState.REJECTED: Label("이체 거절", "bad"),
    PaymentState.UNKNOWN: Label("결과 미확인", "warn"),
    PaymentState.SETTLED: Label("대사 완료", "good"),
    PaymentState.RETURNED: Label("입금 불능", "bad"),
    PaymentState.CANCELLED: Label("제외", "wait"),
}
"""`ACCEPTED` is the bank's word for the time being, `SETTLED` what the day's totals bear out."""

DAY_STATES = {
    BankDayState.OPEN: Label("대사 전", "wait"),
    BankDayState.AGREED: Label("일치", "good"),
    BankDayState.DIFFERS: Label("불일치", "bad"),
    BankDayState.CLOSED: Label("마감", "good"),
}

RETURN_STATES = {
    FundReturnState.ASKED: Label("반납 고지", "wait"),
    FundReturnState.RECEIVED: Label("입금 확인", "busy"),
    FundReturnState.BOOKED: Label("정리 완료", "good"),
    FundReturnState.CANCELLED: Label("취소", "wait"),
}

DIFFERENCE_STATES = {
    "open": Label("미해결", "bad"),
    "explained": Label("사유 기재", "warn"),
    "resolved": Label("해소", "good"),
}

ACCOUNTING_STATES = {
    "waiting": Label("전송 대기", "wait"),
    "exported": Label("전송함", "busy"),
    "booked": Label("기장 확인", "good"),
    "refused": Label("거절", "bad"),
}

ENTRY_KINDS = {"allotment": "배정", "commitment": "원인행위", "payment": "지출", "return": "여입"}
RETURN_BOOKED = {"refund": "여입", "revenue": "세입"}
DUTIES = {"draft": "기안 (담당자)", "commitment": "재무관", "order": "지출관", "cashier": "출납공무원"}
APPOINTED = ("commitment", "order", "cashier")
CHANNELS = {"firm": "펌뱅킹", "iso20022": "ISO 20022 파일"}

REASONS = {
    "reply": "이체 응답",
    "inquiry": "처리결과 조회",
    "statement": "거래내역",
    "file": "은행 결과 파일",
    "person": "담당자 확정",
    "not_paid_by_bank": "은행이 출금하지 않음",
    "no_reply": "응답 없음",
    "no_answer": "응답 없음",
    "run_broken": "처리 중 중단됨",
    "never_left": "보내지 않음",
    "no_record": "기록 없음",
    "progress": "처리 중",
    "unknown": "결과를 알 수 없음",
    "refused": "은행 거절",
    "failure_notice": "은행의 불능 통지",
    "early": "응답보다 먼저 온 불능 통지",
    "other_content": "내용이 다른 응답",
    "past_midnight": "날짜가 지남",
    "name_accepted": "담당자가 예금주를 인정함",
    "taken_off": "배치에서 뺌",
    "taken_back": "결정이 취소됨",
    "earlier_one_paid": "먼저 보낸 지급이 이체됨",
    "paid_after_all": "나중에 이체된 것으로 확인됨",
    "not_paid": "이체되지 않음",
    "returned": "입금 불능",
    "rejected": "이체 거절",
    "stopped": "배치 중지",
    "stop": "중지 요청",
    "pause": "정지 요청",
    "cancelled": "배치 취소",
    "empty": "남은 지급 없음",
    "added": "지급을 더함",
    "changed": "내용 변경",
    "recalled": "회수",
    "sent_back": "반려",
    "again": "다시 상신",
    "closed": "은행 업무 시간 외",
    "account_closed": "해지된 계좌",
    "bank_silent": "은행 응답 없음",
    "unexpected": "보내지 않은 전문의 응답",
    "repeated": "같은 응답이 또 옴",
}
"""Codes of events and batches that no question bears."""

OUTLIERS = {
    "shared_account": "다른 사람과 같은 계좌",
    "changed_account": "지난번과 다른 계좌",
    "new_account": "처음 지급하는 계좌",
    "unusual_amount": "평소와 다른 금액",
    "tried_before": "전에 실패한 결의",
    "first_payment": "첫 지급",
}


@lru_cache
def banks() -> tuple[str, ...]:
    """The codes of all banks, in their order."""
    told = yaml.safe_load(layered("banks.yaml")[-1].read_text("utf-8"))["banks"]
    return tuple(sorted({str(one["code"]) for one in told if one.get("code")}))


def bank(code: str) -> str:
    """What a bank is called."""
    return bank_title(code)


def duty(code: str) -> str:
    return DUTIES.get(code, code)


def why(code: str) -> str:
    """A reason of the record in words; the code itself where nobody has described it."""
    answered = bank_answers.answer(code)
    told = "" if answered is bank_answers.NOT_KNOWN else f"{answered.title} ({code})"
    return review_reasons.title(code) or REASONS.get(code) or told or OUTLIERS.get(code, "") or code


def response(code: str) -> str:
    """`0000 정상`; the code alone where nobody knows it."""
    answered = bank_answers.answer(code)
    return code if answered is bank_answers.NOT_KNOWN else f"{code} {answered.title}"


def message_name(class_code: str, task_code: str) -> str:
    """`2100`, `100` -> `이체 응답`; a file by its own name."""
    if not class_code.isdigit():
        return class_code
    return title_of(class_code, task_code) or f"{class_code}/{task_code}"


def won(amount: int | None) -> str:
    """`1,250,000`; "" for what is not known."""
    return "" if amount is None else f"{amount:,}"


def fund(code: str) -> str:
    """`고용보험기금`."""
    return load_funds().title(code)


COUNTERPARTS = {"firm": "은행 (펌뱅킹)", "iso20022": "은행 (ISO 20022)", "accounting": "회계시스템"}
"""Against whom a day is compared."""


def item_name(title: str) -> str:
    """The last three names of an item: 세부사업, 목 and 세목."""
    return " > ".join(title.split(" > ")[-3:])
