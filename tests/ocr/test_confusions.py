"""What looks alike."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ocr import confusions as c

hangul = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=6)


@settings(deadline=None)
@given(hangul, hangul)
def test_similarity_is_symmetric_and_one_only_for_the_same(a: str, b: str) -> None:
    s = c.hangul_similarity(a, b)
    assert 0.0 <= s <= 1.0
    assert abs(s - c.hangul_similarity(b, a)) < 1e-9
    assert (s == 1.0) == (a == b and a != "")


@settings(deadline=None)
@given(hangul.filter(bool))
def test_jamo_can_be_put_together_again(text: str) -> None:
    parts = c.jamo(text)
    assert len(parts) == 3 * len(text)
    assert "".join(c.compose(*parts[i : i + 3]) for i in range(0, len(parts), 3)) == text


def test_a_misread_vowel_is_more_alike_than_another_name() -> None:
    assert c.hangul_similarity("이나래", "이니래") > 0.9
    assert c.hangul_similarity("이나래", "박철수") < 0.5
    assert c.hangul_similarity("이나래", "이니래") > c.hangul_similarity("이나래", "이나")


def test_letters_that_look_like_digits_become_digits() -> None:
    assert c.as_digits("O1O-l2S4") == "010-1254"
    assert c.as_digits("이0-1234") == "010-1234"


def test_digits_stand_first_for_themselves() -> None:
    for d in "0123456789":
        assert c.digit_confusions(d)[0] == (d, 1.0)
    assert c.digit_confusions("갸") == ()


def test_three_and_eight_are_more_alike_than_three_and_four() -> None:
    assert c.digits_similarity("010-1234", "010-1284") > c.digits_similarity("010-1234", "010-1244")
