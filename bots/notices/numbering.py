"""An agreed act gets its number, date of effect and seal from the document system, and its final letter.

What was agreed to is what leaves: the letter is made of the content that lies in the file store under the hash
that every step of the line agreed to. Where the case says something else by now, the line begins anew.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from bots.documents_system.connect import document_system
from bots.documents_system.system import Refused, Registered
from bots.notices import asking
from bots.notices.anew import again
from bots.notices.content import kept
from bots.notices.letters import Letter, LetterError, render_letter, render_text
from bots.notices.recheck import still_says
from bots.notices.unfit import Unfit, unfit
from config.approval_lines import DUTIES
from config.case_code import CaseCode, CodeKind
from config.letterhead import load_letterhead
from config.notice_kinds import load_notice_kinds
from queues import approvals, audit, crypto, days, files, notices
from queues.database import session as record
from queues.models import Account, Approval, Notice, NoticeState

ACTOR = "bot:notices.prepare"


def finish(notice_id: int) -> str:
    """Have an approved notice registered and make its final letter; returns the state that it leaves.

    Safe to repeat at every point: the document system knows the document by its key.
    Raises DocumentSystemError when there is no good answer; then it is tried again.
    """
    with record() as session:
        notice = _approved(session, notice_id)
        if notice is None:
            return ""
        if not still_says(session, notice):
            again(session, notice, ACTOR, "changed")
            return notice.state
        key, document = _document(session, notice)
        content_sha256, line = notice.content_sha256, _line(session, notice)
        template = notice.template_sha256
    try:
        registered = _registered(key, document)
        if not _note_number(notice_id, content_sha256, registered):
            return ""
        letter, text = _final(content_sha256, template, registered, line)
    except Unfit as why:
        return _ask(notice_id, why.reason, why.problem)
    return _ready(notice_id, content_sha256, letter, text)


def _registered(key: str, document: dict[str, Any]) -> Registered:
    """As it is registered already, else now: an earlier answer may have been lost. Raises `Unfit`."""
    system = document_system()
    if system is None:
        raise Unfit("notice_no_document_system")
    try:
        return system.find(key) or system.register(key, document)
    except Refused as error:
        raise Unfit("notice_number_refused", error.reason) from error
    finally:
        system.close()


def _document(session: Session, notice: Notice) -> tuple[str, dict[str, Any]]:
    """Under which key, and as what, the document system is to know it. No name of a citizen stands in it."""
    said = kept(notice.content_sha256).values
    return document_key(notice), {
        "title": f"{said.get('program', '')} {load_notice_kinds().kinds[notice.kind].title}".strip(),
        "kind": notice.kind,
        "receipt_no": said.get("receipt_no", ""),
        "content_sha256": notice.content_sha256,
        "pages": notice.pages,
        "disclosure": load_letterhead().disclosure,
        "approvals": _line(session, notice),
    }


def document_key(notice: Notice) -> str:
    """One document for one content of one notice: agreed to anew after a change, it is another document."""
    return f"{notice.key}:{notice.content_sha256[:32]}"


def _line(session: Session, notice: Notice) -> list[dict[str, str]]:
    """The line as it stands on the letter (결재란): duty, name and day of each step."""
    rows = []
    for step in approvals.line_of(session, notice.id):
        account = session.get_one(Account, step.decided_by)
        assert step.decided_at is not None
        rows.append(
            {
                "duty": _duty(step),
                "name": account.display_name or account.username,
                "day": days.day_of(step.decided_at).isoformat(),
            }
        )
    return rows


def _duty(step: Approval) -> str:
    """대결: the last step was taken by whoever stands in for the one whose it was."""
    stood_in = step.account_id is not None and step.decided_by != step.account_id
    return "대결" if stood_in and step.duty == "final" else DUTIES[step.duty]


def _note_number(notice_id: int, content_sha256: str, registered: Registered) -> bool:
    """Keep number and date; False when the notice is not any more what was registered."""
    with record() as session:
        notice = _approved(session, notice_id)
        if notice is None or notice.content_sha256 != content_sha256:
            return False
        taken = select(Notice.id).where(Notice.document_no == registered.document_no, Notice.id != notice_id)
        if session.exec(taken).first() is not None:
            asking.ask(session, notice, "notice_number_refused", ACTOR, problem="이미 쓰인 문서번호를 받음")
            return False
        if notice.document_no != registered.document_no:
            notice.document_no, notice.effective_on = registered.document_no, registered.effective_on
            session.add(notice)
            audit.record(
                session, ACTOR, "notice.number", "notice", notice.id, document_no=registered.document_no,
                effective_on=registered.effective_on.isoformat(), content=content_sha256,
            )  # fmt: skip
        return True


def _final(
    content_sha256: str, template: str, registered: Registered, line: list[dict[str, str]]
) -> tuple[Letter, str]:
    """The letter of what was agreed to, byte for byte, with all that makes it an act. Raises `Unfit`."""
    content = kept(content_sha256)
    day = registered.effective_on.isoformat()
    said = {
        **content.values,
        "sent_on": day,
        "document_no": registered.document_no,
        "effective_on": day,
        "approvals": line,
    }
    code = CaseCode(CodeKind.LETTER, str(said["receipt_no"]))
    described = load_notice_kinds().kinds[content.kind]
    try:
        letter = render_letter(content.kind, said, code, seal=registered.seal)
        text = render_text(content.kind, said) if described.message else ""
    except LetterError as error:
        raise unfit(error) from error
    if letter.template_sha256 != template:
        raise Unfit("notice_template_error", "결재 뒤에 서식이 바뀌었습니다")
    return letter, text


def _ready(notice_id: int, content_sha256: str, letter: Letter, text: str) -> str:
    with record() as session:
        notice = _approved(session, notice_id)
        if notice is None or notice.content_sha256 != content_sha256:
            return ""
        notice.letter_sha256 = files.put(letter.pdf)
        notice.pages, notice.sheets = letter.pages, letter.sheets
        notice.text_enc = crypto.seal(text) if text else None
        notices.move(session, notice, NoticeState.READY, ACTOR)
        audit.record(
            session, ACTOR, "notice.final", "notice", notice.id,
            letter=notice.letter_sha256, content=content_sha256,
        )  # fmt: skip
        return notice.state


def _ask(notice_id: int, reason: str, problem: str = "") -> str:
    with record() as session:
        notice = _approved(session, notice_id)
        if notice is None:
            return ""
        asking.ask(session, notice, reason, ACTOR, problem=problem)
        return notice.state


def _approved(session: Session, notice_id: int) -> Notice | None:
    """The notice, locked, while it is approved."""
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).one()
    return notice if notice.state == NoticeState.APPROVED else None
