"""The values of a notice, checked against what ``notices.yaml`` declares of its kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bots.typesetting import problem
from bots.typesetting.problem import LetterError, unprintable
from config.notice_kinds import NoticeKinds, Value

Json = dict[str, Any]
_LARGEST_WON = 10**13
_SPACES = re.compile(r"[\t\u00a0\u2000-\u200a\u202f\u3000]")


def check_values(kinds: NoticeKinds, kind: str, values: Mapping[str, Any], *, final: bool) -> Json:
    """The values as plain JSON, one for each declared name; None for one that may be absent and is.

    Texts come out in composed form (NFC) without blanks around them; a date as {"$date": "2026-11-23"}, a
    time as {"$time": "14:00"}. Raises `LetterError`, which names the value and quotes nothing of it.
    """
    needs, title = kinds.needs(kind, final=final), kinds.kinds[kind].title
    unknown = sorted(set(values) - set(needs))
    if unknown:
        # Names come from our own code or a case source; a strange one is not repeated.
        names = ", ".join(
            kinds.label(name) if re.fullmatch("[a-z_]{1,40}", str(name)) else "?" for name in unknown
        )
        raise LetterError(
            problem.UNKNOWN, f"'{title}'에 없는 값입니다: {names}. notices.yaml의 목록과 맞추십시오."
        )
    missing = [kinds.label(name) for name, must in needs.items() if must and _is_empty(values.get(name))]
    if missing:
        raise LetterError(
            problem.MISSING,
            f"'{title}'에 필요한 값이 없습니다: {', '.join(missing)}. 행정시스템에서 값을 채우십시오.",
        )
    return {
        name: None if _is_empty(value) else _one(kinds.label(name), kinds.values[name], value)
        for name, value in ((name, values.get(name)) for name in needs)
    }


def _one(name: str, declared: Value, value: object) -> Any:
    if declared.type in ("lines", "counts", "rows"):
        found = _list(name, declared, value)
        if declared.type == "rows":
            return [_row(name, declared.columns, entry) for entry in found]
        single = "line" if declared.type == "lines" else "count"
        return [_SINGLE[single](name, 1000, entry) for entry in found]
    checked = _SINGLE[declared.type](name, declared.most, value)
    if declared.pattern and not re.fullmatch(declared.pattern, str(checked)):
        raise LetterError(problem.WRONG, f"값 '{name}'의 형식이 맞지 않습니다 (형식 {declared.pattern}).")
    return checked


def _list(name: str, declared: Value, value: object) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise LetterError(problem.WRONG, f"값 '{name}': 목록이어야 합니다.")
    if len(value) > declared.most:
        raise LetterError(
            problem.TOO_LONG, f"값 '{name}': {len(value)}줄입니다. {declared.most}줄까지 됩니다."
        )
    return value


def _row(name: str, columns: Mapping[str, str], row: object) -> Json:
    if not isinstance(row, Mapping) or set(row) - {column.rstrip("?") for column in columns}:
        raise LetterError(problem.WRONG, f"값 '{name}'의 줄에는 {', '.join(columns)}만 있어야 합니다.")
    done: Json = {}
    for column, type_ in columns.items():
        value, may_be_absent = row.get(column), type_.endswith("?")
        if _is_empty(value) and not may_be_absent:
            raise LetterError(problem.MISSING, f"값 '{name}'의 줄에 '{column}'이 없습니다.")
        empty = _is_empty(value)
        done[column] = None if empty else _SINGLE[type_.rstrip("?")](name, 1000, value)
    return done


def _line(name: str, most: int, value: object) -> str:
    text = _text(name, most, value)
    if "\n" in text:
        raise LetterError(problem.WRONG, f"값 '{name}': 한 줄이어야 합니다.")
    return text


def _text(name: str, most: int, value: object) -> str:
    if not isinstance(value, str):
        raise LetterError(problem.WRONG, f"값 '{name}': 글이어야 합니다.")
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", value.replace("\r\n", "\n"))).strip()
    for place, character in enumerate(text, 1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character != "\n":
            raise unprintable(name, character, place)
    if len(text) > most:
        raise LetterError(problem.TOO_LONG, f"값 '{name}': {len(text)}자입니다. {most}자까지 됩니다.")
    return text


def _day(name: str, _: int, value: object) -> Json:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        day = None
    if day is None or isinstance(day, datetime) or not 1990 <= day.year <= 2100:
        raise LetterError(problem.WRONG, f"값 '{name}': 날짜(2026-11-23)여야 합니다.")
    return {"$date": day.isoformat()}


def _hour(name: str, _: int, value: object) -> Json:
    text = value.strftime("%H:%M") if isinstance(value, time) else str(value)
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise LetterError(problem.WRONG, f"값 '{name}': 시각(14:00)이어야 합니다.")
    return {"$time": text}


def _won(name: str, _: int, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_WON:
        raise LetterError(problem.WRONG, f"값 '{name}': 원 단위 정수여야 합니다.")
    return value


def _count(name: str, _: int, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100_000:
        raise LetterError(problem.WRONG, f"값 '{name}': 0 이상의 정수여야 합니다.")
    return value


def _flag(name: str, _: int, value: object) -> bool:
    if not isinstance(value, bool):
        raise LetterError(problem.WRONG, f"값 '{name}': 참·거짓이어야 합니다.")
    return value


_SINGLE: dict[str, Callable[[str, int, object], Any]] = {
    "line": _line,
    "text": _text,
    "date": _day,
    "time": _hour,
    "won": _won,
    "count": _count,
    "flag": _flag,
}


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], ()) or (isinstance(value, str) and not value.strip())
