"""The real pipeline over some labelled deliveries: complete, and nothing on a wrong application."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

EVERY = 14


@pytest.mark.labelled
@pytest.mark.skipif("BACKOFFICE_TEST_DATA" not in os.environ, reason="needs BACKOFFICE_TEST_DATA")
def test_a_sample_of_labelled_deliveries(tmp_path: Path) -> None:
    labelled = Path(os.environ["BACKOFFICE_TEST_DATA"]) / "labelled"
    truth = [json.loads(line) for line in (labelled / "dev" / "truth.jsonl").read_text("utf-8").splitlines()]
    sample = [t for n, t in enumerate(truth) if n % EVERY == 0 and not t["sent_before"]]
    (tmp_path / "deliveries").mkdir()
    shutil.copy(labelled / "dev" / "applications.csv", tmp_path)
    for delivery in sample:
        shutil.copy(labelled / "dev" / delivery["file"], tmp_path / delivery["file"])
    told = "\n".join(json.dumps(t, ensure_ascii=False) for t in sample)
    (tmp_path / "truth.jsonl").write_text(told + "\n", "utf-8")
    out = tmp_path / "out.jsonl"
    subprocess.run(
        [sys.executable, "-m", "bots.cli", "predict", str(tmp_path), "--out", str(out)],
        cwd=ROOT, check=True, timeout=600, capture_output=True,
    )  # fmt: skip
    scored = subprocess.run(
        [sys.executable, str(labelled / "score.py"), str(tmp_path / "truth.jsonl"), str(out)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    figures = dict(line.split(": ", 1) for line in scored.stdout.splitlines())
    assert figures["deliveries_missing"] == figures["pages_not_once"] == "0"
    assert figures["false_attach"] == "0"
    # Far below the figures of the whole set, which a sample of this size scatters around.
    assert float(figures["pages_typed_right"]) > 0.9
    assert float(figures["attach_rate"]) > 0.7
