"""Find the parts of a shop that were received and are not completed without reading all it ever sold."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    op.create_index(
        "ix_orders_suborders_received",
        "orders_suborders",
        ["seller_id", "id"],
        postgresql_where=sa.text("state = 'received'"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_suborders_received", "orders_suborders")
