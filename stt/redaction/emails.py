"""E-mail addresses, written and spoken: "hong88@naver.com", "에이치오엔지 팔팔 골뱅이 네이버 닷컴"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import EMAIL, Found
from stt.transcript import Utterance

_WRITTEN = re.compile(r"[A-Za-z0-9._%+-]{1,64} ?@ ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}")
_LETTERS = (
    "에이치|에이|비|씨|디|이|에프|지|쥐|아이|"
    "제이|케이|엘|엠|엔|오|피|큐|알|아르|에스|티|유|브이|더블유|엑스|와이|제트|지트"
)
_DIGITS = "영|공|일|이|삼|사|오|육|칠|팔|구|하나|둘|셋|넷|다섯|여섯|십|백"
_SIGNS = "언더바|언더스코어|밑줄|점|닷|하이픈|대시|다시"
_PIECE = re.compile(rf"(?:[A-Za-z0-9._%+-]+|(?:{_LETTERS}|{_DIGITS}|{_SIGNS}){{1,20}})$")
_DOMAINS = "네이버|한메일|다음|지메일|쥐메일|구글|네이트|카카오|핫메일|아웃룩|야후|코리아|드림위즈"
_LAST = r"(?:점|닷|쩜|\.)?[\s,]{0,2}(?:컴|콤|넷|com|net|케이알|케이 알|kr|씨오|씨 오|co|오알|go|지오|org)"
_AT = re.compile(r"[\s,]{0,2}(?:골뱅이|골벵이|@|(?<![가-힣])앳 )[\s,]{0,2}")
_DOMAIN = re.compile(
    rf"(?:{_DOMAINS})(?:[\s,]{{0,2}}{_LAST}){{0,3}}|[A-Za-z0-9가-힣-]{{1,20}}?(?:[\s,]{{0,2}}{_LAST}){{1,3}}"
    r"|[A-Za-z0-9.-]{1,60}|[가-힣]{1,20}"
)
_MOST_PIECES = 16
"""Letters and figures that are spelled before the sign."""


def find_emails(talk: Sequence[Utterance]) -> Iterator[Found]:
    for at, utterance in enumerate(talk):
        for match in _WRITTEN.finditer(utterance.text):
            yield Found(EMAIL, at, *match.span())
        for sign in _AT.finditer(utterance.text):
            if domain := _DOMAIN.match(utterance.text, sign.end()):
                yield Found(EMAIL, at, _local_part(utterance.text, sign.start()), domain.end())


def _local_part(text: str, end: int) -> int:
    """Where the part before the sign begins: the word there, and what is spelled before it."""
    words = list(re.finditer(r"[^\s,]+", text[max(0, end - 120) : end]))[-_MOST_PIECES:]
    start = end
    for count, word in enumerate(reversed(words)):
        if count and not _PIECE.match(word.group()):
            break
        start = max(0, end - 120) + word.start()
    return start
