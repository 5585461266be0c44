"""The cases beside the paper: what speaks for each and what against it, in words."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from dashboard.parts.korean import Label, case_status
from dashboard.parts.korean import field as field_label
from dashboard.reads.cases import CaseOnFile
from dashboard.reads.changes import Change, changes
from dashboard.reads.masked import shown
from dashboard.reads.review_desk import Choice, Compared

AGREEMENTS = {
    "agree": Label("일치", "good"),
    "near": Label("비슷함", "warn"),
    "differ": Label("다름", "bad"),
    "unknown": Label("비교 못 함", "wait"),
}
_TELLING = (
    "rrn",
    "receipt_no",
    "name",
    "birth_date",
    "account",
    "phone",
    "business_no",
    "company",
    "address",
)
_NAMED = 4
_AROUND = {"caller_number": "발신번호", "sender": "발신처", "delivery": "같은 배달의 다른 서류"}


def choice(found: Choice, revealed: bool, doubted: Set[str] = frozenset()) -> dict[str, Any]:
    """A case as a column of the comparison. `doubted`: fields of the paper that were read with doubt."""
    news = changes(found)
    changed = {name for change in news for name in change.fields}
    return {
        "receipt_no": found.case.receipt_no,
        "program": found.case.program,
        "status": case_status(found.case.status)._asdict(),
        "open": found.case.open,
        "likely": _likely(found),
        "speaks_for": _speaks_for(found),
        "against": _against(found, news),
        "lines": {line.field: _line(line, revealed, line.field in changed) for line in found.lines},
        "changes": [_change(change, revealed, doubted) for change in news],
    }


def _likely(found: Choice) -> str:
    if found.rank == 0:
        return "직접 찾은 신청"
    if found.probability is None:
        return ""
    return f"일치 가능성 {percent(found.probability)}"


def percent(probability: float) -> str:
    """Never 100 %: 99.97 % is shown as such, and what is nearer as `99.9% 이상`."""
    share = probability * 100
    if share >= 99.9:
        return "99.9% 이상"
    return "1% 미만" if share < 1 else f"{share:.1f}%" if share >= 99 else f"{share:.0f}%"


def _speaks_for(found: Choice) -> list[str]:
    """`성명·주민등록번호 같음`, `전화번호 비슷함`, `발신번호가 이 신청과 맞음`."""
    same = [line.field for line in found.lines if line.agreement == "agree"]
    words = [f"{_some(same)} 같음"] if same else []
    near = [field_label(line.field) for line in found.lines if line.agreement == "near"]
    words += [f"{'·'.join(near)} 한두 글자만 다름"] if near else []
    words += [f"{_AROUND.get(name, name)}도 맞음" for name, weight in found.around if weight > 0]
    return words


def _some(names: Sequence[str]) -> str:
    """The most telling of these fields by their labels, and how many more there are."""
    ordered = sorted(names, key=lambda n: _TELLING.index(n) if n in _TELLING else len(_TELLING))
    shown_names = "·".join(field_label(n) for n in ordered[:_NAMED])
    more = len(ordered) - _NAMED
    return f"{shown_names} 외 {more}개" if more > 0 else shown_names


def _against(found: Choice, news: Sequence[Change]) -> list[str]:
    """`계좌번호·은행 다름(바뀌었을 수 있음)`, `종결된 신청`."""
    words = [] if found.case.open else [f"진행 중이 아님({case_status(found.case.status).text})"]
    maybe = {name for change in news for name in change.fields}
    differ = [line.field for line in found.lines if line.agreement == "differ"]
    hard = [field_label(name) for name in differ if name not in maybe]
    soft = [field_label(name) for name in differ if name in maybe]
    words += [f"{'·'.join(hard)} 다름"] if hard else []
    words += [f"{'·'.join(soft)} 다름(바뀌었을 수 있음)"] if soft else []
    words += [
        f"{_AROUND.get(name, name)}은(는) 다른 쪽을 가리킴" for name, weight in found.around if weight < 0
    ]
    return words


def _line(line: Compared, revealed: bool, may_have_changed: bool) -> dict[str, Any]:
    label = AGREEMENTS[line.agreement]
    weight = "" if line.weight is None else f"근거의 무게 {line.weight:+.1f} (클수록 같은 사람)"
    return {
        "mark": label.text,
        "tone": "warn" if may_have_changed else label.tone,
        "shown": shown(line.field, line.on_file, revealed=revealed),
        "title": weight,
    }


def _change(change: Change, revealed: bool, doubted: Set[str]) -> dict[str, Any]:
    """`doubtful`: fields to be confirmed first; a misreading is no change."""
    return {
        "key": change.key,
        "fields": list(change.fields),
        "doubtful": [name for name in change.fields if name in doubted],
        "title": change.title,
        "paper": " · ".join(shown(x.field, x.on_paper, revealed=revealed) for x in change.lines),
        "file": " · ".join(shown(x.field, x.on_file, revealed=revealed) for x in change.lines),
    }


def hit(case: CaseOnFile, revealed: bool) -> dict[str, Any]:
    """A case that the person's search found."""
    values = case.values
    name = shown("name", values.get("name", ""), revealed=revealed)
    birth = shown("birth_date", values.get("birth_date", ""), revealed=revealed)
    who = (name, birth) if name else (values.get("company", ""),)
    return {
        "receipt_no": case.receipt_no,
        "name": " ".join(w for w in who if w),
        "program": case.program,
        "status": case_status(case.status)._asdict(),
    }
