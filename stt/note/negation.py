"""What is denied in a text: 안, 못, -지 않다, 없다, 아니다, 불가."""

from __future__ import annotations

import re
from functools import lru_cache

_NEGATIONS = re.compile(
    r"(?<![가-힣])(?:안|못)(?=\s?[가-힣])(?!내|녕|전|산|양|경|방|쪽|팎|부|정|심|으로|에)"
    r"|지\s?(?:는|도|를|가)?\s?(?:않|못|마세|마시|말)|잖(?!아)|찮(?!아요?[\s.?]|습)"
    r"|(?<![가-힣])없|(?<=[이가은는도에수적])\s?없|(?<![가-힣])아니(?=라|고|에|었|ㅂ|긴|지만|면|야|죠|네|니|$)|아닙니|아닌"
    r"|(?<![가-힣])(?:불가|미가입|미납|미제출|미취업|미혼|무직|무급|비대상|제외|금지|모르|말고)|(?<=[가-힣\s])(?:불가능|불가(?!피))"
)


@lru_cache(maxsize=4096)
def negations(text: str) -> tuple[str, ...]:
    """The negations of a text in their order, each with the word it is about, as far as letters tell."""
    found = []
    for hit in _NEGATIONS.finditer(text):
        found.append(_about(text, hit))
    return tuple(found)


def _about(text: str, hit: re.Match[str]) -> str:
    """The stem that is denied: what follows 안 and 못, what stands before everything else."""
    said = hit.group().strip()
    if said in {"안", "못"}:
        rest = re.match(r"\s?([가-힣]{1,2})", text[hit.end() :])
        return f"-{rest[1][0]}" if rest else "-"
    before = re.findall(r"[가-힣0-9]+", text[: hit.start()])
    return f"-{before[-1][:2]}" if before else "-"
