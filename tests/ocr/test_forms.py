"""Forms are data: what a center may change, and what it is told when it makes a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.forms import FormError, default_forms, load_forms

SHARED = "name:\n  kind: name\n  labels: [성명, 이름]\n"
FORM = "type: leave_note\ntitle: 휴가원\nkind: attachment\ntitles: [휴가신청서]\nfields:\n  name: {}\n"


def write(folder: Path, **files: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.yaml"))


def test_all_types_of_the_design_are_described() -> None:
    forms = default_forms()
    assert {
        "ub_application", "ub_recognition", "epi_application", "nes_application", "vtc_application",
        "pl_application", "separation_certificate", "bankbook_copy", "id_card", "employment_contract",
        "business_registration", "payroll", "resident_register", "medical_certificate", "fax_cover",
    } <= set(forms)  # fmt: skip
    assert all(form.program for form in forms.values() if form.kind == "application")
    assert forms["vtc_application"].fields["account"].labels[0] == "결제계좌"
    assert "bank" not in forms["vtc_application"].fields


def test_a_new_type_is_a_file(tmp_path: Path) -> None:
    forms = load_forms(write(tmp_path, _fields=SHARED, leave_note=FORM))
    assert forms["leave_note"].fields["name"].kind == "name"
    assert "이름" in forms["leave_note"].fields["name"].labels


def test_a_centers_own_file_replaces_the_one_of_the_same_name(tmp_path: Path) -> None:
    base = write(tmp_path / "base", _fields=SHARED, leave_note=FORM)
    own = write(tmp_path / "own", leave_note=FORM.replace("휴가신청서", "연차휴가 신청서"))
    assert load_forms([*base, *own])["leave_note"].titles == ("연차휴가 신청서",)


def test_an_empty_file_takes_a_form_away(tmp_path: Path) -> None:
    base = write(tmp_path / "base", _fields=SHARED, leave_note=FORM)
    own = write(tmp_path / "own", leave_note="")
    assert load_forms([*base, *own]) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FORM.replace("kind: attachment", "kind: paper"), "line 3: kind"),
        (FORM.replace("titles: [휴가신청서]", "titles: []"), "line 4: titles"),
        (FORM + "  salary: {}\n", "fields.salary.kind"),
        (FORM + "  rrn: {kind: rnn}\n", "line 7: fields.rrn.kind"),
        (FORM + "  rrn: {kind: rrn, lables: [주민번호]}\n", "fields.rrn.lables"),
        (FORM + "  rrn: {kind: rrn, patterns: ['(\\d{6']}\n", "regular expression"),
        (FORM + "  rrn: {kind: rrn, patterns: ['\\d{6}']}\n", "one group"),
        (FORM + "  rrn: {kind: rrn, above: age}\n", "'age' is no field"),
        ("type: [\n", "line 2"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FormError) as error:
        load_forms(write(tmp_path, _fields=SHARED, leave_note=text))
    assert "leave_note.yaml" in str(error.value)
    assert told in str(error.value)


def test_two_files_of_one_type_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="already described"):
        load_forms(write(tmp_path, _fields=SHARED, a=FORM, b=FORM))
