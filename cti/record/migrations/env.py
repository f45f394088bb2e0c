"""What Alembic runs: inside the transaction, and on the connection, that ``cti.record.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from cti.record.migrate import ALL_TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=list(ALL_TABLES),
    render_as_batch=True,
)
context.run_migrations()
