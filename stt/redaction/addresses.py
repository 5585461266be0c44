"""Addresses in detail: the road's or the plot's number, the house and the flat. The district stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import ADDRESS, Found
from stt.redaction.morphemes import morphemes
from stt.redaction.name_shapes import name_shapes
from stt.spoken_units import unit_at
from stt.transcript import Utterance

_NUMBER = r"(?:\d{1,4}|[공영일이삼사오육칠팔구십백천]{1,8})"
_TWO = rf"{_NUMBER}(?: ?(?:-|다시|의|에) ?{_NUMBER})?"
_ROAD = rf"(?P<road>[가-힣0-9]{{1,11}}(?:대로|로|길))(?: ?{_NUMBER} ?번?(?:안)?길)? ?(?P<house>{_TWO})(?: ?번지?)?"
_PLOT = rf"(?:[가-힣]{{1,6}}[동읍면리가] ?)?(?:산 ?)?{_TWO} ?번지"
_BUILDINGS = (
    "아파트|빌라|오피스텔|빌딩|맨션|타운|주공|자이|푸르지오|래미안|"
    "힐스테이트|캐슬|하이츠|연립|주택|원룸|고시원|고시텔|쉼터|단지|"
    "마을|기숙사"
)
_BUILDING = rf"[가-힣A-Za-z0-9]{{1,12}}(?:{_BUILDINGS})(?: ?{_NUMBER} ?단지)?"
_FLAT = rf"(?:{_BUILDING}[\s,]*)?(?:{_NUMBER}|[A-Za-z가나다라]|에이|비|씨|디) ?동[\s,]*{_NUMBER} ?호(?![가-힣]*(?:선|봉))"
_HOUSE = rf"{_BUILDING}[\s,]*(?:{_NUMBER} ?층[\s,]*)?{_NUMBER} ?호(?!선|봉|기)"
_REST = rf"(?:[\s,]*(?:에 |에요 )?(?:{_FLAT}|{_HOUSE}|(?:{_NUMBER} ?층[\s,]*)?{_NUMBER} ?호(?!선|봉|기)))?"
_WHOLE = re.compile(rf"(?<![가-힣A-Za-z0-9])(?:(?:{_ROAD}|{_PLOT}){_REST}|{_FLAT}|{_HOUSE})")
_SPEAKS_OF_HOME = re.compile(
    r"주소|도로명|사는 ?곳|사는 ?데|살고|살아|사세요|사시|거주|자취|"
    r"이사|등기|우편물|소포|우편으로|댁이|집이|집은|집 주소|어디에? (?:사|계)"
)
_DISTRICT = re.compile(r"(?:시|군|구|동|읍|면)(?:에서|에)? ?$")


def find_addresses(talk: Sequence[Utterance]) -> Iterator[Found]:
    """Roads count as such where homes are spoken of or a district stands before them: 로 is a particle, too."""
    for at, utterance in enumerate(talk):
        for match in _WHOLE.finditer(utterance.text):
            if match["road"] is None or _is_road(talk, at, match):
                yield Found(ADDRESS, at, *match.span())


def _is_road(talk: Sequence[Utterance], at: int, match: re.Match[str]) -> bool:
    text, road = talk[at].text, match["road"]
    if len(road) < 2 or (match.end() == match.end("house") and _counted(text, match)):
        return False
    before = text[: match.start()]
    words = before.split()
    if words and (words[-1] in name_shapes().places or _DISTRICT.search(before)):
        return True
    spoken_of = any(_SPEAKS_OF_HOME.search(talk[back].text) for back in range(max(0, at - 2), at + 1))
    return spoken_of and not _particle(text, match.end("road"))


def _counted(text: str, match: re.Match[str]) -> bool:
    """버스로 이십오 분, 이쪽으로 오세요: what follows is an amount or the beginning of another word."""
    end = match.end("house")
    if unit_at(text, end) is not None:
        return True
    return (
        re.match(r"[가-힣]", text[end:]) is not None
        and re.match(r"(?:번|호|에|이[요고에예]|예요|요|입니|인데|으로|로|맞)", text[end:]) is None
    )


def _particle(text: str, end: int) -> bool:
    """Whether 로 before a place is the particle."""
    return any(word.end == end and word.tag == "JKB" for word in morphemes(text))
