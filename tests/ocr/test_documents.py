"""Fields from where they stand on the paper, with doubt where it is due."""

from __future__ import annotations

import pytest

from ocr.documents import understand
from ocr.types import DocumentRead, PageRead
from tests.ocr.sheet import Sheet, line

RRN = "960121-1021413"


def one(page: PageRead) -> DocumentRead:
    (document,) = understand([page])
    return document


def values(document: DocumentRead) -> dict[str, str]:
    return {name: f.value for name, f in document.fields.items()}


def pl(table: list[list[str]]) -> Sheet:
    return Sheet().title("육아휴직 급여 신청서").table(table)


def test_values_stand_beside_their_labels() -> None:
    page = pl(
        [
            ["성명", "홍길동", "주민등록번호", RRN],
            ["휴대폰", "010-1234-5678", "전자우편", "user1@example.com"],
            ["사업장명", "하나상사", "사업자등록번호", "104-86-56659"],
            ["은행명", "우리은행", "계좌번호", "621532-48-769695"],
        ]
    ).page()
    assert values(one(page)) == {
        "name": "홍길동", "rrn": RRN, "phone": "010-1234-5678", "company": "하나상사",
        "business_no": "104-86-56659", "bank": "우리은행", "account": "621532-48-769695",
    }  # fmt: skip


def test_values_stand_below_their_labels() -> None:
    page = pl([["성명", "주민등록번호", "전화번호"], ["홍길동", RRN, "010-1234-5678"]]).page()
    assert {"name": "홍길동", "rrn": RRN, "phone": "010-1234-5678"}.items() <= values(one(page)).items()


def test_values_stand_behind_a_colon_or_in_the_row_of_a_table_without_rules() -> None:
    page = (
        Sheet()
        .title("육아휴직 급여 신청서")
        .text("ㆍ 이름 : 홍길동 ㆍ 주민등록번호 (외국인등록번호) : " + RRN)
    )
    page.text("연락처 010-1234-5678 이메일 user1@example.com")
    assert {"name": "홍길동", "rrn": RRN, "phone": "010-1234-5678"}.items() <= values(
        one(page.page())
    ).items()


def test_a_label_misread_is_still_a_label() -> None:
    page = pl(
        [
            ["성멍", "홍길동", "주민동록번호", RRN],
            ["전회번호", "010-1234-5678", "게좌번호", "621532-48-769695"],
        ]
    )
    assert set(values(one(page.page()))) >= {"name", "rrn", "phone", "account"}


def test_an_empty_cell_gives_no_value() -> None:
    assert "receipt_no" not in values(
        one(pl([["접수번호", "", "접수일", ""], ["성명", "홍길동", "차수", "1"]]).page())
    )


def test_the_worker_not_the_head_of_the_company() -> None:
    page = Sheet().title("고용촉진장려금 지급신청서").text("사업주")
    page.table(
        [
            ["사업장명", "하나상사", "사업자등록번호", "104-86-56659"],
            ["대표자 성명", "장철수", "전화번호", "010-1234-5678"],
        ]
    )
    page.text("지원 대상 근로자").table(
        [["성명", "신동현", "주민등록번호", RRN], ["고용일", "2026년 9월 20일", "월 임금", "3,910,000원"]]
    )
    got = values(one(page.text("신청인 장철수 (서명 또는 인)").page()))
    assert (got["name"], got["rrn"], got["company"]) == ("신동현", RRN, "하나상사")


def test_the_worker_of_a_contract() -> None:
    page = (
        Sheet()
        .title("근로계약서")
        .text('하나상사(이하 "사업주"라 함)과(와) 조준호(이하 "근로자"라 함)은 다음과 같이')
    )
    page.text("5. 임금: 월 2,510,000원, 근로자 명의 예금통장에 입금").text(
        "(사업주) 사업체명: 하나상사 대표자: 김철수 (서명)"
    )
    got = values(one(page.text("(근로자) 연락처: 010-4946-7742 성명: 조준호 (서명)").page()))
    assert (got["name"], got["phone"], got["company"]) == ("조준호", "010-4946-7742", "하나상사")


def test_an_identity_card_has_no_labels() -> None:
    page = (
        Sheet()
        .title("주민등록증")
        .text("최영희")
        .text(RRN)
        .text("서울특별시 강남구 테헤란로 417")
        .text("2024.7.17.")
    )
    assert values(one(page.text("서울특별시 강남구청장").page())) == {
        "name": "최영희", "rrn": RRN, "address": "서울특별시 강남구 테헤란로 417",
    }  # fmt: skip


def test_a_bankbook_names_its_bank_where_it_likes() -> None:
    page = (
        Sheet()
        .title("통장사본")
        .text("신한은행")
        .text("저축예금통장")
        .text("예금주 : 최영희 님")
        .text("계좌번호 : 585914-24-455827")
    )
    assert values(one(page.page())) == {"name": "최영희", "account": "585914-24-455827", "bank": "신한은행"}


def test_a_ledger_is_a_list_of_people() -> None:
    page = Sheet().title("임금대장").text("사업장명 하나상사 귀속연월 2026년 9월")
    page.table([["성명", "기본급", "수당", "차인지급액"], ["이나래", "2,500,000", "200,000", "2,375,000"],
                ["박은지", "2,210,000", "200,000", "2,099,500"], ["합계", "4,710,000", "400,000", "4,474,500"]])  # fmt: skip
    document = one(page.page())
    assert [p["name"].value for p in document.people] == ["이나래", "박은지"]
    assert document.fields["name"].value == "이나래"


def test_a_register_is_of_the_person_whose_row_says_so() -> None:
    page = Sheet().title("주민등록표(등본)").table([["세대주 성명", "황순자", "세대구성사유", "전입"]])
    page.table(
        [
            ["번호", "관계", "성명", "주민등록번호"],
            ["1", "배우자", "황순자", "710118-2******"],
            ["2", "본인", "조준호", RRN],
        ]
    )
    document = one(page.page())
    assert (document.fields["name"].value, document.fields["rrn"].value) == ("조준호", RRN)
    assert [p["name"].value for p in document.people] == ["조준호", "황순자"]
    assert "rrn" not in document.people[1]


def test_a_form_is_not_taken_for_a_list() -> None:
    page = (
        Sheet()
        .title("고용촉진장려금 지급신청서")
        .table([["성명", "신동현", "주민등록번호", RRN], ["고용일", "2026.9.20.", "월 임금", "1원"]])
    )
    assert one(page.page()).people == ()


def test_boxes_of_one_character_make_a_number() -> None:
    sheet = pl([["성명", "홍길동"]])
    sheet.text("주민등록번호")
    x = 900
    for i, digit in enumerate(RRN.replace("-", "")):
        from ocr.types import Box, Cell

        x += 50 if i == 6 else 0
        sheet.cells.append(Cell(Box(x, sheet.top, x + 44, sheet.top + 50), 9, 0, i))
        sheet.lines.append(line(digit, x + 6, sheet.top + 5, cell=len(sheet.cells) - 1))
        x += 48
    assert values(one(sheet.page()))["rrn"] == RRN


def test_a_number_with_no_room_goes_on_below() -> None:
    page = Sheet().title("육아휴직 급여 신청서").text("이름 : 홍길동 주민등록번호 : 960121-102")
    page.lines.append(line("1413", 700, page.top - 30))
    assert values(one(page.page()))["rrn"] == RRN


@pytest.mark.parametrize("engine", ["tesseract", "text_layer"])
def test_a_failing_check_digit_is_doubted(engine: str) -> None:
    field = one(pl([["성명", "홍길동", "주민등록번호", "960121-1021419"]]).page(engine)).fields["rrn"]
    assert field.doubtful == (engine == "tesseract") or field.confidence < 0.99


def test_what_is_hardly_legible_is_doubted_and_what_is_clear_is_not() -> None:
    table = [["성명", "홍길동", "주민등록번호", RRN], ["전화번호", "010-1234-5678", "은행명", "우리은행"]]
    clear = one(Sheet().title("육아휴직 급여 신청서").table(table, sure=0.95).page())
    poor = one(Sheet().title("육아휴직 급여 신청서").table(table, sure=0.2).page())
    assert not clear.fields["rrn"].doubtful and not clear.fields["bank"].doubtful
    assert poor.fields["name"].doubtful and poor.fields["phone"].doubtful
    assert poor.fields["phone"].confidence < clear.fields["phone"].confidence


def test_papers_of_a_delivery_support_each_other() -> None:
    alone = one(pl([["성명", "홍길동", "주민등록번호", RRN]]).page())
    card = Sheet(2).title("주민등록증").text("홍길동").text(RRN).page()
    first, _ = understand([pl([["성명", "홍길동", "주민등록번호", RRN]]).page(), card])
    assert first.fields["name"].confidence > alone.fields["name"].confidence


def test_one_weak_syllable_is_mended_by_another_paper_and_said_so() -> None:
    weak = (
        Sheet(1)
        .title("육아휴직 급여 신청서")
        .table([["성명", "홍길돈", "주민등록번호", RRN]], sure=0.45)
        .page()
    )
    strong = Sheet(2).title("주민등록증").text("홍길동", sure=0.96).text(RRN).page()
    first, second = understand([weak, strong])
    assert first.fields["name"].value == second.fields["name"].value == "홍길동"
    assert "mended_by_sibling" in first.fields["name"].notes
    assert first.fields["name"].raw == "홍길돈"


def test_another_persons_paper_mends_nothing() -> None:
    mine = (
        Sheet(1)
        .title("육아휴직 급여 신청서")
        .table([["성명", "홍길돈", "주민등록번호", RRN]], sure=0.45)
        .page()
    )
    other = Sheet(2).title("주민등록증").text("홍길동", sure=0.96).text("050912-2000019").page()
    first, _ = understand([mine, other])
    assert first.fields["name"].value == "홍길돈"


def test_a_changed_account_stays_what_each_paper_says() -> None:
    form = pl([["은행명", "우리은행", "계좌번호", "621532-48-769695"]]).page()
    book = Sheet(2).title("통장사본").text("우리은행").text("계좌번호 : 621532-48-551234").page()
    first, second = understand([form, book])
    assert first.fields["account"].value != second.fields["account"].value


def test_documents_survive_json() -> None:
    document = one(pl([["성명", "홍길동", "주민등록번호", RRN]]).page())
    assert DocumentRead.from_dict(document.to_dict()) == document
