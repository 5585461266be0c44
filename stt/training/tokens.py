"""Text as Whisper's tokens for training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

SPELLINGS = ("syllables", "merged")
"""How text is cut: "merged" as Whisper's own tokenizer does; "syllables" letter by letter with the same tokens,
which keeps one step of the decoder to one place in the audio and is learnt far sooner by a small model."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """ids: tokens of the text; letters: for each the index of the letter of the text that it belongs to."""

    ids: tuple[int, ...]
    letters: tuple[int, ...]


class Tokens:
    """Whisper's multilingual tokens for Korean without timestamps."""

    def __init__(self, spelling: str = "syllables", *, languages: int = 99) -> None:
        if spelling not in SPELLINGS:
            raise ValueError(f"unknown spelling {spelling!r}: one of {', '.join(SPELLINGS)}")
        from whisper.tokenizer import get_tokenizer

        self.spelling = spelling
        self._tokenizer: Any = get_tokenizer(
            multilingual=True, num_languages=languages, language="ko", task="transcribe"
        )
        self._cut: dict[str, tuple[int, ...]] = {}
        self.prefix: tuple[int, ...] = tuple(self._tokenizer.sot_sequence_including_notimestamps)
        self.end: int = self._tokenizer.eot
        self.no_speech: int = self._tokenizer.no_speech

    def encode(self, text: str) -> Encoded:
        if self.spelling == "merged":
            ids = tuple(self._tokenizer.encode(" " + text if text else ""))
            return Encoded(ids, tuple(min(i, max(len(text) - 1, 0)) for i in range(len(ids))))
        pieces: list[int] = []
        letters: list[int] = []
        for index, letter in enumerate(text):
            cut = self._letter(letter)
            pieces += cut
            letters += [index] * len(cut)
        return Encoded(tuple(pieces), tuple(letters))

    def decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode([i for i in ids if i < self.end]))

    def _letter(self, letter: str) -> tuple[int, ...]:
        known = self._cut.get(letter)
        if known is None:
            known = self._cut[letter] = tuple(self._tokenizer.encode(letter))
        return known

    @cached_property
    def korean(self) -> tuple[int, ...]:
        """All tokens that Hangul spelled letter by letter can need, with the special ones of training, ascending."""
        found = {*self.prefix, self.end, self.no_speech}
        for letter in (*map(chr, range(0xAC00, 0xD7A4)), " ", ".", "?", ","):
            found.update(self._letter(letter))
        return tuple(sorted(found))


def jamo(letter: str) -> tuple[int, int, int] | None:
    """The initial (0-18), vowel (0-20) and final (0-27, 0 for none) of a Hangul syllable; None for anything else."""
    if not "가" <= letter <= "힣":
        return None
    number = ord(letter) - 0xAC00
    return number // 588, number // 28 % 21, number % 28
