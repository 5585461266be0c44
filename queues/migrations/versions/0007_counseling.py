"""Counseling: recorded talks, what was heard in them, and the notes that are signed

Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Nothing listens to a talk whose recording was not agreed to, and what was heard stays as it was heard.
_WINDOW = """
CREATE FUNCTION only_with_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE agreed text;
BEGIN
    IF TG_TABLE_NAME = 'speech_window' THEN
        SELECT consent INTO agreed FROM counseling_session talk JOIN recording ON recording.session_id = talk.id
            WHERE recording.id = NEW.recording_id FOR SHARE OF talk;
    ELSE
        SELECT consent INTO agreed FROM counseling_session WHERE id = NEW.session_id FOR SHARE;
    END IF;
    IF agreed IS DISTINCT FROM 'given' THEN
        RAISE EXCEPTION 'nobody has agreed to this recording' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_KEPT = """
CREATE FUNCTION keep_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.source, NEW.source_ref, NEW.sha256, NEW.received_at)
        IS DISTINCT FROM (OLD.source, OLD.source_ref, OLD.sha256, OLD.received_at) THEN
        RAISE EXCEPTION 'a recording stays as it came' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_HEARD = """
CREATE FUNCTION keep_utterance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.transcript_id, NEW.number, NEW.channel, NEW.start_ms, NEW.end_ms, NEW.text_enc,
        NEW.words_enc) IS DISTINCT FROM (OLD.transcript_id, OLD.number, OLD.channel, OLD.start_ms, OLD.end_ms,
        OLD.text_enc, OLD.words_enc) THEN
        RAISE EXCEPTION 'what was heard stays as it was heard' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# What is signed is frozen; it may only be put into its files, told to the system of record, and replaced.
_NOTE = """
CREATE FUNCTION keep_signed_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a signed note is never deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.state = 'signed' AND OLD.state = 'draft' THEN
        IF NEW.signed_by IS NULL OR NEW.signed_at IS NULL OR NEW.content_sha256 = '' OR NOT EXISTS (
            SELECT 1 FROM counseling_session talk WHERE talk.id = NEW.session_id
                AND talk.counselor_id = NEW.signed_by) THEN
            RAISE EXCEPTION 'only the counselor of a talk signs its note' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM note_line WHERE note_id = NEW.id AND fate = 'proposed') THEN
            RAISE EXCEPTION 'a note has lines that nobody has decided about' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'draft' AND (
        NEW.state NOT IN (OLD.state, 'replaced')
        OR (NEW.session_id, NEW.transcript_id, NEW.number, NEW.drafted_by, NEW.flags, NEW.made, NEW.why_enc,
            NEW.signed_by, NEW.signed_at, NEW.content_sha256, NEW.edited, NEW.sink_key)
        IS DISTINCT FROM (OLD.session_id, OLD.transcript_id, OLD.number, OLD.drafted_by, OLD.flags, OLD.made,
            OLD.why_enc, OLD.signed_by, OLD.signed_at, OLD.content_sha256, OLD.edited, OLD.sink_key)
        OR (OLD.pdf_sha256 <> '' AND NEW.pdf_sha256 <> OLD.pdf_sha256)
        OR (OLD.sink_ref <> '' AND NEW.sink_ref <> OLD.sink_ref)
        OR (OLD.docx_sha256 <> '' AND NEW.docx_sha256 <> OLD.docx_sha256)) THEN
        RAISE EXCEPTION 'a signed note is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_LINE = """
CREATE FUNCTION keep_signed_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM session_note
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.note_id ELSE NEW.note_id END FOR SHARE;
    IF standing <> 'draft' OR (TG_OP = 'UPDATE' AND NEW.note_id <> OLD.note_id) THEN
        RAISE EXCEPTION 'a line of a signed note is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.proposed_enc, NEW.origin) IS DISTINCT FROM (OLD.proposed_enc, OLD.origin) THEN
        RAISE EXCEPTION 'what was proposed stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

_GUARDS = (
    _WINDOW,
    "CREATE TRIGGER speech_window_consent BEFORE INSERT ON speech_window FOR EACH ROW EXECUTE FUNCTION only_with_consent()",
    "CREATE TRIGGER transcript_consent BEFORE INSERT ON transcript FOR EACH ROW EXECUTE FUNCTION only_with_consent()",
    _KEPT,
    "CREATE TRIGGER recording_kept BEFORE UPDATE OR DELETE ON recording FOR EACH ROW EXECUTE FUNCTION keep_recording()",
    _HEARD,
    "CREATE TRIGGER utterance_kept BEFORE UPDATE OR DELETE ON utterance FOR EACH ROW EXECUTE FUNCTION keep_utterance()",
    _NOTE,
    "CREATE TRIGGER session_note_kept BEFORE UPDATE OR DELETE ON session_note"
    " FOR EACH ROW EXECUTE FUNCTION keep_signed_note()",
    _LINE,
    "CREATE TRIGGER note_line_kept BEFORE INSERT OR UPDATE OR DELETE ON note_line"
    " FOR EACH ROW EXECUTE FUNCTION keep_signed_line()",
)


def upgrade() -> None:
    op.create_table(
        "counseling_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("way", sa.Text(), server_default=sa.text("'phone'"), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counselor_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'received'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("consent", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("consent_how", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "voices", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("progress", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("consent IN ('unknown', 'given', 'refused', 'withdrawn')", name="consent_known"),
        sa.CheckConstraint(
            "state IN ('received', 'ready', 'listening', 'heard', 'drafted', 'signed', 'failed', 'closed')",
            name="state_known",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["counselor_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("counseling_session_held", "counseling_session", ["held_at", "id"], unique=False)
    op.create_index(
        "counseling_session_of", "counseling_session", ["counselor_id", "state", "held_at"], unique=False
    )
    op.create_index(
        op.f("ix_counseling_session_application_id"), "counseling_session", ["application_id"], unique=False
    )
    op.create_index(
        op.f("ix_counseling_session_person_id"), "counseling_session", ["person_id"], unique=False
    )
    op.create_index(op.f("ix_counseling_session_state"), "counseling_session", ["state"], unique=False)
    op.create_table(
        "recording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("transcript_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("transcript_format", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("name_enc", sa.LargeBinary(), nullable=True),
        sa.Column("facts_enc", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("codec", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("channels", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sample_rate", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["counseling_session.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "source_ref"),
    )
    op.create_index(op.f("ix_recording_session_id"), "recording", ["session_id"], unique=False)
    op.create_index(op.f("ix_recording_sha256"), "recording", ["sha256"], unique=False)
    op.create_table(
        "talk_piece",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("take", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["counseling_session.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("take", "number"),
    )
    op.create_index(op.f("ix_talk_piece_session_id"), "talk_piece", ["session_id"], unique=False)
    op.create_table(
        "speech_window",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("heard_enc", sa.LargeBinary(), nullable=True),
        sa.Column("took_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("recording_id", "run", "channel", "number"),
    )
    op.create_index(op.f("ix_speech_window_recording_id"), "speech_window", ["recording_id"], unique=False)
    op.create_table(
        "transcript",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("model", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("model_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column(
            "flags", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("beeped_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("source IN ('recognised', 'delivered')", name="source_known"),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["recording.id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["counseling_session.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "number"),
    )
    op.create_index(op.f("ix_transcript_recording_id"), "transcript", ["recording_id"], unique=False)
    op.create_index(op.f("ix_transcript_session_id"), "transcript", ["session_id"], unique=False)
    op.create_table(
        "session_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("transcript_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("drafted_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "flags", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column(
            "made", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("why_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pdf_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("docx_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=True),
        sa.Column("sink_state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("sink_key", sa.Text(), nullable=True),
        sa.Column("sink_ref", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "sink_state IN ('pending', 'sent', 'acknowledged', 'failed')", name="sink_state_known"
        ),
        sa.CheckConstraint("state IN ('draft', 'signed', 'replaced')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["counseling_session.id"],
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "number"),
        sa.UniqueConstraint("sink_key"),
    )
    op.create_index(op.f("ix_session_note_state"), "session_note", ["state"], unique=False)
    op.create_index(op.f("ix_session_note_transcript_id"), "session_note", ["transcript_id"], unique=False)
    op.create_index(
        "session_note_one_draft",
        "session_note",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index("session_note_signed", "session_note", ["signed_by", "signed_at"], unique=False)
    op.create_table(
        "utterance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("transcript_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("speaker", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column("redacted_enc", sa.LargeBinary(), nullable=True),
        sa.Column("words_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "hidden", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column(
            "flags", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("right_enc", sa.LargeBinary(), nullable=True),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("transcript_id", "number"),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counselor_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default=sa.text("'counselor'"), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("at", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "cites", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column(
            "flags", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('task', 'appointment')", name="kind_known"),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'done')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["counselor_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["session_note.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("note_id", "position"),
    )
    op.create_index("follow_up_due", "follow_up", ["counselor_id", "state", "on"], unique=False)
    op.create_index(op.f("ix_follow_up_person_id"), "follow_up", ["person_id"], unique=False)
    op.create_table(
        "note_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("note_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default=sa.text("'said'"), nullable=False),
        sa.Column("proposed_enc", sa.LargeBinary(), nullable=True),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "cites", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column(
            "flags", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("fate", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "fate IN ('proposed', 'accepted', 'changed', 'struck', 'added')", name="fate_known"
        ),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["session_note.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("note_id", "position"),
    )
    op.add_column("review_task", sa.Column("session_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_review_task_session_id"), "review_task", ["session_id"], unique=False)
    op.create_foreign_key(None, "review_task", "counseling_session", ["session_id"], ["id"])
    for guard in _GUARDS:
        op.execute(guard)
