"""Configuration versions know what they are based on, and every activation is kept with its author and comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("config_versions", sa.Column("based_on", sa.Integer(), nullable=True))
    activations = op.create_table(
        "config_activations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["n"], ["config_versions.n"], name=op.f("fk_config_activations_n_config_versions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_activations")),
    )
    op.create_index("ix_config_activations_n", "config_activations", ["n"])
    rows = list(_activations(op.get_bind()))
    if rows:
        op.bulk_insert(activations, rows)


def downgrade() -> None:
    op.drop_index("ix_config_activations_n", "config_activations")
    op.drop_table("config_activations")
    op.drop_column("config_versions", "based_on")


def _activations(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """Those that the audit trail has: each has stood there since the first release."""
    audit = sa.table("audit", *map(sa.column, ("id", "at_ms", "actor", "action")), sa.column("detail", sa.JSON()))
    known = set(connection.execute(sa.text("SELECT n FROM config_versions")).scalars())
    query = sa.select(audit.c.at_ms, audit.c.actor, audit.c.detail).where(audit.c.action == "config_activated")
    for row in connection.execute(query.order_by(audit.c.id)):
        detail: Mapping[str, object] = row.detail
        if detail.get("n") in known:
            of_version = {"n": detail["n"], "previous": detail.get("previous")}
            yield {**of_version, "author": row.actor, "comment": "", "at_ms": row.at_ms}
