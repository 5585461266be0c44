"""Training sees what Whisper's own network sees, learns, and writes what Whisper's own loader loads."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
import whisper

from stt.training import model as models
from stt.training.batches import batch_of, grouped
from stt.training.learner import Learner
from stt.training.shards import Example, read, write
from stt.training.tokens import Tokens
from stt.training.train import Pace, Training

TINY = "state=32,heads=2,audio_layers=1,text_layers=1"


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens("syllables")


def example(frames: int, text: str, seed: int = 0) -> Example:
    mel = np.random.default_rng(seed).uniform(-1, 1, (80, frames)).astype(np.float16)
    mel[:, -20:] = -1
    hangul = [letter for letter in text if "가" <= letter <= "힣"]
    return Example(mel, text, tuple(np.linspace(0.1, frames / 100 - 0.3, len(hangul))))


def test_learner_computes_what_whisper_computes(tokens: Tokens) -> None:
    model = models.new(models.dimensions(TINY), 3).eval()
    learner = Learner(model, tokens.korean).eval()
    learner.put_back()
    mel = torch.from_numpy(np.random.default_rng(1).uniform(-1, 1, (1, 80, 3000)).astype(np.float32))
    given = torch.tensor([[*tokens.prefix, *tokens.encode("네 맞아요.").ids]])
    with torch.no_grad():
        expected = model(mel, given)[..., list(tokens.korean)]
        heard, bias = learner.encode(mel)
        found, _ = learner.decode(given, heard, bias)
    assert torch.allclose(found[..., :-1], expected, atol=1e-4)


def test_silence_that_is_left_out_counts_as_if_it_were_there(tokens: Tokens) -> None:
    """A short piece with a few weighted frames of silence comes close to the same piece filled up to 30 s."""
    torch.manual_seed(0)
    model = models.new(models.dimensions(TINY), 3)
    learner = Learner(model, tokens.korean)
    short = torch.from_numpy(example(400, "네").mel[None].astype(np.float32))
    whole = torch.cat([short, short[:, :, -1:].expand(-1, -1, 2600)], dim=2)
    learner.train()
    with torch.no_grad():
        near = torch.stack([learner.encode(short)[0][:, :180] for _ in range(40)]).mean(0)
        full = learner.eval().encode(whole)[0][:, :180]
        bare = learner.encode(short)[0][:, :180]
    assert (near - full).abs().mean() < 0.5 * (bare - full).abs().mean()


def test_tokens_that_do_not_occur_are_not_chosen(tokens: Tokens) -> None:
    learner = Learner(models.new(models.dimensions(TINY), 3), tokens.korean)
    learner.put_back()
    rows = learner.model.decoder.token_embedding.weight
    others = sorted(set(range(rows.shape[0])) - set(tokens.korean))
    assert torch.equal(rows[others], learner.table[-1].expand(len(others), -1))
    assert torch.equal(rows[list(tokens.korean)], learner.table[:-1])


def test_a_few_steps_learn_and_a_stopped_training_goes_on(tokens: Tokens, tmp_path: Path) -> None:
    examples = [example(300, "네 알겠습니다.", 1), example(260, "아니요.", 2), example(200, "", 3)]
    batch = batch_of(examples, tokens)
    assert batch.wanted[2, 0] == tokens.no_speech

    def training(steps: int) -> Training:
        learner = Learner(models.new(models.dimensions(TINY), 5), tokens.korean)
        return Training(learner, Pace(steps=steps, rate=3e-3, warm_up=2, falling=0), tmp_path / "check.pt")

    losses: list[float] = []
    first = training(12)
    first.run(iter(lambda: batch, None), lambda _, told: losses.append(told["text"]), every=4)
    assert losses[-1] < 0.9 * losses[0]
    second = training(14)
    assert second.resume()
    assert second.progress.step == 12
    for mine, theirs in zip(second.learnt, first.learnt, strict=True):
        assert torch.equal(mine, theirs)
    second.run(iter(lambda: batch, None), lambda *_: None)
    assert second.progress.step == 14


def test_what_is_written_loads_with_whispers_own_loader(tokens: Tokens, tmp_path: Path) -> None:
    model = models.new(models.dimensions(TINY), 7)
    digest = models.write(model, tmp_path / "made.pt", {"label": "시험"})
    loaded = whisper.load_model(str(tmp_path / "made.pt"))
    assert loaded.dims == model.dims
    assert models.facts_of(tmp_path / "made.pt") == {"label": "시험", "sha256": digest}
    weight = "decoder.blocks.0.cross_attn.key.weight"
    assert torch.allclose(loaded.state_dict()[weight].float(), model.state_dict()[weight], atol=1e-3)


@pytest.mark.parametrize(
    "told", ["", "state=160", "state=161,heads=5,audio_layers=1,text_layers=1", "state=x,heads=1", "a=1,b=2"]
)
def test_dimensions_that_make_no_model_are_refused(told: str) -> None:
    with pytest.raises(models.DimensionsError):
        models.dimensions(told)


def test_letters_of_a_batch_stand_where_they_are_said(tokens: Tokens) -> None:
    batch = batch_of([Example(np.zeros((80, 400), np.float16), "네 갑니다.", (0.5, 1.0, 1.5, 2.0))], tokens)
    assert [tuple(spot) for spot in batch.spots.tolist()] == [
        (0, 25, 2, 5, 0, -100, -100, -100), (0, 50, 0, 0, 17, 2, 5, 0), (0, 75, 2, 20, 0, 0, 0, 17),
        (0, 100, 3, 0, 0, 2, 20, 0),
    ]  # fmt: skip
    known = batch.at[batch.at >= 0]
    assert known.tolist() == sorted(known.tolist())


def test_shards_and_groups_keep_everything(tmp_path: Path) -> None:
    examples = [example(100 + 10 * n, "네" * (n + 1), n) for n in range(9)]
    write(tmp_path / "one.npz", examples)
    again = read(tmp_path / "one.npz")
    assert [one.text for one in again] == [one.text for one in examples]
    assert all(np.array_equal(a.mel, b.mel) for a, b in zip(again, examples, strict=True))
    groups = grouped(again, random.Random(1), 4.0)
    assert sorted(one.text for group in groups for one in group) == sorted(one.text for one in examples)
    assert all(len(g) == 1 or max(e.mel.shape[1] for e in g) * len(g) <= 400 for g in groups)
