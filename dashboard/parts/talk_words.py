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
    "invented_dropped": "말소리가 없는 곳의 글을 뺌",
    "improbable": "있음 직하지 않은 말",
    "missing_words": "빠진 말이 있을 수 있음",
    "other_language": "다른 언어",
    "overlap": "두 사람이 함께 말함",
    "cross_talk": "다른 쪽 말소리가 섞임",
    "drift": "시각이 어긋남",
    "mostly_unclear": "대부분 알아듣지 못함. 녹음을 들으며 확인하십시오.",
    "held_at_unsure": "상담 일시를 파일의 시각에서 가져옴",
    "too_fast": "말의 빠르기가 이상함",
    "prompt_echo": "안내 낱말이 그대로 나옴",
    "number_unclear": "숫자가 분명하지 않음",
    "date_unclear": "날짜가 분명하지 않음",
    "date_loose": "때를 분명히 말하지 않음",
    "date_contradiction": "날짜와 요일이 맞지 않음",
    "date_reckoned": "날짜를 셈해서 적음",
    "date_from_before": "앞에서 말한 날짜로 봄",
    "no_date": "날짜를 말하지 않음",
    "speaker_unknown": "누가 말했는지 모름",
    "corrected": "뒤에서 고쳐 말함",
    "contradiction": "앞뒤 말이 다름",
    "unsure": "확실하지 않다고 말함",
    "conditional": "조건이 붙은 말",
    "unheard_speech": "받아쓰지 못한 말소리가 있음",
    "words_changed": "근거가 된 말을 고침",
    "speaker_changed": "말한 사람을 바꿈",
    "left_out": "알아듣지 못한 말을 뺌",
    "who_unclear": "누가 하는지 분명하지 않음",
    "fell_back": "모델의 글이 근거와 달라 말한 그대로 둠",
    "nothing_said": "말소리가 없음",
    "times_do_not_fit": "녹취의 시각이 녹음과 맞지 않음",
    "unreadable_window": "받아쓰지 못한 구간 있음",
    "truncated": "녹음이 끝까지 오지 않음",
    "wrong_extension": "파일 이름과 형식이 다름",
    "same_channels": "두 채널의 소리가 같음",
    "one_channel": "한 채널에서만 말함",
    "audio_unreadable": "녹음 파일을 열 수 없어 녹취만 읽음",
    "cut_short": "정해진 길이까지만 받아씀",
    "demo_model": "데모용 인식 모델로 받아쓴 글입니다. 합성 음성만 알아듣습니다.",
}
REASONS = {
    "by_phone": "전화번호로 연결됨",
    "recording": "녹음하는 중",
    "no_consent": "녹음에 동의하지 않음",
    "withdrawn": "녹음 동의 철회",
    "not_a_talk": "상담이 아님",
    "no_recording": "들을 수 없는 녹음",
    "nothing_recorded": "녹음된 소리 없음",
}


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
    return REASONS.get(code) or review_reasons.title(code) or FLAGS.get(code) or code


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
