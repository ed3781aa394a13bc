"""The address book."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "accounts_addresses",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("kelurahan_code", sa.Text, nullable=False),
        sa.Column("street", sa.Text, nullable=False),
        sa.Column("landmark", sa.Text),
        sa.Column("main", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_addresses"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_addresses_person_id"),
        sa.ForeignKeyConstraint(
            ["kelurahan_code"], ["accounts_areas.code"], name="fk_accounts_addresses_kelurahan_code"
        ),
    )
    op.create_index("ix_accounts_addresses_person_id", "accounts_addresses", ["person_id"])
    op.create_index(
        "uq_accounts_addresses_main", "accounts_addresses", ["person_id"], unique=True, postgresql_where=sa.text("main")
    )


def downgrade() -> None:
    op.drop_table("accounts_addresses")
