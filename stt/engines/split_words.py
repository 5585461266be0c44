"""Tokens put together to words, byte by byte: no token is lost, whatever the model made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, from its first token up to and without `stop`. `whole`: all its bytes are letters."""

    text: str
    first: int
    stop: int
    whole: bool = True


def split_words(tokens: Sequence[int]) -> list[Piece]:
    """Words as they are parted by spaces; marks stay with the word that they are written to.

    tokens   of text only. A small model may make bytes that are no letter: those are left out of the text, and the
    word is not whole. (The library loses every word behind such bytes.)
    """
    pieces: list[Piece] = []
    held, first = b"", 0
    for at, token in enumerate(tokens):
        told = _encoding().decode_single_token_bytes(token)
        if told[:1].isspace() and held.strip():
            pieces.append(_piece(held, first, at))
            held, first = b"", at
        held += told
    if held.strip():
        pieces.append(_piece(held, first, len(tokens)))
    return [piece for piece in pieces if piece.text]


def _piece(held: bytes, first: int, stop: int) -> Piece:
    text = held.decode("utf-8", errors="ignore")
    return Piece(" ".join(text.split()), first, stop, text.encode() == held)


@lru_cache(maxsize=1)
def _encoding() -> Encoding:
    """The text tokens, which are the same in all multilingual models."""
    from whisper.tokenizer import get_encoding

    encoding: Encoding = get_encoding("multilingual", num_languages=99)
    return encoding
