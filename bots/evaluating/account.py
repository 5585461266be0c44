"""How often the reader was right, then and now: by field, type of paper, way in, and kind of error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rich.console import Console
from rich.table import Table

from bots.evaluating.labels import FIELD, PAGES, TYPE, Label, alike, norm

_TITLES = {FIELD: "항목", TYPE: "문서 종류", PAGES: "쪽 나누기"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A label, where its paper came from (`medium`), and what the reader says today."""

    label: Label
    medium: str
    today: str

    @property
    def right_then(self) -> bool:
        return alike(self.label.kind, self.label.read, self.label.right)

    @property
    def right_now(self) -> bool:
        return alike(self.label.kind, self.today, self.label.right)


def error(label: Label, said: str) -> str:
    """In what way a reading is wrong, in words without the reading: "" when it is right."""
    if alike(label.kind, said, label.right):
        return ""
    if label.kind != FIELD:
        return "다른 종류로 봄" if label.kind == TYPE else "쪽을 다르게 나눔"
    read, right = norm(said), norm(label.right)
    if not read:
        return "읽지 못함"
    if not right:
        return "없는 값을 읽음"
    distance = Levenshtein.distance(read, right)
    if distance == 1:
        return "한 글자 다름" if len(read) == len(right) else "한 글자 남거나 빠짐"
    return "몇 글자 다름" if distance <= max(2, len(right) // 3) else "다른 값"


def print_account(console: Console, judged: Sequence[Judged]) -> None:
    """Counts and shares, nothing of what the papers say."""
    for title, groups in (
        ("무엇을 · what", _grouped(judged, lambda j: _what(j.label))),
        ("문서 종류별 · by type", _grouped(judged, lambda j: j.label.document or "-")),
        ("들어온 길별 · by way in", _grouped(judged, lambda j: j.medium)),
    ):
        table = Table(title=title, title_justify="left")
        for heading in ("", "건수", "당시 맞음", "지금 맞음"):
            table.add_column(heading, justify="left" if not heading else "right")
        for name, group in groups.items():
            table.add_row(
                name, str(len(group)), _share(j.right_then for j in group), _share(j.right_now for j in group)
            )
        console.print(table)
    _print_errors(console, judged)
    console.print(f"labels: {len(judged)}", highlight=False)
    console.print(f"right_then: {_share(j.right_then for j in judged)}", highlight=False)
    console.print(f"right_now: {_share(j.right_now for j in judged)}", highlight=False)
    lost = sum(j.right_then and not j.right_now for j in judged)
    console.print(f"lost_since: {lost}", highlight=False)


def _print_errors(console: Console, judged: Sequence[Judged]) -> None:
    then = Counter(error(j.label, j.label.read) for j in judged)
    now = Counter(error(j.label, j.today) for j in judged)
    table = Table(title="틀린 까닭 · kinds of error", title_justify="left")
    for heading in ("", "당시", "지금"):
        table.add_column(heading, justify="left" if not heading else "right")
    for kind in sorted({k for k in (*then, *now) if k}, key=lambda k: -now[k]):
        table.add_row(kind, str(then[kind]), str(now[kind]))
    console.print(table)


def print_values(console: Console, judged: Sequence[Judged]) -> None:
    """What is wrong today, in the clear: for a person who gave a reason."""
    table = Table(title="지금 틀리는 값 · wrong today", title_justify="left")
    for heading in ("문서", "무엇", "맞는 값", "당시", "지금", "까닭"):
        table.add_column(heading, overflow="fold")
    for j in judged:
        if why := error(j.label, j.today):
            subject = f"{j.label.document_id or j.label.delivery_id} {j.label.document}"
            table.add_row(subject, _what(j.label), j.label.right, j.label.read, j.today, why)
    console.print(table)


def _what(label: Label) -> str:
    if label.kind != FIELD:
        return _TITLES[label.kind]
    return f"{label.name} ({label.person}번째 사람)" if label.person else label.name


def _grouped(judged: Sequence[Judged], by: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(by(one), []).append(one)
    return dict(sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def _share(right: Iterable[bool]) -> str:
    all_of_them = list(right)
    return f"{sum(all_of_them) / len(all_of_them):.3f}" if all_of_them else "-"
