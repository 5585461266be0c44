"""E-mail addresses, written and spoken: "hong88@naver.com", "에이치오엔지 팔팔 골뱅이 네이버 닷컴"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import EMAIL, Found
from stt.transcript import Utterance

_WRITTEN = re.compile(r"[A-Za-z0-9._%+-]+ ?@ ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:\.[A-Za-z]{2,})?")
_LETTERS = "에이치|에이|비|씨|디|이|에프|지|쥐|아이|제이|케이|엘|엠|엔|오|피|큐|알|아르|에스|티|유|브이|더블유|엑스|와이|제트|지트"
_DIGITS = "영|공|일|이|삼|사|오|육|칠|팔|구|하나|둘|셋|넷|다섯|여섯|십|백"
_PIECE = rf"(?:[A-Za-z0-9._%+-]+|(?:{_LETTERS}|{_DIGITS}|언더바|언더스코어|밑줄|점|닷|하이픈|대시|다시)+)"
_DOMAINS = "네이버|한메일|다음|지메일|쥐메일|구글|네이트|카카오|핫메일|아웃룩|야후|코리아|드림위즈|nate|naver|gmail|daum|hanmail|kakao"
_LAST = r"(?:점|닷|쩜|\.)?[\s,]*(?:컴|콤|넷|com|net|케이알|케이 알|kr|씨오|씨 오|co|오알|go|지오|org)"
_SPOKEN = re.compile(
    rf"(?:(?:{_PIECE})[\s,]+)*(?:[A-Za-z0-9가-힣._%+-]+)[\s,]*(?:골뱅이|골벵이|@|앳 )[\s,]*"
    rf"(?:(?:{_DOMAINS})(?:[\s,]*{_LAST})*|[A-Za-z0-9가-힣-]+?(?:[\s,]*{_LAST})+|[A-Za-z0-9-]+|[가-힣]+)"
)


def find_emails(talk: Sequence[Utterance]) -> Iterator[Found]:
    for at, utterance in enumerate(talk):
        for pattern in (_WRITTEN, _SPOKEN):
            for match in pattern.finditer(utterance.text):
                yield Found(EMAIL, at, *match.span())
