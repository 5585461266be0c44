"""Every layout says what the truth says it says; no browser is needed to see that."""

from __future__ import annotations

import html
import random
import re
from datetime import date

import pytest

from bots.sandbox.casebook import make_casebook
from bots.sandbox.composer import Composer
from bots.sandbox.names import Split
from bots.sandbox.papers import APPLICATIONS, ATTACHMENTS, FIELDS, NOT_PAPERS, PaperWriter, variants
from bots.sandbox.stationery import HAND_FONTS, LABELS, PRINT_FONTS, STYLES

TODAY = date(2026, 11, 20)
ALL = [
    (split, type_, variant)
    for split in ("tune", "test")
    for type_ in (*APPLICATIONS, *ATTACHMENTS, *NOT_PAPERS)
    for variant in variants(split, type_)  # type: ignore[arg-type]
]


def plain(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z가-힣]", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.mark.parametrize(("split", "type_", "variant"), ALL)
@pytest.mark.parametrize("by_hand", [False, True])
def test_the_truths_fields_stand_on_the_paper(split: Split, type_: str, variant: str, by_hand: bool) -> None:
    book = make_casebook(3, split, TODAY, 40)
    rng = random.Random(f"{type_}{variant}")
    writer = PaperWriter(rng, split, book)
    for case in rng.sample(book.cases, 3):
        paper = writer.write(
            type_, case.person, TODAY, receipt_no=case.receipt_no, by_hand=by_hand, variant=variant
        )
        text = plain(paper.html)
        expected = FIELDS.get(type_, ())
        assert set(paper.fields) == set(expected)
        for name, value in paper.fields.items():
            assert plain(value) in text, (name, value)
        assert paper.pages >= 1
        assert not (paper.handwritten and not by_hand)


def test_an_application_without_a_number_does_not_claim_one() -> None:
    book = make_casebook(3, "tune", TODAY, 40)
    case = book.cases[0]
    paper = PaperWriter(random.Random(1), "tune", book).write(case.program, case.person, TODAY)
    assert "receipt_no" not in paper.fields
    assert plain(case.receipt_no) not in plain(paper.html)


def test_a_changed_phone_is_what_the_paper_says() -> None:
    book = make_casebook(3, "tune", TODAY, 40)
    case = next(c for c in book.cases if c.program == "ub_recognition")
    writer = PaperWriter(random.Random(1), "tune", book)
    paper = writer.write(case.program, case.person, TODAY, changed={"phone": "010-1111-2222"})
    assert paper.fields["phone"] == "010-1111-2222" != case.person.phone
    assert paper.person is case.person


def test_a_long_payroll_goes_on_over_the_page() -> None:
    book = make_casebook(3, "test", TODAY, 60)
    writer = PaperWriter(random.Random(1), "test", book)
    paper = writer.write("payroll", book.people[0], TODAY, workers=book.people[:30])
    assert paper.pages == 2
    assert [w.name for w in paper.workers] == [p.name for p in book.people[:30]]


def test_tune_and_test_share_no_look() -> None:
    assert not set(PRINT_FONTS["tune"]) & set(PRINT_FONTS["test"])
    assert not set(HAND_FONTS["tune"]) & set(HAND_FONTS["test"])
    assert not set(STYLES["tune"]) & set(STYLES["test"])
    assert set(LABELS["tune"]) == set(LABELS["test"])
    for type_ in (*APPLICATIONS, *ATTACHMENTS, *NOT_PAPERS):
        assert variants("tune", type_)
        assert variants("test", type_)
        assert not set(variants("tune", type_)) & set(variants("test", type_))


def test_the_next_months_paper_looks_alike_and_says_other_dates() -> None:
    book = make_casebook(3, "tune", TODAY, 60)
    composer = Composer(3, "tune", book, TODAY)
    first = composer.compose("recognition", "fax_fine", by_hand=False)
    again = composer.compose("monthly", "fax_fine", by_hand=False)
    (one,) = (p.paper for p in first.parts if p.paper.type == "ub_recognition")
    (two,) = (p.paper for p in again.parts if p.paper.type == "ub_recognition")
    assert (one.variant, one.look, one.fields) == (two.variant, two.look, two.fields)
    assert one.html != two.html
    assert again.again is None
    assert {p.decision for p in again.parts if p.receipt_no} == {"attached"}
