"""Alembic's entry: runs the revisions over the connection that `queues.database.upgrade` hands in."""

from alembic import context

from queues.models import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_schemas=False,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
