"""The words that staff read for the codes of the record, each with the tone that it is shown in."""

from __future__ import annotations

from typing import NamedTuple

from config import review_reasons
from queues.models import DeliveryState, DocumentState, ReviewState, Role, SinkState, WorkerState, WorkState


class Label(NamedTuple):
    """A word and its tone (a key of `dashboard.look.TONES`)."""

    text: str
    tone: str


ROLES = {
    Role.STAFF: "담당자",
    Role.SUPERVISOR: "관리자",
    Role.COUNSELOR: "상담사",
    Role.ADMINISTRATOR: "시스템관리자",
}

DELIVERY_STATES = {
    DeliveryState.TAKEN: Label("접수됨", "wait"),
    DeliveryState.READING: Label("판독 중", "busy"),
    DeliveryState.READ: Label("연결 중", "busy"),
    DeliveryState.LINKED: Label("처리 중", "busy"),
    DeliveryState.REVIEW: Label("검토 대기", "warn"),
    DeliveryState.DONE: Label("처리 완료", "good"),
    DeliveryState.REJECTED: Label("반려", "bad"),
    DeliveryState.SPLIT: Label("나누어 접수", "good"),
}

DOCUMENT_STATES = {
    DocumentState.READ: Label("연결 전", "busy"),
    DocumentState.ATTACHED: Label("연결됨", "good"),
    DocumentState.REVIEW: Label("검토 대기", "warn"),
    DocumentState.WAITING_CASE: Label("신청 기다림", "wait"),
    DocumentState.DUPLICATE: Label("중복 수신", "wait"),
    DocumentState.DISCARDED: Label("보관만 함", "wait"),
    DocumentState.REJECTED: Label("반려", "bad"),
    DocumentState.TRANSFERRED: Label("이송됨", "wait"),
    DocumentState.SUPERSEDED: Label("다시 묶음", "wait"),
}

REVIEW_STATES = {
    ReviewState.OPEN: Label("대기", "warn"),
    ReviewState.CLAIMED: Label("검토 중", "busy"),
    ReviewState.DECIDED: Label("처리됨", "good"),
    ReviewState.CANCELLED: Label("취소됨", "wait"),
}

WORK_STATES = {
    WorkState.WAITING: Label("대기", "wait"),
    WorkState.QUEUED: Label("순서 대기", "wait"),
    WorkState.RUNNING: Label("처리 중", "busy"),
    WorkState.DONE: Label("완료", "good"),
    WorkState.FAILED: Label("실패", "bad"),
    WorkState.REVIEW: Label("검토로 넘김", "warn"),
    WorkState.CANCELLED: Label("취소됨", "wait"),
}

WORKER_STATES = {
    WorkerState.RUNNING: Label("가동 중", "good"),
    WorkerState.STOPPING: Label("멈추는 중", "warn"),
    WorkerState.STOPPED: Label("멈춤", "wait"),
    WorkerState.DEAD: Label("응답 없음", "bad"),
}

SINK_STATES = {
    SinkState.PENDING: Label("전송 대기", "wait"),
    SinkState.SENT: Label("전송함", "busy"),
    SinkState.ACKNOWLEDGED: Label("반영 확인", "good"),
    SinkState.FAILED: Label("전송 실패", "bad"),
}

CASE_STATUSES = {
    "open": Label("진행 중", "good"),
    "closed": Label("종결", "bad"),
    "returned": Label("반려됨", "bad"),
    "withdrawn": Label("취하", "bad"),
}

PROBLEMS = {
    "empty": "빈 파일입니다.",
    "truncated": "파일이 끝까지 오지 않았습니다.",
    "encrypted": "암호가 걸린 파일입니다.",
    "malformed": "파일 형식이 깨져 있습니다.",
    "too_many_pages": "쪽수가 허용 범위를 넘습니다.",
    "too_large": "파일이나 그림이 너무 큽니다.",
    "unsupported": "다룰 수 없는 형식의 파일입니다.",
    "timeout": "판독 제한 시간을 넘겼습니다.",
    "memory": "판독에 쓸 메모리가 모자랐습니다.",
    "tiny": "그림이 너무 작아 읽을 수 없습니다.",
    "crashed": "파일을 여는 중에 프로그램이 멈췄습니다.",
    "no_engine": "문자 인식기가 없습니다.",
    "blank": "빈 쪽입니다.",
}

FIELDS = {
    "name": "성명",
    "rrn": "주민등록번호",
    "birth_date": "생년월일",
    "phone": "전화번호",
    "receipt_no": "접수번호",
    "business_no": "사업자등록번호",
    "company": "사업장명",
    "account": "계좌번호",
    "bank": "은행",
    "address": "주소",
    "caller": "발신번호",
    "caller_number": "발신번호",
    "sender": "발신처",
    "delivery": "같은 배달의 다른 서류",
}
FIELD_ORDER = tuple(FIELDS)

WORK_EVENTS = {
    "paused": "봇이 일시정지됨",
    "resumed": "이어서 함",
    "retry": "다시 시도",
    "review": "검토에서 다시 실행",
    "hastened": "기다리지 않고 지금 함",
    "version": "지금 버전으로 옮김",
    "handed_over": "사람에게 넘김",
    "disk_full": "디스크가 가득 참",
    "worker died": "작업자가 멈춤",
    "worker_died": "작업자가 멈춤",
    "the engine had ended it": "엔진에서 끊겨 다시 넘김",
    "a later run went well": "나중 실행이 잘 끝나 저절로 풀림",
    "model_there": "음성 인식 모델이 갖추어져 다시 함",
    "withdrawn": "녹음 동의를 철회함",
    "no_consent": "녹음에 동의하지 않음",
    "consent_doubted": "녹음 동의를 다시 확인함",
    "not_a_talk": "상담이 아니어서 종결함",
    "no_recording": "들을 수 없는 녹음이어서 종결함",
    "unreadable": "파일을 읽을 수 없음",
}
RUN_COUNTS = {
    "taken": "받음",
    "fetched": "받음",
    "marked": "받음 표시",
    "unmarked": "표시 못함",
    "postponed": "미룸",
    "mails": "메일",
    "papers": "서류",
    "known": "이미 받음",
    "put_away": "옮김",
    "questions": "질문",
    "unreachable": "연결 안 됨",
    "cases": "신청",
    "keyed": "찾기 등록",
    "planned": "발송 준비",
    "batches": "우편 접수",
    "asked": "담당자에게 물음",
    "anew": "다시 작성",
    "untold": "보내지 않음",
    "opened": "다시 보낼 수 있게 됨",
    "skipped": "이미 진행 중",
    "done": "반영",
    "again": "다시 물음",
    "before": "이미 반영됨",
    "firings": "일정 기록",
    "workers": "작업자",
    "sessions": "로그인",
    "runs": "실행 기록",
    "engine": "엔진 기록",
    "ready": "연결됨",
    "closed": "종결",
    "heard": "녹음 인식",
    "read": "녹취록 읽음",
    "to_hear": "녹음 인식으로 넘김",
    "failed": "듣지 못함",
    "drafted": "초안 작성",
    "redacted": "다시 가림",
    "beeped": "가린 녹음 만듦",
    "to_hear_again": "다시 듣게 함",
}
EVIDENCE = {"screenshot": "화면 그림", "trace": "실행 기록", "page": "받은 쪽"}
WORK_EVENT_BEGINNINGS = {
    "retry: ": "오류 뒤 다시 시도",
    "worker died: ": "작업자가 멈춰 이어받음",
    "worker left it: ": "작업자가 놓고 가 이어받음",
}

NOTES = {
    "check_digit": "검증번호가 맞지 않음",
    "mended": "오인식을 바로잡음",
    "handwritten": "손글씨",
    "format": "형식이 맞지 않음",
    "length": "자릿수가 맞지 않음",
    "surname": "드문 성씨",
    "district": "없는 행정구역",
    "year": "연도가 이상함",
    "masked": "가려진 채 적힘",
    "lexicon": "목록에 없는 값",
    "alternatives": "다르게도 읽힘",
    "low_confidence": "글자가 흐림",
    "faint": "글자가 흐림",
    "cut": "글자가 잘림",
    "symbol": "QR코드에서 읽음",
    "codes_differ": "QR코드끼리 다름",
    "differs_from_print": "인쇄된 번호와 QR코드가 다름",
}

SOURCES = {
    "spool": "팩스",
    "fax": "팩스",
    "hylafax": "팩스",
    "scan": "스캔",
    "scanner": "스캐너",
    "mfp": "복합기",
    "mail": "전자우편",
    "portal": "팩스포털",
    "desk": "창구 접수",
}


#: What showed where the letters of a batch begin.
DIVIDED_BY = {
    "separator": "구분지로 나눔",
    "blank": "빈 종이로 나눔",
    "change": "서류가 바뀌는 곳에서 나눔",
    "doubt": "앞뒤 우편물의 서류가 섞였을 수 있음",
}


def confidence(share: float) -> str:
    """A confidence as a percentage; nothing that was read is ever shown as certain."""
    return f"{min(round(share * 100), 99)}%"


def reason(code: str) -> str:
    """Why a person has to look, in plain Korean; an unknown code is shown as it is."""
    return review_reasons.title(code) or code or "확인 필요"


def field(name: str) -> str:
    """The label of a field."""
    return FIELDS.get(name, name)


def note(code: str) -> str:
    """Why the reader doubted or mended."""
    return NOTES.get(code, code)


def source(code: str) -> str:
    """The way in."""
    return SOURCES.get(code.partition(":")[0], code)


def work_event(reason: str) -> str:
    """What a code in the history of a work item means; an unknown one is shown as it is."""
    for beginning, words in WORK_EVENT_BEGINNINGS.items():
        if reason.startswith(beginning):
            return f"{words} ({reason.removeprefix(beginning)})"
    return WORK_EVENTS.get(reason) or review_reasons.title(reason) or reason


def error_words(code: str) -> str:
    """The code of an error of a run in words, if it has any."""
    return review_reasons.title(code) or code


def case_status(code: str) -> Label:
    return CASE_STATUSES.get(code, Label(code or "상태 모름", "wait"))
