"""The words that staff read for what is recorded of talks: states, consent, speakers, doubts, fates of lines."""

from __future__ import annotations

from config import review_reasons
from dashboard.parts.korean import Label
from queues.models import FollowUpState, LineFate, NoteState, RecordingConsent, TalkState

TALK_STATES: dict[str, Label] = {
    TalkState.RECEIVED: Label("연결 확인", "warn"),
    TalkState.READY: Label("받아쓰기 대기", "wait"),
    TalkState.LISTENING: Label("받아쓰는 중", "busy"),
    TalkState.HEARD: Label("일지 작성 중", "busy"),
    TalkState.DRAFTED: Label("서명 대기", "warn"),
    TalkState.SIGNED: Label("서명함", "good"),
    TalkState.FAILED: Label("처리 못함", "bad"),
    TalkState.CLOSED: Label("종결", "wait"),
}
NOTE_STATES: dict[str, Label] = {
    NoteState.DRAFT: Label("초안", "warn"),
    NoteState.SIGNED: Label("서명함", "good"),
    NoteState.REPLACED: Label("새 판으로 바뀜", "wait"),
}
CONSENTS: dict[str, Label] = {
    RecordingConsent.UNKNOWN: Label("녹음 동의 확인 안 됨", "warn"),
    RecordingConsent.GIVEN: Label("녹음 동의", "good"),
    RecordingConsent.REFUSED: Label("녹음 동의 안 함", "bad"),
    RecordingConsent.WITHDRAWN: Label("녹음 동의 철회", "bad"),
}
CONSENT_HOW = {
    "desk": "상담 자리에서 확인",
    "recorder": "녹취기 기록",
    "ars": "ARS 안내에 동의",
    "form": "서면 동의서",
    "review": "담당자가 확인",
}
WAYS = {"phone": "전화", "desk": "대면", "video": "화상"}
SPEAKERS = {"counselor": "상담사", "person": "구직자", "other": "다른 사람", "unknown": "누구인지 모름"}
FATES: dict[str, Label] = {
    LineFate.PROPOSED: Label("확인 전", "wait"),
    LineFate.ACCEPTED: Label("그대로", "good"),
    LineFate.CHANGED: Label("고침", "busy"),
    LineFate.STRUCK: Label("뺌", "bad"),
    LineFate.ADDED: Label("더함", "busy"),
}
ORIGINS = {
    "said": "말한 그대로 옮김",
    "written": "모델이 근거로 작성",
    "absent": "상담에서 말하지 않음",
    "facts": "기록에서 가져옴",
    "counselor": "상담사가 적음",
}
FOLLOW_UPS = {"task": "할 일", "appointment": "약속"}
WHOSE = {"counselor": "상담사가", "person": "구직자가"}
FOLLOW_UP_STATES: dict[str, Label] = {
    FollowUpState.PROPOSED: Label("제안", "wait"),
    FollowUpState.ACCEPTED: Label("등록함", "good"),
    FollowUpState.DECLINED: Label("등록 안 함", "wait"),
    FollowUpState.DONE: Label("끝남", "good"),
}
FLAGS = {
    "low_confidence": "잘 들리지 않음",
    "repeated": "같은 말이 되풀이됨",
    "invented": "말소리가 없는 곳의 글",
    "other_language": "다른 언어",
    "overlap": "두 사람이 함께 말함",
    "cross_talk": "다른 쪽 말소리가 섞임",
    "drift": "시각이 어긋남",
    "too_fast": "말의 빠르기가 이상함",
    "prompt_echo": "안내 낱말이 그대로 나옴",
    "number_unclear": "숫자가 분명하지 않음",
    "date_unclear": "날짜가 분명하지 않음",
    "speaker_unknown": "누가 말했는지 모름",
    "speaker_unclear": "누가 말했는지 분명하지 않음",
    "negation_unclear": "부정인지 분명하지 않음",
    "contradiction": "앞뒤 말이 다름",
    "fell_back": "모델의 글이 근거와 달라 말한 그대로 둠",
    "said_loosely": "때를 분명히 말하지 않음",
    "no_date": "날짜를 말하지 않음",
    "past_date": "지난 날짜",
    "nothing_said": "말소리가 없음",
    "times_do_not_fit": "녹취의 시각이 녹음과 맞지 않음",
    "unreadable_window": "받아쓰지 못한 구간 있음",
    "truncated": "녹음이 끝까지 오지 않음",
}
NO_DOUBT = frozenset({"business_day_moved"})
"""Flags that tell of something done, not of a doubt."""


def flag(code: str) -> str:
    """What is doubtful, in words; an unknown code is shown as it is."""
    return FLAGS.get(code) or review_reasons.title(code) or code


def talk_state(code: str) -> Label:
    return TALK_STATES.get(code, Label(code, "wait"))


def speaker(code: str) -> str:
    """`상담사`, `구직자`, ...; `목소리 2` for a voice that nobody has named."""
    if code.startswith("voice"):
        return f"목소리 {code.removeprefix('voice')}"
    return SPEAKERS.get(code, code)


def why(code: str) -> str:
    """Why a talk stands where it does."""
    return review_reasons.title(code) or FLAGS.get(code) or code


def way(code: str) -> str:
    return WAYS.get(code, code)


def clock(seconds: float) -> str:
    """`3:05`, `1:02:07`."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def source(code: str) -> str:
    """The way in."""
    return {"recorder": "녹취기", "upload": "올린 파일", "desk": "상담 녹음"}.get(
        code.partition(":")[0], code
    )
