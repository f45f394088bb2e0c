"""People and tokens know when they were used last; calls are found by their rule, and moments when rules decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DECIDED = sa.text("kind IN ('routed', 'asked', 'blocked')")


def upgrade() -> None:
    op.add_column("users", sa.Column("login_ms", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("seen_ms", sa.BigInteger(), nullable=True))
    op.add_column("tokens", sa.Column("used_ms", sa.BigInteger(), nullable=True))
    op.create_index("ix_calls_rule_arrived", "calls", ["rule", "arrived_ms"])
    op.create_index("ix_call_events_decided", "call_events", ["at_ms"], sqlite_where=DECIDED, postgresql_where=DECIDED)


def downgrade() -> None:
    op.drop_index("ix_call_events_decided", "call_events")
    op.drop_index("ix_calls_rule_arrived", "calls")
    op.drop_column("tokens", "used_ms")
    op.drop_column("users", "seen_ms")
    op.drop_column("users", "login_ms")
