"""Papers with the center's own code on them: no guessing, but no blindness either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.linking import Arrival, LinkPolicy, link
from ocr.linking.records import ApplicationOnFile, DocumentLink
from ocr.types import DocumentRead, FieldValue
from tests.ocr.linking.papers import HONG, NAMESAKE, NEIGHBOUR, fields, index_with, of, paper

SECOND = replace(HONG, receipt_no="2026-VT-0900009", program="vtc_application")


def coded(document: DocumentRead, receipt_no: str, *notes: str) -> DocumentRead:
    value = FieldValue(
        "receipt_no",
        receipt_no,
        receipt_no,
        0.5 if notes else 0.999,
        bool(notes),
        1,
        notes=("symbol", *notes),
    )
    return replace(document, fields={**document.fields, "receipt_no": value})


def linked(documents: list[DocumentRead], *cases: ApplicationOnFile) -> list[DocumentLink]:
    return list(link(documents, Arrival(), index_with(*cases), LinkPolicy()))


@pytest.mark.parametrize("kind", ["bankbook_copy", "id_card", "other"])
def test_a_code_alone_is_enough(kind: str) -> None:
    (found,) = linked([coded(paper(kind), HONG.receipt_no)], HONG)
    assert (found.decision, found.receipt_nos) == ("attached", (HONG.receipt_no,))


def test_a_name_that_is_another_persons_goes_to_a_person() -> None:
    (found,) = linked([coded(paper("id_card", name=NEIGHBOUR.name), HONG.receipt_no)], HONG, NEIGHBOUR)
    assert (found.decision, found.reason) == ("review", "conflict")
    assert found.candidates[0].receipt_no in (HONG.receipt_no, NEIGHBOUR.receipt_no)


def test_another_resident_number_under_the_same_name_goes_to_a_person() -> None:
    document = coded(paper("id_card", **of(NAMESAKE, "name", "rrn")), HONG.receipt_no)
    (found,) = linked([document], HONG, NAMESAKE)
    assert (found.decision, found.reason) == ("review", "conflict")


def test_a_brothers_name_goes_to_a_person_but_a_hardly_read_one_does_not() -> None:
    (brother,) = linked([coded(paper("id_card", name="홍서윤"), HONG.receipt_no)], HONG)
    assert brother.decision == "review"
    (misread,) = linked([coded(paper("id_card", confidence=0.4, name="차도윤"), HONG.receipt_no)], HONG)
    assert misread.decision == "attached"


def test_two_codes_or_code_and_print_apart_go_to_a_person() -> None:
    for note in ("codes_differ", "differs_from_print"):
        document = coded(paper("id_card", **of(HONG, "name", "rrn")), HONG.receipt_no, note)
        (found,) = linked([document], HONG)
        assert (found.decision, found.reason) == ("review", "conflict")


def test_a_closed_case_and_an_unknown_number_go_to_a_person() -> None:
    (closed,) = linked([coded(paper("other"), HONG.receipt_no)], replace(HONG, status="closed"))
    assert (closed.decision, closed.reason) == ("review", "closed_case")
    (unknown,) = linked([coded(paper("other"), "2026-UB-0999999")], HONG)
    assert (unknown.decision, unknown.reason) == ("review", "not_on_file")


def test_the_form_of_another_program_behind_a_cases_sheet_goes_to_a_person() -> None:
    form = coded(paper("pl_application", **of(HONG, "name", "rrn")), HONG.receipt_no)
    (found,) = linked([form], HONG)
    assert (found.decision, found.reason) == ("review", "other_program")


def test_of_two_open_cases_the_letter_that_comes_back_tells_which() -> None:
    letter = coded(paper("other"), SECOND.receipt_no)
    asked_for = paper("bankbook_copy", 2, **of(HONG, "name", "account"))
    without = linked([asked_for], HONG, SECOND)
    assert without[0].reason == "two_open_cases"
    found = linked([letter, asked_for], HONG, SECOND)
    assert [f.receipt_nos for f in found] == [(SECOND.receipt_no,)] * 2


def test_a_list_of_people_contradicts_only_when_the_applicant_is_not_on_it() -> None:
    rows = (fields(1, name=NEIGHBOUR.name, rrn=NEIGHBOUR.rrn), fields(1, name=HONG.name, rrn=HONG.rrn))
    payroll = replace(paper("payroll", name=NEIGHBOUR.name), people=rows)
    (found,) = linked([coded(payroll, HONG.receipt_no)], HONG)
    assert HONG.receipt_no in found.receipt_nos
    strangers = replace(payroll, people=(rows[0], rows[0]))
    (other,) = linked([coded(strangers, HONG.receipt_no)], HONG)
    assert other.decision == "review"


def test_a_cover_stays_what_it_is_whatever_code_it_bears() -> None:
    (found,) = linked([coded(paper("fax_cover"), HONG.receipt_no)], HONG)
    assert (found.decision, found.reason) == ("discarded", "cover")


GIVEN = Arrival(given_receipt_no=HONG.receipt_no)


def given(*documents: DocumentRead, cases: Sequence[ApplicationOnFile] = (HONG,)) -> list[str]:
    return [f.reason or f.decision for f in link(documents, GIVEN, index_with(*cases), LinkPolicy())]


def test_what_a_person_names_for_all_of_it_holds_for_every_paper() -> None:
    assert given(paper("other"), paper("bankbook_copy", 2, name=HONG.name)) == ["attached", "attached"]
    assert given(paper("fax_cover"), paper("blank")) == ["cover", "blank"]


def test_a_paper_of_another_person_among_them_goes_to_a_person() -> None:
    cases = (HONG, NEIGHBOUR)
    assert given(paper("id_card", **of(NEIGHBOUR, "name", "rrn")), cases=cases) == ["conflict"]
    assert given(paper("ub_application", receipt_no=NEIGHBOUR.receipt_no), cases=cases) == ["conflict"]
    assert given(coded(paper("other"), NEIGHBOUR.receipt_no), cases=cases) == ["conflict"]
    doubtful = paper("ub_application", confidence=0.4, receipt_no="2026-UB-0900077", **of(HONG, "name"))
    assert given(doubtful, cases=cases) == ["attached"]


def test_a_case_named_that_is_not_on_file_waits() -> None:
    assert given(paper("other"), cases=()) == ["not_on_file"]
