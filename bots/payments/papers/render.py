"""A paper of the treasury from its template in ``config/payments`` and its values, made in a child process."""

from __future__ import annotations

from datetime import date
from typing import Any

from bots.typesetting import problem
from bots.typesetting.children import children
from bots.typesetting.problem import LetterError
from config.letterhead import load_letterhead
from config.settings import layered

_STYLE = "_style.css"


def render(template: str, subject: str, values: dict[str, Any], made_on: date) -> bytes:
    """The PDF. `values`: plain JSON, dates as {"$date": "2026-11-23"}. Raises `LetterError`."""
    # What the typesetter says of a template names it as lying beside those of notices.
    name = f"../payments/{template}"
    with children().one() as child:
        _found, pdf = child.ask(
            {
                "do": "paper",
                "values": values,
                "labels": {},
                "about": {"head": {"center": load_letterhead().center}},
                "subject": subject,
                "sources": {name: _text(template), _STYLE: _text(_STYLE)},
                "template": name,
                "code": subject,
                "made_on": made_on.isoformat(),
            }
        )
    return pdf


def day(value: date | None) -> dict[str, str] | None:
    """A date as the child takes it."""
    return {"$date": value.isoformat()} if value else None


def _text(name: str) -> str:
    try:
        return layered(f"payments/{name}")[-1].read_text("utf-8")
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise LetterError(
            problem.TEMPLATE, f"서식 config/payments/{name}을(를) 읽을 수 없습니다: {type(error).__name__}"
        ) from error
