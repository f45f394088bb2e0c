"""Calls are found by what came of them; the open ones in the order of the list; a search in SQLite reads an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'ended'")
SOUGHT = ["arrived_ms", "id", "caller_name", "from_number", "to_number", "sid"]


def upgrade() -> None:
    op.create_index("ix_calls_outcome_arrived", "calls", ["end_reason", "arrived_ms", "id"])
    op.drop_index("ix_calls_open", "calls")
    op.create_index("ix_calls_open", "calls", ["arrived_ms", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_calls_sought", "calls", SOUGHT)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_calls_sought", "calls")
    op.drop_index("ix_calls_open", "calls")
    op.create_index("ix_calls_open", "calls", ["arrived_ms"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_calls_outcome_arrived", "calls")
