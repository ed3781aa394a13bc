"""Grants end where they begin at the earliest."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_check_constraint(
        "ck_accounts_grants_period", "accounts_grants", "valid_to IS NULL OR valid_to >= valid_from"
    )


def downgrade() -> None:
    op.drop_constraint("ck_accounts_grants_period", "accounts_grants")
