"""Text to train on, its tokens, and errors counted in it."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stt.training import spoken_forms
from stt.training.measure import compared, plain, total
from stt.training.text import Sentences
from stt.training.tokens import Tokens, jamo

HANGUL = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=30)


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    return Sentences(5)


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens("syllables")


def test_sentences_are_many_and_of_hangul_alone(sentences: Sentences) -> None:
    made = [sentences.sentence() for _ in range(14)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[가-힣 ]+[.?]", one) for one in made)
    words = [word for one in made for word in one.split()]
    assert len(set(words)) > 0.7 * len(words), "words repeat: templates make a parrot"


def test_syllables_become_tokens_and_come_back(tokens: Tokens) -> None:
    @given(HANGUL)
    def there_and_back(text: str) -> None:
        encoded = tokens.encode(text)
        assert tokens.decode(list(encoded.ids)) == text
        assert set(encoded.ids) <= set(tokens.korean)
        assert [*dict.fromkeys(encoded.letters)] == [*range(len(text))]

    there_and_back()


def test_jamo_make_the_syllable_again() -> None:
    for letter in "가힣닭의 와":
        parts = jamo(letter)
        if parts is None:
            assert letter == " "
            continue
        initial, vowel, final = parts
        composed = chr(0x1100 + initial) + chr(0x1161 + vowel) + (chr(0x11A7 + final) if final else "")
        assert unicodedata.normalize("NFC", composed) == letter


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "영"), (10, "십"), (11, "십일"), (2026, "이천이십육"), (10_000, "만"), (3_200_000, "삼백이십만"),
     (615_000, "육십일만오천"), (110_000, "십일만"), (100_010_000, "일억일만")],
)  # fmt: skip
def test_numbers_as_they_are_said(value: int, said: str) -> None:
    assert spoken_forms.sino(value) == said


def test_things_said_are_hangul() -> None:
    rng = random.Random(2)
    assert all(re.fullmatch(r"[가-힣 ]+", spoken_forms.anything(rng).strip()) for _ in range(300))


def test_spaces_punctuation_and_composition_do_not_count() -> None:
    assert compared("네, 맞습니다.", "네맞습니다").wrong == 0
    assert compared("한글", unicodedata.normalize("NFD", "한글")).rate == 0
    assert compared("가나다", "가라다").rate == pytest.approx(1 / 3)
    assert compared("", "시청해 주셔서 감사합니다").rate == 1
    assert total([("가나", "가나"), ("다라", "")]).rate == 0.5


@given(HANGUL, HANGUL)
def test_errors_are_bounded_and_none_for_the_same(a: str, b: str) -> None:
    found = compared(a, b)
    assert abs(len(plain(a)) - len(plain(b))) <= found.wrong <= max(len(plain(a)), len(plain(b)))
    assert (found.wrong == 0) == (plain(a) == plain(b))
