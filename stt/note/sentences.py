"""What was said as sentences: an utterance's own, and those that a nod of the other one broke in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from config.note_words import load_note_words
from stt.note.morphemes import CONTENT_TAGS, Morpheme, Piece, pieces
from stt.note.voices import likely_speakers
from stt.transcript import Transcript, Utterance

BROKEN_OFF = 6.0
"""Seconds within which a sentence may go on after the other one's nod."""

APART = 8
"""Letters that a clause must have to stand alone."""

NOT_TO_TRUST = frozenset({"invented", "repeated", "other_language", "prompt_echo", "improbable", "too_fast"})
"""Flags of utterances that nothing may rest on: nobody may have said them."""

UNHEARD, DOUBTFUL = 0.45, 0.6
"""Confidence under which nothing rests on an utterance; and under which a line is marked."""


EMPTY = frozenset(
    [
        *(
            "하",
            "되",
            "드리",
            "부탁",
            "그러",
            "그렇",
            "이러",
            "이렇",
            "어떻",
            "알",
            "맞",
            "보",
            "주",
            "말씀",
            "말",
        ),
        *("좋", "괜찮", "감사", "죄송", "네", "생각", "잠시", "잠깐", "있", "없", "받", "정도", "같", "다음"),
        *("오", "가", "나", "이번", "뒤", "후", "때", "거기", "여기", "그때"),
    ]
)
"""Words that are too common to say anything alone."""

_NUMERAL = re.compile(r"[영공일이삼사오육칠팔구십백천만억\d]+|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. Places of its morphemes are those of `text`; `cites` the utterances that it is made of.

    number   its place among the sentences of the talk, from 0
    likely   the speaker, or a guess where the voice is not known: for sorting, never for saying who spoke
    """

    number: int
    text: str
    speaker: str
    cites: tuple[int, ...]
    start: float
    confidence: float
    flags: tuple[str, ...]
    morphemes: tuple[Morpheme, ...]
    likely: str = ""

    @property
    def content(self) -> tuple[str, ...]:
        """The forms that carry matter."""
        return tuple(m.form for m in self.morphemes if m.tag in CONTENT_TAGS)

    @property
    def matter(self) -> tuple[str, ...]:
        """The words that say something by themselves, numbers not among them."""
        return tuple(
            m.form
            for m in self.morphemes
            if m.tag in CONTENT_TAGS - {"SN", "NR"} and m.form not in EMPTY and not _NUMERAL.fullmatch(m.form)
        )

    @property
    def bare(self) -> str:
        """The text without marks at its ends."""
        return self.text.strip(" .,?!~…")

    @property
    def asked(self) -> bool:
        return self.text.rstrip().endswith("?")


def sentences(transcript: Transcript) -> list[Sentence]:
    """The sentences of a talk in the order of time. What the recogniser's guards doubt that anybody said is left out."""
    found: list[Sentence] = []
    turns = _joined(transcript.utterances)
    likely = likely_speakers([turn.utterance for turn in turns])
    for turn, speaker in zip(turns, likely, strict=True):
        found += _split(turn, len(found), speaker)
    return found


@dataclass(frozen=True, slots=True)
class _Turn:
    """`parts`: where in the text each utterance that it is made of begins, and its id."""

    utterance: Utterance
    parts: tuple[tuple[int, int], ...]

    def cites(self, start: int, end: int) -> tuple[int, ...]:
        """The utterances that the letters `start`..`end` come from."""
        ends = [begin for begin, _ in self.parts[1:]] + [len(self.utterance.text)]
        return tuple(
            id for (begin, id), until in zip(self.parts, ends, strict=True) if begin < end and until > start
        )


def _joined(utterances: Iterable[Utterance]) -> list[_Turn]:
    """Utterances in order; one that stops without an ending goes on in the next of the same voice when only a nod
    lies between them."""
    turns: list[_Turn] = []
    open_at: dict[str, int] = {}
    for utterance in sorted(utterances, key=lambda u: (u.start, u.id)):
        text = " ".join(utterance.text.split())
        if not text or not trusted(utterance):
            continue
        said = replace(utterance, text=text)
        before = open_at.get(said.speaker)
        if before is not None and _goes_on(turns, before, said):
            turns[before] = _together(turns[before], said)
            continue
        turns.append(_Turn(said, ((0, said.id),)))
        if not is_nod(text):
            open_at[said.speaker] = len(turns) - 1
    return turns


def _goes_on(turns: Sequence[_Turn], before: int, said: Utterance) -> bool:
    last = turns[before].utterance
    if said.speaker not in {"counselor", "person"} or said.start - last.end > BROKEN_OFF or is_nod(said.text):
        return False
    return _unfinished(last.text) and all(is_nod(turn.utterance.text) for turn in turns[before + 1 :])


def _unfinished(text: str) -> bool:
    """A clause that hangs: the speaker was interrupted, or drew breath."""
    if text[-1] in ".?!":
        return False
    if text[-1] in ",…" or text.endswith("..."):
        return True
    morphemes = [m for piece in pieces(text) for m in piece.morphemes if not m.tag.startswith("S")]
    return bool(morphemes) and morphemes[-1].tag in {"JKS", "JKO", "JKB", "JX", "ETM", "JKG", "JC"}


def _together(turn: _Turn, said: Utterance) -> _Turn:
    first = turn.utterance
    begun = first.text.rstrip("… ").removesuffix("...").rstrip()
    both = replace(
        first,
        end=said.end,
        text=f"{begun} {said.text}",
        confidence=min(first.confidence, said.confidence),
        flags=tuple(dict.fromkeys((*first.flags, *said.flags))),
    )
    return _Turn(both, (*turn.parts, (len(begun) + 1, said.id)))


def _split(turn: _Turn, number: int, likely: str) -> list[Sentence]:
    utterance = turn.utterance
    flags = tuple(utterance.flags)
    if utterance.confidence < DOUBTFUL and "low_confidence" not in flags:
        flags = (*flags, "low_confidence")
    made: list[Sentence] = []
    for piece in _clauses(utterance.text):
        text = utterance.text[piece.start : piece.end]
        moved = tuple(
            m._replace(start=m.start - piece.start, end=m.end - piece.start) for m in piece.morphemes
        )
        made.append(
            Sentence(
                number + len(made),
                text,
                utterance.speaker,
                turn.cites(piece.start, piece.end),
                utterance.start,
                utterance.confidence,
                flags,
                moved,
                likely,
            )
        )
    return made


_SIDE_BY_SIDE = re.compile(r"(?:[고구]요|거든요|네요|죠|이고),\s")


def _clauses(text: str) -> Iterator[Piece]:
    """Sentences, cut again where a speaker only sets one beside the other ("하루 육만 원이고요, 기간은 ...")."""
    for piece in pieces(text):
        start = piece.start
        for cut in _SIDE_BY_SIDE.finditer(text, piece.start, piece.end):
            if cut.end() - start >= APART and piece.end - cut.end() >= APART:
                yield Piece(
                    start, cut.end(), tuple(m for m in piece.morphemes if start <= m.start < cut.end())
                )
                start = cut.end()
        yield Piece(start, piece.end, tuple(m for m in piece.morphemes if m.start >= start))


def trusted(utterance: Utterance) -> bool:
    """Whether a note may rest on it: an invented sentence is worse than a missing one."""
    return utterance.confidence >= UNHEARD and not NOT_TO_TRUST.intersection(utterance.flags)


def is_nod(text: str) -> bool:
    """Only said to show that one listens: nods and sounds, whatever their number."""
    nods = load_note_words().backchannels
    words = re.findall(r"[가-힣A-Za-z0-9]+", text)
    return bool(words) and len(words) <= 4 and all(word in nods for word in words)
