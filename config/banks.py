"""Banks by their code (금융기관 공동코드) and by the names that people write: ``banks.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

from config.settings import layered

ACCOUNT_DIGITS = (10, 14)
"""The shortest and the longest number of an account that any bank gives, in digits."""


@dataclass(frozen=True, slots=True)
class Bank:
    """`code`: three digits; `digits`: lengths of account numbers seen at it."""

    code: str
    title: str
    digits: frozenset[int]


def bank_named(text: str) -> Bank | None:
    """The bank of a code, or of a name as `banks.yaml` has it, however it is spaced; None for any other."""
    by_name = _by_name()
    return by_name.get(text.strip()) or by_name.get(_plain(text))


def bank_title(code: str) -> str:
    """What the bank of a code is called today; the code itself where nobody has described it."""
    found = _by_name().get(code)
    return found.title if found else code


@lru_cache
def _by_name() -> dict[str, Bank]:
    told = yaml.safe_load(layered("banks.yaml")[-1].read_text("utf-8"))["banks"]
    banks: dict[str, Bank] = {}
    for entry in told:  # of two names of one bank, the later is today's
        code = str(entry["code"])
        digits = frozenset(entry.get("digits") or ()) | (banks[code].digits if code in banks else frozenset())
        banks[code] = Bank(code, str(entry["name"]), digits)
    by_name = dict(banks)
    for entry in told:
        for name in (entry["name"], *(entry.get("also") or ())):
            by_name[_plain(str(name))] = banks[str(entry["code"])]
    return by_name


def _plain(text: str) -> str:
    return re.sub(r"[\s·()]", "", text).casefold()
