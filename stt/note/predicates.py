"""What is said to be so, or not to be so, in a text: its predicates with denial and time, and how sure it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from stt.note.morphemes import Morpheme, stems

DENYING_NOUNS = frozenset(
    {"불가", "불가능", "제외", "금지", "미달", "거절", "거부", "취소", "철회", "불인정"}
)
"""Nouns that deny the one before them: 수급 불가."""

_LIGHT = frozenset({"하", "되", "시키", "드리", "주", "당하", "있", "이"})

MOODS = {
    "possible": re.compile(r"수(?:도|가)? ?있|가능|지도 ?(?:몰|모르)|수도"),
    "guess": re.compile(r"것 ?같|거 ?같|아마|듯|추정|(?:을|ㄹ|할|될|갈|올|날|줄|릴) ?(?:것|거)(?:예요|이에요|입니다|야)"),
    "condition": re.compile(r"(?:으|하|되|시|가|오|나|내|들|받|으시|드리|주|이|다|라)면(?=[\s,.]|$)|경우|거든(?=[\s,]|"
        r"$)|때(?:는|엔|에는)|[야]지만(?=[\s,])"),
    "wish": re.compile(r"고 ?싶|희망|원하|원함|바라|좋겠|관심"),
    "must": re.compile(r"[야](?:만)? ?(?:하|합|해|함|한|할|돼|됩|되|될|됨)|필수|의무|반드시|꼭"),
}  # fmt: skip
"""How sure it is. What is only possible, guessed, wished, due or so under a condition must not turn into a fact."""


class Predicate(NamedTuple):
    """`stem` 신청 for 신청하다; `time` "past", "coming" or ""."""

    stem: str
    denied: bool
    time: str


@lru_cache(maxsize=4096)
def predicates(text: str) -> tuple[Predicate, ...]:
    """The predicates of a text in their order; 없다 is 있다, denied, and what has none is not there."""
    morphemes = stems(text)
    found: list[Predicate] = []
    for place, morpheme in enumerate(morphemes):
        if morpheme.tag in {"VV", "VA", "XSV", "XSA", "VCN"} and not _helps(morphemes, place):
            found.append(_predicate(morphemes, place))
        elif morpheme.form in DENYING_NOUNS and (noun := _noun_before(morphemes, place)):
            found.append(Predicate(noun, True, ""))
        elif (
            morpheme.tag == "XPN" and morpheme.form in {"미", "불", "비", "무"} and place + 1 < len(morphemes)
        ):
            found.append(Predicate(morphemes[place + 1].form, True, ""))
    return tuple(found)


def moods(text: str) -> frozenset[str]:
    """The names of the `MOODS` that a text has."""
    return frozenset(name for name, pattern in MOODS.items() if pattern.search(text))


def _helps(morphemes: list[Morpheme], place: int) -> bool:
    """수 있다, 것 같다 and the 하다 of 못 하다: no predicates of their own."""
    before = morphemes[place - 1] if place else None
    form = morphemes[place].form
    return bool(before and ((form in {"있", "없"} and before.form == "수") or form == "같"))


def _predicate(morphemes: list[Morpheme], place: int) -> Predicate:
    own = morphemes[place]
    denied = own.tag == "VCN" or own.form in {"없", "모르"} or _denied(morphemes, place)
    stem = own.form
    if own.tag in {"XSV", "XSA", "VCN"} or (own.form in _LIGHT and own.tag == "VV"):
        stem = _noun_before(morphemes, place) or own.form
    elif own.form == "없":
        stem = _noun_before(morphemes, place) or "있"
    elif own.form == "모르":
        stem = "알"
    return Predicate(stem, denied, _time(morphemes, place))


def _noun_before(morphemes: list[Morpheme], place: int) -> str:
    """The noun that 하다 or 없다 belongs to, over its particle and 안 or 못."""
    for before in reversed(morphemes[max(0, place - 4) : place]):
        if before.tag in {"NNG", "NNP", "XR", "SL"}:
            return before.form
        if before.tag not in {"JKO", "JKS", "JX", "JKC", "MAG", "JKB"}:
            return ""
    return ""


def _denied(morphemes: list[Morpheme], place: int) -> bool:
    if any(m.tag == "MAG" and m.form in {"안", "못"} for m in morphemes[max(0, place - 1) : place]):
        return True
    after = morphemes[place + 1 : place + 6]
    for number, morpheme in enumerate(after):
        if morpheme.tag == "VX" and morpheme.form in {"않", "못하", "말"}:
            return True
        if morpheme.form == "수" and morpheme.tag == "NNB":
            return any(m.form == "없" for m in after[number + 1 : number + 3])
        if morpheme.tag in {"VV", "VA", "XSV", "NNG"}:
            denying = {"안"} & {m.form for m in after[:number]}
            return bool(denying) and morpheme.form == "되"
    return False


def _time(morphemes: list[Morpheme], place: int) -> str:
    for number, morpheme in enumerate(morphemes[place + 1 : place + 5], start=place + 1):
        if morpheme.tag == "EP" and morpheme.form in {"었", "았", "였"}:
            return "past"
        if morpheme.form == "겠" or (morpheme.tag in {"EF", "EC"} and morpheme.form.startswith("ᆯ게")):
            return "coming"
        if morpheme.tag == "ETM" and morpheme.form in {"ᆯ", "을"}:
            after = morphemes[number + 1].form if number + 1 < len(morphemes) else ""
            return "coming" if after in {"예정", "계획", "것", "생각"} else ""
        if morpheme.tag in {"VV", "VA", "XSV", "EF"}:
            return ""
    return ""
