"""The tax number of a shop, as its papers name it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # The version before writes none, and papers of a shop without one say nothing of it.
    op.add_column("sellers_sellers", sa.Column("npwp", sa.Text))
    op.create_check_constraint("ck_sellers_sellers_npwp_digits", "sellers_sellers", "npwp ~ '^[0-9]{15,16}$'")


def downgrade() -> None:
    op.drop_column("sellers_sellers", "npwp")
