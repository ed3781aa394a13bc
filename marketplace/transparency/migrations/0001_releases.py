"""Processes that are public and the releases of each, which nobody changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "transparency_processes",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("ocid", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("releases >= 0", name="ck_transparency_processes_releases_range"),
        sa.ForeignKeyConstraint(
            ["need_id"], ["eorder_needs.id"], name="fk_transparency_processes_need_id_eorder_needs"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transparency_processes"),
        sa.UniqueConstraint("need_id", name="uq_transparency_processes_need_id"),
        sa.UniqueConstraint("ocid", name="uq_transparency_processes_ocid"),
    )
    op.create_index("ix_transparency_processes_year", "transparency_processes", ["year", "id"])
    op.create_table(
        "transparency_releases",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_transparency_releases_number_range"),
        sa.CheckConstraint("cardinality(tags) > 0", name="ck_transparency_releases_says_what_is_new"),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["transparency_processes.id"],
            name="fk_transparency_releases_process_id_transparency_processes",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_transparency_releases"),
        sa.UniqueConstraint("process_id", "number", name="uq_transparency_releases_process_id_number"),
    )
    op.execute(
        "CREATE FUNCTION transparency_stays_published() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'what was published stays as it was published'; END $$"
    )
    op.execute(
        "CREATE TRIGGER transparency_releases_as_published BEFORE UPDATE OR DELETE ON transparency_releases"
        " FOR EACH ROW EXECUTE FUNCTION transparency_stays_published()"
    )


def downgrade() -> None:
    op.drop_table("transparency_releases")
    op.drop_table("transparency_processes")
    op.execute("DROP FUNCTION transparency_stays_published()")
