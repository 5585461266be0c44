"""What the notes of scripted talks hold; the figures themselves: ``python -m tests.benchmarks.notes``."""

from __future__ import annotations

import pytest

from tests.benchmarks.notes import Judged, judge
from tests.counseling_talks import Talk, odd, talks


def judged(some: tuple[Talk, ...]) -> list[Judged]:
    found = [judge(talk) for talk in some]
    for one in found:
        assert (one.uncited, one.altered) == (0, 0), one.talk.name
        assert one.share <= 0.6, one.talk.name
    return found


def held(some: list[Judged]) -> float:
    return sum(len(one.held) for one in some) / sum(len(one.talk.facts) for one in some)


def test_notes_of_unseen_talks_hold_most_facts() -> None:
    assert held(judged(odd()[:2])) >= 0.75


@pytest.mark.thorough
def test_notes_hold_what_matters() -> None:
    assert held(judged(talks())) >= 0.85
