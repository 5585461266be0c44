"""E-mail: said once to the mail server, known there and in what comes back by its Message-ID."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bots.notices.send import archive, mail, smtp
from bots.notices.send.way import Doubtful, Fate, NobodyKnows, Outgoing, Taken
from config.mail_out import MailOut
from queues.dispatches import recipient
from queues.models import Dispatch, Notice


class Email:
    """The way of the channel "email"."""

    def __init__(self, server: MailOut) -> None:
        self.server = server

    def prepare(self, session: Session, notice: Notice, dispatch: Dispatch) -> Outgoing:
        to = mail.checked(recipient(dispatch).get("email", ""))
        return Outgoing(dispatch.key, to, mail.compose(session, notice, dispatch, self.server, to))

    def send(self, outgoing: Outgoing, mark: Callable[[], None]) -> Taken:
        accepted = smtp.deliver(self.server, outgoing.to, outgoing.content, mark)
        return self._taken(
            outgoing.key,
            answer=accepted.answer,
            content=hashlib.sha256(outgoing.content).hexdigest(),
            copied=str(accepted.copied),
        )

    def ask(self, key: str, tried_at: datetime) -> Taken | None:
        """No server tells what it took over; the archive's copy does."""
        box = self.server.archive
        if box is None or not self.server.copy_to:
            raise NobodyKnows("메일 서버가 받았는지 물어볼 수 없습니다", "mail_doubt")
        if archive.holds_copy(box, mail.message_id(key, self.server)):
            return self._taken(key, answer="copy in the archive")
        waited = datetime.now(UTC) - tried_at
        if waited < timedelta(seconds=self.server.archive_seconds):
            raise Doubtful("보관 메일함에 사본이 오는지 더 기다립니다", "mail_waiting", pause=30.0)
        raise NobodyKnows("보관 메일함에 사본이 없어 메일이 나갔는지 알 수 없습니다", "mail_doubt")

    def fate(self, key: str, number: str) -> Fate:
        """What comes back is found in the archive for all mails at once (`receipts`)."""
        del key
        return Fate(number=number)

    def _taken(self, key: str, **proof: str) -> Taken:
        number = mail.message_id(key, self.server)
        told = {
            "message_id": number,
            "server": self.server.host,
            "at": datetime.now(UTC).isoformat(),
            **proof,
        }
        return Taken(number, "accepted", told)
