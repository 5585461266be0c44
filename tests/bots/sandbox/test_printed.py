"""The few tests that print: a labelled set, and the world in motion."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from bots.sandbox.labelled import write_set
from bots.sandbox.press import NoBrowser, find_chromium
from bots.sandbox.world import SandboxWorld

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        find_chromium()
    except NoBrowser as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("set")
    write_set(folder, deliveries=5, seed=11, split="tune")
    return folder


def truth_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]


def test_a_set_has_files_cases_and_truth(made: Path) -> None:
    truth = truth_of(made)
    assert [t["file"] for t in truth] == [
        f"deliveries/{p.name}" for p in sorted((made / "deliveries").iterdir())
    ]
    with (made / "applications.csv").open(encoding="utf-8", newline="") as file:
        on_file = {row["receipt_no"] for row in csv.DictReader(file)}
    for line in truth:
        parts: list[dict[str, object]] = line["parts"]  # type: ignore[assignment]
        pages = [page for part in parts for page in part["pages"]]  # type: ignore[attr-defined]
        assert pages == list(range(1, len(line["rotation"]) + 1))  # type: ignore[arg-type]
        assert all(p["receipt_no"] is None or p["receipt_no"] in on_file for p in parts)


def test_a_text_pdf_says_what_the_truth_says(made: Path) -> None:
    for line in (t for t in truth_of(made) if t["media"] == "text_pdf"):
        with pdfium.PdfDocument(made / str(line["file"])) as document:
            text = re.sub(
                r"[^0-9A-Za-z가-힣]", "", "".join(p.get_textpage().get_text_range() for p in document)
            )
        for part in line["parts"]:  # type: ignore[attr-defined]
            for value in part["fields"].values():
                assert re.sub(r"[^0-9A-Za-z가-힣]", "", value) in text


def test_the_scorer_gives_full_marks_to_the_truth(made: Path, tmp_path: Path) -> None:
    data = os.environ.get("BACKOFFICE_TEST_DATA")
    if not data:
        pytest.skip("BACKOFFICE_TEST_DATA is not set")
    answers = tmp_path / "answers.jsonl"
    answers.write_text((made / "truth.jsonl").read_text("utf-8"), "utf-8")
    scorer = [sys.executable, f"{data}/labelled/score.py", str(made / "truth.jsonl"), str(answers)]
    said = subprocess.run(scorer, capture_output=True, text=True, check=True, timeout=60).stdout
    for expected in ("pages_typed_right: 1.0", "attach_rate: 1.0", "false_attach: 0", "fields_right: 1.0"):
        assert expected in said


def test_the_world_brings_what_it_tells(made: Path, tmp_path: Path) -> None:
    steps = (
        ("late", "fax_std", False), ("plain", "photo", False), ("locked", "", False), ("empty", "", False),
        ("broken_off", "fax_fine", False), ("again", "fax_fine", False),
    )  # fmt: skip
    with SandboxWorld(5, tmp_path, 6, within=0.1, late_after=0.1, outages=False, programme=steps) as world:
        assert world.wait(120)
        until = time.monotonic() + 5
        while not world.finished and time.monotonic() < until:
            time.sleep(0.02)
        cases, _, _ = world.ledger.since(0, 1000)
        truth = {t["sha256"]: t for t in world.truth}
    assert len(truth) == 6
    files = [
        p for p in (*world.spool.rglob("*"), *world.scans.rglob("*")) if p.suffix in (".tif", ".pdf", ".jpg")
    ]
    assert {hashlib.sha256(p.read_bytes()).hexdigest() for p in files} == set(truth)
    by_kind = {t["kind"]: t for t in truth.values()}
    assert by_kind["again"]["expected"] == "duplicate"
    assert (by_kind["empty"]["problem"], by_kind["locked"]["problem"]) == ("empty", "encrypted")
    assert by_kind["broken_off"]["receive_status"]
    late = {p["receipt_no"] for p in by_kind["late"]["parts"]} - {None}
    assert late <= {c["receipt_no"] for c in cases}
