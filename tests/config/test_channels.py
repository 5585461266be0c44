"""The order of channels: what the law does not allow no file can say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import channels
from config.channels import CHANNELS, ChannelsError, Orders, order, rules
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from config.settings import settings


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("BACKOFFICE_CONFIG_DIR", str(tmp_path))
    for kept in (settings, rules):
        kept.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for kept in (settings, rules):
        kept.cache_clear()


def test_every_kind_of_notice_has_a_way_and_every_named_kind_is_one() -> None:
    kinds = load_notice_kinds().kinds
    assert set(rules().order.kinds) <= set(kinds)
    for name, kind in kinds.items():
        for program in (None, *(p.channels for p in load_programs().values())):
            found = order(name, official=kind.official, own=program, named=kind.channels)
            assert found and (not kind.official or all(CHANNELS[c].proof for c in found))


def test_what_is_said_of_a_kind_goes_before_what_is_said_of_all() -> None:
    own = Orders(ordinary=("email", "post"), kinds={"payment": ("post",)})
    assert order("payment", official=False, own=own) == ("post",)
    assert order("reminder", official=False, own=own) == rules().order.kinds["reminder"]
    assert order("receipt", official=False, own=own, named=("sms",)) == ("sms",)
    assert order("another", official=False, own=own) == ("email", "post")


def test_an_act_never_gets_a_channel_without_proof() -> None:
    own = Orders(kinds={"decision_refused": ("email", "registered", "post")})
    assert order("decision_refused", official=True, own=own) == ("registered",)
    assert order("decision_refused", official=True, own=Orders(), named=("sms",)) == rules().order.official


@pytest.mark.parametrize(
    "told",
    [
        "order: {official: [post], ordinary: [post]}",
        "order: {official: [registered], ordinary: [pigeon]}",
        "order: {official: [hand], ordinary: [post]}",
        "order: {official: [registered]}",
        "order: {official: [registered], ordinary: [post]}\nbatch_letters: 501",
        "order: [",
        "",
    ],
)
def test_a_file_that_the_law_does_not_allow_is_refused_by_name(own_folder: Path, told: str) -> None:
    (own_folder / "channels.yaml").write_text(told, "utf-8")
    with pytest.raises(ChannelsError, match=r"channels\.yaml"):
        channels.rules()
