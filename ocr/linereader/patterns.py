"""What a field may hold, as small automata that decoding is held to.

A pattern is a list of templates. In a template `D` is a digit, `H` a Hangul syllable, `A` a capital
letter, `S` a separator (hyphen, point or the like with blanks around it, or a blank) and `s` the same or
nothing, `[...]` one of the characters within, and any other character itself; `?` after one makes it
optional, `+` lets it repeat.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.linereader.alphabet import alphabet, class_of

PATTERNS: dict[str, tuple[str, ...]] = {
    # Resident and alien registration numbers; the last digits may be masked on paper.
    "rrn": ("DD[01]D[0123]Ds[0-9][0-9*][0-9*][0-9*][0-9*][0-9*][0-9*]", "DD[01]D[0123]Ds[0-9]"),
    "birth_date": ("[12]DDDs[01]?Ds[0123]?Ds", "[12]DDD ?년 ?[01]?D ?월 ?[0123]?D ?일", "DD[01]D[0123]D"),
    "date": ("[12]DDDs[01]?Ds[0123]?Ds", "[12]DDD ?년 ?[01]?D ?월 ?[0123]?D ?일", "[12]DDD ?년 ?[01]?D ?월"),
    # Mobile, Seoul, other areas, internet and personal numbers, service numbers.
    "phone": (
        "[(]?01[016789]sDDDDsDDDD", "[(]?01[16789]sDDDsDDDD", "[(]?02sDDDD?sDDDD", "[(]?0[3456]DsDDDD?sDDDD",
        "[(]?070sDDDDsDDDD", "[(]?050DsDDDD?sDDDD", "1[3568]DDsDDDD", "[+]82s10sDDDDsDDDD",
    ),
    "business_no": ("DDDsDDsDDDDD",),
    "corporate_no": ("DDDDDDsDDDDDDD",),
    "receipt_no": ("20DDsAA?A?sDDDDDD?D?D?",),
    "account": (
        "[0-9]+",
        "[0-9]+S[0-9]+",
        "[0-9]+S[0-9]+S[0-9]+",
        "[0-9]+S[0-9]+S[0-9]+S[0-9]+",
        "[0-9]+S[0-9]+S[0-9]+S[0-9]+S[0-9]+",
    ),
    "amount": ("[₩금]? ?[0-9,]+ ?원?정?",),
    "digits": ("[0-9 .,:/~*()-]+",),
    "name": ("HH", "HHH", "HHHH", "H +HH", "H +H +H"),
    "hangul": ("[ H]+",),
}  # fmt: skip

_SEPARATORS = "-.~,)/"


@dataclass(frozen=True, slots=True)
class Automaton:
    """Positions of all templates in a row.

    allowed   (positions, characters) bool: what a position may read, over `classes`
    classes   (characters,) the network's classes that the pattern needs
    before    (positions, positions) bool: before[p, q] when q may directly precede p
    first     (positions,) bool: may begin; last: may end
    """

    allowed: NDArray[np.bool_]
    classes: NDArray[np.int64]
    before: NDArray[np.bool_]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]

    def among(self, classes: NDArray[np.bool_]) -> Automaton:
        """The same automaton for the classes marked True (by class number) only."""
        keep = classes[self.classes]
        return Automaton(self.allowed[:, keep], self.classes[keep], self.before, self.first, self.last)


def _expand(inside: str) -> str:
    """The characters of a bracket, ranges and `H` written out."""
    out, i = "", 0
    while i < len(inside):
        if i + 2 < len(inside) and inside[i + 1] == "-":
            out += "".join(chr(c) for c in range(ord(inside[i]), ord(inside[i + 2]) + 1))
            i += 3
        else:
            out += _named(inside[i])
            i += 1
    return out


def _named(symbol: str) -> str:
    if symbol == "D":
        return "0123456789"
    if symbol == "A":
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if symbol == "H":
        return "".join(c for c in alphabet() if "가" <= c <= "힣")
    return symbol


class _Builder:
    """Adds positions one after another; knows after which ones the next may stand (-1: the beginning)."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.before: list[set[int]] = []
        self.last: set[int] = set()

    def add(self, characters: str, after: set[int], *, repeats: bool = False) -> int:
        """A new position that may follow those of `after`."""
        here = len(self.characters)
        self.characters.append(characters)
        self.before.append(after | {here} if repeats else set(after))
        return here

    def template(self, template: str) -> None:
        """All positions of a template."""
        ends = {-1}
        optional = ("", -1)
        for bracket, single, mark in re.findall(r"(?:\[([^\]]*)\]|(.))([?+]?)", template):
            if single in ("S", "s"):
                # A blank before the mark also stands for a separator that is only a blank.
                blank = self.add(" ", ends)
                sign = self.add(_SEPARATORS, ends | {blank})
                behind = self.add(" ", {sign})
                ends = {blank, sign, behind} | (ends if single == "s" else set())
                continue
            characters = _expand(bracket) if bracket else _named(single)
            # The second of two equal optional ones only after the first: one way to read one text.
            after = {optional[1]} if mark == "?" and optional[0] == characters else ends
            here = self.add(characters, after, repeats=mark == "+")
            ends = {here} | (ends if mark == "?" else set())
            optional = (characters, here) if mark == "?" else ("", -1)
        self.last |= ends - {-1}


@functools.cache
def automaton(kind: str) -> Automaton:
    """The automaton of a kind of `PATTERNS`; raises KeyError for another."""
    builder = _Builder()
    for template in PATTERNS[kind]:
        builder.template(template)
    known = class_of()
    used = sorted({known[c] for characters in builder.characters for c in characters if c in known})
    place = {c: i for i, c in enumerate(used)}
    count = len(builder.characters)
    allowed = np.zeros((count, len(used)), bool)
    before = np.zeros((count, count), bool)
    first, last = np.zeros(count, bool), np.zeros(count, bool)
    for p, (characters, after) in enumerate(zip(builder.characters, builder.before, strict=True)):
        allowed[p, [place[known[c]] for c in characters if c in known]] = True
        before[p, [q for q in after if q >= 0]] = True
        first[p] = -1 in after
    last[list(builder.last)] = True
    return Automaton(allowed, np.array(used), before, first, last)
