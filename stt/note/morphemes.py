"""Korean sentences and morphemes by kiwipiepy, whose model comes with the package."""

from __future__ import annotations

from typing import NamedTuple

from stt.korean import kiwi


class Morpheme(NamedTuple):
    """`tag` after the Sejong set ("NNG", "EF"); places in the text it was found in."""

    form: str
    tag: str
    start: int
    end: int


class Piece(NamedTuple):
    """A sentence of a text, with its places and morphemes (whose places are those of the whole text)."""

    start: int
    end: int
    morphemes: tuple[Morpheme, ...]


CONTENT_TAGS = frozenset({"NNG", "NNP", "VV", "VA", "XR", "SL", "SN", "NR", "SH"})
"""Tags of morphemes that carry matter."""


def pieces(text: str) -> list[Piece]:
    """The sentences of a text, punctuated or not, in order; together they hold every word of it."""
    found = kiwi().split_into_sents(text, return_tokens=True)
    return [
        Piece(
            sentence.start,
            sentence.end,
            tuple(
                Morpheme(t.form, t.tag.split("-")[0], t.start, t.start + t.len) for t in sentence.tokens or ()
            ),
        )
        for sentence in found
        if sentence.text.strip()
    ]


def stems(text: str) -> list[Morpheme]:
    """All morphemes of a text."""
    return [morpheme for piece in pieces(text) for morpheme in piece.morphemes]
