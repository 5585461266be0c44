"""상담일지 as PDF, from its template in ``config/counseling``, made in a child process."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bots.counseling.note_sheet import Sheet
from bots.counseling.printable import printable
from bots.typesetting import problem
from bots.typesetting.children import children
from bots.typesetting.problem import LetterError
from config.settings import layered

_TEMPLATE, _STYLE = "session_note.html.j2", "_style.css"


def to_pdf(sheet: Sheet, signed_at: datetime) -> bytes:
    """Raises `LetterError`."""
    name = f"../counseling/{_TEMPLATE}"  # what the typesetter says of it names it as beside the notices' own
    with children().one() as child:
        _found, pdf = child.ask(
            {
                "do": "paper",
                "values": printable(asdict(sheet)),
                "labels": {},
                "about": {"head": {"center": sheet.center}},
                "subject": f"상담일지 {sheet.talk}-{sheet.number}",
                "sources": {name: _text(_TEMPLATE), _STYLE: _text(_STYLE)},
                "template": name,
                "code": f"{sheet.talk}-{sheet.number}",
                "made_on": signed_at.date().isoformat(),
            }
        )
    return pdf


def _text(name: str) -> str:
    try:
        return layered(f"counseling/{name}")[-1].read_text("utf-8")
    except (OSError, UnicodeDecodeError, IndexError) as error:
        raise LetterError(
            problem.TEMPLATE, f"서식 config/counseling/{name}을(를) 읽을 수 없습니다: {type(error).__name__}"
        ) from error
