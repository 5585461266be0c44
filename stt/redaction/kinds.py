"""What is taken out of transcripts, and what is written in its place."""

from __future__ import annotations

from dataclasses import dataclass

RESIDENT, FOREIGNER, BIRTH = "resident", "foreigner", "birth"
PHONE, ACCOUNT, CARD, NUMBER = "phone", "account", "card", "number"
PASSPORT, LICENCE, EMAIL, ADDRESS = "passport", "licence", "email", "address"
NAME, PERSON, COUNSELOR = "name", "person", "counselor"

MARKS = {
    RESIDENT: "[주민등록번호]",
    FOREIGNER: "[외국인등록번호]",
    BIRTH: "[생년월일]",
    PHONE: "[전화번호]",
    ACCOUNT: "[계좌번호]",
    CARD: "[카드번호]",
    NUMBER: "[번호]",
    PASSPORT: "[여권번호]",
    LICENCE: "[면허번호]",
    EMAIL: "[이메일]",
    ADDRESS: "[주소]",
    NAME: "[이름]",
    PERSON: "[구직자]",
    COUNSELOR: "[상담사]",
}
"""NAME is somebody else's; the person's and the counselor's own say whose, where the record knows them."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something to take out: its kind and its place, by the position of the utterance in the talk."""

    kind: str
    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """What was taken out: when it was said (seconds), and its place in the original text."""

    kind: str
    start: float
    end: float
    from_: int
    to: int
