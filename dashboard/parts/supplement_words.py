"""The words that staff read for the stages of a supplement request."""

from __future__ import annotations

from dashboard.parts.korean import Label
from dashboard.reads.supplements import ENDED, LATE, LEAVING, RETURNING, TO_SEND, WAITING, Row

STAGES = {
    TO_SEND: "발송 전",
    LEAVING: "발송 중",
    WAITING: "보완 대기",
    LATE: "기한 지남",
    RETURNING: "반려 진행 중",
    ENDED: "종료",
}
TONES = {TO_SEND: "warn", LEAVING: "busy", WAITING: "busy", LATE: "bad", RETURNING: "warn"}
ENDINGS = {
    "satisfied": Label("보완 완료", "good"),
    "returned": Label("반려", "bad"),
    "given_up": Label("취하", "wait"),
    "withdrawn": Label("요청 취소", "wait"),
}
REASONS = {
    "not_needed": "제출 불필요",
    "no_papers": "연결된 서류 없음",
    "case_closed": "행정시스템에서 종결",
    "not_reached": "거듭 반송되어 종결",
    "withdrawn_by_applicant": "신청인이 취하",
    "dropped": "보내지 않기로 함",
    "before_sent": "발송 전에 모두 들어옴",
}
STEPS = {
    "request": "보완 요청",
    "written_anew": "요청서 다시 작성",
    "extension": "기간 연장",
    "second_request": "2차 보완 요청",
    "reminder": "기한 안내",
    "return": "반려 기안",
    "return_recalled": "반려 회수",
    "returned": "반려",
    "withdrawal": "취하",
    "withdrawn": "요청 취소",
    "satisfied": "보완 완료",
    "reopened": "서류 연결 취소로 다시 진행",
    "dropped": "보내지 않기로 함",
    "spared": "제출 불필요로 정리",
    "case_closed": "행정시스템에서 종결",
}


def stage_label(row: Row) -> Label:
    """Where a request stands, with the number of its request and of its extensions."""
    if row.stage == ENDED:
        return ENDINGS.get(row.state, Label(row.state, "wait"))
    word = STAGES[row.stage]
    if row.second and row.stage != RETURNING:
        word = f"2차 · {word}"
    return Label(word, TONES[row.stage])
