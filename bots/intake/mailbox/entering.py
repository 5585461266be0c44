"""From the contents of a mail to deliveries, all of them or none, together with the word that it was taken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bots.intake.mailbox import seen
from bots.intake.mailbox.folder import Head, Place
from bots.intake.mailbox.opening import Contents, NotOpened, Paper, contents
from bots.intake.mailbox.sheet import ENGINE, Sheet, sheets
from bots.intake.mailbox.when import received_at
from bots.intake.reviews import ask_about_delivery
from config import review_reasons
from config.mail_gateways import load_mail_gateways
from config.settings import settings
from queues import audit, files, finding
from queues.database import session as record
from queues.deliveries import Arrived, enter_in
from queues.models import Delivery, DeliveryState, Page, PageState

ACTOR = "bot:intake.mail"
WITHOUT_PAPER, NOT_WHOLLY, TOO_LARGE = "mail_without_paper", "mail_not_opened", "mail_too_large"
DAMAGED = "첨부 파일이 손상된 채 도착함"


@dataclass(frozen=True, slots=True)
class Entered:
    """How many papers a mail brought, and how many questions about the mail itself."""

    papers: int = 0
    questions: int = 0


def enter_mail(mailbox: str, place: Place, head: Head, folder: Path) -> Entered:
    """Enter what lies in `folder`/mail.eml. Again, or by two at once, it changes nothing.

    Raises StoreFull or OSError when the store cannot take it: then nothing was entered.
    """
    try:
        found = contents(folder)
    except NotOpened:
        return _ask_about_unopened(mailbox, place, head, folder)
    papers = [_arrived(mailbox, head, found, paper) for paper in found.papers]
    question = _question(found)
    whole = _whole_mail(mailbox, head, found, folder) if question else None
    pages = _pages(sheets(found.words)) if question else []
    with record() as session:
        for paper in papers:
            enter_in(session, paper, actor=ACTOR)
        if whole is not None:
            ask_about_mail(session, whole, question, pages)
        seen.set_taken(session, mailbox, place, head.uid)
        _note(session, mailbox, found)
    return Entered(len(papers), int(whole is not None))


def enter_too_large(mailbox: str, place: Place, head: Head) -> Entered:
    """A person is asked about a mail that is not loaded; its header is what is kept of it."""
    arrived = _unopened(
        mailbox, head, files.put(head.header), f"too-large:{seen.key_of(head) or _numbers(place, head)}"
    )
    with record() as session:
        ask_about_mail(session, replace(arrived, name="mail-header.txt"), TOO_LARGE)
        seen.set_taken(session, mailbox, place, head.uid, stays=True)
    return Entered(questions=1)


def ask_about_mail(session: Session, arrived: Arrived, reason: str, pages: Sequence[Page] = ()) -> None:
    """Enter a mail as a delivery that nobody reads but a person; `pages` show what it says."""
    delivery = session.get_one(Delivery, enter_in(session, arrived, actor=ACTOR), with_for_update=True)
    if delivery.state != DeliveryState.TAKEN:
        return  # it was asked about before
    delivery.state, delivery.problem = DeliveryState.REVIEW, reason
    delivery.problem_detail = review_reasons.question(reason)
    delivery.media, delivery.page_count = "mail", len(pages)
    session.add(delivery)
    for page in pages:
        page.delivery_id = delivery.id
        session.add(page)
    finding.remember(session, delivery.id)
    ask_about_delivery(session, delivery, reason=reason, question=delivery.problem_detail)


def _pages(drawn: Sequence[Sheet]) -> list[Page]:
    """Rows for the pages of a mail, the pictures being in the store."""
    return [
        Page(
            number=sheet.read.number,
            state=PageState.READ,
            image_sha256=files.put(sheet.png),
            read_sha256=files.put(json.dumps(sheet.read.to_dict(), ensure_ascii=False).encode()),
            width=sheet.read.width,
            height=sheet.read.height,
            type="other",
            reader_version=ENGINE,
        )
        for sheet in drawn
    ]


def _question(found: Contents) -> str:
    """Why a person has to look at the mail itself; "" when all is said with its papers."""
    if found.problems:
        return NOT_WHOLLY
    if not found.papers and not found.notice:
        return WITHOUT_PAPER
    return ""


def _arrived(mailbox: str, head: Head, found: Contents, paper: Paper) -> Arrived:
    digest = files.put(paper.path)
    return Arrived(
        source=source_name(mailbox),
        reference=f"{found.identity[:32]}:{digest[:32]}",
        received_at=_received(head, found, paper.received_at),
        sha256=digest,
        name=paper.name or paper.path.name,
        caller=_number(paper.caller),
        sender=paper.sender,
        status=DAMAGED if paper.damaged else "",
    )


def _whole_mail(mailbox: str, head: Head, found: Contents, folder: Path) -> Arrived:
    return Arrived(
        source=source_name(mailbox),
        reference=f"{found.identity[:32]}:mail:{found.body[:32]}",
        received_at=_received(head, found, found.told_received_at),
        sha256=files.put(folder / "mail.eml"),
        name="mail.eml",
        caller=_number(found.told_caller),
        sender=found.told_sender,
    )


def _ask_about_unopened(mailbox: str, place: Place, head: Head, folder: Path) -> Entered:
    digest = files.put(folder / "mail.eml")
    with record() as session:
        ask_about_mail(session, _unopened(mailbox, head, digest, f"unopened:{digest[:32]}"), NOT_WHOLLY)
        seen.set_taken(session, mailbox, place, head.uid)
    return Entered(questions=1)


def _unopened(mailbox: str, head: Head, digest: str, reference: str) -> Arrived:
    return Arrived(
        source=source_name(mailbox),
        reference=reference,
        received_at=head.arrived_at,
        sha256=digest,
        name="mail.eml",
    )


def _received(head: Head, found: Contents, told: str) -> datetime:
    ways = load_mail_gateways()
    return received_at(
        told,
        head.arrived_at,
        found.last_hop,
        formats=ways.time_formats,
        believe_hours=ways.believe_hours,
        zone=ZoneInfo(settings().timezone),
    )


def _note(session: Session, mailbox: str, found: Contents) -> None:
    audit.record(
        session,
        ACTOR,
        "mail.taken",
        "mailbox",
        mailbox,
        papers=len(found.papers),
        passed_over=found.passed_over,
        problems=sorted(found.problems),
    )


def source_name(mailbox: str) -> str:
    return f"mail:{mailbox}"


def _numbers(place: Place, head: Head) -> str:
    return f"{place.folder}:{place.uid_validity}:{head.uid}"


def _number(text: str) -> str:
    return "".join(c for c in text if c in "+0123456789")
