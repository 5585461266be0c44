"""The scripted talks hold the facts that they say they hold."""

from __future__ import annotations

from stt.note.draft import NoteLine
from tests.counseling_talks import even, odd, plain, talks


def test_every_fact_is_in_its_talk() -> None:
    for talk in talks():
        whole = plain(" ".join(utterance.text for utterance in talk.utterances))
        for fact in talk.facts:
            for group in fact.words:
                assert any(word in whole for word in group), (talk.name, fact.what, group)


def test_there_are_enough_of_them() -> None:
    assert len(talks()) >= 36 and len(odd()) >= 18 and len(even()) >= 18
    assert min(len(talk.facts) for talk in talks()) >= 9
    assert {talk.meeting.way for talk in talks()} >= {"phone", "desk"}


def test_a_fact_is_held_by_the_right_field_only() -> None:
    talk = even()[0]
    fact = next(f for f in talk.facts if f.fields == ("situation",) and "2년4개월" in f.words[-1])
    line = NoteLine(fact.fields[0], "물류센터 야간 이 년 사 개월", (7,))
    assert fact.held_by([line])
    assert not fact.held_by([NoteLine(talk.facts[-1].fields[0], line.text, (7,))])
