"""The words that an engine is told before each window: the center's terms, about a hundred tokens of them."""

from __future__ import annotations

from functools import lru_cache

from config.vocabulary import Vocabulary, vocabulary

MOST_TOKENS = 100
"""A longer prompt takes room from the text, and is echoed more often."""


def prompt() -> str:
    """The opening sentence and as many of the first words as fit, in Whisper's own tokens."""
    return _prompt(vocabulary())


@lru_cache
def _prompt(known: Vocabulary) -> str:
    from whisper.tokenizer import get_tokenizer

    tokens = get_tokenizer(multilingual=True)
    told = known.opening
    for count in range(1, len(known.words) + 1):
        longer = f"{known.opening} {', '.join(known.words[:count])}.".strip()
        if len(tokens.encode(" " + longer)) > MOST_TOKENS:
            break
        told = longer
    return told
