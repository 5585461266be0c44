"""The polite ending of a spoken sentence, put as notes put it: 했습니다 and 했어요 become 했음, 하셔야 돼요 becomes 하셔야 됨.

Only endings that can be nothing but a plain statement change. Promises, questions, what the other one is told to do, and
endings that report or intend (하려고요, 있더라고요) stay as they were said.
"""

from __future__ import annotations

from collections.abc import Sequence

from stt.note.morphemes import Morpheme

_STEMS = frozenset({"VV", "VA", "VX", "XSV", "XSA", "EP", "VCN", "VCP"})
_M, _B, _SS = 16, 17, 20
_PLAIN_BEFORE_EO = ("있", "없", "같", "않", "싶", "많")


def noted(text: str, morphemes: Sequence[Morpheme]) -> str:
    """A sentence without marks at its end, with the ending of notes where its own is one of plain statements."""
    bare = text.rstrip(" .,!~…")
    words = [m for m in morphemes if not m.tag.startswith("S") and m.start < len(bare)]
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
    if ending in {"네요", "거든요"} and stem.form in {"었", "았"} and bare.endswith(ending):
        return bare.removesuffix(ending) + "음"
    return bare


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
