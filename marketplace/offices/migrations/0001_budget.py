"""Packages of the plan and lines of the budget, with what is held of them, for whom, and how it came about."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "offices_packages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("rup_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("committed_idr", sa.BigInteger(), nullable=False),
        sa.Column("realised_idr", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices_packages"),
        sa.ForeignKeyConstraint(["unit_code"], ["accounts_organisations.code"], name="fk_offices_packages_unit_code"),
        sa.UniqueConstraint("year", "rup_id", name="uq_offices_packages_year_rup_id"),
        sa.CheckConstraint("value_idr >= 0", name="ck_offices_packages_value_idr_range"),
        sa.CheckConstraint("committed_idr >= 0", name="ck_offices_packages_committed_idr_range"),
        sa.CheckConstraint("realised_idr >= 0", name="ck_offices_packages_realised_idr_range"),
        sa.CheckConstraint("committed_idr + realised_idr <= value_idr", name="ck_offices_packages_within_value"),
        sa.CheckConstraint(
            "what IN ('goods', 'services', 'works', 'consulting')", name="ck_offices_packages_what_known"
        ),
    )
    op.create_index("ix_offices_packages_unit", "offices_packages", ["unit_code", "year", "rup_id"])
    op.create_table(
        "offices_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("activity_code", sa.Text(), nullable=False),
        sa.Column("account_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ceiling_idr", sa.BigInteger(), nullable=False),
        sa.Column("committed_idr", sa.BigInteger(), nullable=False),
        sa.Column("realised_idr", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices_lines"),
        sa.ForeignKeyConstraint(["unit_code"], ["accounts_organisations.code"], name="fk_offices_lines_unit_code"),
        sa.UniqueConstraint(
            "unit_code", "year", "activity_code", "account_code",
            name="uq_offices_lines_unit_code_year_activity_code_account_code",
        ),
        sa.CheckConstraint("ceiling_idr >= 0", name="ck_offices_lines_ceiling_idr_range"),
        sa.CheckConstraint("committed_idr >= 0", name="ck_offices_lines_committed_idr_range"),
        sa.CheckConstraint("realised_idr >= 0", name="ck_offices_lines_realised_idr_range"),
        sa.CheckConstraint("committed_idr + realised_idr <= ceiling_idr", name="ck_offices_lines_within_ceiling"),
    )  # fmt: skip
    op.create_table(
        "offices_commitments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("realised_idr", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_offices_commitments"),
        sa.UniqueConstraint("reference", name="uq_offices_commitments_reference"),
        sa.ForeignKeyConstraint(["line_id"], ["offices_lines.id"], name="fk_offices_commitments_line_id"),
        sa.ForeignKeyConstraint(["package_id"], ["offices_packages.id"], name="fk_offices_commitments_package_id"),
        sa.CheckConstraint("amount_idr >= 0", name="ck_offices_commitments_amount_idr_range"),
        sa.CheckConstraint("realised_idr >= 0", name="ck_offices_commitments_realised_idr_range"),
        sa.CheckConstraint("realised_idr <= amount_idr", name="ck_offices_commitments_realised_is_committed"),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name="ck_offices_commitments_closed_has_its_time"
        ),
    )
    for column in ("state", "line_id", "package_id"):
        op.create_index(f"ix_offices_commitments_{column}", "offices_commitments", [column])
    op.create_table(
        "offices_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_idr", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices_movements"),
        sa.ForeignKeyConstraint(["line_id"], ["offices_lines.id"], name="fk_offices_movements_line_id"),
        sa.CheckConstraint(
            "kind IN ('raise', 'lower', 'commit', 'release', 'realise')", name="ck_offices_movements_kind_known"
        ),
        sa.CheckConstraint("amount_idr >= 1", name="ck_offices_movements_amount_idr_range"),
    )
    op.create_index("ix_offices_movements_line", "offices_movements", ["line_id", "id"])
    op.execute(
        "CREATE FUNCTION offices_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'a movement of the budget stays as it was written'; END $$"
    )
    op.execute(
        "CREATE TRIGGER offices_movements_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON offices_movements"
        " FOR EACH STATEMENT EXECUTE FUNCTION offices_only_grows()"
    )


def downgrade() -> None:
    for table in ("movements", "commitments", "lines", "packages"):
        op.drop_table(f"offices_{table}")
    op.execute("DROP FUNCTION offices_only_grows()")
