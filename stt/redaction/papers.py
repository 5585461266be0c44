"""Numbers of passports and driving licences: letters and places among their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.digit_words import as_plain
from stt.redaction.kinds import LICENCE, PASSPORT, Found
from stt.transcript import Utterance

# 여권법 시행규칙: a letter and eight figures, since December 2021 with a letter at the fifth place.
_FIGURE = r"(?:\d|[영공일이삼사오육칠팔구])"
_LETTER = r"(?:[MSRODGmsrodg]|엠|에스|알|아르|디|지)"
_ANY_LETTER = r"(?:[A-Za-z]|에이|비|씨|디|이|에프|지|에이치|엠|엔)"
_PASSPORT = re.compile(
    rf"(?<![A-Za-z가-힣0-9]){_LETTER}[\s-]?(?:{_FIGURE}[\s-]?){{3}}(?:{_FIGURE}[\s-]?|{_ANY_LETTER}[\s-]?){_FIGURE}(?:[\s-]?{_FIGURE}){{3}}(?![0-9])"
)
# 도로교통법 시행규칙: place or its number, year, number, check.
_PLACES = "서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산"
_LICENCE = re.compile(
    rf"(?:(?:{_PLACES})[\s-]*)(?:{_FIGURE}[\s-]?){{2}}(?:다시|에)?[\s-]*(?:{_FIGURE}[\s-]?){{6}}(?:다시|에)?[\s-]*{_FIGURE}[\s-]?{_FIGURE}(?![0-9])"
)


def find_papers(talk: Sequence[Utterance]) -> Iterator[Found]:
    for at, utterance in enumerate(talk):
        text = as_plain(utterance.text)
        for kind, pattern in ((PASSPORT, _PASSPORT), (LICENCE, _LICENCE)):
            for match in pattern.finditer(text):
                yield Found(kind, at, *match.span())
