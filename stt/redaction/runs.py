"""Figures that belong together, over the borders of utterances and turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from stt.redaction.digit_words import Token, digit_tokens
from stt.transcript import Utterance

LONGEST_PAUSE = 25.0
"""Seconds that may lie between the parts of one number in the mouth of one speaker."""
LONGEST_RUN = 40
"""Groups of figures; more are no number of anybody's, and are taken in parts."""
SHORT_TURN = 16
"""Characters of what another says in between: 네, 네 뒷자리는요, or the figures over again."""


@dataclass(frozen=True, slots=True)
class Digits:
    """A token with figures, in the utterance at position `at` of the talk."""

    at: int
    token: Token


@dataclass(frozen=True, slots=True)
class Run:
    """Figures with nothing but separators and fillers between them. dashed: with 다시, 에 or a dash in it."""

    parts: tuple[Digits, ...]
    dashed: bool = False

    @property
    def digits(self) -> str:
        return "".join(part.token.digits for part in self.parts)

    @property
    def spoken(self) -> bool:
        return any(part.token.spoken for part in self.parts)

    @property
    def groups(self) -> tuple[int, ...]:
        return tuple(len(part.token.digits) for part in self.parts)

    def readings(self) -> list[str]:
        """The figures, with and without each 이 that may belong to an ending; the full one first."""
        choices = [
            (part.token.digits, part.token.digits[:-1]) if part.token.loose else (part.token.digits,)
            for part in self.parts
        ]
        return ["".join(chosen) for chosen in islice(product(*choices), 16)]

    def cut(self, start: int, end: int | None = None) -> Run:
        return Run(self.parts[start:end], self.dashed)


def runs(talk: Sequence[Utterance], asks: Callable[[str], bool]) -> list[Run]:
    """All runs of figures of a talk, those of each speaker by themselves.

    asks: whether a text asks for a number of some kind; what follows it is another number.
    """
    tokens = [digit_tokens(utterance.text) for utterance in talk]
    found: list[Run] = []
    for speaker in dict.fromkeys(utterance.speaker for utterance in talk):
        own = [i for i, utterance in enumerate(talk) if utterance.speaker == speaker]
        found.extend(_of_speaker(talk, tokens, own, asks))
    return sorted(found, key=lambda run: (run.parts[0].at, run.parts[0].token.start))


def _of_speaker(
    talk: Sequence[Utterance], tokens: Sequence[list[Token]], own: Sequence[int], asks: Callable[[str], bool]
) -> list[Run]:
    found: list[Run] = []
    parts: list[Digits] = []
    dashed = between = False

    def close() -> None:
        nonlocal dashed, between
        for kept in _trimmed(parts, dashed):
            found.append(Run(kept, dashed))
        parts.clear()
        dashed = between = False

    last = None
    for at in own:
        if parts and last is not None and not _goes_on(talk, tokens, last, at, asks):
            close()
        for token in tokens[at]:
            if token.kind in ("digits", "hundreds"):
                if len(parts) >= LONGEST_RUN:
                    close()
                dashed = dashed or (between and bool(parts))
                parts.append(Digits(at, token))
            elif token.kind == "other":
                close()
            between = token.kind == "between"
        last = at
    close()
    return found


def _trimmed(parts: Sequence[Digits], dashed: bool) -> Iterator[tuple[Digits, ...]]:
    """What of a stretch may be a number: no single syllables alone, no hundreds without separators."""
    some: list[Digits] = []
    for part in [*parts, None]:
        if part is not None and (dashed or part.token.kind == "digits"):
            some.append(part)
            continue
        weak = all(p.token.weak for p in some) and len(some) < 4
        if some and not weak and (any(p.token.kind == "digits" for p in some) or len(some) > 2):
            yield tuple(some)
        some = []


def _goes_on(
    talk: Sequence[Utterance],
    tokens: Sequence[list[Token]],
    last: int,
    at: int,
    asks: Callable[[str], bool],
) -> bool:
    """Whether a number may go on in the speaker's next utterance."""
    if talk[at].start - talk[last].end > LONGEST_PAUSE:
        return False
    for between in range(last + 1, at):
        text = talk[between].text
        if asks(text):
            return False
        if len(text) > SHORT_TURN and any(token.kind == "other" for token in tokens[between]):
            return False
    return True
