"""Figures that belong together, over the borders of utterances and turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from stt.redaction.digit_words import Token, digit_tokens
from stt.transcript import Utterance

LONGEST_PAUSE = 25.0
"""Seconds that may lie between the parts of one number in the mouth of one speaker."""
LONGEST_RUN = 40
"""Groups of figures; more are no number of anybody's, and are taken in parts."""
GROUP = 3
"""Figures on either side that a misheard group needs to be taken for one."""
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
    gathering = _Gathering()
    last = None
    for at in own:
        if last is not None and not _goes_on(talk, tokens, last, at, asks):
            gathering.close()
        for token in tokens[at]:
            gathering.take(Digits(at, token))
        gathering.mangled = None
        last = at
    gathering.close()
    return gathering.found


@dataclass
class _Gathering:
    """Runs as their tokens come. mangled: a word that counts only when figures follow it, too."""

    found: list[Run] = field(default_factory=list)
    parts: list[Digits] = field(default_factory=list)
    mangled: Digits | None = None
    dashed: bool = False
    between: bool = False

    def take(self, part: Digits) -> None:
        kind = part.token.kind
        if kind in ("digits", "hundreds"):
            self._add(part)
        elif kind == "mangled" and self.mangled is None and self._ends_in_group(part.at):
            self.mangled = part
        elif kind in ("mangled", "other"):
            self.close()
        self.between = kind == "between"

    def _ends_in_group(self, at: int) -> bool:
        return bool(self.parts) and self.parts[-1].at == at and len(self.parts[-1].token.digits) >= GROUP

    def _add(self, part: Digits) -> None:
        if len(self.parts) >= LONGEST_RUN or (self.mangled and len(part.token.digits) < GROUP):
            self.close()
        self.dashed = self.dashed or (self.between and bool(self.parts))
        self.parts += [self.mangled, part] if self.mangled else [part]
        self.mangled = None

    def close(self) -> None:
        self.found.extend(Run(kept, self.dashed) for kept in _trimmed(self.parts, self.dashed))
        self.parts.clear()
        self.mangled = None
        self.dashed = self.between = False


def _trimmed(parts: Sequence[Digits], dashed: bool) -> Iterator[tuple[Digits, ...]]:
    """What of a stretch may be a number: no single syllables alone, no hundreds without separators."""
    some: list[Digits] = []
    for part in [*parts, None]:
        if part is not None and (dashed or part.token.kind != "hundreds"):
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
