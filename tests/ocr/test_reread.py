"""Which of several readings of a line stands."""

from __future__ import annotations

import pytest

from ocr.linereader import LineReading
from ocr.reread import LineWords, agreed
from ocr.types import Box, Word
from ocr.words import joined_words


def line(text: str, confidence: float) -> tuple[Word, ...]:
    return tuple(Word(t, Box(40 * i, 0, 40 * i + 30, 30), confidence) for i, t in enumerate(text.split()))


def own(text: str, confidence: float) -> LineReading:
    spans = tuple((10 * i, 10 * i + 8) for i in range(len(text)))
    level = (confidence,) * len(text)
    return LineReading(text, confidence, level, 0.0, (), spans, (0.0,) * len(text))


def said(read: LineWords) -> str:
    return " ".join(w.text for w in read.words)


def test_engines_that_agree_are_surer_than_either() -> None:
    read = agreed([line("010-1234-5678", 0.8)], own("010 1234 5678", 0.5), 40)
    assert said(read) == "010-1234-5678" and read.alternatives == ()
    assert read.words[0].confidence == pytest.approx(0.9)


def test_two_of_three_outvote_a_surer_one() -> None:
    read = agreed([line("우리은헹", 0.9), line("우리은행", 0.6)], own("우리은행", 0.4), 40)
    assert said(read) == "우리은행" and [t for t, _ in read.alternatives] == ["우리은헹"]


@pytest.mark.parametrize("wrong", ["이0-6946-9989", "o10-6946-9989", "[23-02-07654", "2026-U%-0020600"])
def test_a_number_with_letters_in_it_gives_way(wrong: str) -> None:
    right = "2026-UB-0020600" if "U" in wrong else "010-6946-9989"
    read = agreed([line(wrong, 0.8), line(right, 0.5)], None, 40)
    assert said(read) == right and read.alternatives[0][0] == wrong


def test_a_sure_reading_is_not_overruled_by_a_doubtful_one() -> None:
    read = agreed([line("359595-66-981858", 0.87)], own("359595-66-981857", 0.35), 40)
    assert said(read) == "359595-66-981858" and read.alternatives == (("359595-66-981857", 0.35),)


def test_names_stay_with_tesseract_unless_it_is_unsure() -> None:
    assert said(agreed([line("홍길동", 0.85)], own("홍킬동", 0.95), 40)) == "홍길동"
    assert said(agreed([line("흥긷동", 0.4)], own("홍길동", 0.95), 40)) == "홍길동"


def test_nothing_read_is_nothing_said() -> None:
    assert agreed([(), ()], None, 40) == LineWords(())
    assert said(agreed([()], own("홍길동", 0.3), 40)) == "홍길동"


def test_syllables_join_and_written_blanks_stay() -> None:
    near = [Word(t, Box(left, 0, left + 28, 30), 0.9) for t, left in (("접", 0), ("수", 30), ("번호", 60))]
    assert [w.text for w in joined_words(near)] == ["접수번호"]
    far = [Word("월", Box(0, 0, 28, 30), 0.9), Word("임금", Box(44, 0, 90, 30), 0.8)]
    assert [w.text for w in joined_words(far)] == ["월", "임금"]
    latin = [Word("of", Box(0, 0, 28, 30), 0.9), Word("your", Box(35, 0, 90, 30), 0.8)]
    assert len(joined_words(latin)) == 2
