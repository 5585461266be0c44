"""The words that staff read for letters, their ways out and what became of them."""

from __future__ import annotations

from datetime import date

from config import channels, review_reasons
from dashboard.parts.korean import Label
from queues.models import ApprovalState, DispatchState, NoticeState, PostBatchState

NOTICE_STATES = {
    NoticeState.DRAFT: Label("작성 중", "wait"),
    NoticeState.APPROVAL: Label("결재 중", "busy"),
    NoticeState.APPROVED: Label("결재 완료", "busy"),
    NoticeState.READY: Label("발송 대기", "wait"),
    NoticeState.SENDING: Label("발송 중", "busy"),
    NoticeState.SENT: Label("발송 완료", "busy"),
    NoticeState.SERVED: Label("송달 완료", "good"),
    NoticeState.RETURNED: Label("반송", "bad"),
    NoticeState.REVIEW: Label("확인 필요", "warn"),
    NoticeState.CANCELLED: Label("발송 취소", "wait"),
}

DISPATCH_STATES = {
    DispatchState.PLANNED: Label("발송 예정", "wait"),
    DispatchState.LEAVING: Label("발송 중", "busy"),
    DispatchState.SENT: Label("발송 완료", "busy"),
    DispatchState.DELIVERED: Label("도달", "good"),
    DispatchState.RETURNED: Label("반송", "bad"),
    DispatchState.FAILED: Label("발송 실패", "bad"),
    DispatchState.UNKNOWN: Label("발송 여부 미확인", "warn"),
    DispatchState.CANCELLED: Label("발송 취소", "wait"),
}

BATCH_STATES = {
    PostBatchState.PLANNED: Label("접수 예정", "wait"),
    PostBatchState.UPLOADING: Label("접수 중", "busy"),
    PostBatchState.UPLOADED: Label("결제 전", "busy"),
    PostBatchState.PAYING: Label("결제 중", "busy"),
    PostBatchState.PAID: Label("접수 완료", "good"),
    PostBatchState.UNKNOWN: Label("결제 여부 미확인", "warn"),
    PostBatchState.CANCELLED: Label("접수 취소", "wait"),
    PostBatchState.FAILED: Label("접수 실패", "bad"),
}

APPROVAL_STATES = {
    ApprovalState.WAITING: Label("차례 전", "wait"),
    ApprovalState.ASKED: Label("결재 대기", "warn"),
    ApprovalState.APPROVED: Label("결재 완료", "good"),
    ApprovalState.SENT_BACK: Label("반려", "bad"),
    ApprovalState.VOID: Label("무효", "wait"),
}
DUTIES = {"draft": "기안", "check": "검토", "final": "전결"}

SERVED_HOW = {
    "registered": "등기 배달",
    "electronic": "전자문서 도달",
    "public": "공시송달",
    "hand": "직접 교부",
}
DECISIONS = {
    "resend": "다시 보내기",
    "correct_address": "주소를 고쳐 다시 보내기",
    "public_notice": "공시송달로 처리",
    "handed_over": "직접 교부함",
    "prepare": "통지서 다시 작성",
    "was_sent": "나간 것을 확인함",
    "was_not_sent": "나가지 않은 것을 확인함",
    "was_served": "배달을 확인함 (송달)",
    "was_returned": "반송을 확인함",
    "other_number": "등기번호를 바로잡음",
    "drop": "발송하지 않음",
    "hold": "보류",
}
"""What people decide about letters."""

GATEWAY_STATES = {
    "accepted": "접수",
    "processing": "처리 중",
    "queued": "대기",
    "waiting": "대기",
    "done": "처리 완료",
    "rejected": "거절",
    "delivered": "수신",
    "failed": "수신 실패",
    "arrived": "도달(전자문서함)",
    "opened": "열람",
}
"""The words of message gateways and of the electronic box, for a request and for its receipt."""

RECEIVERS = frozenset(
    {
        "본인",
        "가족",
        "배우자",
        "부모",
        "자녀",
        "동거인",
        "직장동료",
        "회사동료",
        "경비원",
        "관리인",
        "무인우편함",
    }
)
"""What the post calls one who took a letter over, which names nobody."""

NOWHERE = "미정"


def channel(code: str) -> str:
    """A way out in words; "lms" is a long text message."""
    return channels.title("sms" if code == "lms" else code) if code and code != "none" else NOWHERE


def why(code: str) -> str:
    """A reason of the record in words; the code itself where nobody has described it."""
    return review_reasons.title(code) or code


def served(on: date | None, how: str) -> str:
    """`2026-11-20 (등기 배달)`, "" while it was not served."""
    return f"{on:%Y-%m-%d} ({SERVED_HOW.get(how, how)})" if on else ""
