"""Letters as they go out: what stands on them, where, and what makes none."""

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocr
from bots.doctor import letters
from bots.notices.letters import (
    LetterError,
    LetterOrder,
    render_letter,
    render_letters,
    render_text,
    template_sha256,
)
from bots.notices.letters.samples import CODE, RECEIPT_NO, sample_values
from bots.notices.letters.values import check_values
from bots.sandbox.seal import seal_picture
from bots.typesetting.children import Children
from config.case_code import CaseCode, CodeKind
from config.letterhead import load_letterhead
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from ocr.barcodes import find_barcodes
from ocr.forms import default_forms, form_titles
from tests.conftest import environment

SEAL = seal_picture("견본고용센터장")
LETTERS = [kind for kind, described in load_notice_kinds().kinds.items() if described.letter]
OFFICIAL = [kind for kind in LETTERS if load_notice_kinds().kinds[kind].official]
MM = 72 / 25.4


def made(kind: str, *, draft: bool = False, **changes: Any) -> bytes:
    values = {**sample_values(kind, final=not draft), **changes}
    values = {name: value for name, value in values.items() if value is not ...}
    seal = SEAL if kind in OFFICIAL and not draft else None
    return render_letter(kind, values, CODE, draft=draft, seal=seal).pdf


def words(pdf: bytes) -> str:
    """Everything on the pages, without blanks and line breaks."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_says_who_what_and_from_whom(kind: str) -> None:
    said = words(made(kind))
    head = load_letterhead()
    officer = "전결과장박견본2026.11.23." if kind in OFFICIAL else "취업지원1팀김견본"
    for expected in ("홍길동귀하", RECEIPT_NO, head.signed_by, head.fax, "02-0000-1234", officer):
        assert squeezed(expected) in said
    assert ("견본센터-1234(2026.11.23.)" in said) == (kind in OFFICIAL)


@pytest.mark.parametrize("kind", ["decision_granted", "decision_refused", "supplement_return"])
def test_an_act_says_its_ground_and_how_to_object(kind: str) -> None:
    said = words(made(kind, grounds=["「견본법」 제1조"], remedies=["심사청구: 90일 이내", "행정소송"]))
    assert "「견본법」제1조" in said
    assert "불복하는경우" in said
    assert "가.심사청구:90일이내" in said


def test_what_is_missing_and_until_when_stands_on_a_supplement_request() -> None:
    pdf = made(
        "supplement", missing=[{"title": "통장사본", "note": "예금주가 다름"}], due_on=date(2026, 12, 7)
    )
    said = words(pdf)
    for expected in ("통장사본", "예금주가다름", "2026년12월7일(월)까지", "서류제출서(회신용)"):
        assert expected in said


def test_every_page_with_a_code_is_read_back_after_a_fax() -> None:
    """On the first page and on the sheet for the answer, at the fine resolution of a fax and in two colours."""
    document = pypdfium2.PdfDocument(made("supplement"))
    for page in document:
        grey = np.asarray(page.render(scale=204 / 72).to_pil().convert("L"))
        fax = cv2.threshold(grey, 140, 255, cv2.THRESH_BINARY)[1]
        assert [found.text for found in find_barcodes(fax)] == [CODE.text]
    document.close()


def test_fonts_are_in_the_letter_and_the_letter_is_tagged() -> None:
    with pikepdf.open(io.BytesIO(made("decision_refused"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "ko"
        assert "pdfuaid:part" in str(pdf.Root.Metadata.read_bytes())
        assert str(pdf.docinfo["/Title"]) == "실업급여 수급자격 인정 결정 통지"
        fonts = [
            font.DescendantFonts[0].FontDescriptor
            for page in pdf.pages
            for font in page.Resources.Font.values()
        ]
        assert fonts
        for descriptor in fonts:
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            assert "NanumGothic" in str(descriptor.FontName)


def test_the_address_shows_in_the_window_and_nothing_else_does() -> None:
    window = load_letterhead().window
    box = (window.left, window.top, window.left + window.width, window.top + window.height)
    with pdfplumber.open(io.BytesIO(made("receipt"))) as document:
        shown = document.pages[0].within_bbox(tuple(edge * MM for edge in box)).extract_text()
    assert squeezed(shown) == squeezed("04131서울특별시 마포구 견본로 12 101동 1203호 홍길동 귀하")


@pytest.mark.parametrize("name", ["가나다라마바사아자차" * 30, "A" * 300, "주식회사 " * 60])
def test_a_name_of_300_characters_stands_whole_and_on_top_of_nothing(name: str) -> None:
    pdf = made("supplement", to_name=name.strip(), to_employer=True)
    assert words(pdf).count(squeezed(name) + "귀중") == 2
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        margin = load_letterhead().margins
        assert all(c["x1"] <= page.width - margin.right * MM + 1 for c in page.chars)
        lines = [(w["top"], w["bottom"]) for w in page.extract_words() if w["x1"] < 130 * MM]
        rows = sorted(set(lines))
        assert all(below[0] >= above[1] - 1.5 for above, below in pairwise(rows))


@pytest.mark.parametrize("name", ["홍\ud800동", "홍길동😀", "홍\u202e길동", "洪龘童", "홍\x07길동"])
def test_a_name_that_cannot_be_printed_makes_no_letter(name: str) -> None:
    for attempt in (lambda: made("receipt", to_name=name), lambda: message("receipt", to_name=name)):
        with pytest.raises(LetterError, match="인쇄할 수 없습니다") as caught:
            attempt()
        assert caught.value.code == "bad_character"
        assert "홍" not in str(caught.value)


def message(kind: str, **changes: Any) -> str:
    return render_text(kind, {**sample_values(kind), **changes})


def test_a_company_is_addressed_as_one() -> None:
    company: dict[str, Any] = {"to_name": "주식회사 견본", "to_employer": True}
    said = words(made("decision_granted", **company))
    assert "주식회사견본귀중" in said
    assert "귀사업장에서2026.11.16.신청하신" in said
    assert "귀하" not in said
    assert "주식회사 견본 담당자님," in message("supplement", **company)
    assert "홍길동님," in message("supplement")


def test_a_name_in_parts_is_put_together_and_markup_is_only_text() -> None:
    assert "홍길동귀하" in words(made("receipt", to_name="\u1112\u1169\u11bc길동"))
    assert "<b>홍</b>&amp;귀하" in words(made("receipt", to_name="<b>홍</b>&amp;"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"due_on": ...}, "missing_value"),
        ({"due_on": "  "}, "missing_value"),
        ({"missing": []}, "missing_value"),
        ({"missing": [{"note": "사유"}]}, "missing_value"),
        ({"strange": "값"}, "unknown_value"),
        ({"missing": [{"title": "통장사본", "pages": 1}]}, "wrong_value"),
        ({"due_on": "내일"}, "wrong_value"),
        ({"to_employer": "아니오"}, "wrong_value"),
        ({"to_postcode": "123"}, "wrong_value"),
        ({"receipt_no": "2026-UB-0099999"}, "wrong_value"),
        ({"to_name": "가" * 301}, "too_long"),
    ],
)
def test_values_other_than_declared_make_no_letter(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(LetterError) as caught:
        made("supplement", **changes)
    assert caught.value.code == code


def test_an_account_stands_masked_or_not_at_all() -> None:
    with pytest.raises(LetterError, match="가린 계좌번호"):
        made("payment", account_masked="123-456-789012")


def test_a_seal_is_for_approved_acts_only() -> None:
    with pytest.raises(LetterError, match="관인"):
        render_letter("decision_refused", sample_values("decision_refused"), CODE)
    with pytest.raises(LetterError, match="관인"):
        render_letter("receipt", sample_values("receipt"), CODE, seal=SEAL)
    with pytest.raises(LetterError, match=r"'결정 통지 .*문서번호"):
        made("decision_refused", document_no=...)
    draft = words(made("decision_refused", draft=True))
    assert "결재전초안" in draft or all(c in draft for c in "결재전초안")
    assert "문서번호는결재후부여" in draft


def test_a_separator_or_the_code_of_another_case_is_no_letters_code() -> None:
    for code in (CaseCode(CodeKind.SEPARATOR), CaseCode(CodeKind.LETTER, "2026-UB-0000001")):
        with pytest.raises(LetterError, match="QR"):
            render_letter("receipt", sample_values("receipt"), code)


def test_the_same_letter_is_the_same_bytes() -> None:
    assert made("payment") == made("payment")
    with render_elsewhere() as again:
        assert again == made("payment")


class render_elsewhere:
    """The letter as another process makes it."""

    def __enter__(self) -> bytes:
        [letter] = render_letters([LetterOrder("payment", sample_values("payment"), CODE)], processes=1)
        assert not isinstance(letter, LetterError)
        return letter.pdf

    def __exit__(self, *_: object) -> None:
        pass


def test_one_letter_of_many_that_fails_stops_no_other() -> None:
    values = sample_values("receipt")
    orders = [LetterOrder("receipt", {**values, "to_name": name}, CODE) for name in ("가", "나😀", "다")]
    first, second, third = render_letters(orders)
    assert isinstance(second, LetterError)
    assert [words(letter.pdf).count(f"{name}귀하") for letter, name in ((first, "가"), (third, "다"))] == [
        2,
        2,
    ]  # type: ignore[union-attr]


@pytest.fixture
def own_folder(tmp_path: Path) -> Any:
    (tmp_path / "notices").mkdir()
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        yield tmp_path / "notices"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ to_nmae }}", "'to_nmae' is undefined"),
        ("\n{% if %}", "2번째 줄: 문법 오류"),
        ("{{ to_name + 1 }}", "1번째 줄: TypeError"),
        ('<img src="http://127.0.0.1:9/a.png" alt="">', "밖의 그림"),
        ('<img src="file:///etc/hostname" alt="">', "밖의 그림"),
        ("{{ ''.__class__.__mro__ }}", "SecurityError"),
        ("알 수 없는 글자 龘", "U+9F98"),
    ],
)
def test_a_template_that_is_wrong_says_where_and_makes_no_letter(
    own_folder: Path, template: str, says: str
) -> None:
    (own_folder / "receipt.html.j2").write_text(template, "utf-8")
    with pytest.raises(LetterError) as caught:
        made("receipt")
    assert caught.value.code == "template_error"
    assert says in caught.value.text
    assert "홍길동" not in str(caught.value)


def test_a_mark_of_the_template_is_never_read_in_a_letter(own_folder: Path) -> None:
    (own_folder / "payment.txt.j2").write_text(
        """{{ "{{ you }}" }} 받으실 금액 {{ amount | won }}""", "utf-8"
    )
    with pytest.raises(LetterError) as refused:
        message("payment")
    assert refused.value.code == "template_error"
    assert "payment.txt.j2" in refused.value.text


def test_a_changed_template_is_another_template(own_folder: Path) -> None:
    before = template_sha256("receipt"), template_sha256("payment")
    (own_folder / "receipt.html.j2").write_text("<p lang='ko'>{{ to_name }}", "utf-8")
    after = template_sha256("receipt"), template_sha256("payment")
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_a_template_without_end_is_stopped_and_the_next_letter_is_made(own_folder: Path) -> None:
    values, pool = sample_values("receipt"), Children(1, seconds=1.5)
    from bots.notices.letters.render import _make

    try:
        own = own_folder / "receipt.html.j2"
        own.write_text(
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "utf-8"
        )
        with pytest.raises(LetterError) as caught:
            _make(LetterOrder("receipt", values, CODE), pool)
        assert caught.value.code == "letter_timeout"
        own.unlink()
        pool._all[0].seconds = 20
        assert _make(LetterOrder("receipt", values, CODE), pool).pages == 1
    finally:
        pool.close()


def test_a_template_that_eats_memory_costs_a_child_only(own_folder: Path) -> None:
    (own_folder / "receipt.html.j2").write_text("{{ 'x' * 9000000000 }}", "utf-8")
    with pytest.raises(LetterError) as caught:
        made("receipt")
    assert caught.value.code == "letter_memory"


def test_a_message_says_what_the_letter_says_in_short() -> None:
    said = message("arrival", pages_received=3, pages_unreadable=[2])
    assert "3쪽을 받았습니다. 2쪽은 읽을 수 없으니 다시 보내 주십시오." in said
    assert "읽을 수 없" not in message("arrival", pages_unreadable=[])
    assert "이직확인서, 통장사본" in message("supplement")
    assert not re.search(r"[{}]|None", said)


def test_a_message_about_an_act_tells_no_more_than_that_it_comes() -> None:
    for kind in OFFICIAL:
        said = message(kind)
        assert "불복 방법은 통지서에서" in said
        assert "불인정" not in said


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(sorted(load_notice_kinds().values)),
    value=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=400)
        | st.dates()
        | st.times(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_value_is_taken_or_named_as_wrong(name: str, value: object) -> None:
    kinds = load_notice_kinds()
    kind = next((k for k in kinds.kinds if name in kinds.needs(k)), "receipt")
    try:
        checked = check_values(kinds, kind, {**sample_values(kind), name: value}, final=True)
    except LetterError as error:
        assert error.text
        assert not isinstance(value, str) or len(value) < 6 or value not in error.text
    else:
        assert set(checked) == set(kinds.needs(kind))


def test_a_letter_that_comes_back_is_taken_for_none_of_the_papers_that_it_names(tmp_path: Path) -> None:
    """Else the sheet for the answer would count as the paper that it asks for."""
    file = tmp_path / "letter.pdf"
    for program in ("ub_application", "pl_application"):
        described = load_programs()[program]
        titles = form_titles(default_forms().values())
        asked = [titles[code] for code in (described.form, *described.required)]
        missing = [{"title": title} for title in asked]
        file.write_bytes(made("supplement", program=described.title, missing=missing))
        documents = ocr.read_delivery(file).documents
        assert {document.type for document in documents} <= {"other", "fax_cover"}
        assert RECEIPT_NO in {d.fields["receipt_no"].value for d in documents if "receipt_no" in d.fields}


def test_the_doctor_finds_a_template_that_makes_no_letter(own_folder: Path) -> None:
    (own_folder / "payment.html.j2").write_text("{{ nobody_gives_this }}", "utf-8")
    [check] = letters.checks()
    assert check.state == "missing"
    assert "payment" in check.found
    assert "nobody_gives_this" in check.found
    (own_folder / "payment.html.j2").unlink()
    assert [check.state for check in letters.checks()] == ["ok"]
