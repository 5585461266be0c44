"""Lines of approval and remedies as a center writes them, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bots.doctor.official_letters import checks
from bots.doctor.rules import faulty
from config.approval_lines import ApprovalLinesError, line_for, load_lines, needs_reading
from config.programs import load_programs
from config.remedies import remedy_for
from tests.conftest import environment

DAY = date(2026, 11, 23)
LINE = "lines: [{{steps: [{0}]}}]"


def test_every_act_of_every_program_has_a_line_of_two_and_a_remedy() -> None:
    for program in load_programs():
        for kind in ("decision_granted", "decision_refused", "supplement_return"):
            line = line_for(kind, program)
            assert [line.steps[0].duty, line.steps[-1].duty] == ["draft", "final"]
            remedy = remedy_for(program, kind, DAY)
            assert remedy is not None and remedy.days == 90
    insured = remedy_for("pl_application", "decision_refused", DAY)
    others = remedy_for("vtc_application", "decision_refused", DAY)
    assert insured and others and "심사" in insured.lines[0] and "행정심판" in others.lines[1]


@pytest.mark.parametrize(
    "steps",
    [
        "{duty: draft, who: officer}",
        "{duty: final, who: supervisor}, {duty: draft, who: officer}",
        "{duty: draft, who: officer}, {duty: final}",
        "{duty: draft, who: officer}, {duty: final, who: supervisor, number: '7'}",
        "{duty: draft, who: anybody}, {duty: final, who: supervisor}",
    ],
)
def test_a_line_that_is_none_is_refused_by_name(tmp_path: Path, steps: str) -> None:
    (tmp_path / "approval_lines.yaml").write_text(LINE.format(steps), "utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        with pytest.raises(ApprovalLinesError, match="approval_lines"):
            load_lines()
        assert "approval_lines.yaml" in faulty()


def test_a_center_has_its_own_line_but_a_refusal_is_always_read(tmp_path: Path) -> None:
    steps = "{duty: draft, who: officer}, {duty: check, number: 'A1'}, {duty: final, number: 'A2'}"
    (tmp_path / "approval_lines.yaml").write_text(LINE.format(steps), "utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        assert [s.duty for s in line_for("decision_refused", "x").steps] == ["draft", "check", "final"]
        assert needs_reading("decision_refused", "x") and not needs_reading("decision_granted", "x")


def test_of_two_remedies_the_one_in_force_counts(tmp_path: Path) -> None:
    entry = "{{effective: {0}, days: {1}, lines: [가], law: 법, confirmed: true}}"
    both = ", ".join([entry.format("2026-01-01", 90), entry.format("2027-01-01", 60)])
    (tmp_path / "remedies.yaml").write_text(f"remedies: [{both}]", "utf-8")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        found = [remedy_for("x", "decision_refused", date(year, 6, 1)) for year in (2025, 2026, 2027)]
        assert [r.days if r else None for r in found] == [None, 90, 60]
        states = {check.name: check.state for check in checks()}
        assert (states["remedies"], states["document system"]) == ("ok", "advice")
