"""Why a person has to look, in the words that staff read: ``review_reasons.yaml``.

The record keeps the code; every screen, question and account takes its words from here.
"""

from __future__ import annotations

from functools import lru_cache

import yaml

from config.settings import layered

_WITHOUT_QUESTION = "doubtful"


@lru_cache
def _reasons() -> dict[str, dict[str, str]]:
    """By code; a word of the center's own goes over the default's."""
    merged: dict[str, dict[str, str]] = {}
    for file in layered("review_reasons.yaml"):
        for code, words in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            merged[code] = merged.get(code, {}) | words
    return merged


def title(code: str) -> str:
    """A reason in a few words; "" for a code that nobody has described."""
    return _reasons().get(code, {}).get("title", "")


def question(code: str) -> str:
    """What a person is asked; for a code without a question of its own, the general one."""
    reasons = _reasons()
    return reasons.get(code, {}).get("question") or reasons[_WITHOUT_QUESTION]["question"]
