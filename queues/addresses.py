"""Postal addresses: taken apart, and looked at before money is spent on a letter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from config.districts import place_of, postcode_fits

REASONS = {
    "no_address": "주소가 없습니다.",
    "unknown_address": "주소가 불명이거나 말소된 것으로 적혀 있습니다.",
    "bad_character": "주소에 쓸 수 없는 글자가 있습니다.",
    "too_long": "주소가 너무 깁니다.",
    "no_postcode": "우편번호가 없습니다.",
    "bad_postcode": "우편번호가 다섯 자리 숫자가 아닙니다.",
    "unknown_province": "시·도를 알 수 없습니다.",
    "unknown_district": "시·군·구를 알 수 없습니다.",
    "postcode_elsewhere": "우편번호가 다른 지역의 것입니다.",
    "no_road": "도로명이나 지번(동·리)이 없습니다.",
    "no_building_number": "건물번호나 번지가 없습니다.",
    "no_unit": "공동주택의 동·호수가 빠졌습니다.",
    "came_back": "이 주소로 보낸 통지서가 반송된 적이 있습니다.",
}
"""Why an address is doubtful, in the words in which staff read it."""

_LONGEST = 200
_UNKNOWN = re.compile(r"불명|미상|말소|주소\s?없음|거주\s?불명|무단\s?전출|해외\s?출국")
_ROAD = re.compile(r"^[가-힣0-9.·]*[가-힣0-9](?:로|길|대로)$")
_ROAD_AND_NUMBER = re.compile(r"^([가-힣0-9.·]*[가-힣0-9](?:로|길|대로))(\d+(?:-\d+)?)번?$")
_PLOT = re.compile(r"^[가-힣0-9.·]*[가-힣](?:동|리|가)\d*$|^[가-힣]+\d*(?:동|가)$")
_COUNTRY = re.compile(r"^[가-힣0-9]+(?:읍|면)$")
_NUMBER = re.compile(r"^(?:지하|산)?\d+(?:-\d+)?(?:번지|번)?$")
_BEFORE_NUMBER = ("지하", "산")
_BOX = re.compile(r"사서함\s*\d+")
_FLATS = re.compile(
    r"아파트|빌라|오피스텔|연립|다세대|맨션|주공|자이|래미안|푸르지오|힐스테이트|고시원|원룸|기숙사"
)
_BLOCK = re.compile(r"(?<![가-힣])(?:제?\d{1,4}|[A-Za-z가-하])동(?![가-힣])")
_UNIT = re.compile(r"\d+\s*호|[A-Za-z]?\d{3,4}(?:호)?$|\d+\s*층|(?<!\d)\d{1,4}-\d{1,5}(?!\d)|[가-힣A-Za-z]호")
_QUARTER = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` are codes of `REASONS`; none: a letter may go there."""

    reasons: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


def split(text: str) -> tuple[str, str]:
    """The road and number, and what comes after the first comma (동, 호, 층)."""
    road, _, detail = text.partition(",")
    return " ".join(road.split()), " ".join(detail.split())


def check(postcode: str, address: str, detail: str = "", *, firm: bool = False) -> Verdict:
    """Whether a letter to this address may be expected to arrive, as far as its form tells.

    address  with or without the detail; as a road-name address, a plot of land, or a post-office box
    firm     a business: it is found without a flat's number

    Reasons: see `REASONS`; several at once, the one to be put right first at the head.
    """
    postcode, whole = postcode.strip(), " ".join(f"{address} {detail}".split())
    if not whole:
        return Verdict(("no_address",))
    if _UNKNOWN.search(whole):
        return Verdict(("unknown_address",))
    if not all(_printable(c) for c in whole):
        return Verdict(("bad_character",))
    reasons = [] if len(whole) <= _LONGEST else ["too_long"]
    road, more = split(address)
    return Verdict(
        (
            *reasons,
            *_postcode(postcode),
            *_whereabouts(postcode, road),
            *_unit(road, f"{more} {detail}", firm),
        )
    )


def _printable(character: str) -> bool:
    """Korean, Latin, digits and plain marks: what a post office's printer has."""
    kind = unicodedata.category(character)
    if kind in ("Cs", "Co", "Cn", "Cc", "Cf", "So", "Sk") or character in "?\ufffd":
        return False
    return kind != "Lo" or "가" <= character <= "힣" or "ㄱ" <= character <= "ㅣ" or "一" <= character <= "鿿"


def _postcode(postcode: str) -> tuple[str, ...]:
    if not postcode:
        return ("no_postcode",)
    return () if re.fullmatch(r"[0-9]{5}", postcode) else ("bad_postcode",)


def _whereabouts(postcode: str, road: str) -> tuple[str, ...]:
    place = place_of(_QUARTER.sub("", road))
    if place is None:
        return ("unknown_province",)
    if place.has_districts and not place.district:
        return ("unknown_district",)
    reasons = []
    if re.fullmatch(r"[0-9]{5}", postcode) and not postcode_fits(postcode, place):
        reasons.append("postcode_elsewhere")
    if not _BOX.search(road):
        reasons += _building(list(place.rest))
    return tuple(reasons)


def _building(words: list[str]) -> list[str]:
    """Road and number, or quarter and plot, after the district."""
    while words and _COUNTRY.match(words[0]):
        words = words[1:]
    for at, word in enumerate(words[:3]):
        if _ROAD_AND_NUMBER.match(word):
            return []
        if _ROAD.match(word) or _PLOT.match(word):
            following = [w for w in words[at + 1 : at + 4] if w not in _BEFORE_NUMBER]
            if following and (_ROAD.match(following[0]) or _PLOT.match(following[0])):
                continue  # 율곡로 12길 5, 동부리 산 3
            return [] if following and _NUMBER.match(following[0]) else ["no_building_number"]
    return ["no_road"]


def _unit(road: str, detail: str, firm: bool) -> tuple[str, ...]:
    if firm:
        return ()
    place = place_of(_QUARTER.sub("", road))
    where = f"{_behind_number(place.rest) if place else ''} {_QUARTER.sub('', detail.strip())}".strip()
    flats = _FLATS.search(where) or _BLOCK.search(where)
    return ("no_unit",) if flats and not _UNIT.search(where) else ()


def _behind_number(words: tuple[str, ...]) -> str:
    """What follows the building's number where no comma parts it: 율곡로 12 101동 3호."""
    for at, word in enumerate(words):
        if _NUMBER.match(word) or _ROAD_AND_NUMBER.match(word):
            return " ".join(words[at + 1 :])
    return ""
