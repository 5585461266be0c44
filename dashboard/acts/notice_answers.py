"""Is what a person decided about a letter complete and possible? Made into the decision that `queues.reviews` takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from config.channels import CHANNELS
from dashboard.acts.decisions import LONGEST_COMMENT, LONGEST_HOLD, Refused
from dashboard.parts.times import now, zone
from queues import addresses
from queues.models import DispatchState, Notice, NoticeState, ReviewTask
from queues.ways import WHY_NOT, Way

RESEND, CORRECT, PREPARE, DROP, HOLD = "resend", "correct_address", "prepare", "drop", "hold"
WAS_SENT, WAS_NOT_SENT = "was_sent", "was_not_sent"
WAS_SERVED, WAS_RETURNED, OTHER_NUMBER = "was_served", "was_returned", "other_number"
PUBLIC, HANDED = "public_notice", "handed_over"

NOTICED = {
    "gazette": "관보·공보",
    "board": "게시판",
    "newspaper": "일간신문",
    "internet": "인터넷 누리집",
}
_AFTER_SENDING = {
    "notice_receiver": (WAS_SERVED, WAS_RETURNED, RESEND, PUBLIC, HOLD),
    "notice_mistaken_number": (OTHER_NUMBER, WAS_RETURNED, RESEND, HOLD),
    "notice_came_back": (WAS_RETURNED, WAS_SERVED, RESEND, HOLD),
    "notice_on_the_way": (WAS_RETURNED, WAS_SERVED, RESEND, HOLD),
}
"""What may be said of a letter that left, while its tracking does not say enough."""

_LABELS = {
    "postcode": "우편번호",
    "address": "주소",
    "detail": "동·호수",
}
_LONGEST = {"address": 300, "detail": 200, "postcode": 5}


@dataclass(frozen=True)
class NoticeAnswer:
    """What a person decided. `version` of the question as they saw it; `to` what they changed of the address.

    sure    the address is right although it looks doubtful; firm: it is a business's
    places  codes of `NOTICED`; until: put off until this day
    """

    action: str
    version: int
    channel: str = ""
    to: Mapping[str, str] = field(default_factory=dict)
    sure: bool = False
    firm: bool = False
    registered_no: str = ""
    on: date | None = None
    receiver: str = ""
    places: tuple[str, ...] = ()
    until: date | None = None
    comment: str = ""


def allowed(task: ReviewTask, notice: Notice, last_state: str = "") -> list[str]:
    """The answers that a question about a letter may have, what is likely first.

    last_state  of the last attempt: while nobody knows whether it left, only that is answered
    """
    if last_state == DispatchState.UNKNOWN:
        return [WAS_SENT, WAS_NOT_SENT, HOLD]
    if task.kind in _AFTER_SENDING:
        return list(_AFTER_SENDING[task.kind])
    if notice.ready_at is None:
        about_recipient = task.kind in ("notice_address", "notice_recipient_missing")
        return [*([CORRECT] if about_recipient else []), PREPARE, DROP, HOLD]
    if task.kind == "notice_address":
        return [CORRECT, RESEND, HANDED, PUBLIC, DROP, HOLD]
    return [RESEND, CORRECT, HANDED, PUBLIC, PREPARE, DROP, HOLD]


def checked(
    task: ReviewTask, notice: Notice, last_state: str, answer: NoticeAnswer, open_ways: Mapping[str, Way]
) -> dict[str, Any]:
    """The decision as it is kept. Raises `Refused` with what is wrong, in Korean.

    open_ways  as `queues.ways.ways` tells them
    """
    if answer.action not in allowed(task, notice, last_state):
        raise Refused("이 통지에는 할 수 없는 결정입니다. 화면을 새로 열어 확인해 주십시오.")
    comment = answer.comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"메모는 {LONGEST_COMMENT}자까지 적을 수 있습니다.", "comment")
    decision: dict[str, Any] = {"action": answer.action, **_of(answer, open_ways)}
    if answer.action == DROP and not comment:
        raise Refused("발송하지 않는 사유를 적어 주십시오.", "comment")
    return decision | ({"comment": comment} if comment else {})


def checked_resend(notice: Notice, answer: NoticeAnswer, open_ways: Mapping[str, Way]) -> dict[str, Any]:
    """The decision to send a letter again. Raises `Refused`."""
    if notice.state not in (NoticeState.SENT, NoticeState.RETURNED):
        raise Refused("지금은 다시 보낼 수 없는 통지입니다. 화면을 새로 열어 상태를 확인해 주십시오.")
    comment = answer.comment.strip()
    if not comment:
        raise Refused("다시 보내는 사유를 적어 주십시오.", "comment")
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"사유는 {LONGEST_COMMENT}자까지 적을 수 있습니다.", "comment")
    return {"action": RESEND, **_of(answer, open_ways), "comment": comment}


def _of(answer: NoticeAnswer, open_ways: Mapping[str, Way]) -> dict[str, Any]:
    """What belongs to the action."""
    parts = {
        CORRECT: _corrected,
        WAS_SENT: _sent,
        PUBLIC: _public,
        HANDED: _handed,
        WAS_SERVED: _served,
        WAS_RETURNED: _came_back,
        OTHER_NUMBER: _number,
        HOLD: _until,
    }
    if answer.action == RESEND:
        return _resent(answer, open_ways)
    part = parts.get(answer.action)
    return part(answer) if part else {}


def _resent(answer: NoticeAnswer, open_ways: Mapping[str, Way]) -> dict[str, Any]:
    """By a way that is open; to another address only by post: elsewhere it is the person who names it."""
    channel, way = CHANNELS.get(answer.channel), open_ways.get(answer.channel)
    if channel is None or way is None or not channel.by_bot:
        raise Refused("발송 방법을 골라 주십시오.", "channel")
    to = _address(answer) if answer.to and channel.is_post else {}
    if way.why_not and not (to and way.why_not == "no_address"):
        raise Refused(f"{channel.title}: {WHY_NOT[way.why_not]}", "channel")
    return {"channel": channel.name} | to


def _corrected(answer: NoticeAnswer) -> dict[str, Any]:
    return _address(answer)


def _handed(answer: NoticeAnswer) -> dict[str, Any]:
    receiver = answer.receiver.strip()[:100]
    if not receiver:
        raise Refused("받은 사람의 성명과 관계를 적어 주십시오.", "receiver")
    return {"on": _past(answer.on, "교부한 날"), "receiver": receiver}


def _address(answer: NoticeAnswer) -> dict[str, Any]:
    """Where the letter is to go. One that looks doubtful only if the person says that it is right."""
    to = {name: " ".join(str(value).split()) for name, value in answer.to.items() if str(value).strip()}
    for name in ("postcode", "address"):
        if not to.get(name):
            raise Refused(f"{_LABELS[name]}을(를) 적어 주십시오.", name)
    for name, value in to.items():
        if len(value) > _LONGEST.get(name, 0):
            raise Refused(f"{_LABELS.get(name, name)}: 너무 깁니다.", name)
    if not re.fullmatch(r"[0-9]{5}", to["postcode"]):
        raise Refused("우편번호는 숫자 다섯 자리입니다.", "postcode")
    found = addresses.check(to["postcode"], to["address"], to.get("detail", ""), firm=answer.firm)
    if {"bad_character", "too_long"} & set(found.reasons):
        raise Refused(addresses.REASONS[found.reasons[0]], "address")
    if not found.ok and not answer.sure:
        told = " ".join(addresses.REASONS[code] for code in found.reasons)
        raise Refused(f"{told} 맞는 주소이면 ‘주소를 확인함’에 표시해 주십시오.", "sure")
    return {"to": to} | ({"sure": True} if not found.ok else {})


def _served(answer: NoticeAnswer) -> dict[str, Any]:
    receiver = answer.receiver.strip()[:100]
    if not receiver:
        raise Refused("우체국에서 확인한 수령인을 적어 주십시오.", "receiver")
    return {"on": _past(answer.on, "배달된 날"), "receiver": receiver}


def _came_back(answer: NoticeAnswer) -> dict[str, Any]:
    return {"on": _past(answer.on, "반송된 날")}


def _number(answer: NoticeAnswer) -> dict[str, Any]:
    found = _sent(answer)
    if not found:
        raise Refused("접수증의 등기번호 열세 자리를 적어 주십시오.", "registered_no")
    return found


def _sent(answer: NoticeAnswer) -> dict[str, Any]:
    number = re.sub(r"[\s-]", "", answer.registered_no)
    if number and not re.fullmatch(r"\d{13}", number):
        raise Refused("등기번호는 숫자 열세 자리입니다.", "registered_no")
    return {"registered_no": number} if number else {}


def _public(answer: NoticeAnswer) -> dict[str, Any]:
    """On paper and on the internet, both (행정절차법 제14조 제4항)."""
    places = [p for p in answer.places if p in NOTICED]
    if "internet" not in places or len(places) < 2:
        raise Refused(
            "관보·공보·게시판·일간신문 가운데 하나 이상과 인터넷에 함께 공고하여야 합니다.", "places"
        )
    return {"posted_on": _past(answer.on, "공고한 날"), "places": places}


def _past(on: date | None, what: str) -> str:
    if on is None:
        raise Refused(f"{what}을 골라 주십시오.", "on")
    if on > _today():
        raise Refused(f"{what}이 오늘보다 뒤일 수 없습니다.", "on")
    return on.isoformat()


def _until(answer: NoticeAnswer) -> dict[str, Any]:
    until = answer.until
    if until is None:
        return {}
    if not timedelta(0) < until - _today() <= LONGEST_HOLD:
        raise Refused(f"보류는 내일부터 {LONGEST_HOLD.days}일 안의 날까지 할 수 있습니다.", "until")
    return {"until": until.isoformat()}


def _today() -> date:
    return now().astimezone(zone()).date()
