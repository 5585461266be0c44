"""A batch in the record, moved from state to state; each change is a transaction that says what it needs.

What leads to the outside (uploading, paying) is written only while this run still has the right to be at the
site: a run that was taken for dead finds its right gone and does nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import select

from bots.intake.portal import standing
from bots.notices.post import letters
from bots.notices.post.errors import SiteChanged, SiteDown
from bots.notices.post.letters import ACTOR, Locked
from bots.notices.post.upload import Letter, Upload
from queues import audit, leases
from queues.database import session as record
from queues.models import DispatchState, PostBatch, PostBatchState, WorkItem, WorkState

S = PostBatchState


class Overtaken(SiteDown):
    """Another run has moved the batch meanwhile: it goes on there."""


@dataclass(frozen=True)
class BatchRecord:
    """One batch, for one run. `lease` and `holder`: this run's right to be at the site."""

    batch_id: int
    lease: str
    holder: str

    def read(self) -> PostBatch:
        """As it stands. Raises ValueError when there is none."""
        with record() as session:
            batch = session.exec(select(PostBatch).where(PostBatch.id == self.batch_id)).first()
        if batch is None:
            raise ValueError(f"there is no post batch {self.batch_id}")
        return batch

    def to_go(self) -> list[Letter]:
        with record() as session:
            return letters.to_go(session, self.batch_id)

    def undecided(self) -> bool:
        """Whether all letters that were uploaded are still ours to send."""
        batch = self.read()
        with record() as session:
            locked = letters.lock(session, self.batch_id)
            leaving = [d for d in locked.letters if d.state == DispatchState.LEAVING]
            return len(leaving) == batch.letters

    def begin(self, upload: Upload, refused: Mapping[int, str], sha256: str) -> bool:
        """Write down what is about to be uploaded; False when the letters have changed meanwhile."""
        with self._change(S.PLANNED, S.UPLOADING, S.UNKNOWN, right=True) as locked:
            now = {dispatch.id for dispatch in locked.to_go()}
            if now != {row.dispatch_id for row in upload.rows} | set(refused):
                return False
            letters.fail(locked, refused)
            letters.leave(locked, upload.rows)
            batch = locked.batch
            batch.letters, batch.sheets, batch.expected_won = len(upload.rows), upload.sheets, upload.won
            batch.upload_sha256, batch.site_no, batch.uploaded_at = sha256, "", None
            self._move(
                locked, S.UPLOADING if upload.rows else S.FAILED, "" if upload.rows else "post_none_left"
            )
            return True

    def uploading_now(self) -> None:
        """The upload is about to be sent."""
        with self._change(S.UPLOADING, right=True) as locked:
            locked.batch.uploaded_at = datetime.now(UTC)
            audit.record(locked.session, ACTOR, "post_batch.upload", "post_batch", self.batch_id)

    def refused_letters(self, reasons: Mapping[int, str]) -> None:
        """The site took nothing, because of these letters; the others are to be uploaded without them."""
        with self._change(S.UPLOADING) as locked:
            letters.fail(locked, reasons)
            locked.batch.uploaded_at, locked.batch.upload_sha256 = None, ""
            if not any(locked.to_go()):
                self._move(locked, S.FAILED, "post_none_left")

    def uploaded(self, site_no: str) -> None:
        """The site has it under this number, not paid."""
        with self._change(S.UPLOADING, S.UPLOADED, S.UNKNOWN) as locked:
            locked.batch.site_no = site_no
            self._move(locked, S.UPLOADED)

    def upload_again(self, reason: str) -> None:
        """What was uploaded is gone from the site, and was never paid."""
        with self._change(S.UPLOADING, S.UPLOADED, S.UNKNOWN) as locked:
            locked.batch.site_no, locked.batch.uploaded_at, locked.batch.upload_sha256 = "", None, ""
            self._move(locked, S.UPLOADING, reason)

    def count_anew(self) -> None:
        """The rates may have been put right since it was uploaded."""
        with self._change(S.UPLOADED) as locked:
            locked.batch.expected_won = letters.count_anew(locked)

    def paying(self, price_won: int) -> None:
        """The order to pay is about to be given."""
        with self._change(S.UPLOADED, right=True) as locked:
            locked.batch.price_won, locked.batch.paying_at = price_won, datetime.now(UTC)
            self._move(locked, S.PAYING)

    def found_paying(self, site_no: str) -> None:
        """The site says that it is paid, or being paid, and we know of no order."""
        with self._change(S.UPLOADING, S.UPLOADED, S.UNKNOWN) as locked:
            locked.batch.site_no = site_no
            locked.batch.paying_at = locked.batch.paying_at or datetime.now(UTC)
            self._move(locked, S.PAYING, "post_found_paid")

    def not_paid(self, reason: str) -> None:
        """It certainly was not paid."""
        with self._change(S.PAYING, S.UNKNOWN) as locked:
            for dispatch in locked.to_go():
                if dispatch.state == DispatchState.UNKNOWN:
                    letters.leave_again(locked, dispatch)
            self._move(locked, S.UPLOADED, reason)

    def paid(self, price_won: int | None, cancel_until: datetime | None) -> None:
        """It is paid: the letters go."""
        with self._change(S.PAYING, S.UNKNOWN, S.UPLOADED) as locked:
            batch = locked.batch
            batch.paid_at = batch.paid_at or datetime.now(UTC)
            batch.price_won = batch.price_won if price_won is None else price_won
            batch.cancel_until = cancel_until
            self._move(locked, S.PAID)

    def found_paid(self, site_no: str, price_won: int | None, cancel_until: datetime | None) -> None:
        """A person has said that it is paid, and the site's list shows it under this number."""
        with self._change(S.UNKNOWN) as locked:
            batch = locked.batch
            batch.site_no, batch.cancel_until = site_no, cancel_until
            batch.paying_at = batch.paying_at or datetime.now(UTC)
            batch.paid_at = batch.paid_at or datetime.now(UTC)
            batch.price_won = batch.price_won if price_won is None else price_won
            self._move(locked, S.PAID, "post_found_paid")

    def taken_over(self, numbers: Mapping[str, str], receipt_sha256: str) -> int:
        """Letters are with the post; returns how many a person had decided about otherwise.

        numbers  by the letter's key; {} where the service gives none. Raises `SiteChanged` when they are not
                 those of the letters that were uploaded: a letter without its number would never be followed
        """
        with self._change(S.PAID) as locked:
            if numbers and set(numbers) != letters.uploaded_keys(locked):
                raise SiteChanged("'등기번호 조회' 화면의 편지가 올린 편지와 다릅니다.")
            locked.batch.receipt_sha256 = receipt_sha256 or locked.batch.receipt_sha256
            locked.session.add(locked.batch)
            audit.record(
                locked.session, ACTOR, "post_batch.numbers", "post_batch", self.batch_id, numbers=len(numbers)
            )
            return letters.sent(locked, numbers, locked.batch.receipt_sha256)

    def unknown(self, reason: str) -> None:
        """Only a person can tell."""
        with self._change(S.UPLOADING, S.UPLOADED, S.PAYING, S.UNKNOWN) as locked:
            self._move(locked, S.UNKNOWN, reason)
            letters.unknown(locked, reason)

    def cancelled_outside(self) -> None:
        """Somebody has cancelled it at the site after it was paid: nothing left."""
        with self._change(S.PAYING, S.UNKNOWN) as locked:
            self._move(locked, S.CANCELLED, "post_cancelled_outside")
            letters.all_failed(locked, "post_cancelled_outside")

    def not_posted(self, reason: str) -> None:
        """A person has said that it never was with the post, and the site's list does not show it: its letters
        may go out again."""
        with self._change(S.UNKNOWN, right=True) as locked:
            self._move(locked, S.FAILED, reason)
            letters.all_failed(locked, reason)

    def questions_settled(self) -> None:
        """What was asked about the batch has been answered."""
        with record() as session:
            query = select(WorkItem.id).where(
                WorkItem.reference == f"post_batch:{self.batch_id}",
                WorkItem.state == WorkState.REVIEW.value,
            )
            asked = session.exec(query).all()
        for item_id in asked:
            standing.withdraw_question(item_id)

    def called_back(self, proof: str) -> None:
        """We have called it back within the hour."""
        with self._change(S.PLANNED, S.UPLOADING, S.UPLOADED, S.PAYING, S.PAID, S.UNKNOWN) as locked:
            self._move(locked, S.CANCELLED, "post_called_back")
            letters.called_back(locked, proof)

    @contextmanager
    def _change(self, *wanted: PostBatchState, right: bool = False) -> Iterator[Locked]:
        with record() as session:
            if right and not leases.is_held(session, self.lease, self.holder):
                raise Overtaken("우편 사이트 방문의 차례를 잃었습니다. 다른 실행이 이어 갑니다.")
            locked = letters.lock(session, self.batch_id)
            if locked.batch.state not in wanted:
                raise Overtaken(f"우편 접수 {self.batch_id}번을 다른 실행이 이미 진행했습니다.")
            yield locked
            session.add(locked.batch)

    def _move(self, locked: Locked, state: PostBatchState, reason: str = "") -> None:
        was = locked.batch.state
        locked.batch.state, locked.batch.reason = state.value, reason
        locked.session.add(locked.batch)
        audit.record(
            locked.session,
            ACTOR,
            "post_batch.state",
            "post_batch",
            self.batch_id,
            was=was,
            now=state.value,
            reason=reason,
        )
