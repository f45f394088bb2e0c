"""Calls know whose customer called, so that an owner sees those that nobody answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("answered_ms IS NULL")


def upgrade() -> None:
    op.add_column("calls", sa.Column("owner", sa.Text(), nullable=True))
    op.create_index(
        "ix_calls_owner_unanswered",
        "calls",
        ["owner", "ended_ms"],
        sqlite_where=UNANSWERED,
        postgresql_where=UNANSWERED,
    )


def downgrade() -> None:
    op.drop_index("ix_calls_owner_unanswered", "calls")
    op.drop_column("calls", "owner")
