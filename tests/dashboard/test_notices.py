"""Letters on the dashboard: found, counted, paid for, handed out and sent again, each by right and once."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, col, select

from dashboard.acts import approving, desk_calls, letters, notice_deciding, reviewing
from dashboard.acts.notice_answers import NoticeAnswer
from dashboard.acts.reviewing import Answer, Refused, Stale
from dashboard.acts.rights import NotAllowed
from dashboard.acts.seeing import ReasonMissing, reveal_subjects
from dashboard.door.letters import picture
from dashboard.door.proof import bundle
from dashboard.reads import notice_costs
from dashboard.reads.approvals import inbox
from dashboard.reads.my_letters import my_letters
from dashboard.reads.notice_counts import tally
from dashboard.reads.notice_list import STUCK, UNSETTLED, Wanted, count, page_of
from dashboard.reads.notice_sheet import notice_sheet
from dashboard.reads.review_list import rows_of
from dashboard.visitor import Visitor
from queues import accounts, database, files
from queues.models import AccessLog, Consent, Notice, ReviewTask, Role
from queues.sealed_fields import decided_comment
from queues.whose import circle_of
from tests.bots import notice_world

ADDRESS = {"postcode": "44543", "address": "울산광역시 중구 종가로 17", "detail": "101동 202호"}


@pytest.fixture(scope="module")
def filled(database_url: str) -> notice_world.Filled:
    with database.session() as session:
        made = notice_world.every_state(session)
        for name, role in (("second", Role.STAFF), ("counsel", Role.COUNSELOR)):
            accounts.create(session, name, notice_world.PASSWORD, role=role, display_name=name)
        return made


def visitor(session: Session, username: str) -> Visitor:
    account = accounts.find(session, username)
    assert account is not None
    return Visitor(account.id, username, account.display_name, account.role, "127.0.0.1", "s")


WANTED = [
    Wanted(),
    Wanted(state=UNSETTLED),
    Wanted(state=STUCK),
    Wanted(state="sent", channel="registered"),
    Wanted(state=UNSETTLED, channel="none"),
    Wanted(state=UNSETTLED, older=7),
    Wanted(state=UNSETTLED, kind="supplement"),
    Wanted(state="review", reason="notice_failed"),
]


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_pages_together_are_what_is_counted(
    session: Session, filled: notice_world.Filled, wanted: Wanted
) -> None:
    found, after = [], None
    while True:
        page = page_of(session, wanted, after, size=3)
        found += [row.notice.id for row in page.rows]
        if (after := page.after) is None:
            break
    assert len(found) == len(set(found)) == count(session, wanted) > 0
    if wanted.state:
        assert tally(session).total(wanted) == len(found)


def test_one_letter_is_found_by_what_somebody_has_before_them(
    session: Session, filled: notice_world.Filled
) -> None:
    sheet = notice_sheet(session, filled.by_state["returned"])
    assert sheet is not None and sheet.last is not None
    number = sheet.last.dispatch.registered_no
    act = session.exec(select(Notice).where(col(Notice.document_no).is_not(None))).first()
    assert act is not None and act.document_no
    words = {
        sheet.application.receipt_no.lower(): sheet.notice.id,
        f"{number[:5]}-{number[5:9]}-{number[9:]}": sheet.notice.id,
        f" {act.document_no} ": act.id,
    }
    for typed, wanted in words.items():
        assert [r.notice.id for r in page_of(session, Wanted(words=typed)).rows] == [wanted]
    by_name = page_of(session, Wanted(words=sheet.recipient.name)).rows
    assert sheet.notice.id in [r.notice.id for r in by_name]
    assert {r.name for r in by_name} == {sheet.recipient.name}
    assert not page_of(session, Wanted(words="없는사람")).rows


def test_what_did_not_leave_costs_nothing_and_a_month_ends_where_the_center_is(
    session: Session, filled: notice_world.Filled
) -> None:
    """The last evening of January in London is February in Seoul."""
    case = notice_world.case(session, 301)
    for channel, state in (("registered", "sent"), ("registered", "cancelled"), ("sms", "failed")):
        letter = notice_world.notice(session, case, "sent")
        dispatch = notice_world.dispatch(session, letter, channel, state)
        dispatch.sent_at = datetime(2024, 1, 31, 16, 0, tzinfo=UTC)
    session.flush()
    (cost,) = notice_costs.by_month(session, 2024)
    assert (cost.month, cost.channel, cost.letters) == ("2024-02", "registered", 1)
    assert cost.won == notice_world.PRICES["registered"]
    assert 2024 in notice_costs.years(session)
    session.rollback()


def test_a_letter_is_handed_out_byte_for_byte_for_a_reason(
    session: Session, filled: notice_world.Filled
) -> None:
    notice = session.get_one(Notice, filled.by_state["served"])
    staff = visitor(session, "staff")
    with pytest.raises(ReasonMissing):
        letters.letter_to_keep(session, staff, notice.id)
    reveal_subjects(session, staff, [letters.subject(notice.id)], "민원인 문의 응대")
    letter = letters.letter_to_keep(session, staff, notice.id)
    assert hashlib.sha256(files.read(letter.sha256)).hexdigest() == notice.letter_sha256
    assert letter.name == f"통지{notice.id}.pdf"
    noted = session.exec(select(AccessLog.action, AccessLog.reason).where(AccessLog.action == "download"))
    assert noted.all() == [("download", "민원인 문의 응대")]
    counselor = visitor(session, "counsel")
    letters.letter_to_look_at(session, counselor, notice.id)
    with pytest.raises(NotAllowed):
        letters.letter_to_keep(session, counselor, notice.id)
    with pytest.raises(letters.NoLetter):
        letters.letter_to_look_at(session, staff, filled.by_state["draft"])


def test_the_proof_holds_the_letter_and_what_the_outside_said_and_nothing_personal_besides(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    number = filled.by_state["served"]
    reveal_subjects(session, staff, [letters.subject(number)], "감사·점검")
    packed = bundle(letters.proof_to_keep(session, staff, number))
    assert packed == bundle(letters.proof_to_keep(session, staff, number))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    notice, sheet = session.get_one(Notice, number), notice_sheet(session, number)
    assert sheet is not None and sheet.last is not None
    assert parts["통지서.pdf"] == files.read(notice.letter_sha256)
    told = dict(line.split("  ", 1)[::-1] for line in parts.pop("SHA256SUMS").decode().splitlines())
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    proofs = {e.sha256 for e in sheet.last.events if e.sha256}
    assert proofs and proofs <= set(told.values())
    account = parts["발송내역.txt"].decode()
    assert sheet.last.dispatch.registered_no in account and "2026-11-20 (등기 배달)" in account
    for personal in (sheet.recipient.name, sheet.recipient.phone, "종가로"):
        assert personal not in account


def test_a_page_of_a_letter_is_a_picture_of_that_page(session: Session, filled: notice_world.Filled) -> None:
    sha256 = session.get_one(Notice, filled.by_state["served"]).letter_sha256
    first, second = picture(sha256, 1, 0.5), picture(sha256, 2, 0.5)
    assert first.startswith(b"\x89PNG") and first != second
    with pytest.raises(letters.NoLetter):
        picture(sha256, 3, 0.5)


def test_a_second_letter_needs_a_reason_a_way_that_is_open_and_one_press(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    case = notice_world.case(session, 302)
    letter = notice_world.notice(session, case, "sent")
    notice_world.dispatch(session, letter, "registered", "sent")
    answer = NoticeAnswer("resend", letter.version, channel="post", comment="연락이 왔음")
    with pytest.raises(NotAllowed):
        notice_deciding.resend(session, visitor(session, "counsel"), letter.id, answer)
    for wrong in (
        replace(answer, comment=" "),
        replace(answer, channel="electronic"),
        replace(answer, channel="hand"),
        replace(answer, to=ADDRESS | {"postcode": "4454"}),
        replace(answer, to=ADDRESS | {"address": "울산광역시 중구 종가로"}),
    ):
        with pytest.raises(Refused):
            notice_deciding.resend(session, staff, letter.id, wrong)
    task = notice_deciding.resend(session, staff, letter.id, answer)
    assert task.state == "decided" and task.decision is not None
    assert task.decision["action"] == "resend" and decided_comment(task.decision) == "연락이 왔음"
    with pytest.raises(Stale):
        notice_deciding.resend(session, staff, letter.id, answer)
    session.rollback()


def test_an_official_act_goes_only_by_ways_that_prove_it(
    session: Session, filled: notice_world.Filled
) -> None:
    case = notice_world.case(session, 303)
    letter = notice_world.notice(session, case, "sent", kind="decision_refused", official=True)
    session.add(Consent(person_id=case.person_id, channel="email", address="a@example.kr", source="case"))
    session.flush()
    for channel in ("post", "email", "sms"):
        with pytest.raises(Refused, match="증명"):
            answer = NoticeAnswer("resend", letter.version, channel=channel, comment="까닭")
            notice_deciding.resend(session, visitor(session, "staff"), letter.id, answer)
    session.rollback()


def test_while_nobody_knows_whether_it_left_nothing_else_may_leave(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    task = session.get_one(ReviewTask, filled.tasks["notice_unknown"])
    for action in ("resend", "correct_address", "drop", "prepare", "public_notice"):
        with pytest.raises(Refused):
            notice_deciding.decide_notice(
                session, staff, task.id, NoticeAnswer(action, task.version, channel="post", comment="까닭")
            )
    with pytest.raises(Refused, match="열세 자리"):
        answer = NoticeAnswer("was_sent", task.version, registered_no="123")
        notice_deciding.decide_notice(session, staff, task.id, answer)
    with pytest.raises(Stale):
        notice_deciding.decide_notice(session, staff, task.id, NoticeAnswer("was_sent", task.version - 1))
    decided = notice_deciding.decide_notice(
        session, staff, task.id, NoticeAnswer("was_sent", task.version, registered_no="6123-4567-89012")
    )
    assert decided.decision == {"action": "was_sent", "registered_no": "6123456789012"}
    session.rollback()


def test_a_doubtful_address_goes_only_with_the_word_of_a_person(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    task = session.get_one(ReviewTask, filled.tasks["notice_returned"])
    doubtful = NoticeAnswer(
        "correct_address", task.version, to=ADDRESS | {"address": "서울특별시 중구 세종대로 110"}
    )
    with pytest.raises(Refused, match="다른 지역"):
        notice_deciding.decide_notice(session, staff, task.id, doubtful)
    decided = notice_deciding.decide_notice(session, staff, task.id, replace(doubtful, sure=True))
    assert decided.decision is not None and decided.decision["sure"] is True
    assert "세종대로" not in str(decided.decision)  # sealed
    session.rollback()


def test_public_notice_is_on_paper_and_on_the_internet_and_not_in_the_future(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    task = session.get_one(ReviewTask, filled.tasks["notice_returned"])
    answer = NoticeAnswer("public_notice", task.version, on=date(2026, 11, 2), places=("internet", "board"))
    for wrong in (
        replace(answer, places=("internet",)),
        replace(answer, places=("board", "gazette")),
        replace(answer, on=date(2199, 1, 1)),
        replace(answer, on=None),
    ):
        with pytest.raises(Refused):
            notice_deciding.decide_notice(session, staff, task.id, wrong)
    decided = notice_deciding.decide_notice(session, staff, task.id, answer)
    assert decided.decision is not None and decided.decision["posted_on"] == "2026-11-02"
    session.rollback()


def test_the_desk_leads_a_question_about_a_letter_to_the_letter(
    session: Session, filled: notice_world.Filled
) -> None:
    staff = visitor(session, "staff")
    task = session.get_one(ReviewTask, filled.tasks["notice_failed"])
    assert desk_calls.open_case(session, staff, {"task": task.id})["elsewhere"] == task.id
    assert "elsewhere" in desk_calls.next_case(session, staff, {"skipped": []})
    assert desk_calls.ahead(session, staff, {"skipped": []})["task"] == 0
    for action in ("attach", "reject", "hold"):
        with pytest.raises(Refused, match="통지 화면"):
            reviewing.decide(session, staff, task.id, Answer(action, task.version, comment="까닭"))
    circle = circle_of(session, staff.account_id)
    row = rows_of(session, staff.account_id, circle, [task.id])[task.id]
    sheet = notice_sheet(session, int(task.evidence["notice_id"]))
    assert sheet is not None and sheet.application.receipt_no in row.document
    session.rollback()


def test_the_inbox_holds_what_is_ones_turn_and_many_plain_ones_go_at_once(
    session: Session, filled: notice_world.Filled
) -> None:
    people = filled.officials
    plain = []
    for number in (311, 312):
        letter = notice_world.notice(
            session, notice_world.case(session, number), "approval", kind="decision_granted", official=True
        )
        plain.append(notice_world.approval_line(session, letter, people)[1])
    checker, decider = visitor(session, "super"), visitor(session, "head")
    rows = inbox(session, checker.account_id).rows
    assert len(rows) == 5 and not inbox(session, decider.account_id).rows
    assert not inbox(session, visitor(session, "second").account_id).rows
    circle = circle_of(session, checker.account_id)
    assert my_letters(session, circle, checker.account_id, approves=True).approvals == 5
    refusal = next(w for w in rows if w.reading)
    done = approving.agree_to_many(session, checker, [(w.approval.id, w.notice.content_sha256) for w in rows])
    assert set(done.agreed) == {a.id for a in plain} and refusal.approval.id in done.left
    session.flush()
    assert {w.approval.subject for w in inbox(session, decider.account_id).rows} == {a.subject for a in plain}
    approving.read(session, checker, refusal.approval.id)
    session.flush()
    assert next(
        w for w in inbox(session, checker.account_id).rows if w.approval.id == refusal.approval.id
    ).read
    session.rollback()


def test_nothing_of_a_recipient_stands_where_bots_and_logs_see_it(
    session: Session, filled: notice_world.Filled
) -> None:
    """A preview is asked for by numbers."""
    staff = visitor(session, "staff")
    number = notice_deciding.ask_for_preview(session, staff, filled.by_state["draft"])
    again = notice_deciding.ask_for_preview(session, staff, filled.by_state["draft"])
    assert number != again
    case = session.get_one(Notice, filled.by_state["draft"])
    sheet = notice_sheet(session, case.id)
    assert sheet is not None
    item = notice_deciding.ask_for_kind(session, staff, "supplement", sheet.application.receipt_no.lower())
    assert item > again
    with pytest.raises(Refused):
        notice_deciding.ask_for_kind(session, staff, "supplement", "2026-UB-9999999")
    with pytest.raises(NotAllowed):
        notice_deciding.ask_for_kind(session, visitor(session, "counsel"), "supplement", "2026-UB-5000001")
    session.rollback()


def test_counts_of_attempts_are_of_the_last_one(session: Session, filled: notice_world.Filled) -> None:
    """A letter that went by post after registered mail came back stands under post."""
    letter = notice_world.notice(session, notice_world.case(session, 304), "sent")
    notice_world.dispatch(session, letter, "registered", "returned")
    notice_world.dispatch(session, letter, "post", "sent")
    session.flush()
    by_post = page_of(session, Wanted(state="sent", channel="post")).rows
    assert [r.notice.id for r in by_post] == [letter.id]
    assert letter.id not in [r.notice.id for r in page_of(session, Wanted(channel="registered")).rows]
    assert tally(session).total(Wanted(state="sent", channel="post")) == 1
    session.rollback()
