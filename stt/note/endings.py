"""The polite ending of a spoken sentence, put as notes put it: 했습니다 and 했어요 become 했음, 나가고요 becomes 나감.

Only the ending of a plain statement changes: promises, wishes about the other one and questions stay as they were said.
"""

from __future__ import annotations

from collections.abc import Sequence

from stt.note.morphemes import Morpheme

_STEMS = frozenset({"VV", "VA", "VX", "XSV", "XSA", "EP", "VCN"})
_VOWEL_ENDINGS = {"해요": "함", "돼요": "됨", "줘요": "줌", "와요": "옴", "가요": "감", "져요": "짐", "봐요": "봄"}
_M, _B, _SS = 16, 17, 20
_KEEP_THEIR_SOUND = frozenset({_SS, 18, 27, 6, 26, 25})
"""Final consonants before which 어 and 음 leave a stem alike: ㅆ ㅄ ㅎ ㄶ ㅍ ㅌ."""


def noted(text: str, morphemes: Sequence[Morpheme]) -> str:
    """A sentence without marks at its end, with the ending of notes where its own is one of plain statements."""
    bare = text.rstrip(" .,!~…")
    words = [m for m in morphemes if not m.tag.startswith("S") and m.start < len(bare)]
    if words and words[-1].form == "요" and words[-1].tag == "JX":
        words.pop()
    if len(words) < 2 or words[-1].tag not in {"EF", "EC"} or words[-2].tag not in _STEMS:
        return bare
    if any(m.form == "겠" for m in words[-3:]):
        return bare
    return _shortened(bare)


def _shortened(bare: str) -> str:
    if bare.endswith("습니다") and len(bare) > 3:
        return bare.removesuffix("습니다") + "음"
    if bare.endswith("니다") and len(bare) > 2 and _final(bare[-3]) == _B:
        return bare[:-3] + _with_final(bare[-3], _M)
    for ending, short in _VOWEL_ENDINGS.items():
        if bare.endswith(ending):
            return bare.removesuffix(ending) + short
    if bare.endswith(("어요", "아요")) and len(bare) > 2 and _final(bare[-3]) in _KEEP_THEIR_SOUND:
        return bare[:-2] + "음"
    for ending in ("거든요", "네요", "고요", "구요"):
        if bare.endswith(ending) and len(bare) > len(ending):
            return _nominal(bare.removesuffix(ending)) or bare
    return bare


def _nominal(stem: str) -> str:
    """The stem with ㅁ or 음; "" where its sound would change."""
    final = _final(stem[-1])
    if final == 0:
        return stem[:-1] + _with_final(stem[-1], _M)
    return stem + "음" if final in _KEEP_THEIR_SOUND else ""


def _final(letter: str) -> int:
    """The number of a syllable's final consonant, 0 for none, -1 for what is no syllable."""
    return (ord(letter) - ord("가")) % 28 if "가" <= letter <= "힣" else -1


def _with_final(letter: str, final: int) -> str:
    return chr(ord(letter) - _final(letter) + final)
