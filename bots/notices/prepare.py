"""notices.prepare: from what was announced to a letter that is final, or that waits for its line of approval.

A letter is made of the values as they are now. Where one is missing, unknown or of the wrong kind nothing leaves
and a person is asked. What needs approval goes to `queues.approvals` as a draft; once the line is through,
`bots.notices.numbering` has it registered and makes the final letter.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from bots.documents_system.system import DocumentSystemError
from bots.notices import asking, numbering, values
from bots.notices.anew import MayHaveLeft, again
from bots.notices.content import Content, content_of
from bots.notices.letters import Letter, LetterError, render_letter, render_text, template_sha256
from bots.notices.unfit import Unfit, unfit
from config.approval_lines import ApprovalLinesError
from config.case_code import CaseCode, CodeKind
from config.notice_kinds import NoticeKind, load_notice_kinds
from queues import approvals, audit, crypto, files, notices, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BackOfficeError
from queues.models import Notice, NoticeState
from queues.retry import RetryPolicy

__all__ = ["ChangedMeanwhile", "MayHaveLeft", "again", "prepare", "run"]

log = logging.getLogger(__name__)
ACTOR, DISPATCH = "bot:notices.prepare", "notices.dispatch"


class ChangedMeanwhile(BackOfficeError):
    """The case changed while its letter was made: it is made again."""


@dataclass(frozen=True)
class Made:
    """What came of the values: the content that an approval binds, the PDF (None for a mere message), the text."""

    content: Content
    letter: Letter | None
    text: str


class WhileItIsDown(RetryPolicy):
    """The document system may be away for hours; what else goes wrong is for a person soon."""

    def pause(self, error: Exception, tries: int) -> float | None:
        patient = RetryPolicy(tries=20, first=5.0, factor=2.0)
        return (
            patient.pause(error, tries)
            if isinstance(error, DocumentSystemError)
            else super().pause(error, tries)
        )


@bot(notices.PREPARE, title="통지서 작성", concurrency=2, retry=WhileItIsDown(), patient=True)
def run(item: Work) -> Outcome:
    """Bring one notice a stage on; safe to repeat."""
    done = prepare(int(item.payload["notice_id"]))
    return Outcome(counts={done: 1} if done else {})


def prepare(notice_id: int) -> str:
    """Make the letter of a draft, or finish one that is approved.

    Returns the state in which it leaves the notice; "" where there was nothing to do.
    """
    with record() as session:
        state = session.get_one(Notice, notice_id).state
    if state == NoticeState.DRAFT:
        return _make(notice_id)
    if state == NoticeState.APPROVED:
        return numbering.finish(notice_id)
    return ""


def _make(notice_id: int) -> str:
    with record() as session:
        notice = session.get_one(Notice, notice_id)
        session.expunge(notice)
        try:
            described, said = _collected(session, notice)
        except Unfit as unfit:
            return _asked(session, notice_id, unfit)
    try:
        made = render(notice, described, said)
    except Unfit as unfit:
        with record() as session:
            return _asked(session, notice_id, unfit)
    with record() as session:
        return _settle(session, notice_id, made)


def _collected(session: Session, notice: Notice) -> tuple[NoticeKind, dict[str, Any]]:
    """What `notices.yaml` says of the kind, and the values. Raises `Unfit`."""
    described = load_notice_kinds().kinds.get(notice.kind)
    if described is None:
        raise Unfit("notice_template_error", f"통지 종류 {notice.kind}가 설정에 없음")
    notices.readdress(session, notice)
    said = values.collect(session, notice)
    if not said.get("to_name"):
        raise Unfit("notice_recipient_missing")
    if described.remedy and not said.get("remedies"):
        raise Unfit("notice_no_remedy")
    return described, said


def render(notice: Notice, described: NoticeKind, said: dict[str, Any]) -> Made:
    """The letter as it stands before approval (a draft, where it is an act), and the short message.

    Raises `Unfit`; what is this machine's fault is raised as it is, and tried again.
    """
    try:
        letter = None
        if described.letter:
            letter = render_letter(notice.kind, said, case_code(said), draft=described.official)
        template = letter.template_sha256 if letter else template_sha256(notice.kind)
        text = render_text(notice.kind, said) if described.message and not described.official else ""
    except LetterError as error:
        raise unfit(error) from error
    return Made(content_of(notice.kind, template, said), letter, text)


def case_code(said: dict[str, Any]) -> CaseCode:
    """The QR by which an answer finds its case."""
    return CaseCode(CodeKind.LETTER, str(said["receipt_no"]))


def _settle(session: Session, notice_id: int, made: Made) -> str:
    """Write what was made, unless the notice or the case is another by now."""
    notice = _locked(session, notice_id)
    if notice.state != NoticeState.DRAFT:
        return ""
    described, said = _collected(session, notice)
    if content_of(notice.kind, made.content.template_sha256, said).sha256 != made.content.sha256:
        raise ChangedMeanwhile(f"the case of notice {notice_id} changed while its letter was made")
    _write(session, notice, described, made)
    if not described.official:
        notices.move(session, notice, NoticeState.READY, ACTOR)
        if made.letter is None:  # a mere message does not wait for the day's dispatch
            reference = f"notice:{notice.id}:v{notice.version}"
            work.add(session, DISPATCH, reference, payload={"notice_id": notice.id}, priority=50)
        return notice.state
    try:
        approvals.open_line(session, notice, actor=ACTOR)
    except approvals.NoApprover as error:
        asking.ask(session, notice, "notice_no_approver", ACTOR, problem=str(error))
    except ApprovalLinesError as error:
        log.error("%s", error)
        asking.ask(session, notice, "notice_no_approver", ACTOR, problem="결재선 설정을 읽을 수 없음")
    return notice.state


def _write(session: Session, notice: Notice, described: NoticeKind, made: Made) -> None:
    told = notices.values_of(notice)
    remedy = values.remedy_of(notice, told) if described.remedy else None
    notice.official = described.official
    notice.template_sha256, notice.content_sha256 = made.content.template_sha256, made.content.keep()
    if made.letter:
        notice.letter_sha256 = files.put(made.letter.pdf)
        notice.pages, notice.sheets = made.letter.pages, made.letter.sheets
    notice.text_enc = crypto.seal(made.text) if made.text else None
    notice.reply_days = notice.reply_days or (remedy.days if remedy else described.reply_days)
    if notice.due_on is None and (due := made.content.values.get("due_on")):
        notice.due_on = date.fromisoformat(str(due)[:10])
    session.add(notice)
    session.flush()
    audit.record(
        session, ACTOR, "notice.made", "notice", notice.id,
        content=notice.content_sha256, template=notice.template_sha256, letter=notice.letter_sha256,
    )  # fmt: skip


def _asked(session: Session, notice_id: int, unfit: Unfit) -> str:
    notice = _locked(session, notice_id)
    if notice.state == NoticeState.DRAFT:
        asking.ask(session, notice, unfit.reason, ACTOR, problem=unfit.problem)
        return notice.state
    return ""


def _locked(session: Session, notice_id: int) -> Notice:
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()
