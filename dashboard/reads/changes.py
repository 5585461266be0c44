"""Where a paper says another phone, account or address than the record: has it changed?

A person moves, changes phones and banks; a paper that says so is news, not a mistake. It is asked about only
where the paper is plainly that person's: with a stranger everything differs.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.reads.review_desk import Choice, Compared

#: Fields that may have changed, in groups that change together.
GROUPS: tuple[tuple[str, ...], ...] = (("account", "bank"), ("phone",), ("address",))

TITLES = {"account": "계좌 변경", "phone": "전화번호 변경", "address": "주소 변경"}


@dataclass(frozen=True)
class Change:
    """A difference to the record that a person may take as a change. `fields` are accepted together."""

    fields: tuple[str, ...]
    title: str
    lines: tuple[Compared, ...]

    @property
    def key(self) -> str:
        return self.fields[0]


def changes(choice: Choice) -> list[Change]:
    """What of a case the paper would change; nothing where the paper may be another person's."""
    if not same_person(choice):
        return []
    differing = {line.field: line for line in choice.lines if _differs(line)}
    found = []
    for group in GROUPS:
        fields = tuple(name for name in group if name in differing)
        if fields:
            found.append(Change(fields, TITLES[group[0]], tuple(differing[name] for name in fields)))
    return found


def same_person(choice: Choice) -> bool:
    """Whether the paper is so plainly this person's that another phone or account is a change."""
    agreement = {line.field: line.agreement for line in choice.lines}
    if "differ" in (agreement.get("name"), agreement.get("rrn")):
        return False
    born = agreement.get("birth_date") == "agree" and agreement.get("name") == "agree"
    return agreement.get("rrn") == "agree" or agreement.get("receipt_no") == "agree" or born


def _differs(line: Compared) -> bool:
    """The paper's own value, read, and not the record's. What another paper of the delivery says is that one's."""
    return bool(line.on_paper) and not line.elsewhere and line.agreement in ("differ", "near")
