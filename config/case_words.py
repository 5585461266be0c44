"""The words of a system of record, put into ours: ``case_words.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from config.programs import load_programs
from config.settings import layered


class UnknownWord(ValueError):
    """A status or program that nobody has described."""


@lru_cache
def _statuses() -> dict[str, str]:
    data = yaml.safe_load(layered("case_words.yaml")[-1].read_text("utf-8"))
    return {_plain(word): status for status, words in data["statuses"].items() for word in words}


@lru_cache
def _programs() -> dict[str, str]:
    return {_plain(program.title): code for code, program in load_programs().items()}


def status(word: str) -> str:
    """Our word for a status; "" stays "". Raises UnknownWord: a case must not count as closed by a guess."""
    if not word:
        return ""
    try:
        return _statuses()[_plain(word)]
    except KeyError:
        raise UnknownWord(f"모르는 상태 '{word}' — config/case_words.yaml에 더하십시오") from None


def program(word: str) -> str:
    """The code of a program given by its title; anything else is taken for a code."""
    return _programs().get(_plain(word), word)


def _plain(word: str) -> str:
    return re.sub(r"\s+", "", word).lower()
