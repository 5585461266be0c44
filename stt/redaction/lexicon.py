"""The words that tell what a number or a name is: `config/redaction.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from config.settings import layered


class RedactionWordsError(ValueError):
    """``redaction.yaml`` says something that is not understood."""


@dataclass(frozen=True)
class Lexicon:
    """asked: words by the kind of number that they ask for, "keep" for those that stay; near: 앞자리, 뒷자리.

    institutions, homes: whose landline it is; public: telephone numbers that stay, digits only.
    """

    asked: dict[str, re.Pattern[str]]
    near: re.Pattern[str]
    institutions: re.Pattern[str]
    homes: re.Pattern[str]
    public: frozenset[str]
    titles: tuple[str, ...]
    kin: tuple[str, ...]
    noun_names: frozenset[str]
    not_names: frozenset[str]


@lru_cache
def lexicon() -> Lexicon:
    """Raises `RedactionWordsError` naming the file."""
    file = layered("redaction.yaml")[-1]
    try:
        told: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        return Lexicon(
            {kind: _any_of(words) for kind, words in told["asked"].items()},
            _any_of(told["near"]),
            _any_of(told["institutions"]),
            _any_of(told["homes"]),
            frozenset(_digits(number) for number in [*told["public"], *_own_numbers()]),
            tuple(sorted(told["titles"], key=len, reverse=True)),
            tuple(sorted(told["kin"], key=len, reverse=True)),
            frozenset(told["noun_names"]),
            frozenset(told["not_names"]),
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise RedactionWordsError(f"{file}: {error}") from error


def _own_numbers() -> list[str]:
    """Telephone numbers of the center and of others like it."""
    letterhead = yaml.safe_load(layered("letterhead.yaml")[-1].read_text("utf-8")) or {}
    centers = (yaml.safe_load(layered("centers.yaml")[-1].read_text("utf-8")) or {}).get("centers") or []
    numbers = [letterhead.get("phone"), letterhead.get("fax"), *(center.get("phone") for center in centers)]
    return [str(number) for number in numbers if number]


def _digits(number: object) -> str:
    return re.sub(r"\D", "", str(number))


def _any_of(words: list[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word).replace(r"\ ", " ?") for word in ordered))
