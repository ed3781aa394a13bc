"""Goods of a sale come back on the shelf once: the database holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index(
        "uq_catalog_stock_moves_back",
        "catalog_stock_moves",
        ["reference", "variant_id", "reason"],
        unique=True,
        postgresql_where=sa.text("reason IN ('cancelled', 'returned')"),
    )


def downgrade() -> None:
    op.drop_index("uq_catalog_stock_moves_back", "catalog_stock_moves")
