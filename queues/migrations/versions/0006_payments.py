"""Payments: decisions, orders, batches and the ledger of transfers; budget, treasury duties, bank days

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from queues.migrations.payment_batch_guards import PAYMENT_BATCH_GUARDS

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The ledger: an event changes its payment, and nothing else does. Whoever writes one has seen the one before it.
# What follows what: sending may go back to approved only as "never_left", said by who had not written it yet.
_APPLY_EVENT = """
CREATE FUNCTION apply_payment_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing record;
BEGIN
    UPDATE payment SET state = NEW.state, seq = NEW.seq, reason = NEW.reason
    WHERE id = NEW.payment_id AND seq = NEW.seq - 1 AND (
        (state = NEW.state AND state <> 'sending')
        OR (state, NEW.state) IN (
            ('draft', 'held'), ('draft', 'name_checked'), ('draft', 'cancelled'),
            ('held', 'draft'), ('held', 'name_checked'), ('held', 'cancelled'),
            ('name_checked', 'draft'), ('name_checked', 'held'), ('name_checked', 'approved'),
            ('name_checked', 'cancelled'),
            ('approved', 'name_checked'), ('approved', 'held'), ('approved', 'cancelled'),
            ('approved', 'sending'),
            ('sending', 'accepted'), ('sending', 'rejected'), ('sending', 'unknown'),
            ('unknown', 'accepted'), ('unknown', 'rejected'),
            ('accepted', 'settled'), ('accepted', 'returned'), ('settled', 'returned'),
            ('rejected', 'accepted'))
        OR ((state, NEW.state) = ('sending', 'approved') AND NEW.reason = 'never_left'));
    IF NOT FOUND THEN
        SELECT state, seq INTO standing FROM payment WHERE id = NEW.payment_id;
        RAISE EXCEPTION 'payment % is "%" at event %: event % "%" does not follow',
            NEW.payment_id, standing.state, standing.seq, NEW.seq, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_PAYMENT = """
CREATE FUNCTION keep_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE batch_state text;
DECLARE by_file boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT state INTO batch_state FROM payment_batch WHERE id = NEW.batch_id FOR SHARE;
        IF batch_state <> 'draft' OR NEW.state <> 'draft' OR NEW.seq <> 0 THEN
            RAISE EXCEPTION 'a payment begins as a draft in a batch that is one' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.order_id, NEW.batch_id, NEW.position, NEW.amount_won, NEW.bank_code, NEW.account_enc,
        NEW.account_index, NEW.holder_enc, NEW.statement_text, NEW.end_to_end)
        IS DISTINCT FROM (OLD.order_id, OLD.batch_id, OLD.position, OLD.amount_won, OLD.bank_code, OLD.account_enc,
        OLD.account_index, OLD.holder_enc, OLD.statement_text, OLD.end_to_end) THEN
        RAISE EXCEPTION 'what payment % pays to whom cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id THEN
        RAISE EXCEPTION 'payment % has left in a file', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.state, NEW.seq) IS DISTINCT FROM (OLD.state, OLD.seq) THEN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'only an event changes the state of payment %', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state IN ('approved', 'sending') AND NEW.state <> OLD.state THEN
            SELECT CASE WHEN pause_asked AND state = 'running' THEN 'paused' ELSE state END, channel = 'iso20022'
                INTO batch_state, by_file FROM payment_batch WHERE id = NEW.batch_id FOR SHARE;
            IF NEW.state = 'sending' AND by_file <> (NEW.file_id IS NOT NULL) THEN
                RAISE EXCEPTION 'payment % does not go by this channel', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            IF (NEW.state = 'sending' AND batch_state <> 'running')
                OR (OLD.state = 'name_checked' AND batch_state <> 'approved') THEN
                RAISE EXCEPTION 'the batch of payment % is "%"', OLD.id, batch_state
                    USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# A file that may have left stays what it was, and after its end nothing follows.
_FILE = """
CREATE FUNCTION keep_payment_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment file is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.batch_id, NEW.part, NEW.msg_id, NEW.sha256, NEW.payments, NEW.total_won)
        IS DISTINCT FROM (OLD.batch_id, OLD.part, OLD.msg_id, OLD.sha256, OLD.payments, OLD.total_won)
        OR NEW.tries < OLD.tries OR OLD.doubted AND NOT NEW.doubted THEN
        RAISE EXCEPTION 'what left in payment file % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('leaving', 'taken'), ('leaving', 'refused'), ('leaving', 'unknown'), ('leaving', 'answered'),
        ('taken', 'answered'), ('taken', 'unknown'),
        ('unknown', 'taken'), ('unknown', 'answered'), ('unknown', 'refused')) THEN
        RAISE EXCEPTION 'payment file % is "%": "%" does not follow', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# One change of an item for a whole statement: row by row, a hundred thousand changes of one row would each step
# over all the earlier ones.
_BOOK = """
CREATE FUNCTION book_budget_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed bigint;
BEGIN
    -- Not FOR UPDATE: the entry's own reference holds the item already, as does that of whoever books beside us.
    PERFORM 1 FROM budget_item WHERE id IN (SELECT item_id FROM booked) ORDER BY id FOR NO KEY UPDATE;
    SELECT item.id INTO closed FROM booked JOIN budget_item item ON item.id = booked.item_id
        WHERE item.closed_at IS NOT NULL AND booked.kind <> 'payment' AND booked.amount_won > 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'budget item % is closed', closed USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE budget_item SET
        allotted_won = allotted_won + sums.allotted, committed_won = committed_won + sums.committed,
        paid_won = paid_won + sums.paid, returned_won = returned_won + sums.returned
    FROM (
        SELECT item_id,
            coalesce(sum(amount_won) FILTER (WHERE kind = 'allotment'), 0) AS allotted,
            coalesce(sum(amount_won) FILTER (WHERE kind = 'commitment'), 0) AS committed,
            coalesce(sum(amount_won) FILTER (WHERE kind = 'payment'), 0) AS paid,
            coalesce(sum(amount_won) FILTER (WHERE kind = 'return'), 0) AS returned
        FROM booked GROUP BY item_id) sums
    WHERE budget_item.id = sums.item_id;
    RETURN NULL;
END $$
"""

_ITEM = """
CREATE FUNCTION keep_budget_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.fiscal_year, NEW.fund, NEW.code) IS DISTINCT FROM (OLD.fiscal_year, OLD.fund, OLD.code)
        OR OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
        RAISE EXCEPTION 'budget item % stays what it is, and closed once it is', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.allotted_won, NEW.committed_won, NEW.paid_won, NEW.returned_won)
        IS DISTINCT FROM (OLD.allotted_won, OLD.committed_won, OLD.paid_won, OLD.returned_won)
        AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'only an entry changes the sums of budget item %', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# What was decided stays as it was told; it is taken back once, and another decision follows.
_DECISION = """
CREATE FUNCTION keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL AND NEW.taken_back_at IS DISTINCT FROM OLD.taken_back_at
        OR (NEW.key, NEW.application_id, NEW.program, NEW.person_id, NEW.employer_id, NEW.outcome, NEW.claim_no,
        NEW.about, NEW.period_from, NEW.period_until, NEW.amount_won, NEW.deductions, NEW.payee_enc, NEW.decided_on)
        IS DISTINCT FROM (OLD.key, OLD.application_id, OLD.program, OLD.person_id, OLD.employer_id, OLD.outcome,
        OLD.claim_no, OLD.about, OLD.period_from, OLD.period_until, OLD.amount_won, OLD.deductions, OLD.payee_enc,
        OLD.decided_on) THEN
        RAISE EXCEPTION 'decision % stays as it was told', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_FUND_RETURN = """
CREATE FUNCTION keep_fund_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('booked', 'cancelled')
        OR (NEW.key, NEW.order_id, NEW.payment_id, NEW.amount_won, NEW.cause, NEW.asked_on)
        IS DISTINCT FROM (OLD.key, OLD.order_id, OLD.payment_id, OLD.amount_won, OLD.cause, OLD.asked_on) THEN
        RAISE EXCEPTION 'what fund return % asks for cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# What is owed to whom is frozen while a batch has it, and an order is free again only when none of its payments
# can still arrive. Nobody is owed the same twice: the same payee and program, periods that overlap (where one has
# none: the same claim), unless a person said of that very pair that they are not the same.
# By index, also where the plan was made while the table was still empty.
_ORDER = """
CREATE FUNCTION keep_payment_order() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE other bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment order is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'cancelled' AND NEW.state <> 'cancelled' THEN
            RAISE EXCEPTION 'payment order % was cancelled', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state IN ('batched', 'paid') AND OLD.state NOT IN ('ready', 'batched', 'paid') THEN
            RAISE EXCEPTION 'payment order % is "%"', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state IN ('batched', 'paid') THEN
            IF (NEW.key, NEW.number, NEW.decision_id, NEW.program, NEW.person_id, NEW.employer_id, NEW.claim_no,
                NEW.about, NEW.period_from, NEW.period_until, NEW.decided_won, NEW.deductions, NEW.amount_won,
                NEW.fund, NEW.fiscal_year, NEW.budget_item_id, NEW.legal_ground, NEW.payee_enc, NEW.bank_code,
                NEW.account_enc, NEW.account_index, NEW.documents, NEW.content_sha256)
                IS DISTINCT FROM
                (OLD.key, OLD.number, OLD.decision_id, OLD.program, OLD.person_id, OLD.employer_id, OLD.claim_no,
                OLD.about, OLD.period_from, OLD.period_until, OLD.decided_won, OLD.deductions, OLD.amount_won,
                OLD.fund, OLD.fiscal_year, OLD.budget_item_id, OLD.legal_ground, OLD.payee_enc, OLD.bank_code,
                OLD.account_enc, OLD.account_index, OLD.documents, OLD.content_sha256) THEN
                RAISE EXCEPTION 'payment order % is in a batch and cannot be changed', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            IF NEW.state NOT IN ('batched', 'paid') AND EXISTS (
                SELECT 1 FROM payment WHERE order_id = OLD.id
                AND state NOT IN ('rejected', 'returned', 'cancelled')) THEN
                RAISE EXCEPTION 'a payment of order % is under way or was made', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
        END IF;
        IF NEW.state NOT IN ('ready', 'batched', 'paid') OR OLD.state IN ('ready', 'batched', 'paid')
            AND (NEW.program, NEW.person_id, NEW.employer_id, NEW.claim_no, NEW.about, NEW.period_from,
                NEW.period_until, NEW.not_double_of)
            IS NOT DISTINCT FROM (OLD.program, OLD.person_id, OLD.employer_id, OLD.claim_no, OLD.about,
                OLD.period_from, OLD.period_until, OLD.not_double_of) THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.state NOT IN ('ready', 'batched', 'paid') THEN
        RETURN NEW;
    END IF;
    -- Few locks, shared by many payees: a large transaction must not fill the table of locks.
    PERFORM pg_advisory_xact_lock(20486, mod(coalesce(NEW.person_id, NEW.employer_id, 0), 256)::int);
    SELECT o.id INTO other FROM payment_order o
    WHERE coalesce(o.person_id, 0) = coalesce(NEW.person_id, 0)
        AND coalesce(o.employer_id, 0) = coalesce(NEW.employer_id, 0) AND o.program = NEW.program
        AND o.id <> NEW.id AND o.state NOT IN ('draft', 'doubt', 'cancelled') AND o.about = NEW.about
        AND (CASE WHEN o.period_from IS NULL OR NEW.period_from IS NULL THEN o.claim_no = NEW.claim_no
            ELSE daterange(o.period_from, coalesce(o.period_until, o.period_from), '[]')
                && daterange(NEW.period_from, coalesce(NEW.period_until, NEW.period_from), '[]') END
            OR o.application_id = NEW.application_id AND o.claim_no = NEW.claim_no AND o.claim_no > 0)
        AND NOT NEW.not_double_of @> to_jsonb(o.id) AND NOT o.not_double_of @> to_jsonb(NEW.id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payment order % would pay the same as order %', NEW.id, other
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'payment_order_once';
    END IF;
    RETURN NEW;
END $$
"""

# What is booked on an order is told to the accounting system: the word is written with the booking itself.
_TELL_ACCOUNTING = """
CREATE FUNCTION tell_accounting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounting_entry (kind, key, entry_id, order_id, payment_id, amount_won, "on")
    SELECT kind, key, id, order_id, payment_id, amount_won, "on" FROM fresh
    WHERE order_id IS NOT NULL AND kind <> 'allotment' ORDER BY id;
    RETURN NULL;
END $$
"""

_ACCOUNTING = """
CREATE FUNCTION keep_accounting_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what is told to the accounting system is never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.kind, NEW.key, NEW.entry_id, NEW.order_id, NEW.payment_id, NEW.amount_won, NEW."on")
        IS DISTINCT FROM (OLD.kind, OLD.key, OLD.entry_id, OLD.order_id, OLD.payment_id, OLD.amount_won, OLD."on")
        OR OLD.state = 'booked' AND NEW.state <> 'booked' THEN
        RAISE EXCEPTION 'what accounting entry % says cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# A day is closed only when it agrees, or somebody signed for it and every difference has its explanation.
_BANK_DAY = """
CREATE FUNCTION keep_bank_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a bank day is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'closed' AND (TG_OP = 'INSERT' OR OLD.state <> 'closed') THEN
        IF EXISTS (SELECT 1 FROM difference WHERE bank_day_id = NEW.id AND state = 'open')
            OR NOT (OLD.state = 'agreed' OR OLD.state = 'differs' AND NEW.signed_by IS NOT NULL) THEN
            RAISE EXCEPTION 'bank day % neither agrees nor has anybody signed for it', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.state = 'closed' AND (
        NEW.our_count, NEW.our_won, NEW.our_back_won, NEW.their_count, NEW.their_won, NEW.their_back_won,
        NEW.difference_won, NEW.signed_by, NEW.signed_at)
        IS DISTINCT FROM (
        OLD.our_count, OLD.our_won, OLD.our_back_won, OLD.their_count, OLD.their_won, OLD.their_back_won,
        OLD.difference_won, OLD.signed_by, OLD.signed_at) THEN
        RAISE EXCEPTION 'bank day % is closed', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_STATEMENT_LINE = """
CREATE FUNCTION keep_statement_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a line of a statement is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.day, NEW.fund, NEW.source, NEW.key, NEW.amount_won, NEW.kind, NEW.named, NEW.account_index,
        NEW.file_sha256, NEW.detail)
        IS DISTINCT FROM (OLD.day, OLD.fund, OLD.source, OLD.key, OLD.amount_won, OLD.kind, OLD.named,
        OLD.account_index, OLD.file_sha256, OLD.detail) THEN
        RAISE EXCEPTION 'what line % of a statement says cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _budget_item()
    _message_counter()
    _appointment()
    _decision()
    _payment_batch()
    _payment_order()
    _payment_file()
    _payment()
    _bank_message()
    _budget_entry()
    _fund_return()
    _statement_line()
    _accounting_entry()
    _bank_day()
    _payment_event()
    _difference()
    _review_task()
    for function in (
        _APPLY_EVENT,
        _PAYMENT,
        _FILE,
        _BOOK,
        _ITEM,
        _ORDER,
        _DECISION,
        _FUND_RETURN,
        *PAYMENT_BATCH_GUARDS,
    ):
        op.execute(function)
    for function in (_TELL_ACCOUNTING, _ACCOUNTING, _BANK_DAY, _STATEMENT_LINE):
        op.execute(function)
    for table in ("payment_event", "budget_entry", "bank_message"):
        _trigger(table, "only_added", "BEFORE UPDATE OR DELETE", "refuse_change")
    for table in (
        "payment_event",
        "payment",
        "payment_batch",
        "payment_order",
        "budget_entry",
        "bank_message",
        "approval",
        "appointment",
    ):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_emptied")
    _trigger("payment_event", "applied", "BEFORE INSERT", "apply_payment_event")
    _trigger("payment", "kept", "BEFORE INSERT OR UPDATE OR DELETE", "keep_payment")
    _trigger("payment_file", "kept", "BEFORE UPDATE OR DELETE", "keep_payment_file")
    _trigger("payment_batch", "kept", "BEFORE UPDATE OR DELETE", "keep_payment_batch")
    _trigger("payment_order", "kept", "BEFORE INSERT OR UPDATE OR DELETE", "keep_payment_order")
    op.execute(
        "CREATE TRIGGER booked AFTER INSERT ON budget_entry REFERENCING NEW TABLE AS booked "
        "FOR EACH STATEMENT EXECUTE FUNCTION book_budget_entry()"
    )
    op.execute("ALTER TABLE budget_entry ENABLE ALWAYS TRIGGER booked")
    op.execute(
        "CREATE TRIGGER told AFTER INSERT ON budget_entry REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION tell_accounting()"
    )
    op.execute("ALTER TABLE budget_entry ENABLE ALWAYS TRIGGER told")
    _trigger("budget_item", "kept", "BEFORE UPDATE OR DELETE", "keep_budget_item")
    _trigger("decision", "kept", "BEFORE UPDATE OR DELETE", "keep_decision")
    _trigger("fund_return", "kept", "BEFORE UPDATE OR DELETE", "keep_fund_return")
    _trigger("accounting_entry", "kept", "BEFORE UPDATE OR DELETE", "keep_accounting_entry")
    _trigger("bank_day", "kept", "BEFORE INSERT OR UPDATE OR DELETE", "keep_bank_day")
    _trigger("statement_line", "kept", "BEFORE UPDATE OR DELETE", "keep_statement_line")
    _trigger("appointment", "kept_apart", "BEFORE INSERT OR UPDATE OR DELETE", "keep_duties_apart")
    op.execute(
        "CREATE TRIGGER kept_by_office BEFORE INSERT OR UPDATE ON approval FOR EACH ROW "
        "WHEN (NEW.subject LIKE 'payment_batch:%') EXECUTE FUNCTION keep_payment_approval()"
    )
    op.execute("ALTER TABLE approval ENABLE ALWAYS TRIGGER kept_by_office")


def _trigger(table: str, name: str, when: str, function: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _budget_item() -> None:
    op.create_table(
        "budget_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("allotted_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("committed_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paid_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("returned_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("committed_won <= allotted_won + returned_won", name="within_the_allotment"),
        sa.CheckConstraint("paid_won <= committed_won", name="paid_only_what_was_committed"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fiscal_year", "fund", "code"),
    )


def _message_counter() -> None:
    op.create_table(
        "message_counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("company_code", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last BETWEEN 0 AND 950000", name="numbers_left"),
        sa.PrimaryKeyConstraint("day", "bank_code", "company_code"),
    )


def _appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("stands_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("duty IN ('commitment', 'order', 'cashier')", name="duty_known"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="in_order"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("appointment_of", "appointment", ["account_id", "from_on"], unique=False)


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("employer_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("about", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("amount_won", sa.BigInteger(), nullable=True),
        sa.Column(
            "deductions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("payee_enc", sa.LargeBinary(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("legal_ground", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("document_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("outcome IN ('granted', 'refused')", name="outcome_known"),
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
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_decision_application_id"), "decision", ["application_id"], unique=False)
    op.create_index(op.f("ix_decision_employer_id"), "decision", ["employer_id"], unique=False)
    op.create_index(op.f("ix_decision_person_id"), "decision", ["person_id"], unique=False)


def _payment_batch() -> None:
    op.create_table(
        "payment_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("'firm'"), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("total_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("paper_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("run_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pause_asked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'checking', 'checked', 'approval', 'approved', 'running', 'paused', "
            "'stopped', 'done', 'closed', 'cancelled')",
            name="state_known",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_payment_batch_pay_on"), "payment_batch", ["pay_on"], unique=False)
    op.create_index(op.f("ix_payment_batch_state"), "payment_batch", ["state"], unique=False)


def _payment_order() -> None:
    op.create_table(
        "payment_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("employer_id", sa.BigInteger(), nullable=True),
        sa.Column("claim_no", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("about", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("decided_won", sa.BigInteger(), nullable=False),
        sa.Column(
            "deductions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("budget_item_id", sa.BigInteger(), nullable=True),
        sa.Column("legal_ground", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payee_enc", sa.LargeBinary(), nullable=True),
        sa.Column("bank_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("account_enc", sa.LargeBinary(), nullable=True),
        sa.Column("account_index", sa.LargeBinary(), nullable=True),
        sa.Column(
            "documents",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "not_double_of",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "accepted",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("content_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("paper_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'doubt', 'ready', 'batched', 'paid', 'cancelled')", name="state_known"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'doubt', 'cancelled') "
            "OR (amount_won BETWEEN 10 AND 9999999999999 AND amount_won % 10 = 0)",
            name="won_in_tens",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["budget_item_id"],
            ["budget_item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
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
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(op.f("ix_payment_order_account_index"), "payment_order", ["account_index"], unique=False)
    op.create_index(
        op.f("ix_payment_order_application_id"), "payment_order", ["application_id"], unique=False
    )
    op.create_index(
        op.f("ix_payment_order_budget_item_id"), "payment_order", ["budget_item_id"], unique=False
    )
    op.create_index(op.f("ix_payment_order_decision_id"), "payment_order", ["decision_id"], unique=False)
    op.create_index(op.f("ix_payment_order_employer_id"), "payment_order", ["employer_id"], unique=False)
    op.create_index("payment_order_by_state", "payment_order", ["state", "program", "id"], unique=False)
    op.create_index(
        "payment_order_of_payee",
        "payment_order",
        [
            sa.literal_column("coalesce(person_id, 0)"),
            sa.literal_column("coalesce(employer_id, 0)"),
            "program",
        ],
        unique=False,
    )
    op.create_index(
        "payment_order_of_period",
        "payment_order",
        ["person_id", "employer_id", "program", "period_from"],
        unique=False,
    )


def _payment_file() -> None:
    op.create_table(
        "payment_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("msg_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("total_won", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'leaving'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("bank_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("doubted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('leaving', 'taken', 'answered', 'refused', 'unknown')", name="state_known"
        ),
        sa.CheckConstraint("payments > 0 AND total_won > 0", name="something_is_paid"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["payment_batch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "part"),
        sa.UniqueConstraint("msg_id"),
    )
    op.create_index(op.f("ix_payment_file_state"), "payment_file", ["state"], unique=False)


def _payment() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("account_enc", sa.LargeBinary(), nullable=True),
        sa.Column("account_index", sa.LargeBinary(), nullable=True),
        sa.Column("holder_enc", sa.LargeBinary(), nullable=True),
        sa.Column("holder_told_enc", sa.LargeBinary(), nullable=True),
        sa.Column("statement_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("end_to_end", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outliers", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'held', 'name_checked', 'approved', 'sending', 'accepted', 'rejected', "
            "'unknown', 'settled', 'returned', 'cancelled')",
            name="state_known",
        ),
        sa.CheckConstraint("amount_won > 0", name="something_is_paid"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["payment_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["payment_file.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payment_order.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "position"),
        sa.UniqueConstraint("end_to_end"),
    )
    op.create_index(op.f("ix_payment_account_index"), "payment", ["account_index"], unique=False)
    op.create_index(op.f("ix_payment_file_id"), "payment", ["file_id"], unique=False)
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_index("payment_by_state", "payment", ["state", "id"], unique=False)
    op.create_index("payment_in_batch", "payment", ["batch_id", "state", "position"], unique=False)
    op.create_index(
        "payment_one_alive",
        "payment",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('rejected', 'returned', 'cancelled')"),
    )
    op.create_index("payment_sent", "payment", ["sent_on", "state"], unique=False)
    op.create_index(
        "payment_outlier",
        "payment",
        ["batch_id", "position"],
        unique=False,
        postgresql_where=sa.text("outliers <> '[]'::jsonb"),
    )
    op.create_index(
        "payment_to_look",
        "payment",
        ["next_look_at"],
        unique=False,
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )


def _bank_message() -> None:
    op.create_table(
        "bank_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bank_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("company_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("class_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("task_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("response_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("file_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reference", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("direction IN ('out', 'in')", name="direction_known"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["payment_batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "bank_message_file",
        "bank_message",
        ["reference", "direction"],
        unique=True,
        postgresql_where=sa.text("reference <> ''"),
    )
    op.create_index("bank_message_by_number", "bank_message", ["day", "number", "direction"], unique=False)
    op.create_index(
        "bank_message_number",
        "bank_message",
        ["day", "bank_code", "company_code", "number"],
        unique=True,
        postgresql_where=sa.text("direction = 'out' AND number > 0"),
    )
    op.create_index(op.f("ix_bank_message_at"), "bank_message", ["at"], unique=False)
    op.create_index(op.f("ix_bank_message_batch_id"), "bank_message", ["batch_id"], unique=False)
    op.create_index(op.f("ix_bank_message_payment_id"), "bank_message", ["payment_id"], unique=False)


def _budget_entry() -> None:
    op.create_table(
        "budget_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("actor", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["budget_item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payment_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_budget_entry_item_id"), "budget_entry", ["item_id"], unique=False)
    op.create_index(op.f("ix_budget_entry_order_id"), "budget_entry", ["order_id"], unique=False)
    op.create_index(op.f("ix_budget_entry_payment_id"), "budget_entry", ["payment_id"], unique=False)


def _fund_return() -> None:
    op.create_table(
        "fund_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("booked_as", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("comment_enc", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("state IN ('asked', 'received', 'booked', 'cancelled')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payment_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_fund_return_order_id"), "fund_return", ["order_id"], unique=False)
    op.create_index(op.f("ix_fund_return_state"), "fund_return", ["state"], unique=False)


def _statement_line() -> None:
    op.create_table(
        "statement_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("named", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("account_index", sa.LargeBinary(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "key"),
    )
    op.create_index(op.f("ix_statement_line_named"), "statement_line", ["named"], unique=False)
    op.create_index(op.f("ix_statement_line_payment_id"), "statement_line", ["payment_id"], unique=False)
    op.create_index("statement_line_of_day", "statement_line", ["day", "fund"], unique=False)


def _accounting_entry() -> None:
    op.create_table(
        "accounting_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("file_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("file_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("their_no", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("their_won", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("state IN ('waiting', 'exported', 'booked', 'refused')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["budget_entry.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payment_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_accounting_entry_order_id"), "accounting_entry", ["order_id"], unique=False)
    op.create_index(op.f("ix_accounting_entry_payment_id"), "accounting_entry", ["payment_id"], unique=False)
    op.create_index(op.f("ix_accounting_entry_state"), "accounting_entry", ["state"], unique=False)


def _bank_day() -> None:
    op.create_table(
        "bank_day",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("'firm'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("our_count", sa.Integer(), nullable=False),
        sa.Column("our_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("our_back_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("our_back_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("their_count", sa.Integer(), nullable=True),
        sa.Column("their_won", sa.BigInteger(), nullable=True),
        sa.Column("their_back_count", sa.Integer(), nullable=True),
        sa.Column("their_back_won", sa.BigInteger(), nullable=True),
        sa.Column("difference_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("totals_message_id", sa.BigInteger(), nullable=True),
        sa.Column("statement_sha256", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("statement_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment_enc", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("state IN ('open', 'agreed', 'differs', 'closed')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["totals_message_id"],
            ["bank_message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day", "fund", "channel"),
    )
    op.create_index(op.f("ix_bank_day_state"), "bank_day", ["state"], unique=False)


def _payment_event() -> None:
    op.create_table(
        "payment_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), server_default=sa.text("'bot'"), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["bank_message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("payment_id", "seq"),
    )
    op.create_index("payment_event_at", "payment_event", ["at"], unique=False)


def _difference() -> None:
    op.create_table(
        "difference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bank_day_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("statement_line_id", sa.BigInteger(), nullable=True),
        sa.Column("our_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("their_won", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("explained_by", sa.BigInteger(), nullable=True),
        sa.Column("comment_enc", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'explained', 'resolved')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["bank_day_id"],
            ["bank_day.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["statement_line_id"],
            ["statement_line.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bank_day_id", "key"),
    )
    op.create_index(op.f("ix_difference_bank_day_id"), "difference", ["bank_day_id"], unique=False)
    op.create_index(op.f("ix_difference_payment_id"), "difference", ["payment_id"], unique=False)
    op.create_index(op.f("ix_difference_state"), "difference", ["state"], unique=False)


def _review_task() -> None:
    op.add_column("review_task", sa.Column("payment_id", sa.BigInteger(), nullable=True))
    op.add_column("review_task", sa.Column("order_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_review_task_order_id"), "review_task", ["order_id"], unique=False)
    op.create_index(op.f("ix_review_task_payment_id"), "review_task", ["payment_id"], unique=False)
    op.create_foreign_key(None, "review_task", "payment_order", ["order_id"], ["id"])
    op.create_foreign_key(None, "review_task", "payment", ["payment_id"], ["id"])
    # ### end Alembic commands ###
