"""Names that papers choose from: banks, administrative districts, surnames and syllables of names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

import yaml
from rapidfuzz.distance import Indel

from config import settings as config_settings
from ocr.confusions import hangul_similarity, jamo


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as papers name it; `digits` are lengths of account numbers seen (a hint, no rule)."""

    name: str
    code: str
    also: tuple[str, ...]
    digits: tuple[int, ...]


def _config(name: str) -> Any:
    path = config_settings.layered(name)[-1]
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def banks() -> tuple[Bank, ...]:
    """All banks of `config/banks.yaml`."""
    return tuple(
        Bank(b["name"], b["code"], tuple(b["also"]), tuple(b["digits"]))
        for b in _config("banks.yaml")["banks"]
    )


_LOOKS = {"S": "S5s8$", "C": "Cc(<[{G", "K": "Kk", "B": "B8R", "N": "NHM", "H": "HNM", "I": "Il1|i"}
_LONGEST_BANK_LINE = 30  # characters; what is longer is a sentence


@lru_cache(maxsize=1)
def _full_bank_names() -> frozenset[str]:
    """Names that say by themselves that they are a bank's (and not `국민` or `하나`)."""
    endings = (
        "은행",
        "뱅크",
        "금고",
        "체국",
        "조합",
        "농협",
        "수협",
        "예금",
        "중앙회",
        "씨티",
        "bank",
        "BANK",
    )
    return frozenset(name for name, _ in _bank_names() if name.endswith(endings))


@lru_cache(maxsize=1)
def _bank_names() -> tuple[tuple[str, str], ...]:
    """(name as written, canonical name), longest first."""
    pairs = [("".join(n.split()), b.name) for b in banks() for n in (b.name, *b.also)]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


def find_bank(text: str, least: float = 0.72) -> tuple[str, str, float] | None:
    """The bank that `text` names: canonical name, the name as written, how surely (0 to 1); or None.

    A name written in full counts as it stands; otherwise the most similar full name does. Short
    forms (`국민`, `우리`) count only when they are all of the text.
    """
    compact = "".join(c for c in text if c.isalnum())
    if not compact:
        return None
    if len(compact) > _LONGEST_BANK_LINE:
        return None
    head = text.split(maxsplit=1)[0]
    for name, canonical in _bank_names():
        whole = compact.lower() == name.lower() or (head == name and "지점" in text)
        if whole or (len(name) >= 3 and name in _full_bank_names() and name.lower() in compact.lower()):
            written = _lettered(name, text) or (name if len(name) >= 3 else canonical)
            return canonical, written, 1.0
    spelled = jamo(compact)
    best: tuple[str, str, float] | None = None
    for name, canonical in _bank_names():
        if len(name) < 3 or abs(len(name) - len(compact)) > 2:
            continue
        if Indel.normalized_similarity(spelled, jamo(name)) < 0.55:
            continue
        score = hangul_similarity(compact, name)
        if score >= least and (best is None or score > best[2]):
            best = canonical, name, score
    return best


def _lettered(name: str, text: str) -> str:
    """The bank's name with the Latin letters before it (`SC제일은행`), if `text` has as many signs there
    that look like them; else ""."""
    found = re.search(rf"([^\s가-힣:：]+)\s?{re.escape(name)}", text)
    if found is None or not "가" <= name[0] <= "힣":
        return ""
    signs = found.group(1).lstrip("'\"|.,-")
    for other, _ in _bank_names():
        letters = other.removesuffix(name)
        if letters == other or not letters.isascii() or len(letters) != len(signs):
            continue
        if any(
            sign in _LOOKS.get(letter.upper(), letter) for sign, letter in zip(signs, letters, strict=True)
        ):
            return other
    return ""


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, float], frozenset[str]]:
    data = _config("names.yaml")
    return {k: float(v) for k, v in data["surnames"].items()}, frozenset(data["given_syllables"].split())


def surname_of(name: str) -> str:
    """The surname with which `name` begins, or "" if it begins with none that is known."""
    surnames, _ = _names()
    if len(name) >= 3 and name[:2] in surnames:
        return name[:2]
    return name[:1] if name[:1] in surnames else ""


def name_prior(name: str) -> float:
    """How usual `name` is as a Korean name, as a log probability up to a constant; only for comparing."""
    surnames, given = _names()
    surname = surname_of(name)
    score = log(surnames[surname] / 1000) if surname else log(0.00002)
    rest = name[len(surname) or 1 :]
    score += sum(log(0.006) if c in given else log(0.0003) for c in rest)
    return score + {1: -2.5, 2: 0.0, 3: -4.0}.get(len(rest), -9.0)


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(name as written, canonical province, districts) for every way to write a province."""
    rows = []
    for province in _config("districts.yaml")["provinces"]:
        for name in (province["name"], *province["also"]):
            rows.append((name, province["name"], tuple(province["districts"])))
    return tuple(rows)


def mend_place(words: list[str]) -> tuple[list[str], bool]:
    """Province and district at the head of an address, put right where they are nearly so.

    Returns the words with the mended ones in place, and whether both were recognised.
    """
    if not words:
        return words, False
    head = max(_places(), key=lambda p: _likeness(words[0], p[0]))
    if _likeness(words[0], head[0]) < 0.75:
        return words, False
    mended = [head[0], *words[1:]]
    if not head[2]:
        return mended, True
    best, size, score = "", 0, 0.0
    for district in head[2]:
        n = len(district.split())
        s = _likeness(" ".join(words[1 : 1 + n]), district)
        if s > score or (s == score and n > size):
            best, size, score = district, n, s
    if score < 0.75:
        return mended, False
    return [head[0], *best.split(), *words[1 + size :]], True


@lru_cache(maxsize=1 << 14)
def _likeness(a: str, b: str) -> float:
    quick = Indel.normalized_similarity(jamo("".join(a.split())), jamo("".join(b.split())))
    return hangul_similarity(a, b) if quick > 0.6 else 0.0
