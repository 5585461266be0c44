"""The polite ending of a spoken sentence, put as notes put it: 했습니다 and 했어요 become 했음.

Only endings that can be nothing but a plain statement change. Promises, questions, what the other one is told to do, and
endings that report or intend (하려고요, 있더라고요) stay as they were said.
"""

from __future__ import annotations

from collections.abc import Sequence

from stt.note.morphemes import Morpheme

_STEMS = frozenset({"VV", "VA", "VX", "XSV", "XSA", "EP", "VCN", "VCP"})
_M, _B, _SS = 16, 17, 20
_COUNTERS = {"NNB", "NR", "SN"}
_MARKS = frozenset({"SF", "SP", "SS", "SSO", "SSC", "SE", "SO", "SW"})
_PLAIN_BEFORE_EO = ("있", "없", "같", "않", "싶", "많")


def noted(text: str, morphemes: Sequence[Morpheme]) -> str:
    """A sentence without marks at its end, with the ending of notes where its own is one of plain statements."""
    bare = text.rstrip(" .,!~…")
    words = [m for m in morphemes if m.tag not in _MARKS and m.start < len(bare)]
    if len(words) > 1 and words[-1].form in {"요", "이요"} and words[-1].tag == "JX":
        return _without_yo(bare, words)
    if len(words) < 3 or words[-1].tag != "EF" or words[-2].tag not in _STEMS or _intends(words):
        return bare
    return _shortened(bare, words)


def _intends(words: Sequence[Morpheme]) -> bool:
    return any(m.form == "겠" for m in words[-3:])


def _shortened(bare: str, words: Sequence[Morpheme]) -> str:
    ending, stem = words[-1].form, words[-2]
    if ending == "습니다" and bare.endswith("습니다"):
        return bare.removesuffix("습니다") + "음"
    if ending == "ᆸ니다" and bare.endswith("니다") and _final(bare[-3]) == _B:
        return bare[:-3] + _with_final(bare[-3], _M)
    if ending in {"어요", "아요"}:
        return _after_eo(bare, words)
    if stem.tag == "VCP" and words[-3].tag in {"NNG", "NNP"} and bare.endswith("이에요"):
        return bare.removesuffix("이에요") + "임"
    if ending in {"네요", "거든요"} and bare.endswith(ending):
        return _nominal(bare.removesuffix(ending), stem) or bare
    return bare


def _without_yo(bare: str, words: Sequence[Morpheme]) -> str:
    """삼 년 사 개월이요: the counter without the politeness after it."""
    if words[-2].tag in _COUNTERS and _final(bare.removesuffix("이요")[-1]) > 0 and bare.endswith("이요"):
        return bare.removesuffix("이요")
    return bare


def _nominal(stem_text: str, stem: Morpheme) -> str:
    """A stem with ㅁ or 음; "" where its sound would change, or where it is not plain."""
    if stem.tag not in {"VV", "VA", "VX", "XSV", "XSA", "EP"} or not stem_text:
        return ""
    if _final(stem_text[-1]) == 0 and stem.form not in {"겠", "시"}:
        return stem_text[:-1] + _with_final(stem_text[-1], _M)
    return stem_text + "음" if _final(stem_text[-1]) == _SS else ""


def _after_eo(bare: str, words: Sequence[Morpheme]) -> str:
    """받았어요, 있어요; 하셔야 돼요. Other 어요 may ask or tell to do something."""
    before = bare[-3] if len(bare) > 2 else ""
    if bare.endswith(("어요", "아요")) and (_final(before) == _SS or before in _PLAIN_BEFORE_EO):
        return bare[:-2] + "음"
    must = len(words) > 2 and words[-3].tag == "EC" and words[-3].form in {"어야", "아야", "여야"}
    if must and bare.endswith("돼요"):
        return bare.removesuffix("돼요") + "됨"
    if must and bare.endswith("해요"):
        return bare.removesuffix("해요") + "함"
    return bare


def _final(letter: str) -> int:
    """The number of a syllable's final consonant, 0 for none, -1 for what is no syllable."""
    return (ord(letter) - ord("가")) % 28 if "가" <= letter <= "힣" else -1


def _with_final(letter: str, final: int) -> str:
    return chr(ord(letter) - _final(letter) + final)
