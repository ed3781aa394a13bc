"""What guests ordered, by their e-mail address: it joins whoever proves the address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index(
        "ix_orders_orders_guest_email", "orders_orders", ["email"], postgresql_where=sa.text("person_id IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_orders_orders_guest_email", "orders_orders")
