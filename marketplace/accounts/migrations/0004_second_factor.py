"""Second factors and their recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts_second_factors",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_accounts_second_factors"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_second_factors_person_id"),
    )
    op.create_table(
        "accounts_recovery_codes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_recovery_codes"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_recovery_codes_person_id"),
        sa.UniqueConstraint("person_id", "code_hash", name="uq_accounts_recovery_codes_person_id_code_hash"),
    )


def downgrade() -> None:
    op.drop_table("accounts_recovery_codes")
    op.drop_table("accounts_second_factors")
