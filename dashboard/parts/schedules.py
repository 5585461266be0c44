"""When a bot runs, in words: the schedule of `config/bots.yaml` as staff read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_UNITS = {"s": "초", "m": "분", "h": "시간", "d": "일"}
_LARGER = {"s": "m", "m": "h"}
_WEEKDAYS = {"mon": "월", "tue": "화", "wed": "수", "thu": "목", "fri": "금", "sat": "토", "sun": "일"}


def schedule_words(schedule: Mapping[str, Any] | None) -> str:
    """`3초마다`, `매일 03:30`, `근무일 09:00`; of a bot that only runs when there is work `일이 생길 때`."""
    if not schedule or schedule.get("never"):
        return "일이 생길 때"
    words = _every(str(schedule["every"])) if "every" in schedule else _cron(str(schedule.get("cron", "")))
    if schedule.get("days") == "business":
        words = "근무일 " + words.removeprefix("매일 ")
    hours = {"office": " (근무 시간)", "bank": " (은행 시간)"}.get(str(schedule.get("hours", "")), "")
    return words + hours


def _every(text: str) -> str:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text)
    if not match:
        return f"{text}마다"
    number, unit = float(match[1]), match[2] or "s"
    while unit in _LARGER and number % 60 == 0:
        number, unit = number / 60, _LARGER[unit]
    return f"{number:g}{_UNITS[unit]}마다"


def _cron(text: str) -> str:
    parts = text.split()
    if len(parts) == 5 and parts[0].isdigit() and parts[1].isdigit() and parts[2:4] == ["*", "*"]:
        clock = f"{int(parts[1]):02}:{int(parts[0]):02}"
        if parts[4] == "*":
            return f"매일 {clock}"
        days = "·".join(_WEEKDAYS.get(d.lower(), d) for d in parts[4].split(","))
        return f"{days}요일 {clock}"
    return f"정해진 시각({text})"
