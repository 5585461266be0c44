"""What the events of a registered letter mean: arrived, come back, on its way, or another letter's.

The words are matched by their beginnings ("배달완료 ( 배달 )"), but a letter that came back is 배달완료 as well,
to its sender: whatever is delivered after it was sent back has not arrived.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bots.notices.tracking.trace import Trace, TraceEvent

Kind = Literal["delivered", "returned", "under_way", "mistaken"]
_BACK = ("반송", "환부", "반환")
_ARRIVED = ("배달완료", "교부완료", "창구교부", "배달 완료")
_NOT_NOW = ("미배달", "재배달", "보관")
# Reasons in the post's words, without blanks, and our codes; the first that is found counts.
REASONS = {
    "수취인불명": "post_no_such_person",
    "이사": "post_moved",
    "폐문부재": "post_absent",
    "수취인부재": "post_absent",
    "보관기간": "post_not_collected",
    "수취거절": "post_refused_by_receiver",
    "수취거부": "post_refused_by_receiver",
    "주소불명": "post_no_such_address",
    "주소불완전": "post_no_such_address",
    "사망": "post_deceased",
}
RETURNED = "post_returned"
# 행정절차법 제14조 제2항: besides the person, a clerk, an employee or one who lives with him.
ADMITTED = (
    "본인",
    "가족",
    "동거",
    "배우자",
    "부모",
    "자녀",
    "형제",
    "사무원",
    "피용자",
    "직원",
    "동료",
    "대리인",
)
_NOBODY = ("우편함", "수취함", "무인", "경비", "관리실", "관리사무소", "문앞")
_RECEIVER = re.compile(r"수령인\s*:?\s*([^)]+?)\s*(?:\)|$)")
_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Meaning:
    """kind, when and where; `receiver` in the post's words; `reason` a code for what came back."""

    kind: Kind
    at: datetime | None = None
    place: str = ""
    receiver: str = ""
    reason: str = ""

    @property
    def receiver_admitted(self) -> bool:
        """Whether the law names whoever took it (제14조 제2항). A mailbox or a caretaker it does not name.

        Where the post says nobody, it went by its rules to the recipient or to one who lives or works with
        him, as registered mail is presumed to.
        """
        return not self.receiver or any(word in self.receiver for word in ADMITTED)


def meaning(trace: Trace, *, name: str, sent_on: date, today: date) -> Meaning:
    """What the answer means for a letter to `name` that was posted on `sent_on`.

    "mistaken": the number belongs to another letter: to somebody else, or from another time.
    """
    if not _may_be(trace.addressee, name) or any(
        not sent_on - _SLACK <= event.at.date() <= today + _SLACK for event in trace.events
    ):
        return Meaning("mistaken")
    back = [event for event in trace.events if _is_back(event)]
    if back or _has(trace.status, _BACK):
        last = back[0] if back else None
        return Meaning(
            "returned",
            last.at if last else None,
            last.place if last else "",
            reason=_reason(trace.events),
        )
    arrived = [event for event in trace.events if _begins(event.status, _ARRIVED)]
    if arrived and not any(
        _begins(event.status, _NOT_NOW) and event.at > arrived[-1].at for event in trace.events
    ):
        last = arrived[-1]
        return Meaning("delivered", last.at, last.place, receiver=_receiver(last, trace.status))
    return Meaning("under_way")


def _is_back(event: TraceEvent) -> bool:
    return _has(event.status, _BACK) or (_begins(event.status, _ARRIVED) and _has(event.detail, _BACK))


def _receiver(event: TraceEvent, status: str) -> str:
    found = _RECEIVER.search(event.detail) or _RECEIVER.search(status)
    if found:
        return found[1].strip()
    return next((word for word in _NOBODY if _has(event.detail + event.status + status, (word,))), "")


def _reason(events: tuple[TraceEvent, ...]) -> str:
    for event in reversed(events):
        words = (event.detail + event.status).replace(" ", "")
        for word, code in REASONS.items():
            if word in words:
                return code
    return RETURNED


def _may_be(shown: str, name: str) -> bool:
    """Whether a name with stars can be this one: every sign that is shown stands at its place. The post cuts
    long names short."""
    shown, name = (unicodedata.normalize("NFKC", one).replace(" ", "") for one in (shown, name))
    return all(one in ("*", own) for one, own in zip(shown, name, strict=False)) and (len(shown) <= len(name))


def _begins(words: str, beginnings: tuple[str, ...]) -> bool:
    return words.replace(" ", "").startswith(tuple(one.replace(" ", "") for one in beginnings))


def _has(words: str, parts: tuple[str, ...]) -> bool:
    return any(part in words.replace(" ", "") for part in parts)
