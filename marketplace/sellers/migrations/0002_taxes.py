"""Which taxes a shop owes on what it sells."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # The version before writes neither; a shop that said nothing owes neither.
    for column in ("vat_registered", "pbjt_payer"):
        op.add_column("sellers_sellers", sa.Column(column, sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for column in ("vat_registered", "pbjt_payer"):
        op.drop_column("sellers_sellers", column)
