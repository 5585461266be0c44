"""What may not change: the log of acts and accesses, and when and what a delivery was

Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""

_DELIVERY = """
CREATE FUNCTION keep_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a delivery is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.received_at, NEW.source, NEW.source_ref, NEW.original_sha256)
        IS DISTINCT FROM (OLD.received_at, OLD.source, OLD.source_ref, OLD.original_sha256) THEN
        RAISE EXCEPTION 'time, source and original of a delivery cannot be changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(_REFUSE)
    op.execute(_DELIVERY)
    for table in ("audit_event", "audit_seal", "access_log"):
        op.execute(
            f"CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        # ALWAYS: also for sessions that pose as a replica.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_added")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_emptied")
    op.execute(
        "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON delivery "
        "FOR EACH ROW EXECUTE FUNCTION keep_delivery()"
    )
    op.execute("ALTER TABLE delivery ENABLE ALWAYS TRIGGER kept")
