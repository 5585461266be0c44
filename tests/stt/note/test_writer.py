"""Local transformers models, made here with random weights: what they say is garbage, and none of it gets into a note."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from stt.note.draft import Meeting
from stt.note.drafting import draft
from stt.note.writer import NoteModelError, TransformersWriter, missing, open_writer
from tests.stt.note.talk import FIRST_TALK, talk

HELD = Meeting(datetime(2026, 11, 23, 14, 5), "phone", 108.0)


def _tokenizer(folder: Path) -> int:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    letters = Tokenizer(models.BPE(unk_token="<unk>"))
    letters.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=["<pad>", "</s>", "<unk>"])
    letters.train_from_iterator([FIRST_TALK, "0123456789 [3] [12, 13]"], trainer)
    made = PreTrainedTokenizerFast(
        tokenizer_object=letters,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=4096,
    )
    made.save_pretrained(folder)
    return len(made)


def seq2seq(folder: Path) -> Path:
    from transformers import T5Config, T5ForConditionalGeneration

    size = _tokenizer(folder)
    config = T5Config(
        vocab_size=size,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
        pad_token_id=0,
    )
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def causal(folder: Path) -> Path:
    from transformers import Qwen2Config, Qwen2ForCausalLM

    size = _tokenizer(folder)
    config = Qwen2Config(
        vocab_size=size,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=4096,
        eos_token_id=1,
        pad_token_id=0,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("make", [seq2seq, causal])
def test_a_model_is_loaded_and_its_garbage_falls_back(
    make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stt.note.writer.NEW_TOKENS", 24)
    model = open_writer(make(tmp_path), "cpu")
    assert model.write("한 줄로 쓴다.", "[1] 구직자: 네") == model.write("한 줄로 쓴다.", "[1] 구직자: 네")
    plain, note = draft(talk(FIRST_TALK), HELD), draft(talk(FIRST_TALK), HELD, model)
    assert [line.text for line in note.lines] == [line.text for line in plain.lines]
    assert note.drafted_by == tmp_path.name


@pytest.mark.thorough
def test_evidence_that_a_model_cannot_read_falls_back(tmp_path: Path) -> None:
    model = TransformersWriter(seq2seq(tmp_path), "cpu")
    model._tokenizer.model_max_length = 8
    assert [line.text for line in draft(talk(FIRST_TALK), HELD, model).lines] == [
        line.text for line in draft(talk(FIRST_TALK), HELD).lines
    ]


@pytest.mark.thorough
def test_a_model_whose_time_is_used_up_falls_back(tmp_path: Path) -> None:
    model = TransformersWriter(seq2seq(tmp_path), "cpu", seconds=0.0)
    assert all(line.origin != "written" for line in draft(talk(FIRST_TALK), HELD, model).lines)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    assert "is not a folder" in missing(tmp_path / "none")
    with pytest.raises(NoteModelError, match=r"config\.json"):
        open_writer(tmp_path, "cpu")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 16)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(NoteModelError, match="holds no model"):
        open_writer(tmp_path, "cpu")
