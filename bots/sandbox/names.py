"""Word lists for fictitious people and firms, split so that tune and test share no person and no firm."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml

Split = Literal["tune", "test"]

_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def _plain(name: str) -> tuple[str, ...]:
    return tuple(_WORDS[name].split())


def _by_split(name: str) -> dict[Split, tuple[str, ...]]:
    return {split: tuple(words.split()) for split, words in _WORDS[name].items()}


SURNAMES = _plain("surnames")
DOUBLE_SURNAMES = _plain("double_surnames")
GIVEN_NAMES = _by_split("given_names")
FIRM_STEMS = _by_split("firm_stems")
FIRM_TRADES = _by_split("firm_trades")
HOSPITALS = _by_split("hospitals")
JOBS = _plain("jobs")
FIRM_FORMS = ("주식회사 {}", "{} 주식회사", "(주){}", "㈜{}", "{}", "{}", "유한회사 {}")
DIAGNOSES = (
    ("요추 추간판 탈출증", "M51.2"),
    ("우측 족관절 염좌", "S93.4"),
    ("경추부 염좌", "S13.4"),
    ("우울증 에피소드", "F32.1"),
    ("수근관 증후군", "G56.0"),
    ("회전근개 파열", "M75.1"),
    ("적응장애", "F43.2"),
    ("급성 기관지염", "J20.9"),
)
COURSES = (
    "빅데이터 분석 실무",
    "한식조리기능사",
    "전산세무 2급",
    "지게차 운전",
    "바리스타 과정",
    "웹디자인",
    "용접 기초",
)
CARDS = ("신한카드", "농협카드")
COVER_NOTES = ("서류 제출합니다.", "보완서류 보내드립니다.", "확인 부탁드립니다.", "요청하신 서류입니다.")
