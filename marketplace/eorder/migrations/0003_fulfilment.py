"""Shipments, receipts, minutes, payments and what was withheld."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "eorder_shipments",
    "eorder_receipts",
    "eorder_receipt_lines",
    "eorder_minutes",
    "eorder_minutes_lines",
    "eorder_payments",
    "eorder_withholdings",
)


def upgrade() -> None:
    op.create_table(
        "eorder_shipments",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("sent", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Uuid()),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_eorder_shipments_number_range"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_shipments_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_shipments_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_shipments"),
        sa.UniqueConstraint("order_id", "number", name="uq_eorder_shipments_order_id_number"),
    )
    op.create_index("ix_eorder_shipments_by", "eorder_shipments", ["by"])
    op.create_table(
        "eorder_receipts",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.SmallInteger()),
        sa.Column("came_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Uuid()),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_eorder_receipts_number_range"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_receipts_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_receipts_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_receipts"),
        sa.UniqueConstraint("order_id", "key", name="uq_eorder_receipts_order_id_key"),
        sa.UniqueConstraint("order_id", "number", name="uq_eorder_receipts_order_id_number"),
    )
    op.create_index("ix_eorder_receipts_by", "eorder_receipts", ["by"])
    op.create_table(
        "eorder_receipt_lines",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Uuid()),
        sa.CheckConstraint("bad <= came", name="ck_eorder_receipt_lines_bad_came"),
        sa.CheckConstraint("bad >= 0", name="ck_eorder_receipt_lines_bad_range"),
        sa.CheckConstraint("came >= 0", name="ck_eorder_receipt_lines_came_range"),
        sa.ForeignKeyConstraint(["line_id"], ["eorder_lines.id"], name="fk_eorder_receipt_lines_line_id"),
        sa.ForeignKeyConstraint(["receipt_id"], ["eorder_receipts.id"], name="fk_eorder_receipt_lines_receipt_id"),
        sa.PrimaryKeyConstraint("receipt_id", "line_id", name="pk_eorder_receipt_lines"),
    )
    op.create_index("ix_eorder_receipt_lines_line_id", "eorder_receipt_lines", ["line_id"])
    op.create_table(
        "eorder_minutes",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("office_number", sa.Text()),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("defects", sa.Text(), nullable=False),
        sa.Column("follow", sa.Text(), nullable=False),
        sa.Column("complete_by", sa.Date()),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("shipping_idr", sa.BigInteger(), nullable=False),
        sa.Column("inspected_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("office_signed_by", sa.Uuid()),
        sa.Column("office_signed_at", INSTANT),
        sa.Column("pays", sa.Boolean(), nullable=False),
        sa.Column("shop_signed_by", sa.Uuid()),
        sa.Column("shop_signed_at", INSTANT),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(follow = 'complete') = (complete_by IS NOT NULL)", name="ck_eorder_minutes_completed_by_a_day"
        ),
        sa.CheckConstraint("follow IN ('none', 'complete', 'reduce', 'return')", name="ck_eorder_minutes_follow_known"),
        sa.CheckConstraint("number >= 1", name="ck_eorder_minutes_number_range"),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_eorder_minutes_shipping_idr_range"),
        sa.CheckConstraint(
            "(state = 'signed') = (shop_signed_at IS NOT NULL)", name="ck_eorder_minutes_signed_by_the_shop"
        ),
        sa.CheckConstraint("value_idr >= 0", name="ck_eorder_minutes_value_idr_range"),
        sa.ForeignKeyConstraint(["inspected_by"], ["accounts_people.id"], name="fk_eorder_minutes_inspected_by"),
        sa.ForeignKeyConstraint(
            ["office_signed_by"], ["accounts_people.id"], name="fk_eorder_minutes_office_signed_by"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_minutes_order_id"),
        sa.ForeignKeyConstraint(["shop_signed_by"], ["accounts_people.id"], name="fk_eorder_minutes_shop_signed_by"),
        sa.ForeignKeyConstraint(["unit_code"], ["accounts_organisations.code"], name="fk_eorder_minutes_unit_code"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_minutes"),
        sa.UniqueConstraint("order_id", "number", name="uq_eorder_minutes_order_id_number"),
    )
    op.create_index("ix_eorder_minutes_inspected_by", "eorder_minutes", ["inspected_by"])
    op.create_index("ix_eorder_minutes_office_signed_by", "eorder_minutes", ["office_signed_by"])
    op.create_index("ix_eorder_minutes_shop_signed_by", "eorder_minutes", ["shop_signed_by"])
    op.create_index("ix_eorder_minutes_state", "eorder_minutes", ["state"])
    op.create_index(
        "uq_eorder_minutes_office_number", "eorder_minutes", ["unit_code", "year", "office_number"], unique=True
    )
    op.create_index(
        "uq_eorder_minutes_open",
        "eorder_minutes",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('drafted', 'signed_by_office')"),
    )
    op.create_table(
        "eorder_minutes_lines",
        sa.Column("minutes_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("accepted >= 0", name="ck_eorder_minutes_lines_accepted_range"),
        sa.CheckConstraint("refused >= 0", name="ck_eorder_minutes_lines_refused_range"),
        sa.CheckConstraint("value_idr >= 0", name="ck_eorder_minutes_lines_value_idr_range"),
        sa.ForeignKeyConstraint(["line_id"], ["eorder_lines.id"], name="fk_eorder_minutes_lines_line_id"),
        sa.ForeignKeyConstraint(["minutes_id"], ["eorder_minutes.id"], name="fk_eorder_minutes_lines_minutes_id"),
        sa.PrimaryKeyConstraint("minutes_id", "line_id", name="pk_eorder_minutes_lines"),
    )
    op.create_index("ix_eorder_minutes_lines_line_id", "eorder_minutes_lines", ["line_id"])
    op.create_table(
        "eorder_payments",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("gross_idr", sa.BigInteger(), nullable=False),
        sa.Column("base_idr", sa.BigInteger(), nullable=False),
        sa.Column("kept_idr", sa.BigInteger(), nullable=False),
        sa.Column("net_idr", sa.BigInteger(), nullable=False),
        sa.Column("spp", sa.Text(), nullable=False),
        sa.Column("spm", sa.Text(), nullable=False),
        sa.Column("sp2d", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proof_key", sa.Text()),
        sa.Column("proof_sha256", sa.Text()),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("base_idr >= 0", name="ck_eorder_payments_base_idr_range"),
        sa.CheckConstraint("gross_idr >= 1", name="ck_eorder_payments_gross_idr_range"),
        sa.CheckConstraint("kept_idr >= 0", name="ck_eorder_payments_kept_idr_range"),
        sa.CheckConstraint("net_idr = gross_idr - kept_idr", name="ck_eorder_payments_net_adds_up"),
        sa.CheckConstraint("net_idr >= 0", name="ck_eorder_payments_net_idr_range"),
        sa.CheckConstraint("number >= 1", name="ck_eorder_payments_number_range"),
        sa.CheckConstraint("way IN ('UP', 'GU', 'TU', 'LS', 'KKPD')", name="ck_eorder_payments_way_known"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_payments_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_payments_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_payments"),
        sa.UniqueConstraint("order_id", "number", name="uq_eorder_payments_order_id_number"),
        sa.UniqueConstraint("reference", name="uq_eorder_payments_reference"),
    )
    op.create_index("ix_eorder_payments_by", "eorder_payments", ["by"])
    op.create_table(
        "eorder_withholdings",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Uuid()),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("base_idr", sa.BigInteger(), nullable=False),
        sa.Column("proposed_idr", sa.BigInteger(), nullable=False),
        sa.Column("kept_idr", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("slip_number", sa.Text()),
        sa.Column("slip_key", sa.Text()),
        sa.Column("slip_sha256", sa.Text()),
        sa.Column("slip_at", INSTANT),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("base_idr >= 0", name="ck_eorder_withholdings_base_idr_range"),
        sa.CheckConstraint(
            "kept_idr = proposed_idr OR reason <> ''", name="ck_eorder_withholdings_correction_has_its_reason"
        ),
        sa.CheckConstraint("kept_idr >= 0", name="ck_eorder_withholdings_kept_idr_range"),
        sa.CheckConstraint("proposed_idr >= 0", name="ck_eorder_withholdings_proposed_idr_range"),
        sa.CheckConstraint(
            "(slip_number IS NULL) = (slip_at IS NULL)", name="ck_eorder_withholdings_slip_has_its_time"
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["eorder_payments.id"], name="fk_eorder_withholdings_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_withholdings"),
        sa.UniqueConstraint("payment_id", "code", name="uq_eorder_withholdings_payment_id_code"),
    )
    op.create_index("uq_eorder_withholdings_slip", "eorder_withholdings", ["slip_number"], unique=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
