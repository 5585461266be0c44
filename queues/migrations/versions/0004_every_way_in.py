"""Every way in, and the review desk: batches, evidence, officers, corrections, what is told to others

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = {
    "delivery": "'taken', 'reading', 'read', 'linked', 'review', 'done', 'rejected', 'split'",
    "document": "'read', 'attached', 'review', 'waiting_case', 'duplicate', 'discarded', 'rejected', "
    "'transferred', 'superseded'",
}


def upgrade() -> None:
    for table, states in _STATES.items():
        op.drop_constraint("state_known", table)
        op.create_check_constraint("state_known", table, f"state IN ({states})")
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"],
            ["officer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_from_on"), "absence", ["from_on"], unique=False)
    op.create_index(op.f("ix_absence_officer_id"), "absence", ["officer_id"], unique=False)
    op.create_index(op.f("ix_absence_substitute_id"), "absence", ["substitute_id"], unique=False)
    op.create_index(op.f("ix_absence_until_on"), "absence", ["until_on"], unique=False)
    op.create_table(
        "delivery_key",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
        ),
        sa.PrimaryKeyConstraint("delivery_id", "kind", "key"),
    )
    op.create_index("delivery_key_found", "delivery_key", ["kind", "key", "received_at", "delivery_id"])
    op.create_table(
        "work_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("media", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["work_item.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_work_evidence_item_id"), "work_evidence", ["item_id"], unique=False)
    op.create_table(
        "new_paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "arrived_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["officer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "document_id"),
    )
    op.create_index(op.f("ix_new_paper_document_id"), "new_paper", ["document_id"], unique=False)
    op.create_index("new_paper_of_officer", "new_paper", ["officer_id", "seen_at", "due_on"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("read_enc", sa.LargeBinary(), nullable=True),
        sa.Column("right_enc", sa.LargeBinary(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("box", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("image_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reader_version", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["review_task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("correction_of", "correction", ["document_id", "name"], unique=False)
    op.create_index(op.f("ix_correction_delivery_id"), "correction", ["delivery_id"], unique=False)
    op.create_index(op.f("ix_correction_task_id"), "correction", ["task_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("fields_enc", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("receipt_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed', 'undone')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["review_task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_registration_document_id"), "registration", ["document_id"], unique=False)
    op.create_index(op.f("ix_registration_state"), "registration", ["state"], unique=False)
    op.create_index(op.f("ix_registration_task_id"), "registration", ["task_id"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("comment_enc", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed', 'undone')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["review_task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_transfer_document_id"), "transfer", ["document_id"], unique=False)
    op.create_index(op.f("ix_transfer_state"), "transfer", ["state"], unique=False)
    op.create_index(op.f("ix_transfer_task_id"), "transfer", ["task_id"], unique=False)
    op.add_column("delivery", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("entered_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "delivery", sa.Column("letter_no", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "delivery", sa.Column("divided_by", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.create_index(op.f("ix_delivery_batch_id"), "delivery", ["batch_id"], unique=False)
    op.create_foreign_key(None, "delivery", "delivery", ["batch_id"], ["id"])
    op.add_column(
        "page", sa.Column("original_page", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("review_task", sa.Column("officer_id", sa.BigInteger(), nullable=True))
    op.add_column("review_task", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("review_task", sa.Column("undone_by", sa.BigInteger(), nullable=True))
    _what_can_be_taken_back()
    _whose_it_is()
    _desk_and_search()
    op.create_foreign_key(None, "review_task", "officer", ["officer_id"], ["id"])
    _alarms_and_places()
    _mails()
    _portals()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _whose_it_is() -> None:
    """Officers, deadlines, and lists of 100,000 open questions."""
    for name in ("program", "source", "other_center"):
        op.add_column("review_task", _text(name))
    op.add_column("review_task", sa.Column("legal_on", sa.Date(), nullable=True))
    op.add_column("review_task", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE review_task SET source = split_part(delivery.source, ':', 1) FROM delivery "
        "WHERE delivery.id = review_task.delivery_id"
    )
    op.drop_index("review_task_order", table_name="review_task")
    still_open = sa.text("state IN ('open', 'claimed')")
    op.create_index(
        "review_task_open",
        "review_task",
        ["due_at", "id"],
        postgresql_include=["officer_id", "reason", "program", "source", "held_until"],
        postgresql_where=still_open,
    )
    for name, column in (("of_officer", "officer_id"), ("of_reason", "reason")):
        op.create_index(
            f"review_task_{name}", "review_task", [column, "due_at", "id"], postgresql_where=still_open
        )
    op.create_index("review_task_decided", "review_task", ["decided_at"])
    in_hand = sa.text("state = 'claimed'")
    op.create_index("review_task_claimed", "review_task", ["claimed_by"], postgresql_where=in_hand)
    put_off = sa.text("held_until IS NOT NULL AND state IN ('open', 'claimed')")
    op.create_index("review_task_held", "review_task", ["decided_by", "held_until"], postgresql_where=put_off)
    for name in ("officer_by", "due_by"):
        op.add_column("application", _text(name))
    op.execute("UPDATE application SET officer_by = 'source' WHERE officer_id IS NOT NULL")
    op.execute("UPDATE application SET due_by = 'source' WHERE due_on IS NOT NULL")
    op.add_column("application", sa.Column("told_officer_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE application SET told_officer_id = officer_id")
    op.create_foreign_key(None, "application", "officer", ["told_officer_id"], ["id"])
    op.add_column(
        "officer", sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.create_index(op.f("ix_officer_team"), "officer", ["team"], unique=False)
    op.add_column(
        "account", sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("account", sa.Column("password_at", sa.DateTime(timezone=True), nullable=True))


def _what_can_be_taken_back() -> None:
    """What decisions and arrangements of pages changed, and what a person accepted as a change."""
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'decision'"), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("documents", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("before_enc", sa.LargeBinary(), nullable=True),
        sa.Column("after", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("undo_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_asked_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["review_task.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("task_id", "delivery_id"):
        op.create_index(op.f(f"ix_effect_{column}"), "effect", [column], unique=False)
    op.create_index("effect_made_by", "effect", ["made_by", "made_at"])
    op.add_column("correction", sa.Column("effect_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_correction_effect_id"), "correction", ["effect_id"], unique=False)
    op.create_foreign_key(None, "correction", "effect", ["effect_id"], ["id"])
    op.add_column(
        "attachment",
        sa.Column("accepted", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column("transfer", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))


def _desk_and_search() -> None:
    """What is handed over at the desk; finding a delivery, and listing them, among 300,000."""
    op.create_table(
        "desk_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        _text("receipt_no"),
        sa.Column("remark_enc", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    for column in ("account_id", "at", "digest"):
        op.create_index(op.f(f"ix_desk_entry_{column}"), "desk_entry", [column])
    op.create_table(
        "desk_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        _text("name"),
        _text("media"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["desk_entry.id"]),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entry_id", "position"),
    )
    op.create_index(op.f("ix_desk_file_delivery_id"), "desk_file", ["delivery_id"])
    op.add_column("delivery", _text("given_receipt_no"))
    op.add_column("delivery", sa.Column("keyed", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.drop_index("ix_delivery_state", table_name="delivery")
    for name, column in (("of_state", "state"), ("of_source", "source"), ("of_pages", "page_count")):
        op.create_index(f"delivery_{name}", "delivery", [column, "received_at"])
    for name, column in (("of_problem", "problem"), ("again", "duplicate_of")):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"delivery_{name}", "delivery", ["received_at"], postgresql_where=some)
    op.create_index("delivery_unkeyed", "delivery", ["id"], postgresql_where=sa.text("keyed = 0"))
    op.create_index(op.f("ix_attachment_decided_at"), "attachment", ["decided_at"])


def _alarms_and_places() -> None:
    op.create_table(
        "alarm_seen",
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        _text("note"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("alarm"),
    )
    op.add_column("work_item", sa.Column("place_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("work_item", sa.Column("retried_as", sa.BigInteger(), nullable=True))
    op.add_column("work_item_event", sa.Column("note_enc", sa.LargeBinary(), nullable=True))
    op.create_index("work_item_ended", "work_item", ["ended_at"])
    op.create_index("bot_run_ended", "bot_run", ["bot", "ended_at"])
    idle = sa.text("error = '' AND counts = '{}'::jsonb")
    op.create_index("bot_run_idle", "bot_run", ["bot"], postgresql_where=idle)


def _mails() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        _text("key"),
        sa.Column("state", sa.Text(), server_default=sa.text("'seen'"), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('seen', 'taken', 'known', 'gone')", name="state_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
    )
    op.create_index("mail_known", "mail", ["mailbox", "key"], postgresql_where=sa.text("key <> ''"))
    op.create_index("mail_waiting", "mail", ["mailbox", "folder"], postgresql_where=sa.text("state = 'seen'"))


def _portals() -> None:
    op.create_table(
        "portal_standing",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("unanswered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True),
        _text("stopped_code"),
        sa.Column("stopped_item", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_through_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_over", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "portal_problem",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _text("problem"),
        _text("sha256"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_item", sa.BigInteger(), nullable=True),
        sa.Column(
            "first_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", "number"),
    )
