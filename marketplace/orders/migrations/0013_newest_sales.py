"""The newest sales of a variant are read from one index, newest first."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("ix_orders_lines_newest", "orders_lines", ["variant_id", "id"])
    op.drop_index("ix_orders_lines_variant_id", "orders_lines")


def downgrade() -> None:
    op.create_index("ix_orders_lines_variant_id", "orders_lines", ["variant_id"])
    op.drop_index("ix_orders_lines_newest", "orders_lines")
