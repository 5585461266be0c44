"""Notices: letters and messages, their approval, dispatch and fate; the stages of a supplement request

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What was agreed to stays as it was: a step is decided once, in its order, and only becomes void afterwards.
_APPROVAL = """
CREATE FUNCTION keep_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an approval is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.subject, NEW.notice_id, NEW.round, NEW.step, NEW.duty, NEW.content_sha256)
            IS DISTINCT FROM (OLD.subject, OLD.notice_id, OLD.round, OLD.step, OLD.duty, OLD.content_sha256) THEN
            RAISE EXCEPTION 'what an approval is about cannot be changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state IN ('approved', 'sent_back', 'void') AND (
            NEW.state NOT IN (OLD.state, 'void') OR (NEW.decided_by, NEW.decided_at, NEW.comment_enc)
            IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.comment_enc)) THEN
            RAISE EXCEPTION 'an approval is decided once' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.state = 'approved' AND EXISTS (
        SELECT 1 FROM approval earlier WHERE earlier.subject = NEW.subject AND earlier.round = NEW.round
        AND earlier.step < NEW.step AND earlier.state <> 'approved') THEN
        RAISE EXCEPTION 'an earlier step of the line has not been agreed to' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# An official act goes on only with a whole line behind exactly its content; with its final letter the content,
# the number and the date are fixed until the letter is made anew.
_NOTICE = """
CREATE FUNCTION keep_notice_approved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE unfinished boolean := OLD.state IN ('draft', 'approval', 'approved')
    OR (OLD.state = 'review' AND NEW.ready_at IS NULL);
BEGIN
    IF unfinished AND NEW.state <> OLD.state AND NEW.state IN ('approved', 'ready', 'sending', 'sent')
        AND NOT EXISTS (
            SELECT 1 FROM approval last WHERE last.subject = 'notice:' || NEW.id AND last.duty = 'final'
            AND last.state = 'approved' AND last.content_sha256 = NEW.content_sha256
            AND NOT EXISTS (
                SELECT 1 FROM approval other WHERE other.subject = last.subject AND other.round = last.round
                AND other.state <> 'approved')) THEN
        RAISE EXCEPTION 'notice % is an official act that nobody has agreed to as it is', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF unfinished AND NEW.state IN ('ready', 'sending', 'sent')
        AND (NEW.document_no IS NULL OR NEW.effective_on IS NULL OR NEW.letter_sha256 = '') THEN
        RAISE EXCEPTION 'notice % has no number, date of effect or final letter', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.ready_at IS NOT NULL AND NEW.ready_at IS NOT NULL AND (
        NEW.content_sha256, NEW.letter_sha256, NEW.document_no, NEW.effective_on)
        IS DISTINCT FROM (OLD.content_sha256, OLD.letter_sha256, OLD.document_no, OLD.effective_on) THEN
        RAISE EXCEPTION 'the final letter of notice % cannot be changed', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_SUPPLEMENT = "'draft', 'asked', 'withdrawn', 'satisfied', 'returned', 'given_up'"


def upgrade() -> None:
    op.drop_constraint("state_known", "supplement_request")
    op.create_check_constraint("state_known", "supplement_request", f"state IN ({_SUPPLEMENT})")
    op.create_table(
        "post_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("envelope", sa.Text(), server_default=sa.text("'small'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("expected_won", sa.Integer(), nullable=False),
        sa.Column("price_won", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("upload_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("receipt_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paying_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'uploading', 'uploaded', 'paying', 'paid', 'unknown', 'cancelled', 'failed')",
            name="state_known",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_post_batch_site_no"), "post_batch", ["site_no"], unique=False)
    op.create_index(op.f("ix_post_batch_state"), "post_batch", ["state"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("employer_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("employer_id", "channel"),
        sa.UniqueConstraint("person_id", "channel"),
    )
    op.create_table(
        "clock_stop",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("supplement_id", sa.BigInteger(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("'supplement'"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplement_id"],
            ["supplement_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "clock_stop_one",
        "clock_stop",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_index(op.f("ix_clock_stop_application_id"), "clock_stop", ["application_id"], unique=False)
    _notices()


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("program", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("employer_id", sa.BigInteger(), nullable=True),
        sa.Column("supplement_id", sa.BigInteger(), nullable=True),
        sa.Column("official", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("values_enc", sa.LargeBinary(), nullable=True),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column("template_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("letter_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pages", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sheets", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reply_days", sa.Integer(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("served_how", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("runs_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'approval', 'approved', 'ready', 'sending', 'sent', 'served', 'returned', "
            "'review', 'cancelled')",
            name="state_known",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplement_id"],
            ["supplement_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_no"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_notice_application_id"), "notice", ["application_id"], unique=False)
    op.create_index(op.f("ix_notice_due_on"), "notice", ["due_on"], unique=False)
    op.create_index(op.f("ix_notice_employer_id"), "notice", ["employer_id"], unique=False)
    op.create_index(op.f("ix_notice_kind"), "notice", ["kind"], unique=False)
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_index(op.f("ix_notice_runs_until"), "notice", ["runs_until"], unique=False)
    op.create_index(op.f("ix_notice_supplement_id"), "notice", ["supplement_id"], unique=False)
    op.create_index("notice_by_state", "notice", ["state", "created_at", "id"], unique=False)
    op.create_index("notice_made", "notice", ["created_at", "id"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment_enc", sa.LargeBinary(), nullable=True),
        sa.Column("readings", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'approved', 'sent_back', 'void')", name="state_known"
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'sent_back') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_by_somebody",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "round", "step"),
    )
    op.create_index(
        "approval_asked",
        "approval",
        ["account_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "approval_one_person",
        "approval",
        ["subject", "round", "decided_by"],
        unique=True,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(op.f("ix_approval_notice_id"), "approval", ["notice_id"], unique=False)
    op.create_index(op.f("ix_approval_state"), "approval", ["state"], unique=False)
    op.create_index(op.f("ix_approval_subject"), "approval", ["subject"], unique=False)
    _dispatches()


def _dispatches() -> None:
    op.create_table(
        "dispatch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("to_enc", sa.LargeBinary(), nullable=True),
        sa.Column("to_index", sa.LargeBinary(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("envelope", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("sheets", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("price_won", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("provider_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("registered_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("request_state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("receipt_state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("receiver", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("proof_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("letter_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'leaving', 'sent', 'delivered', 'returned', 'failed', 'unknown', 'cancelled')",
            name="state_known",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["post_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("notice_id", "number"),
    )
    op.create_index("dispatch_by_state", "dispatch", ["state", "channel", "created_at"], unique=False)
    op.create_index(
        "dispatch_one_alive",
        "dispatch",
        ["notice_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'leaving', 'unknown')"),
    )
    op.create_index(
        "dispatch_to_look",
        "dispatch",
        ["next_look_at"],
        unique=False,
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_dispatch_batch_id"), "dispatch", ["batch_id"], unique=False)
    op.create_index(op.f("ix_dispatch_channel"), "dispatch", ["channel"], unique=False)
    op.create_index(op.f("ix_dispatch_provider_no"), "dispatch", ["provider_no"], unique=False)
    op.create_index(op.f("ix_dispatch_registered_no"), "dispatch", ["registered_no"], unique=False)
    op.create_index(op.f("ix_dispatch_sent_at"), "dispatch", ["sent_at"], unique=False)
    op.create_index(op.f("ix_dispatch_to_index"), "dispatch", ["to_index"], unique=False)
    op.create_table(
        "supplement_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("supplement_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column("reason_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supplement_id"],
            ["supplement_request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_supplement_step_supplement_id"), "supplement_step", ["supplement_id"], unique=False
    )
    op.create_table(
        "dispatch_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dispatch_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("actor", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch_id"],
            ["dispatch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_dispatch_event_dispatch_id"), "dispatch_event", ["dispatch_id"], unique=False)
    _columns()


def _columns() -> None:
    op.add_column("application", sa.Column("due_base_on", sa.Date(), nullable=True))
    op.add_column(
        "employer", sa.Column("representative", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("employer", sa.Column("postcode", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("employer", sa.Column("address", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("employer", sa.Column("email", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("person", sa.Column("postcode", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("person", sa.Column("email", sa.Text(), server_default=sa.text("''"), nullable=False))
    for table in ("employer", "person"):
        op.add_column(
            table, sa.Column("told_address", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
    op.execute("UPDATE person SET told_address = address")
    op.add_column(
        "supplement_request", sa.Column("stage", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column(
        "supplement_request",
        sa.Column("extensions", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("supplement_request", sa.Column("asked_on", sa.Date(), nullable=True))
    op.add_column("supplement_request", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "supplement_request", sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "supplement_request", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )

    op.execute("UPDATE application SET due_base_on = due_on")
    for table in ("dispatch_event", "supplement_step"):
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_added")
    op.execute(_APPROVAL)
    op.execute(_NOTICE)
    op.execute(
        "CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON approval "
        "FOR EACH ROW EXECUTE FUNCTION keep_approval()"
    )
    op.execute(
        "CREATE TRIGGER approved_only BEFORE UPDATE ON notice FOR EACH ROW "
        "WHEN (NEW.official) EXECUTE FUNCTION keep_notice_approved()"
    )
    for table, trigger in (("approval", "kept"), ("notice", "approved_only")):
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
