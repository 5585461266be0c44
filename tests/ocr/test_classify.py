"""What kind of paper a page is, and where one document ends."""

from __future__ import annotations

import pytest

from ocr.blocks import layout
from ocr.catalogue import default_catalogue
from ocr.classify import classify
from ocr.documents import understand
from ocr.types import PageRead
from tests.ocr.sheet import Sheet

APPLICANT = [["성명", "홍길동", "주민등록번호", "960121-1021413"], ["주소", "서울특별시 중구 세종대로 110"]]


def type_of(page: PageRead) -> str:
    return classify(layout(page), default_catalogue()).type


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("실업급여 수급자격 인정신청서", "ub_application"),
        ("실업인정신청서", "ub_recognition"),
        ("고용촉진장려금 지급신청서", "epi_application"),
        ("국민취업지원제도 취업지원 신청서", "nes_application"),
        ("국민내일배움카드 발급 신청서", "vtc_application"),
        ("육아휴직 급여 신청서", "pl_application"),
        ("피보험자 이직확인서", "separation_certificate"),
        ("통장사본", "bankbook_copy"),
        ("주민등록증", "id_card"),
        ("자동차운전면허증 (Driver's License)", "id_card"),
        ("표준근로계약서", "employment_contract"),
        ("사업자등록증", "business_registration"),
        ("임 금 대 장", "payroll"),
        ("주민등록표(등본)", "resident_register"),
        ("진 단 서", "medical_certificate"),
        ("FAX COVER SHEET", "fax_cover"),
    ],
)
def test_titles(title: str, expected: str) -> None:
    assert type_of(Sheet().title(title).text("2026년 9월 8일").page()) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("실업급여 수급자격 인징신청서", "ub_application"),
        ("실엄인정신정서", "ub_recognition"),
        ("고용족진장려금 지급신정서", "epi_application"),
        ("육아유직 급여 신정서", "pl_application"),
        ("피보험자 이적확인서", "separation_certificate"),
        ("동장사본", "bankbook_copy"),
        ("주민등목증", "id_card"),
        ("사업자등록중", "business_registration"),
        ("임금대징", "payroll"),
        ("주민등록표(능본)", "resident_register"),
        ("근로계악서", "employment_contract"),
        ("팩스 송신 표치", "fax_cover"),
    ],
)
def test_titles_misread(title: str, expected: str) -> None:
    assert type_of(Sheet().title(title, sure=0.4).text("2026년 9월 8일").page()) == expected


@pytest.mark.parametrize(
    "title",
    ["특가 대출 안내", "오늘의 점심 메뉴", "재직증명서", "경력증명서", "아파트 분양 안내", "출장 보고서"],
)
def test_other_papers_are_none_of_ours(title: str) -> None:
    page = (
        Sheet()
        .title(title)
        .text("직장인 누구나 당일 승인! 무담보 최저금리 연 9.3%")
        .text("상담전화 1588-4845")
        .page()
    )
    assert type_of(page) == "other"


def test_a_form_without_its_title_is_known_by_its_words() -> None:
    page = Sheet().table(
        [["휴직 시작일", "2026년 9월 3일", "휴직 종료일", "2027년 5월 31일"], ["통상임금", "2,500,000원"]]
    )
    assert (
        type_of(page.table(APPLICANT).text("고용보험법 제70조에 따라 위와 같이 신청합니다.").page())
        == "pl_application"
    )


def test_a_title_named_in_a_table_is_no_title() -> None:
    page = (
        Sheet()
        .title("첨부 서류 목록")
        .table([["주민등록표 등본", "1부"], ["통장사본", "1부"], ["사업자등록증", "1부"]])
        .page()
    )
    assert type_of(page) == "other"


def test_an_empty_page_is_blank() -> None:
    assert type_of(PageRead(1, 2400, 3400, ink=0.0001)) == "blank"


def test_a_page_that_could_not_be_read_is_not_blank() -> None:
    assert type_of(PageRead(1, 2400, 3400, problem="timeout")) == "other"


def test_a_further_page_belongs_to_the_form_before_it() -> None:
    first = Sheet(1).title("국민취업지원제도 취업지원 신청서").table(APPLICANT).page()
    second = (
        Sheet(2)
        .text("(2쪽 중 2쪽)")
        .title("행정정보 공동이용 동의서")
        .table([["주민등록표 등본", "동의"]])
        .page()
    )
    third = Sheet(3).title("통장사본").text("예금주 : 홍길동 님").page()
    documents = understand([first, second, third])
    assert [(d.pages, d.type) for d in documents] == [((1, 2), "nes_application"), ((3,), "bankbook_copy")]


def test_an_advertisement_between_papers_stays_by_itself() -> None:
    first = Sheet(1).title("육아휴직 급여 신청서").table(APPLICANT).page()
    second = Sheet(2).title("특가 대출 안내").text("무담보 최저금리 연 9.3%").page()
    assert [d.type for d in understand([first, second])] == ["pl_application", "other"]


def test_two_papers_of_one_type_are_two_documents() -> None:
    pages = [Sheet(n).title("임금대장").text("사업장명 하나상사").page() for n in (1, 2)]
    assert [d.pages for d in understand(pages)] == [(1,), (2,)]


def test_every_page_is_in_one_document() -> None:
    pages = [
        PageRead(1, 100, 100, ink=0.0),
        *(Sheet(n).title("진단서").page() for n in (2, 3)),
        Sheet(4).text("가").page(),
    ]
    assert [n for d in understand(pages) for n in d.pages] == [1, 2, 3, 4]
