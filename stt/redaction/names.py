"""Names of persons in a talk: where something tells that a word is one, and everywhere else once it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import COUNSELOR, NAME, PERSON, Found
from stt.redaction.name_cues import ASKED, names_in
from stt.redaction.name_shapes import name_shapes
from stt.transcript import Utterance

_ASKED_BEFORE = 2
"""Utterances before an answer in which the name may have been asked for."""


def find_names(
    talk: Sequence[Utterance],
    known: Sequence[str] = (),
    person: Sequence[str] = (),
    counselor: Sequence[str] = (),
) -> list[Found]:
    """Every name in the talk. known, person, counselor: names that the record knows."""
    kinds = dict.fromkeys((name for name in known if len(name) > 1), NAME)
    kinds |= dict.fromkeys((name for name in counselor if len(name) > 1), COUNSELOR)
    kinds |= dict.fromkeys((name for name in person if len(name) > 1), PERSON)
    found: list[Found] = []
    own = {_given(name): kind for name, kind in kinds.items()} | kinds
    for at, utterance in enumerate(talk):
        asked = any(ASKED.search(talk[back].text) for back in range(max(0, at - _ASKED_BEFORE), at))
        for start, end in names_in(utterance.text, asked):
            name = utterance.text[start:end]
            found.append(Found(own.get(name, NAME), at, start, end))
            kinds.setdefault(name, own.get(name, NAME))
    found.extend(_again(talk, kinds))
    return found


def _again(talk: Sequence[Utterance], kinds: dict[str, str]) -> Iterator[Found]:
    """Names that are known, wherever they stand, with and without their surname, syllables apart or together."""
    wanted = {name: kind for name, kind in kinds.items() if len(name) > 1}
    for name, kind in kinds.items():
        if given := _given(name):
            wanted.setdefault(given, kind)
    if not wanted:
        return
    ordered = sorted(wanted, key=len, reverse=True)
    pattern = re.compile("(?<![가-힣])(?:" + "|".join(" ?".join(name) for name in ordered) + ")")
    for at, utterance in enumerate(talk):
        for match in pattern.finditer(utterance.text):
            name = match.group().replace(" ", "")
            if len(name) > 2 or (" " not in match.group() and _used_as_name(utterance.text, match.end())):
                yield Found(wanted[name], at, *match.span())


def _given(name: str) -> str:
    """The given name of a full one, where it has two syllables and the form of one, else ""."""
    given = name[len(name_shapes().surname_of(name)) :] if len(name) >= 3 else ""
    return given if len(given) == 2 and name_shapes().is_given(given) else ""


def _used_as_name(text: str, end: int) -> bool:
    """지연이, 지연 씨, 민준아: how two syllables are used where they are a name."""
    return (
        re.match(
            r" ?(?:씨|님|양|군)|이(?:가|는|를|도|랑|만|한테|네|\s)|아[,. ]|야[,. ]|(?:가|는|를|도|랑|하고|한테) ",
            text[end:] + " ",
        )
        is not None
    )
