"""Which characters OCR takes for one another, for Hangul by jamo and for digits by shape.

The tables come from the shapes of the characters and from what Tesseract's Korean model is seen to
mix up on faxes; they say what is *possible*, the figures order it. Reading uses them to mend a value
whose format or check digit is known, linking to compare a value read with one on file.
"""

from __future__ import annotations

from functools import lru_cache

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "_ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_FIRST, _LAST = 0xAC00, 0xD7A3

# What a character that is no digit may have been, most likely first, with how likely (1: nearly sure).
_AS_DIGIT: dict[str, tuple[tuple[str, float], ...]] = {
    "O": (("0", 0.95),),
    "o": (("0", 0.95),),
    "○": (("0", 0.9),),
    "〇": (("0", 0.9),),
    "Q": (("0", 0.8), ("9", 0.2)),
    "D": (("0", 0.8),),
    "C": (("0", 0.5), ("6", 0.3)),
    "U": (("0", 0.5),),
    "이": (("01", 0.9), ("0", 0.1)),
    "미": (("01", 0.4),),
    "인": (("01", 0.3),),
    "으": (("0", 0.4),),
    "l": (("1", 0.95),),
    "I": (("1", 0.95),),
    "i": (("1", 0.9),),
    "|": (("1", 0.8),),
    "!": (("1", 0.8),),
    "ㅣ": (("1", 0.9),),
    "丨": (("1", 0.9),),
    "t": (("1", 0.5), ("7", 0.3)),
    "]": (("1", 0.5),),
    "[": (("1", 0.5),),
    "/": (("1", 0.4), ("7", 0.3)),
    "Z": (("2", 0.9),),
    "z": (("2", 0.9),),
    "?": (("2", 0.5), ("7", 0.4)),
    "E": (("3", 0.4), ("8", 0.3)),
    "A": (("4", 0.7),),
    "S": (("5", 0.85), ("8", 0.1)),
    "s": (("5", 0.8),),
    "$": (("5", 0.5), ("8", 0.4)),
    "G": (("6", 0.8), ("0", 0.1)),
    "b": (("6", 0.8),),
    "T": (("7", 0.8), ("1", 0.1)),
    "Y": (("7", 0.4),),
    "B": (("8", 0.85), ("3", 0.1)),
    "&": (("8", 0.6),),
    "g": (("9", 0.8),),
    "q": (("9", 0.8),),
    "ㅇ": (("0", 0.8),),
}

# Digits taken for other digits: (read, true) -> how likely beside reading it right.
_DIGIT_PAIRS = {
    "83": 0.30, "86": 0.25, "80": 0.20, "89": 0.20, "85": 0.15,
    "56": 0.25, "53": 0.25, "59": 0.12, "60": 0.25, "69": 0.04, "68": 0.25,
    "17": 0.25, "14": 0.10, "12": 0.04, "27": 0.15, "23": 0.08, "39": 0.12,
    "90": 0.15, "94": 0.12, "97": 0.08, "49": 0.12, "47": 0.06, "30": 0.05, "35": 0.20, "38": 0.30,
}  # fmt: skip
_UNLIKELY = 0.02

_LOOK_ALIKE_JAMO = """
    ㄱㅋ ㄱㄲ ㄷㅌ ㄷㄸ ㅂㅍ ㅂㅃ ㅂㅁ ㅈㅊ ㅈㅉ ㅈㅅ ㅅㅆ ㅅㅊ ㅇㅎ ㅇㅁ ㅁㅍ ㄴㄷ ㄹㅌ ㄹㄷ ㄴㄹ
    ㄴㅅ ㅊㅎ ㅇㅂ ㄹㅁ ㄴㄱ ㄴㅁ ㅎㅊ ㅎㅍ ㅏㅑ ㅏㅣ ㅏㅐ ㅐㅒ ㅐㅔ ㅓㅕ ㅓㅣ ㅓㅔ ㅔㅖ ㅕㅖ ㅗㅛ
    ㅗㅜ ㅗㅡ ㅜㅠ ㅜㅡ ㅘㅗ ㅘㅙ ㅚㅗ ㅚㅙ ㅚㅘ ㅝㅟ ㅝㅞ ㅟㅜ ㅟㅢ ㅢㅡ ㅢㅣ ㅢㅚ ㅏㅓ ㅐㅏ ㅑㅕ
    ㅛㅠ ㅣ_ ㅙㅞ ㅕㅔ ㅏㅕ ㄴ_ ㄴㅇ ㅁㅇ ㄹㄴ ㅇ_ ㄱ_ ㄱㄴ ㄹㄺ ㄴㄵ ㄴㄶ ㅂㅄ ㅅ_
"""
_PAIRS = frozenset(frozenset(p) for p in _LOOK_ALIKE_JAMO.split())
_JAMO_LOOK = 0.6
_WEIGHTS = (0.35, 0.4, 0.25)  # of initial, vowel and final in a syllable


def is_hangul(ch: str) -> bool:
    """Whether `ch` is one precomposed Hangul syllable."""
    return len(ch) == 1 and _FIRST <= ord(ch) <= _LAST


def jamo(text: str) -> str:
    """`text` with every Hangul syllable as three letters (initial, vowel, final or `_`)."""
    return "".join("".join(_parts(ch)) if is_hangul(ch) else ch for ch in text)


def compose(initial: str, vowel: str, final: str = "_") -> str:
    """The syllable made of three jamo as `jamo` gives them."""
    return chr(_FIRST + (INITIALS.index(initial) * 21 + VOWELS.index(vowel)) * 28 + FINALS.index(final))


def _parts(ch: str) -> tuple[str, str, str]:
    n = ord(ch) - _FIRST
    return INITIALS[n // 588], VOWELS[n % 588 // 28], FINALS[n % 28]


def _jamo_likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    return _JAMO_LOOK if frozenset((a, b)) in _PAIRS else 0.0


@lru_cache(maxsize=1 << 16)
def char_similarity(a: str, b: str) -> float:
    """How alike two single characters look, 0 to 1; 1 only for the same character."""
    if a == b:
        return 1.0
    if is_hangul(a) and is_hangul(b):
        scores = (_jamo_likeness(x, y) for x, y in zip(_parts(a), _parts(b), strict=True))
        return sum(w * s for w, s in zip(_WEIGHTS, scores, strict=True))
    if a.isdigit() and b.isdigit():
        return digit_likeness(a, b)
    for letter, digit in ((a, b), (b, a)):
        for value, p in _AS_DIGIT.get(letter, ()):
            if value == digit:
                return p
    return 0.5 if a.lower() == b.lower() else 0.0


def hangul_similarity(a: str, b: str) -> float:
    """How alike two short texts look, 0 to 1: characters aligned, syllables compared by jamo.

    Blanks are ignored. A missing or additional character counts as not alike at all.
    """
    a, b = "".join(a.split()), "".join(b.split())
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    previous = [0.0] * (len(b) + 1)
    for ca in a:
        row = [0.0]
        for j, cb in enumerate(b, 1):
            row.append(max(previous[j], row[j - 1], previous[j - 1] + char_similarity(ca, cb)))
        previous = row
    return previous[-1] / max(len(a), len(b))


def digit_likeness(read: str, true: str) -> float:
    """How easily the digit `true` is read as `read`, beside 1 for reading it right."""
    if read == true:
        return 1.0
    return max(_DIGIT_PAIRS.get(read + true, 0.0), _DIGIT_PAIRS.get(true + read, 0.0) * 0.8, _UNLIKELY)


def digit_confusions(ch: str) -> tuple[tuple[str, float], ...]:
    """The digits that a character read as `ch` may stand for, most likely first.

    For a digit, itself (1.0) and the digits it is taken for; for a letter or sign that looks like a
    digit, those. A Hangul syllable may stand for two digits ("이" for "01"). Empty when `ch` looks
    like no digit.
    """
    if ch.isascii() and ch.isdigit():
        others = ((d, digit_likeness(ch, d)) for d in "0123456789")
        return tuple(sorted(((d, p) for d, p in others if p > _UNLIKELY), key=lambda x: -x[1]))
    return _AS_DIGIT.get(ch, ())


def as_digits(text: str) -> str:
    """`text` with each letter that looks like a digit turned into the likeliest one; the rest stays."""
    return "".join(_AS_DIGIT[c][0][0] if c in _AS_DIGIT else c for c in text)


def digits_similarity(a: str, b: str) -> float:
    """How alike two numbers look, 0 to 1, over their digits only, aligned with gaps."""
    a, b = ("".join(c for c in s if c.isdigit()) for s in (a, b))
    return hangul_similarity(a, b)
