"""What is asked of the engine's own tables in SQL, because its client has no word for it."""

from __future__ import annotations

from sqlalchemy import text

# The engine takes those of one priority by the time of their making.
PLACE = text(
    "UPDATE dbos.workflow_status SET created_at = extract(epoch FROM CAST(:at AS timestamptz)) * 1000"
    " WHERE workflow_uuid = :id AND status IN ('ENQUEUED', 'DELAYED')"
)
# What DBOSClient.resume_workflows does, on the condition that nobody else has the workflow by now.
TAKE_BACK = text(
    "UPDATE dbos.workflow_status SET status = 'ENQUEUED', queue_name = :queue, owner_xid = NULL,"
    " recovery_attempts = 0, workflow_deadline_epoch_ms = NULL, deduplication_id = NULL,"
    " started_at_epoch_ms = NULL, completed_at = NULL,"
    " updated_at = extract(epoch FROM clock_timestamp()) * 1000"
    " WHERE workflow_uuid = :id AND status = 'PENDING' AND coalesce(executor_id, '') = :executor"
    " RETURNING workflow_uuid"
)
IS_TAKEN = text("SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid = :id AND status = 'PENDING'")
# What DBOSClient.cancel_workflow does, to workflows that nobody has taken.
WITHDRAW = text(
    "UPDATE dbos.workflow_status SET status = 'CANCELLED', queue_name = NULL, owner_xid = NULL,"
    " deduplication_id = NULL, started_at_epoch_ms = NULL,"
    " completed_at = extract(epoch FROM clock_timestamp()) * 1000,"
    " updated_at = extract(epoch FROM clock_timestamp()) * 1000"
    " WHERE workflow_uuid = :id AND status IN ('ENQUEUED', 'DELAYED')"
)
WAITING_BY_VERSION = text(
    "SELECT coalesce(application_version, ''), count(*), min(created_at) FROM dbos.workflow_status"
    " WHERE status IN ('ENQUEUED', 'DELAYED') AND name = 'run_item' GROUP BY 1"
)
OF_OTHER_VERSIONS = text(
    "SELECT item.id FROM dbos.workflow_status flow JOIN work_item item ON item.workflow_id = flow.workflow_uuid"
    " WHERE flow.status IN ('ENQUEUED', 'DELAYED') AND item.state = 'queued'"
    " AND flow.application_version <> ALL(:versions) ORDER BY item.id LIMIT :limit"
)
ENDED_ITEMS = text(
    "SELECT item.id, item.workflow_id FROM work_item item"
    " LEFT JOIN dbos.workflow_status flow ON flow.workflow_uuid = item.workflow_id"
    " WHERE item.state = ANY(:states) AND (flow.status IS NULL OR flow.status IN"
    " ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'))"
)
FINISHED = text(
    "SELECT workflow_uuid FROM dbos.workflow_status WHERE status IN ('SUCCESS', 'ERROR', 'CANCELLED')"
    " AND updated_at < (extract(epoch FROM clock_timestamp()) - :seconds) * 1000 LIMIT :limit"
)
