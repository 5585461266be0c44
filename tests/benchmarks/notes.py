"""How much of what matters in a talk its note holds: ``python -m tests.benchmarks.notes [--missed] [--which even|odd|all]``.

The talks of `tests/counseling_talks`, redacted as they are on their way, go through the extractive note. Printed for each
and in all: facts that the note holds, and how many of them in a field that the talk's author named for them; letters of all
of the note's lines against those of the talk; lines without a cited utterance; numbers that were not said in what a line
cites; days of facts that a follow-up has.

Talks with even numbers were looked at while the rules were made; the odd ones were not: theirs is the figure to trust.
`--missed` lists what is missing (of the even ones only, so that the others stay unseen).
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stt.note.draft import Draft, NoteLine
from stt.note.drafting import draft
from stt.redaction import redact
from stt.spoken_numbers import in_digits
from stt.transcript import Transcript
from tests.counseling_talks import Fact, Talk, even, odd, talks


@dataclass(frozen=True)
class Judged:
    """held: anywhere in the note, or in lines that rest on neighbouring utterances; placed: held in a field meant for it.
    letters: of the note's lines, and of what was said, both after redaction; days: facts with a day, found as a
    follow-up's day."""

    talk: Talk
    draft: Draft
    held: tuple[Fact, ...]
    placed: tuple[Fact, ...]
    missed: tuple[Fact, ...]
    note_letters: int
    talk_letters: int
    uncited: int
    altered: int
    days: int
    days_found: int

    @property
    def share(self) -> float:
        return self.note_letters / self.talk_letters


def judge(talk: Talk) -> Judged:
    """Makes the note of a talk and holds it against the facts."""
    utterances = redact(talk.utterances).utterances
    transcript = replace(talk.transcript, utterances=tuple(utterances))
    made = draft(transcript, talk.meeting)
    held = tuple(fact for fact in talk.facts if anywhere(fact, made.lines))
    resting = [line for line in made.lines if line.origin not in {"absent", "facts"}]
    meant = [fact.until for fact in talk.facts if fact.until]
    found = {item.on for item in made.follow_ups}
    return Judged(
        talk,
        made,
        held,
        tuple(fact for fact in talk.facts if fact.held_by(made.lines)),
        tuple(fact for fact in talk.facts if fact not in held),
        sum(len(line.text) for line in made.lines),
        sum(len(u.text) for u in utterances),
        sum(not line.cites for line in resting),
        sum(bool(altered(line, transcript)) for line in resting),
        len(meant),
        sum(day in found for day in meant),
    )


def anywhere(fact: Fact, lines: Sequence[NoteLine]) -> bool:
    """Whether the note holds a fact, in whatever field."""
    return fact.held_by([replace(line, field=fact.fields[0]) for line in lines])


def altered(line: NoteLine, transcript: Transcript) -> list[str]:
    """Numbers of a line that the utterances which it cites do not have."""
    said = " ".join(in_digits(u.text) for u in transcript.utterances if u.id in line.cites)
    known = re.findall(r"\d+", said)
    return [number for number in re.findall(r"\d+", in_digits(line.text)) if number not in known]


def summed(judged: Sequence[Judged]) -> str:
    """The figures of several talks in one line."""
    held, facts = sum(len(j.held) for j in judged), sum(len(j.talk.facts) for j in judged)
    placed = sum(len(j.placed) for j in judged)
    share = sum(j.note_letters for j in judged) / max(1, sum(j.talk_letters for j in judged))
    worst = max((j.share for j in judged), default=0.0)
    days, found = sum(j.days for j in judged), sum(j.days_found for j in judged)
    return (
        f"{len(judged)} talks: {held}/{facts} facts held ({held / max(1, facts):.1%}; {placed / max(1, facts):.1%} in a "
        f"field meant for them), note {share:.1%} of the talk "
        f"(longest {worst:.1%}), uncited {sum(j.uncited for j in judged)}, altered numbers "
        f"{sum(j.altered for j in judged)}, days {found}/{days}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--which", choices=["even", "odd", "all"], default="all")
    asked = parser.parse_args()
    started = time.perf_counter()
    judged = [judge(talk) for talk in {"even": even, "odd": odd, "all": talks}[asked.which]()]
    for one in judged:
        print(
            f"{one.talk.name:42} {len(one.held):2} ({len(one.placed):2})/{len(one.talk.facts):2} {one.share:6.1%}"
        )
        if asked.missed and one.talk.number % 2 == 0:
            for fact in one.missed:
                print(f"    missed {'/'.join(fact.fields)}: {fact.what} {fact.words}")
    for name, some in (("even", 0), ("odd", 1)):
        if part := [j for j in judged if j.talk.number % 2 == some]:
            print(f"{name}: {summed(part)}")
    print(f"all: {summed(judged)}; {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
