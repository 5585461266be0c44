from __future__ import annotations

from dataclasses import replace

import pytest

from ocr.linking.sameness import SURE, Fingerprint, fingerprint, same
from ocr.types import Box, DocumentRead, FieldValue, Line, PageRead, Word

BOX = Box(0, 0, 10, 10)
FORM = (
    "실업급여 수급자격 인정신청서",
    "성명 홍서진 주민등록번호 880412-1234567",
    "이직일 2026년 9월 16일 이직사유 정년",
    "월 임금 3,460,000원",
    "계좌번호 1002-345-678901",
    "고용보험법 제43조에 따라 위와 같이 신청합니다 2026년 11월 11일",
)


def page(number, lines, header=""):
    made = tuple(Line(tuple(Word(w, BOX, 0.9) for w in text.split()), BOX) for text in lines)
    return PageRead(number, 100, 100, made, header=header)


def document(number=1, kind="ub_application", **values):
    values = values or {"name": "홍서진", "rrn": "880412-1234567", "account": "1002-345-678901"}
    fields = {n: FieldValue(n, v, v, 0.9, False, number) for n, v in values.items()}
    return DocumentRead((number,), kind, 0.99, fields)


def once(lines=FORM, header="", **values):
    return fingerprint([page(1, lines, header)], [document(**values)])


def changed(**replaced):
    lines = list(FORM)
    for old, new in replaced.values():
        lines = [line.replace(old, new) for line in lines]
    return lines


def test_the_same_fax_again_with_another_header_line():
    again = once(
        ("2026-11-20 08:11 FROM: 010-4821-7733 P.1", *FORM), "2026-11-20 08:11 FROM: 010-4821-7733 P.1"
    )
    assert same(again, once()) >= SURE
    assert set(again.keys) & set(once().keys)


def test_the_same_fax_again_badly_read():
    lines = changed(a=("3,460,000", "3,450,000"), b=("정년", "정넌"), c=("신청서", "신침서"))
    again = once(lines, name="홍시진", rrn="880412-1234561", account="1002-345-678901")
    assert same(again, once()) >= SURE


def test_a_later_form_of_the_same_person_is_another_paper():
    lines = changed(a=("2026년 11월 11일", "2026년 12월 9일"), b=("2026년 9월 16일", "2026년 10월 20일"))
    assert same(once(lines), once()) < 0.1


def test_the_same_form_with_another_account_is_another_paper():
    other = once(changed(a=("1002-345-678901", "99-8877-665544")), name="홍서진", account="99-8877-665544")
    assert same(other, once()) < SURE


def test_forms_of_one_person_whose_dates_were_not_read_are_not_taken_for_the_same():
    lines = [line for line in FORM if "2026" not in line and "원" not in line]
    assert same(once(lines), once(lines)) < SURE
    assert same(once(lines), once()) < SURE


def ledger(month, *rows):
    lines = ("임금대장", "사업장명 해솔정밀", f"귀속연월 2026년 {month}월", *rows)
    return fingerprint([page(1, lines)], [document(kind="payroll", name="홍서진")])


ROWS = ("홍서진 2,510,000 200,000 50,200 22,590", "박은수 2,210,000 200,000 44,200 19,890")


def test_the_next_month_of_a_payroll_with_the_same_wages():
    assert same(ledger(10, *ROWS), ledger(9, *ROWS)) < SURE
    assert same(ledger(9, *ROWS), ledger(8, *ROWS)) < SURE
    assert same(ledger(9, *ROWS), ledger(9, *ROWS)) >= SURE


def two(order=(0, 1), second=None):
    lines = [FORM, second or ("신분증", "홍서진", "880412-1234567", "2019년 4월 2일", "수성구청장")]
    documents = [document, lambda n: document(n, "id_card", name="홍서진", rrn="880412-1234567")]
    pages = [page(i + 1, lines[k]) for i, k in enumerate(order)]
    return fingerprint(pages, [documents[k](i + 1) for i, k in enumerate(order)])


def test_order_does_not_matter():
    assert same(two((1, 0)), two()) >= SURE


def test_a_known_id_card_with_a_new_form_is_not_the_same_delivery():
    new = replace_first(two(), once(changed(a=("11월 11일", "12월 9일"), b=("9월 16일", "10월 20일"))))
    assert same(new, two()) < SURE


def replace_first(f, other):
    return replace(f, papers=(other.papers[0], *f.papers[1:]))


def test_part_of_what_came_is_known_but_not_more_than_came():
    assert same(once(), two()) >= SURE
    assert same(two(), once()) == 0


def test_nothing_is_the_same_as_nothing():
    empty = fingerprint([page(1, ())], [document(kind="blank")])
    assert same(empty, empty) == 0


def test_an_unreadable_page_alone_is_not_the_same():
    unread = fingerprint([page(1, ("성",))], [DocumentRead((1,), "other", 0.4)])
    assert same(unread, unread) < SURE


def test_fingerprint_survives_json():
    f = two()
    assert Fingerprint.from_dict(f.to_dict()) == f
    assert same(Fingerprint.from_dict(f.to_dict()), f) == pytest.approx(same(f, f))
