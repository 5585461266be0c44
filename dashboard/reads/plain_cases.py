"""The rule by which the desk puts a mark at a case before the person has: rarely, and only where all speaks for it.

A mark spares a key, and invites pressing Enter without looking. So it is set only when

1. the question is one that a look at the evidence can settle: not two cases that fit, values that point apart,
   several people, a closed case, another program, an objection, nor any question that this rule has not heard of,
2. the case is open, and the paper's own resident number or receipt number, or name and birth date together, is the
   case's; each of these was read without doubt,
3. nothing that tells people apart (name, resident number, birth date, receipt number) differs or nearly differs,
4. no other case beside it fits as well: none agrees in number, or in name and birth date, and the linker gives none
   of them 1 % or more.

One exception to 1: of two open cases of the same person, the one whose receipt number stands on another paper of
the same delivery, without doubt, is marked.

The mark never decides. Enter does, after the page has been on the screen for a moment; a second Enter in the same
breath is not taken for the next case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.reads.review_desk import CONFIRMS, LIKELY, Choice, Compared, Desk

SETTLED_BY_A_LOOK = frozenset({"doubtful", "not_on_file", "nothing_to_go_by"})
TELLING = ("name", "rrn", "birth_date", "receipt_no")


@dataclass(frozen=True)
class Suggested:
    """The case to mark, and why, in words; both "" where none is marked."""

    receipt_no: str = ""
    why: str = ""


def suggested(desk: Desk) -> Suggested:
    """The one case that all speaks for, or none."""
    if desk.document is None or desk.task.kind == CONFIRMS:
        return Suggested()
    doubted = {f.row.name for f in desk.fields if f.row.doubtful}
    if desk.task.reason == "two_open_cases":
        return _named_beside(desk, doubted)
    if desk.task.reason not in SETTLED_BY_A_LOOK:
        return Suggested()
    fitting = [c for c in desk.choices if _fits(c, doubted)]
    if len(fitting) != 1:
        return Suggested()
    (choice,) = fitting
    if any(_rivals(other) for other in desk.choices if other is not choice):
        return Suggested()
    return Suggested(choice.case.receipt_no, "확실히 읽은 값이 모두 이 신청과 같습니다.")


def _fits(choice: Choice, doubted: set[str]) -> bool:
    if not choice.case.open or _contradicts(choice):
        return False
    sure = {
        line.field
        for line in choice.lines
        if line.agreement == "agree" and not line.elsewhere and line.field not in doubted
    }
    return bool(sure & {"rrn", "receipt_no"}) or {"name", "birth_date"} <= sure


def _contradicts(choice: Choice, but: Sequence[str] = ()) -> bool:
    return any(line.agreement in ("differ", "near") for line in _telling(choice) if line.field not in but)


def _rivals(choice: Choice) -> bool:
    """Whether another case might be meant as well."""
    agreed = {line.field for line in _telling(choice) if line.agreement in ("agree", "near")}
    number = agreed & {"rrn", "receipt_no"}
    return bool(number) or {"name", "birth_date"} <= agreed or (choice.probability or 0.0) >= LIKELY


def _telling(choice: Choice) -> list[Compared]:
    return [line for line in choice.lines if line.field in TELLING]


def _named_beside(desk: Desk, doubted: set[str]) -> Suggested:
    """Of a person's open cases the one whose number stands on a paper that came along."""
    own = [c for c in desk.choices if c.case.open and not _contradicts(c, but=("receipt_no",))]
    own = [c for c in own if _is_surely_of(c, doubted)]
    named = [c for c in own if _beside(c)]
    if len(named) != 1 or "receipt_no" in desk.doubted_beside:
        return Suggested()
    return Suggested(named[0].case.receipt_no, "같은 배달의 다른 문서에 이 접수번호가 적혀 있습니다.")


def _is_surely_of(choice: Choice, doubted: set[str]) -> bool:
    sure = {line.field for line in _telling(choice) if line.agreement == "agree" and not line.elsewhere}
    sure -= doubted
    return "rrn" in sure or {"name", "birth_date"} <= sure


def _beside(choice: Choice) -> bool:
    return any(
        line.field == "receipt_no" and line.elsewhere and line.agreement == "agree" for line in choice.lines
    )
