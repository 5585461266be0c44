"""The situations in which papers come, each with what must become of them."""

from __future__ import annotations

from dataclasses import replace

from ocr.linking import Arrival, LinkPolicy, link
from tests.ocr.linking.papers import HONG, NAMESAKE, NEIGHBOUR, WIFE, fields, index_with, of, paper

ARRIVAL = Arrival()


def one(document, index, arrival=ARRIVAL, policy=None):
    (found,) = link([document], arrival, index, policy or LinkPolicy())
    return found


def form(case, *names, **more):
    return paper(case.program, **{**of(case, *names), **more})


def test_form_with_name_and_resident_number_is_attached():
    found = one(form(HONG, "name", "rrn", "phone"), index_with(HONG))
    assert (found.decision, found.receipt_nos, found.reason) == ("attached", (HONG.receipt_no,), "")
    assert found.probability > 0.999


def test_name_alone_is_never_enough():
    found = one(paper("payroll", name=HONG.name), index_with(HONG))
    assert found.decision == "review"
    assert found.candidates[0].receipt_no == HONG.receipt_no


def test_caller_alone_is_never_enough():
    found = one(paper("payroll"), index_with(HONG), Arrival(caller_number=HONG.phone))
    assert found.decision == "review"


def test_name_on_paper_and_a_call_from_that_persons_phone():
    arrival = Arrival(caller_number=HONG.phone)
    assert one(paper("payroll", name=HONG.name), index_with(HONG), arrival).receipt_nos == (HONG.receipt_no,)
    other = one(paper("payroll", name="홍서준"), index_with(HONG), arrival)
    assert other.decision == "review"


def test_name_and_phone_on_paper_are_enough():
    found = one(paper("employment_contract", **of(HONG, "name", "phone", "company")), index_with(HONG))
    assert found.receipt_nos == (HONG.receipt_no,)


def test_phone_of_a_family_does_not_tell_which_of_them():
    found = one(paper("employment_contract", phone=HONG.phone), index_with(HONG, WIFE))
    assert found.decision == "review"


def test_family_with_one_phone_is_told_apart_by_name():
    index = index_with(HONG, WIFE)
    assert one(form(WIFE, "name", "phone", "account"), index).receipt_nos == (WIFE.receipt_no,)
    assert one(form(HONG, "name", "phone", "account"), index).receipt_nos == (HONG.receipt_no,)


def test_relative_who_is_not_on_file_is_not_taken_for_the_one_who_is():
    found = one(
        paper("nes_application", name="홍서준", rrn="120505-3456789", **of(HONG, "phone", "address")),
        index_with(HONG),
    )
    assert (found.decision, found.reason) == ("review", "not_on_file")


def test_namesakes_are_told_apart_by_resident_number():
    index = index_with(HONG, NAMESAKE)
    assert one(paper("id_card", **of(NAMESAKE, "name", "rrn")), index).receipt_nos == (NAMESAKE.receipt_no,)
    assert one(paper("id_card", **of(HONG, "name", "rrn")), index).receipt_nos == (HONG.receipt_no,)


def test_namesakes_without_more_wait():
    assert one(paper("id_card", name=HONG.name), index_with(HONG, NAMESAKE)).decision == "review"


def test_birth_date_and_name_of_an_unusual_name():
    found = one(paper("medical_certificate", **of(HONG, "name", "birth_date")), index_with(HONG))
    assert found.receipt_nos == (HONG.receipt_no,)


def test_masked_resident_number_counts_for_its_visible_part():
    found = one(paper("id_card", name=HONG.name, rrn="880412-1******"), index_with(HONG))
    assert found.receipt_nos == (HONG.receipt_no,)
    assert any(e.level == "partial" for e in found.candidates[0].evidence)


def test_neighbouring_receipt_number_misread_follows_the_person():
    wrong = form(HONG, "name", "rrn", receipt_no=NEIGHBOUR.receipt_no)
    found = one(wrong, index_with(HONG, NEIGHBOUR))
    assert found.receipt_nos == (HONG.receipt_no,)


def test_receipt_number_of_one_and_resident_number_of_another_is_a_conflict():
    found = one(form(HONG, "name", "rrn", receipt_no=WIFE.receipt_no), index_with(HONG, WIFE))
    assert (found.decision, found.reason) == ("review", "conflict")


def test_resident_number_of_one_and_name_of_another_is_a_conflict():
    found = one(paper("id_card", name=NEIGHBOUR.name, rrn=HONG.rrn), index_with(HONG, NEIGHBOUR))
    assert (found.decision, found.reason) == ("review", "conflict")


def test_person_not_on_file():
    found = one(form(HONG, "name", "rrn", "phone"), index_with())
    assert (found.decision, found.reason) == ("review", "not_on_file")


def test_paper_waits_until_its_case_appears():
    index = index_with()
    document = form(HONG, "name", "rrn", "phone")
    assert one(document, index).reason == "not_on_file"
    index.add(HONG)
    assert one(document, index).receipt_nos == (HONG.receipt_no,)


def test_closed_case_waits():
    found = one(form(HONG, "name", "rrn"), index_with(replace(HONG, status="closed")))
    assert (found.decision, found.reason) == ("review", "closed_case")


OTHER_CASE = replace(HONG, receipt_no="2026-PL-0901234", program="pl_application")


def test_two_open_cases_attachment_waits():
    found = one(paper("id_card", **of(HONG, "name", "rrn")), index_with(HONG, OTHER_CASE))
    assert (found.decision, found.reason) == ("review", "two_open_cases")
    assert {c.receipt_no for c in found.candidates[:2]} == {HONG.receipt_no, OTHER_CASE.receipt_no}


def test_two_open_cases_form_goes_by_its_program():
    index = index_with(HONG, OTHER_CASE)
    for case in (HONG, OTHER_CASE):
        assert one(form(case, "name", "rrn"), index).receipt_nos == (case.receipt_no,)


def test_two_open_cases_form_hardly_recognised_waits():
    document = replace(form(OTHER_CASE, "name", "rrn"), type_confidence=0.6)
    assert one(document, index_with(HONG, OTHER_CASE)).reason == "two_open_cases"


def test_two_open_cases_receipt_number_decides_for_any_paper():
    document = paper("id_card", **of(OTHER_CASE, "name", "rrn", "receipt_no"))
    assert one(document, index_with(HONG, OTHER_CASE)).receipt_nos == (OTHER_CASE.receipt_no,)


def test_two_open_cases_of_one_program_wait():
    twin = replace(HONG, receipt_no="2026-UB-0905678")
    found = one(form(HONG, "name", "rrn"), index_with(HONG, twin))
    assert found.reason == "two_open_cases"


def test_two_open_cases_attachment_beside_its_form():
    documents = [form(HONG, "name", "rrn", "receipt_no"), paper("id_card", 2, **of(HONG, "name", "rrn"))]
    index = index_with(HONG, OTHER_CASE)
    first, second = link(documents, ARRIVAL, index, LinkPolicy())
    assert (first.decision, second.reason) == ("attached", "two_open_cases")
    _, second = link(documents, ARRIVAL, index, LinkPolicy(follow_the_form=True))
    assert second.receipt_nos == (HONG.receipt_no,)


def test_open_and_closed_case_attachment_goes_to_the_open_one():
    index = index_with(HONG, replace(OTHER_CASE, status="closed"))
    assert one(paper("id_card", **of(HONG, "name", "rrn")), index).receipt_nos == (HONG.receipt_no,)


def test_form_of_a_program_without_a_case_waits_and_keeps_its_attachments():
    documents = [
        paper("pl_application", **of(HONG, "name", "rrn")),
        paper("id_card", 2, **of(HONG, "name", "rrn")),
    ]
    found = link(documents, ARRIVAL, index_with(HONG), LinkPolicy())
    assert [f.reason for f in found] == ["other_program", "other_program"]


def test_recognition_fits_the_application_it_follows():
    found = one(paper("ub_recognition", **of(HONG, "name", "rrn")), index_with(HONG))
    assert found.receipt_nos == (HONG.receipt_no,)


def test_two_people_in_one_delivery():
    documents = [
        paper("separation_certificate", 1, **of(HONG, "name", "rrn")),
        paper("resident_register", 2, **of(NEIGHBOUR, "name", "rrn")),
        paper("payroll", 3, name=NEIGHBOUR.name),
    ]
    found = link(documents, ARRIVAL, index_with(HONG, NEIGHBOUR), LinkPolicy())
    assert [f.receipt_nos for f in found] == [
        (HONG.receipt_no,),
        (NEIGHBOUR.receipt_no,),
        (NEIGHBOUR.receipt_no,),
    ]
    assert found[0].person != found[1].person == found[2].person


def test_sheet_without_a_person_follows_the_applicant_it_fits():
    documents = [
        form(HONG, "name", "rrn"),
        paper("business_registration", 2, business_no=HONG.business_no),
    ]
    found = link(documents, ARRIVAL, index_with(HONG), LinkPolicy())
    assert found[1].receipt_nos == (HONG.receipt_no,)


def test_sheet_without_a_person_follows_the_form_with_the_same_new_employer():
    documents = [
        form(HONG, "name", "rrn", business_no="777-88-12345"),
        paper("business_registration", 2, business_no="777-88-12345"),
    ]
    found = link(documents, ARRIVAL, index_with(HONG), LinkPolicy())
    assert found[1].receipt_nos == (HONG.receipt_no,)


def test_sheet_that_fits_neither_of_two_people_waits():
    documents = [
        form(HONG, "name", "rrn"),
        paper("id_card", 2, **of(NEIGHBOUR, "name", "rrn")),
        paper("business_registration", 3, company="어느상회"),
    ]
    found = link(documents, ARRIVAL, index_with(HONG, NEIGHBOUR), LinkPolicy())
    assert (found[2].decision, found[2].reason) == ("review", "several_people")


def test_sheet_of_a_common_employer_between_two_workers_waits():
    colleague = replace(NEIGHBOUR, business_no=HONG.business_no, company=HONG.company)
    documents = [
        form(HONG, "name", "rrn"),
        paper("id_card", 2, **of(colleague, "name", "rrn")),
        paper("business_registration", 3, business_no=HONG.business_no),
    ]
    found = link(documents, ARRIVAL, index_with(HONG, colleague), LinkPolicy())
    assert (found[2].decision, found[2].reason) == ("review", "several_people")


def test_employer_of_several_people_does_not_identify_one():
    colleague = replace(NEIGHBOUR, business_no=HONG.business_no, company=HONG.company)
    found = one(
        paper("business_registration", **of(HONG, "business_no", "company")), index_with(HONG, colleague)
    )
    assert found.decision == "review"


def test_list_of_workers_serves_several_cases():
    document = replace(
        paper("payroll", **of(HONG, "name", "rrn", "company")),
        people=(
            fields(1, **of(HONG, "name", "rrn")),
            fields(1, **of(NEIGHBOUR, "name", "rrn")),
            fields(1, name="김민수"),
        ),
    )
    found = one(document, index_with(HONG, NEIGHBOUR))
    assert set(found.receipt_nos) == {HONG.receipt_no, NEIGHBOUR.receipt_no}


def test_co_worker_named_like_somebody_on_file_is_not_that_person():
    document = replace(
        paper("payroll", **of(HONG, "name", "rrn")),
        people=(fields(1, name=HONG.name), fields(1, name=NEIGHBOUR.name)),
    )
    assert one(document, index_with(HONG, NEIGHBOUR)).receipt_nos == (HONG.receipt_no,)


def test_list_of_workers_goes_with_the_applicant_whom_it_names():
    ledger = replace(
        paper("payroll", 2, name="박은수", company=HONG.company),
        people=(fields(2, name="박은수"), fields(2, name=HONG.name), fields(2, name="최가람")),
    )
    found = link([form(HONG, "name", "rrn"), ledger], ARRIVAL, index_with(HONG), LinkPolicy())
    assert [f.receipt_nos for f in found] == [(HONG.receipt_no,)] * 2


def test_known_employer_caller_is_evidence_not_ground():
    arrival = Arrival(caller_number="053-111-2222", known_callers={"053-111-2222": HONG.business_no})
    index = index_with(HONG)
    assert one(paper("payroll", company=HONG.company), index, arrival).decision == "review"
    with_name = one(paper("payroll", name=HONG.name), index, arrival)
    assert with_name.decision == "review"
    assert any(e.field == "known_caller" for e in with_name.candidates[0].evidence)


def test_changed_account_and_phone_do_not_hinder_and_are_shown():
    document = form(HONG, "name", "rrn", "receipt_no", phone="010-9999-1212", account="99-88-77-665544")
    found = one(document, index_with(HONG))
    assert found.receipt_nos == (HONG.receipt_no,)
    differing = {e.field for e in found.candidates[0].evidence if e.note == "differs_from_record"}
    assert differing == {"phone", "account"}


def test_one_misread_digit_is_forgiven():
    document = form(HONG, "name", "phone", rrn="880412-1234561")
    assert one(document, index_with(HONG)).receipt_nos == (HONG.receipt_no,)


def test_covers_and_blank_pages_are_discarded():
    documents = [paper("fax_cover", 1, name=HONG.name), paper("blank", 2), paper("other", 3)]
    found = link(documents, ARRIVAL, index_with(HONG), LinkPolicy())
    assert [f.decision for f in found] == ["discarded"] * 3


def test_unread_paper_beside_an_applicant_waits():
    found = link([form(HONG, "name", "rrn"), paper("id_card", 2)], ARRIVAL, index_with(HONG), LinkPolicy())
    assert [f.decision for f in found] == ["attached", "review"]


def test_nothing_read():
    assert one(paper("id_card"), index_with(HONG)).reason == "nothing_to_go_by"


def test_empty_index_and_empty_delivery():
    index = index_with()
    assert link([], ARRIVAL, index) == ()
    from ocr.linking import CaseIndex

    assert one(form(HONG, "name", "rrn"), CaseIndex()).reason == "not_on_file"


def test_evidence_holds_no_values():
    found = one(form(HONG, "name", "rrn", "phone", "account", "address"), index_with(HONG))
    text = repr(found.candidates[0].evidence)
    for value in (HONG.name, HONG.rrn, HONG.phone, HONG.account, "8804121234567"):
        assert value not in text


def test_two_numbers_that_are_both_nearly_right_are_a_neighbours():
    document = paper(
        "ub_application", 1, 0.99, name=HONG.name, rrn="880419-1234567", receipt_no="2026-UB-0900009"
    )
    assert one(document, index_with(HONG)).decision == "review"
    one_slip = paper("ub_application", 1, 0.99, name=HONG.name, rrn=HONG.rrn, receipt_no="2026-UB-0900009")
    assert one(one_slip, index_with(HONG)).receipt_nos == (HONG.receipt_no,)
