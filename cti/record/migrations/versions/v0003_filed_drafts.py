"""Drafts know that they were filed, and are found by their rep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("filed_ms", sa.BigInteger(), nullable=True))
    op.create_index("ix_drafts_filed_ms", "drafts", ["filed_ms"])
    op.create_index("ix_drafts_rep_saved", "drafts", ["rep", "saved_ms"])


def downgrade() -> None:
    op.drop_index("ix_drafts_rep_saved", "drafts")
    op.drop_index("ix_drafts_filed_ms", "drafts")
    op.drop_column("drafts", "filed_ms")
