"""Fine-tuning on a folder of pairs: what it refuses, what it keeps apart, what it leaves alone."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import whisper
from hypothesis import given
from hypothesis import strategies as st

from stt.training import model as models
from stt.training.finetune import Plan, PlanError, finetune
from stt.training.pairs import LIST, Pair, PairsError, load, parted, read_pairs, write_pair

TINY = "state=32,heads=2,audio_layers=1,text_layers=1"
TEXTS = ("네 알겠습니다", "다음 주에 오세요", "아니요", "서류는 금요일까지요")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pairs"
    made.mkdir()
    rng = np.random.default_rng(1)
    for number in range(6):
        samples = rng.uniform(-0.1, 0.1, 8000 + 1000 * number).astype(np.float32)
        write_pair(made, number, samples, TEXTS[number % 4], f"talk-{number // 2}")
    return made


def test_pairs_come_back_as_they_were_written(folder: Path) -> None:
    pairs = read_pairs(folder)
    assert [pair.text for pair in pairs] == [TEXTS[n % 4] for n in range(6)]
    assert [len(load(pair)) for pair in pairs] == [8000 + 1000 * n for n in range(6)]
    assert np.abs(load(pairs[0])).max() <= 0.11


@pytest.mark.parametrize(
    ("line", "told"),
    [("{", "line 7"), ('{"audio": "../../x.wav", "text": "네"}', "no such file"), ('{"text": "네"}', "line 7"),
     ('{"audio": "none.wav", "text": "네"}', "no such file"), ("[]", "line 7")],
)  # fmt: skip
def test_a_bad_line_is_named(folder: Path, line: str, told: str) -> None:
    with (folder / LIST).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(PairsError, match=told):
        read_pairs(folder)


def test_sound_that_is_none_is_refused(folder: Path) -> None:
    pair = read_pairs(folder)[0]
    pair.audio.write_bytes(b"RIFF nothing")
    with pytest.raises(PairsError, match=r"000000\.wav"):
        load(pair)
    with pytest.raises(PairsError, match="longer"):
        write_pair(folder, 9, np.zeros(16_000 * 31, np.float32), "네", "1")


@given(st.lists(st.integers(0, 40), min_size=2, max_size=60))
def test_talks_are_kept_apart_whole_and_for_good(talks: list[int]) -> None:
    pairs = [Pair(Path("x.wav"), "네", str(talk)) for talk in talks]
    train, held = parted(pairs)
    assert sorted(p.talk for p in train + held) == sorted(p.talk for p in pairs)
    assert not {p.talk for p in train} & {p.talk for p in held}
    if len(set(talks)) > 1:
        assert train
        assert held


def test_the_old_model_stays_and_the_new_one_says_what_it_is(folder: Path, tmp_path: Path) -> None:
    base = tmp_path / "base.pt"
    models.write(
        models.new(models.dimensions(TINY), 1),
        base,
        {"label": "바탕", "spelling": "syllables", "prompt": False},
    )
    before = base.read_bytes()
    told: list[str] = []
    plan = Plan(folder, tmp_path / "tuned.pt", base=base, epochs=6, batch_seconds=4, threads=1)
    outcome = finetune(plan, told.append)
    assert base.read_bytes() == before
    assert outcome.before is not None
    assert outcome.trained + outcome.held_out == 6
    card = json.loads((tmp_path / "tuned.json").read_text("utf-8"))
    assert card["trained_from"] == hashlib.sha256(before).hexdigest()
    assert card["held_out_cer"] == pytest.approx(outcome.after.rate, abs=1e-3)
    assert card["label"] == "바탕"
    tuned = whisper.load_model(str(tmp_path / "tuned.pt"))
    old = whisper.load_model(str(base))
    name = "encoder.blocks.0.mlp.0.weight"
    assert not (tuned.state_dict()[name] == old.state_dict()[name]).all()
    assert not (tmp_path / "tuned.checkpoint").exists()
    with pytest.raises(PlanError, match="never written over"):
        finetune(plan, told.append)


def test_a_model_without_a_card_is_tuned_in_its_own_tokens(folder: Path, tmp_path: Path) -> None:
    """As a released one is: no card, all tokens, Whisper's own cutting."""
    base = tmp_path / "tiny.pt"
    models.write(models.new(models.dimensions(TINY), 1), base, {})
    base.with_suffix(".json").unlink()
    plan = Plan(folder, tmp_path / "tuned.pt", base=base, epochs=0.5, batch_seconds=4, threads=1)
    outcome = finetune(plan, lambda _: None)
    assert whisper.load_model(str(outcome.out)).dims.n_vocab == 51865
    assert "spelling" not in models.facts_of(outcome.out)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"base": None}, "one of both"), ({"dims": TINY}, "one of both"), ({"out": Path("x.bin")}, "ends in .pt"),
     ({"base": Path("/none/x.pt")}, "is not there")],
)  # fmt: skip
def test_plans_that_make_no_sense_are_refused(
    folder: Path, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    base = tmp_path / "base.pt"
    base.write_bytes(b"")
    fields: dict[str, object] = {"folder": folder, "out": tmp_path / "out.pt", "base": base, **change}
    with pytest.raises(PlanError, match=told):
        finetune(Plan(**fields), lambda _: None)  # type: ignore[arg-type]
