"""Who gave a bank account, where that is an officer and not the payee."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("payments_bank_accounts", sa.Column("given_by", sa.Text))


def downgrade() -> None:
    op.drop_column("payments_bank_accounts", "given_by")
