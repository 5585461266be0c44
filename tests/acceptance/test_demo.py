"""The demo is the main job, in and out: it must end well without a person, and tell the truth about it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.browser
def test_the_demo_deals_with_everything_and_attaches_nothing_wrongly(tmp_path: Path) -> None:
    counts = tmp_path / "counts.json"
    environment = os.environ | {"BACKOFFICE_VAR_DIR": str(tmp_path / "var"), "BACKOFFICE_DASHBOARD_PORT": "0"}
    done = subprocess.run(
        [
            str(ROOT / "backoffice"),
            "demo",
            "--once",
            "--deliveries",
            "26",
            "--payments",
            "8",
            "--talks",
            "2",
            "--json",
            str(counts),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(counts.read_text("utf-8"))
    assert told["deliveries_sent"] >= 26
    assert sum(told["deliveries_by_source"].values()) == told["deliveries_sent"]
    assert told["wrongly_attached"] == []
    assert told["deliveries_not_dealt_with"] == told["deliveries_not_taken"] == []
    assert told["attached"] >= 15, "most plain papers find their case"
    assert told["attached_acknowledged"] == told["attached"], "the system of record knows all of them"
    assert told["duplicates"] >= 1
    assert {"encrypted", "empty", "not_on_file"} <= set(told["in_review_by_reason"])
    assert told["sent_twice"] == told["lost"] == 0
    assert told["notices_by_kind"]["supplement"] >= 3, "what is missing is asked for"
    assert told["came_back"] == 1, "one came back"
    assert told["notices_by_state"]["approval"] == 2, "decisions wait for two people"
    assert told["notices_by_state"]["served"] >= 3
    assert told["answers_known_by_their_slip"] == 1, "one was answered, and led to its case by its code"
    assert told["payments"] == 8
    assert told["payments_by_state"] == {"settled": 5, "cancelled": 1, "rejected": 1, "returned": 1}
    assert told["paid_won"] == told["paid_won_by_the_bank"] > 0
    assert told["paid_twice"] == told["paid_and_unknown_to_us"] == told["paid_wrong_amount"] == 0
    assert told["bank_days_by_state"]["closed"] >= 1, "the day ends reconciled"
    assert told["talks"] == 2
    assert told["transcripts_by_source"] == {"recognised": 1, "delivered": 1}
    assert told["note_lines"] > 0 and told["note_lines_without_utterance"] == 0
    assert told["notes_signed"] == told["notes_known_to_the_system_of_record"] == 1
    assert "데모" in done.stdout
