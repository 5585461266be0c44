"""Addresses in detail: the road's or the plot's number, the house and the flat. The district stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import ADDRESS, Found
from stt.transcript import Utterance

_NUMBER = r"(?:\d{1,4}|[영공일이삼사오육칠팔구십백천]{1,8})"
_ROAD = rf"[가-힣0-9]{{1,12}}(?:대로|로|길)(?: ?{_NUMBER} ?번?(?:안)?길)? ?{_NUMBER}(?: ?(?:-|다시|의|에) ?{_NUMBER})?(?![가-힣0-9]*(?:만|년|월|시간|개|명|원|층|번째|회|퍼센트))"
_PLOT = rf"[가-힣]{{1,5}}(?:동|읍|면|리|가) ?(?:산 ?)?{_NUMBER}(?: ?(?:-|다시|의|에) ?{_NUMBER})? ?번지"
_FLAT = rf"(?:[가-힣A-Za-z0-9]{{1,12}}(?:아파트|빌라|오피스텔|빌딩|맨션|타운|주공|자이|푸르지오|래미안|힐스테이트|캐슬|하이츠|연립|주택|원룸|고시원|단지)[\s,]*)?{_NUMBER} ?동[\s,]*{_NUMBER} ?호(?!선|봉)"
_HOUSE = rf"[가-힣A-Za-z0-9]{{1,12}}(?:아파트|빌라|오피스텔|빌딩|맨션|타운|원룸|고시원)[\s,]*(?:{_NUMBER} ?층[\s,]*)?{_NUMBER} ?호(?!선|봉)"
_WHOLE = re.compile(
    rf"(?:{_ROAD}|{_PLOT})(?:[\s,]*(?:{_FLAT}|{_HOUSE}|{_NUMBER} ?호(?!선|봉)))?|{_FLAT}|{_HOUSE}"
)


def find_addresses(talk: Sequence[Utterance]) -> Iterator[Found]:
    for at, utterance in enumerate(talk):
        for match in _WHOLE.finditer(utterance.text):
            yield Found(ADDRESS, at, *match.span())
