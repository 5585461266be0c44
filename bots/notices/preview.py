"""notices.preview: what a letter would look like now, with the real values of its case; nothing leaves.

payload  {"notice_id"}, or {"kind", "application_id"} for one that has not been announced

The work item's `progress` then says {"letter_sha256", "pages", "sheets"} of a letter in the file store, or
{"problems": [...]}, sentences without personal data, where the values do not suffice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from bots.notices import values
from bots.notices.letters import LetterError, render_letter, render_text
from config.case_code import CaseCode, CodeKind
from config.notice_kinds import load_notice_kinds
from queues import crypto, database, files, notices
from queues.bots import Outcome, Work, bot
from queues.models import Application, Notice, WorkItem

_OF_THE_MACHINE = ("letter_timeout", "letter_memory", "letter_crashed")
_NO_CASE = "접수번호가 없는 신청이어서 통지서를 만들 수 없습니다."


@bot("notices.preview", title="통지서 미리보기", concurrency=2)
def run(item: Work) -> Outcome:
    """Make one preview; safe to repeat."""
    with database.session() as session:
        notice = _notice(session, item.payload)
        described = load_notice_kinds().kinds.get(notice.kind)
        official = described is not None and described.official
        said = values.collect(session, notice) if described else {}
    found = _made(notice.kind, said, draft=official)
    with database.session() as session:
        session.execute(update(WorkItem).where(col(WorkItem.id) == item.id).values(progress=found))
    return Outcome(counts={"problems" if "problems" in found else "made": 1})


def _made(kind: str, said: dict[str, Any], *, draft: bool) -> dict[str, Any]:
    described = load_notice_kinds().kinds.get(kind)
    if described is None:
        return {"problems": [f"notices.yaml에 '{kind}' 통지가 없습니다."]}
    try:
        code = CaseCode(CodeKind.LETTER, str(said.get("receipt_no", "")))
    except ValueError:
        return {"problems": [_NO_CASE]}
    try:
        if described.message:
            render_text(kind, said)
        if not described.letter:
            return {"letter_sha256": "", "pages": 0, "sheets": 0}
        letter = render_letter(kind, said, code, draft=draft)
    except LetterError as error:
        if error.code in _OF_THE_MACHINE:
            raise
        return {"problems": [error.text]}
    return {"letter_sha256": files.put(letter.pdf), "pages": letter.pages, "sheets": letter.sheets}


def _notice(session: Session, payload: dict[str, Any]) -> Notice:
    """The notice, or one made up for the case, which is never written down."""
    if "notice_id" in payload:
        notice = session.get_one(Notice, int(payload["notice_id"]))
        session.expunge(notice)
        return notice
    application = session.get_one(Application, int(payload["application_id"]))
    person_id, employer_id = notices.addressee(application)
    return Notice(
        key=f"preview:{application.id}",
        kind=str(payload["kind"]),
        application_id=application.id,
        program=application.program,
        person_id=person_id,
        employer_id=employer_id,
        values_enc=crypto.seal("{}"),
    )
