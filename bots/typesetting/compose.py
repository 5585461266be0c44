"""Template and values put together: the words of a letter or message."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bots.typesetting import problem
from bots.typesetting.problem import LetterError

_MARKS = ("{{", "{%")
"""What is left where a mark of a template stands inside a text of it: nobody may read that in a letter."""
_READ = (".html.j2", ".txt.j2")
_WEEKDAYS = "월화수목금토일"
_NTH = "가나다라마바사아자차카타파하"


def compose(sources: Mapping[str, str], template: str, values: Mapping[str, Any]) -> str:
    """The template with the values in it. Raises `LetterError`, which names file and line, no value."""
    environment = _environment(tuple(sorted(sources.items())))
    try:
        made = environment.get_template(template).render(values)
    except TemplateSyntaxError as error:
        raise _wrong(error.name or template, error.lineno, "문법 오류", error) from error
    except TemplateError as error:  # an undefined name says which; other messages may quote a value
        what = str(error.message) if "is undefined" in str(error.message) else type(error).__name__
        raise _wrong(template, _line_of(error), what, error) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise _wrong(template, _line_of(error), type(error).__name__, error) from error
    if template.endswith(_READ) and any(mark in made for mark in _MARKS):
        raise LetterError(
            problem.TEMPLATE,
            f"서식 config/notices/{template}: 채워지지 않은 자리({' '.join(_MARKS)})가 남아 있습니다. "
            "서식을 고친 뒤 다시 만드십시오.",
        )
    return made


def revive(value: Any) -> Any:
    """Dates and times out of their JSON form (see `check_values`)."""
    if isinstance(value, list):
        return [revive(entry) for entry in value]
    if isinstance(value, dict):
        if set(value) == {"$date"}:
            return date.fromisoformat(value["$date"])
        if set(value) == {"$time"}:
            return time.fromisoformat(value["$time"])
        return {name: revive(entry) for name, entry in value.items()}
    return value


@lru_cache(maxsize=32)
def _environment(sources: tuple[tuple[str, str], ...]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(sources)),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or not name.endswith((".txt.j2", ".css")),
        keep_trailing_newline=False,
    )
    environment.filters.update(day=_day, longday=_longday, hour=_hour, won=_won, nth=_nth)
    return environment


def _day(value: date) -> str:
    return f"{value.year}. {value.month}. {value.day}."


def _longday(value: date) -> str:
    return f"{value.year}년 {value.month}월 {value.day}일({_WEEKDAYS[value.weekday()]})"


def _hour(value: time) -> str:
    half = "오전" if value.hour < 12 else "오후"
    return f"{half} {(value.hour - 1) % 12 + 1}시" + (f" {value.minute}분" if value.minute else "")


def _won(value: int) -> str:
    return f"{value:,}원"


def _nth(number: int) -> str:
    return _NTH[number - 1] if 1 <= number <= len(_NTH) else str(number)


def _line_of(error: BaseException) -> int:
    lines = [
        f.lineno or 0 for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith("template>")
    ]
    return lines[-1] if lines else 0


def _wrong(template: str, line: int, what: str, error: Exception) -> LetterError:
    return LetterError(
        problem.TEMPLATE,
        f"서식 config/notices/{template} {line}번째 줄: {what}. 서식을 고친 뒤 다시 만드십시오.",
    )
