"""Make the tables of offices as units of a tree, of who has which duty in them, of deputies, and of pairs of duties."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # An extension that comes with PostgreSQL, and that the owner of a database may add: equality in exclusion constraints.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "offices_units",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text()),
        sa.Column("above", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("paper_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("npwp", sa.Text(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_offices_units"),
        sa.ForeignKeyConstraint(["code"], ["accounts_organisations.code"], name="fk_offices_units_code"),
        sa.ForeignKeyConstraint(["parent_code"], ["offices_units.code"], name="fk_offices_units_parent_code"),
        sa.UniqueConstraint("paper_code", name="uq_offices_units_paper_code"),
        sa.CheckConstraint("parent_code <> code", name="ck_offices_units_not_below_itself"),
        sa.CheckConstraint("kind IN ('opd', 'ukpd', 'sudin', 'bumd')", name="ck_offices_units_kind_known"),
    )
    op.create_index("ix_offices_units_parent_code", "offices_units", ["parent_code"])
    op.create_index("ix_offices_units_above", "offices_units", ["above"], postgresql_using="gin")
    op.execute(
        "INSERT INTO offices_units (code, kind, name, above, paper_code, address, place, npwp, training)"
        " SELECT code, kind, name, '{}', code, '', 'Jakarta', '', false FROM accounts_organisations"
    )
    op.create_table(
        "offices_appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("nip", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("decree", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_offices_appointments"),
        sa.ForeignKeyConstraint(["unit_code"], ["offices_units.code"], name="fk_offices_appointments_unit_code"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_offices_appointments_person_id"),
        sa.CheckConstraint("first_day <= last_day", name="ck_offices_appointments_days_in_order"),
        sa.CheckConstraint(
            "extract(year FROM first_day) = year AND extract(year FROM last_day) = year",
            name="ck_offices_appointments_days_of_its_year",
        ),
    )
    op.create_index(
        "uq_offices_appointments_open",
        "offices_appointments",
        ["unit_code", "person_id", "duty", "year"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_offices_appointments_unit", "offices_appointments", ["unit_code", "duty", "year"])
    op.create_index("ix_offices_appointments_person_id", "offices_appointments", ["person_id"])
    op.create_table(
        "offices_mandates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("nip", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("warned_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_offices_mandates"),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["offices_appointments.id"], name="fk_offices_mandates_appointment_id"
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["accounts_people.id"], name="fk_offices_mandates_deputy_id"),
        sa.CheckConstraint("kind IN ('plh', 'plt')", name="ck_offices_mandates_kind_known"),
        sa.CheckConstraint("first_day <= last_day", name="ck_offices_mandates_days_in_order"),
    )
    op.execute(
        "ALTER TABLE offices_mandates ADD CONSTRAINT ex_offices_mandates_one_at_a_time EXCLUDE USING gist"
        " (appointment_id WITH =, daterange(first_day, last_day, '[]') WITH &&) WHERE (ended_at IS NULL)"
    )
    op.create_index("ix_offices_mandates_appointment_id", "offices_mandates", ["appointment_id"])
    op.create_index("ix_offices_mandates_deputy_id", "offices_mandates", ["deputy_id"])
    op.create_index(
        "ix_offices_mandates_open", "offices_mandates", ["last_day"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "offices_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices_pairs"),
        sa.UniqueConstraint(
            "duty", "other", "place", "valid_from", name="uq_offices_pairs_duty_other_place_valid_from"
        ),
        sa.CheckConstraint("place IN ('order', 'unit')", name="ck_offices_pairs_place_known"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_offices_pairs_period"),
    )


def downgrade() -> None:
    for table in ("pairs", "mandates", "appointments", "units"):
        op.drop_table(f"offices_{table}")
