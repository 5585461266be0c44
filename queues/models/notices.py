"""Letters and messages that leave the center, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import (
    blind,
    identity,
    mapping,
    moment,
    one_of,
    optional_words,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import ApprovalState, DispatchState, NoticeState, PostBatchState

# While one of these stands nothing else may leave for the notice.
_LIVE = text("state IN ('planned', 'leaving', 'unknown')")


class Notice(SQLModel, table=True):
    """통지서: what is to reach somebody about a case, committed under its key before anything leaves.

    key            what it is about, made of ids ("supplement:17:request:1"); the same key is the same notice
    kind           of ``config/notices/notices.yaml`` ("supplement", "decision_refused", ...)
    official       an act (처분): it leaves only approved, with number, date of effect and seal
    values_enc     what was told when it was announced, JSON, sealed
    text_enc       the words of its short message, sealed; letter_sha256: the PDF as it goes out, byte for byte
    content_sha256 of what the approval binds: values, template, recipient
    reason         why it stands where it does, a code
    due_on         until when an answer is asked for, when the letter names a day
    reply_days     a period that runs from the day of service (90 for an objection); runs_until: its last day
    served_on      the day of service (송달일) by law; served_how: "registered", "electronic", "public", "hand"
    """

    __tablename__ = "notice"
    __table_args__ = (
        one_of("state", NoticeState),
        Index("notice_by_state", "state", "created_at", "id"),
        Index("notice_made", "created_at", "id"),
    )
    id: int = identity()
    key: str = words(None, unique=True)
    kind: str = words(None, index=True)
    application_id: int = reference("application.id")
    program: str = words()
    person_id: int | None = reference("person.id", optional=True)
    employer_id: int | None = reference("employer.id", optional=True)
    supplement_id: int | None = reference("supplement_request.id", optional=True)
    official: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    state: str = words(NoticeState.DRAFT.value)
    reason: str = words()
    values_enc: bytes | None = sealed()
    text_enc: bytes | None = sealed()
    template_sha256: str = words()
    content_sha256: str = words()
    letter_sha256: str = words()
    pages: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    sheets: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    document_no: str | None = optional_words(unique=True)
    effective_on: date | None = Field(default=None)
    approved_at: datetime | None = moment()
    due_on: date | None = Field(default=None, index=True)
    reply_days: int | None = Field(default=None)
    served_on: date | None = Field(default=None)
    served_how: str = words()
    runs_until: date | None = Field(default=None, index=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    made_by: str = words("bot")
    created_at: datetime = stamp()
    ready_at: datetime | None = moment()
    sent_at: datetime | None = moment()
    ended_at: datetime | None = moment()


class Approval(SQLModel, table=True):
    """결재: one step of the line of people that an official act needs, in one round of asking.

    subject         "notice:17"
    round, step     a change of the content begins a new round; steps of a round go in order from 1
    duty            기안 "draft", 검토 "check", 전결 "final"
    account_id      whose turn it is; None: anybody whom the line's rule admits (`role`)
    content_sha256  what was agreed to; another content voids it
    readings        who had the letter open before them, and when, by account id as text
    """

    __tablename__ = "approval"
    __table_args__ = (
        one_of("state", ApprovalState),
        UniqueConstraint("subject", "round", "step"),
        Index(
            "approval_one_person",
            "subject",
            "round",
            "decided_by",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'sent_back') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_by_somebody",
        ),
        Index("approval_asked", "account_id", "created_at", postgresql_where=text("state = 'asked'")),
    )
    id: int = identity()
    subject: str = words(None, index=True)
    notice_id: int | None = reference("notice.id", optional=True)
    round: int = Field(default=1)
    step: int = Field(default=1)
    duty: str = words(None)
    role: str = words()
    account_id: int | None = reference("account.id", optional=True, index=False)
    state: str = words(ApprovalState.WAITING.value, index=True)
    content_sha256: str = words()
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = moment()
    comment_enc: bytes | None = sealed()
    readings: dict[str, str] = mapping()
    created_at: datetime = stamp()


class Dispatch(SQLModel, table=True):
    """발송: one attempt to bring a notice to its recipient by one channel.

    channel     "registered", "post", "email", "sms", "alimtalk", "electronic", "hand", "public"
    key         what the outside knows it by; committed before it leaves
    to_enc      where it goes: {"name", "postcode", "address", "detail", "email", "phone", "box"}, JSON, sealed
    to_index    blind index of the address, so that one who cannot be reached there is known
    batch_id, position   of the upload to the post it went with
    not_before  it may not leave earlier (quiet hours, set times)
    provider_no the number that the gateway gave; registered_no: 등기번호, 13 digits
    request_state, receipt_state   the gateway's own words, kept apart
    next_look_at  when its fate is asked about again
    proof_sha256  of the last proof (answer, receipt, tracking) in the file store
    letter_sha256 of the PDF that went with it: the notice's own may be made anew afterwards
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        one_of("state", DispatchState),
        UniqueConstraint("notice_id", "number"),
        Index("dispatch_one_alive", "notice_id", unique=True, postgresql_where=_LIVE),
        Index("dispatch_by_state", "state", "channel", "created_at"),
        Index("dispatch_to_look", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
    )
    id: int = identity()
    notice_id: int = reference("notice.id", index=False)
    number: int = Field(default=1)
    channel: str = words(None, index=True)
    key: str = words(None, unique=True)
    state: str = words(DispatchState.PLANNED.value)
    reason: str = words()
    to_enc: bytes | None = sealed()
    to_index: bytes | None = blind()
    batch_id: int | None = reference("post_batch.id", optional=True)
    position: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    not_before: datetime | None = moment()
    envelope: str = words()
    sheets: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    price_won: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    provider_no: str = words(index=True)
    registered_no: str = words(index=True)
    request_state: str = words()
    receipt_state: str = words()
    receiver: str = words()
    sent_at: datetime | None = moment(index=True)
    delivered_at: datetime | None = moment()
    returned_at: datetime | None = moment()
    next_look_at: datetime | None = moment()
    looks: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    proof_sha256: str = words()
    letter_sha256: str = words()
    made_by: str = words("bot")
    created_at: datetime = stamp()


class DispatchEvent(SQLModel, table=True):
    """What happened to a dispatch, in order; rows are only ever added. `sha256` of the proof, if there is one.

    detail  codes and places only, nothing personal
    """

    __tablename__ = "dispatch_event"
    id: int = identity()
    dispatch_id: int = reference("dispatch.id")
    at: datetime = stamp()
    happened_at: datetime | None = moment()
    state: str = words(None)
    code: str = words()
    detail: dict[str, Any] = mapping()
    sha256: str = words()
    actor: str = words("bot")


class PostBatch(SQLModel, table=True):
    """One upload of letters to the post (우편 접수 한 건): one service, one payment.

    key       the name under which it stands in the site's own list; committed before anything is uploaded
    service   "registered" or "post"; envelope "small" or "large"
    expected_won, price_won   by our own count, and what the site asked
    cancel_until   it may be called back until then
    """

    __tablename__ = "post_batch"
    __table_args__ = (one_of("state", PostBatchState),)
    id: int = identity()
    key: str = words(None, unique=True)
    service: str = words(None)
    envelope: str = words("small")
    state: str = words(PostBatchState.PLANNED.value, index=True)
    reason: str = words()
    letters: int = Field(default=0)
    sheets: int = Field(default=0)
    expected_won: int = Field(default=0)
    price_won: int = Field(default=0)
    site_no: str = words(index=True)
    upload_sha256: str = words()
    receipt_sha256: str = words()
    uploaded_at: datetime | None = moment()
    paying_at: datetime | None = moment()
    paid_at: datetime | None = moment()
    cancel_until: datetime | None = moment()
    created_at: datetime = stamp()


class Consent(SQLModel, table=True):
    """수신 동의: a person or employer agreed to be notified by a channel, at the address that they named.

    source_version  of the case from which it came; withdrawn_on: no longer
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("person_id", "channel"),
        UniqueConstraint("employer_id", "channel"),
    )
    id: int = identity()
    person_id: int | None = reference("person.id", optional=True, index=False)
    employer_id: int | None = reference("employer.id", optional=True, index=False)
    channel: str = words(None)
    address: str = words()
    given_on: date | None = Field(default=None)
    withdrawn_on: date | None = Field(default=None)
    source: str = words()
    updated_at: datetime = stamp()


class SupplementStep(SQLModel, table=True):
    """One stage of a supplement request; rows are only ever added.

    kind  "request", "written_anew" (another letter in place of one that had not left), "extension",
          "second_request", "reminder", "dropped" (a person had the letter not leave), "return" (drafted),
          "return_recalled", "returned", "withdrawal", "satisfied", "reopened" (what had satisfied it was taken
          off again), "spared" (the papers are not needed), "case_closed", "withdrawn"
    """

    __tablename__ = "supplement_step"
    id: int = identity()
    supplement_id: int = reference("supplement_request.id")
    kind: str = words(None)
    on: date = Field(nullable=False)
    due_on: date | None = Field(default=None)
    notice_id: int | None = reference("notice.id", optional=True, index=False)
    made_by: str = words("bot")
    reason_enc: bytes | None = sealed()
    at: datetime = stamp()


class ClockStop(SQLModel, table=True):
    """처리기간 정지: the days from `from_on` until `until_on`, both included, do not count; None: still stopped."""

    __tablename__ = "clock_stop"
    __table_args__ = (
        Index("clock_stop_one", "application_id", unique=True, postgresql_where=text("until_on IS NULL")),
    )
    id: int = identity()
    application_id: int = reference("application.id")
    supplement_id: int | None = reference("supplement_request.id", optional=True, index=False)
    from_on: date = Field(nullable=False)
    until_on: date | None = Field(default=None)
    reason: str = words("supplement")
    at: datetime = stamp()
