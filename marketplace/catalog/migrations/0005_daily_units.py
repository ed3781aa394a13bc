"""How many pieces of a product that is made to order a shop can make for one day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("catalog_products", sa.Column("daily_units", sa.Integer))
    op.create_check_constraint("ck_catalog_products_daily_units_range", "catalog_products", "daily_units >= 1")


def downgrade() -> None:
    op.drop_column("catalog_products", "daily_units")
