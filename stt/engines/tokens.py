"""Whisper's tokens in the forms that other programs read: the same vocabulary, written down another way."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""How openai-whisper parts a text before it looks for tokens (whisper.tokenizer.get_encoding)."""


def vocabulary(languages: int) -> list[str]:
    """All tokens in the order of their numbers, bytes as the printable signs of GPT-2."""
    tokens = tokenizer(languages).get_vocab()
    return sorted(tokens, key=lambda token: tokens[token])


@lru_cache
def tokenizer(languages: int) -> Tokenizer:
    """The multilingual tokenizer of models that know so many languages (99, or 100 from large-v3 on)."""
    import whisper
    from transformers.convert_slow_tokenizer import TikTokenConverter
    from whisper.tokenizer import get_encoding

    encoding = get_encoding("multilingual", num_languages=languages)
    special = sorted(encoding._special_tokens, key=lambda token: encoding._special_tokens[token])
    ranks = Path(whisper.__file__).parent / "assets" / "multilingual.tiktoken"
    converter: Any = TikTokenConverter
    made: Tokenizer = converter(str(ranks), _PATTERN, extra_special_tokens=special).converted()
    return made


def language_ids(languages: int) -> list[int]:
    from whisper.tokenizer import get_tokenizer

    return list(get_tokenizer(True, num_languages=languages).all_language_tokens)
