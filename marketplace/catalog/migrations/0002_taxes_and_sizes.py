"""Which taxes may stand on what a category holds, and how big a variant is when it is packed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SIZES = ("length_mm", "width_mm", "height_mm")


def upgrade() -> None:
    # The version before writes neither; what stands there then is true of most goods, and the reference data follow.
    op.add_column("catalog_categories", sa.Column("tax_kind", sa.Text, nullable=False, server_default="goods"))
    op.create_check_constraint(
        "ck_catalog_categories_tax_kind_known", "catalog_categories", "tax_kind IN ('goods', 'meal', 'basic')"
    )
    for size in SIZES:
        op.add_column("catalog_variants", sa.Column(size, sa.Integer, nullable=False, server_default="0"))
        op.create_check_constraint(f"ck_catalog_variants_{size}_range", "catalog_variants", f"{size} >= 0")


def downgrade() -> None:
    for size in SIZES:
        op.drop_column("catalog_variants", size)
    op.drop_column("catalog_categories", "tax_kind")
