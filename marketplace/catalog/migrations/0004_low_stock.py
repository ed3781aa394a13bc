"""From which count on a variant is marked as running low."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("catalog_stock", sa.Column("low_at", sa.Integer))
    op.create_check_constraint("ck_catalog_stock_low_at_range", "catalog_stock", "low_at >= 0")


def downgrade() -> None:
    op.drop_column("catalog_stock", "low_at")
