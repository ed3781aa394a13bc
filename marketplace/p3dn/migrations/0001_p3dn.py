"""Facts of local content, the ledger of accepted value, and the sums over it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "p3dn_policies",
    "p3dn_targets",
    "p3dn_commitments",
    "p3dn_statements",
    "p3dn_materials",
    "p3dn_drafts",
    "p3dn_certificates",
    "p3dn_coverings",
    "p3dn_entries",
    "p3dn_by_key",
    "p3dn_by_unit",
    "p3dn_by_shop",
)
GROWING = ("p3dn_statements", "p3dn_materials", "p3dn_entries")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "p3dn_by_key",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("local_class", sa.Text(), nullable=False),
        sa.Column("umk", sa.Boolean(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("certified_idr", sa.BigInteger(), nullable=False),
        sa.Column("weighted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "certified_idr = 0 OR local_class = 'PDN_TKDN'", name="ck_p3dn_by_key_certified_idr_is_of_its_class"
        ),
        sa.CheckConstraint(
            "local_class IN ('PDN_TKDN', 'PDN_NO_TKDN', 'IMPORT', 'UNKNOWN')", name="ck_p3dn_by_key_local_class_known"
        ),
        sa.CheckConstraint(
            "value_idr = certified_idr OR local_class <> 'PDN_TKDN'", name="ck_p3dn_by_key_value_idr_is_all"
        ),
        sa.CheckConstraint("part IN ('unit', 'category')", name="ck_p3dn_by_key_part_known"),
        sa.PrimaryKeyConstraint(
            "month", "part", "key", "channel", "local_class", "umk", "shard", name="pk_p3dn_by_key"
        ),
    )
    op.create_table(
        "p3dn_by_unit",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("local_class", sa.Text(), nullable=False),
        sa.Column("umk", sa.Boolean(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("certified_idr", sa.BigInteger(), nullable=False),
        sa.Column("weighted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "certified_idr = 0 OR local_class = 'PDN_TKDN'", name="ck_p3dn_by_unit_certified_idr_is_of_its_class"
        ),
        sa.CheckConstraint(
            "local_class IN ('PDN_TKDN', 'PDN_NO_TKDN', 'IMPORT', 'UNKNOWN')", name="ck_p3dn_by_unit_local_class_known"
        ),
        sa.CheckConstraint(
            "value_idr = certified_idr OR local_class <> 'PDN_TKDN'", name="ck_p3dn_by_unit_value_idr_is_all"
        ),
        sa.PrimaryKeyConstraint(
            "month", "unit_code", "category_id", "channel", "local_class", "umk", "shard", name="pk_p3dn_by_unit"
        ),
    )
    op.create_index("ix_p3dn_by_unit_unit", "p3dn_by_unit", ["unit_code", "month"])
    op.create_index("ix_p3dn_by_unit_category", "p3dn_by_unit", ["category_id", "month"])
    op.create_table(
        "p3dn_by_shop",
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kecamatan_code", sa.Text(), nullable=False),
        sa.Column("mentor", sa.Text(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("domestic_idr", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.CheckConstraint("domestic_idr = 0 OR entries > 0", name="ck_p3dn_by_shop_domestic_idr_is_of_entries"),
        sa.CheckConstraint("span IN ('month', 'year')", name="ck_p3dn_by_shop_span_known"),
        sa.CheckConstraint("value_idr = 0 OR entries > 0", name="ck_p3dn_by_shop_value_idr_is_of_entries"),
        sa.PrimaryKeyConstraint(
            "span", "since", "seller_id", "category_id", "channel", "kecamatan_code", "mentor", name="pk_p3dn_by_shop"
        ),
    )
    op.create_table(
        "p3dn_commitments",
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("value_idr >= 1", name="ck_p3dn_commitments_value_idr_range"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_commitments"),
    )
    op.create_index("ix_p3dn_commitments_of", "p3dn_commitments", ["year", "unit_code", "id"])
    op.create_table(
        "p3dn_policies",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("bmp_counts", sa.Boolean(), nullable=False),
        sa.Column("delivery_counts", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        ExcludeConstraint(
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"), using="gist", name="ex_p3dn_policies_one_a_day"
        ),
        sa.CheckConstraint("high BETWEEN 0 AND 11500", name="ck_p3dn_policies_high_range"),
        sa.CheckConstraint("least BETWEEN 0 AND 10000", name="ck_p3dn_policies_least_range"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_p3dn_policies_period"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_policies"),
    )
    op.create_table(
        "p3dn_targets",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        ExcludeConstraint(
            (sa.column("key"), "="),
            (sa.column("unit_code"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_p3dn_targets_one_a_day",
        ),
        sa.CheckConstraint("key IN ('spend', 'commitment', 'umk')", name="ck_p3dn_targets_key_known"),
        sa.CheckConstraint("share BETWEEN 0 AND 100000", name="ck_p3dn_targets_share_range"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_p3dn_targets_period"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_targets"),
    )
    op.create_table(
        "p3dn_certificates",
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tkdn", sa.Integer(), nullable=False),
        sa.Column("bmp", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("warned", sa.SmallInteger(), nullable=False),
        sa.Column("end_told", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (state IN ('shown', 'refused'))", name="ck_p3dn_certificates_checked_by_somebody"
        ),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (state <> 'revoked')", name="ck_p3dn_certificates_revoked_from_a_day"
        ),
        sa.CheckConstraint("kind IN ('lvi', 'ik')", name="ck_p3dn_certificates_kind_known"),
        sa.CheckConstraint("bmp BETWEEN 0 AND 1500", name="ck_p3dn_certificates_bmp_range"),
        sa.CheckConstraint("issued_on <= expires_on", name="ck_p3dn_certificates_period"),
        sa.CheckConstraint("tkdn BETWEEN 0 AND 10000", name="ck_p3dn_certificates_tkdn_range"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_p3dn_certificates_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_certificates"),
    )
    op.create_index(
        "ix_p3dn_certificates_expiry",
        "p3dn_certificates",
        ["expires_on"],
        postgresql_where=sa.text("state = 'checked'"),
    )
    op.create_index("ix_p3dn_certificates_seller", "p3dn_certificates", ["seller_id", "id"])
    op.create_index("ix_p3dn_certificates_state", "p3dn_certificates", ["state"])
    op.create_index(
        "ix_p3dn_certificates_waiting", "p3dn_certificates", ["id"], postgresql_where=sa.text("state = 'shown'")
    )
    op.create_index(
        "uq_p3dn_certificates_number",
        "p3dn_certificates",
        ["number"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_table(
        "p3dn_coverings",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("until >= since", name="ck_p3dn_coverings_period"),
        sa.ForeignKeyConstraint(["category_id"], ["catalog_categories.id"], name="fk_p3dn_coverings_category_id"),
        sa.ForeignKeyConstraint(["certificate_id"], ["p3dn_certificates.id"], name="fk_p3dn_coverings_certificate_id"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_p3dn_coverings_product_id"),
        sa.PrimaryKeyConstraint("certificate_id", "product_id", name="pk_p3dn_coverings"),
    )
    op.create_index("ix_p3dn_coverings_category", "p3dn_coverings", ["category_id"])
    op.create_index("ix_p3dn_coverings_product", "p3dn_coverings", ["product_id"])
    op.create_index(
        "ix_p3dn_coverings_waiting", "p3dn_coverings", ["certificate_id"], postgresql_where=sa.text("since IS NULL")
    )
    op.create_table(
        "p3dn_drafts",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_p3dn_drafts_product_id"),
        sa.PrimaryKeyConstraint("product_id", name="pk_p3dn_drafts"),
    )
    op.create_table(
        "p3dn_entries",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("kecamatan_code", sa.Text(), nullable=False),
        sa.Column("mentor", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False),
        sa.Column("value_idr", sa.BigInteger(), nullable=False),
        sa.Column("local_class", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("tkdn", sa.Integer(), nullable=False),
        sa.Column("bmp", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=True),
        sa.Column("umk", sa.Boolean(), nullable=False),
        sa.Column("jakpreneur", sa.Boolean(), nullable=False),
        sa.Column("takes_back", sa.BigInteger(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(certificate = '') = (local_class <> 'PDN_TKDN')", name="ck_p3dn_entries_class_has_its_certificate"
        ),
        sa.CheckConstraint(
            "channel IN ('eorder', 'public', 'campaign', 'bazaar')", name="ck_p3dn_entries_channel_known"
        ),
        sa.CheckConstraint(
            "local_class IN ('PDN_TKDN', 'PDN_NO_TKDN', 'IMPORT', 'UNKNOWN')", name="ck_p3dn_entries_local_class_known"
        ),
        sa.CheckConstraint(
            "rung IN ('preferred', 'certified', 'low', 'domestic', 'import', 'unknown')",
            name="ck_p3dn_entries_rung_known",
        ),
        sa.CheckConstraint("(value_idr < 0) = (takes_back IS NOT NULL)", name="ck_p3dn_entries_value_idr_direction"),
        sa.CheckConstraint("qty >= 0 OR takes_back IS NOT NULL", name="ck_p3dn_entries_qty_direction"),
        sa.CheckConstraint("bmp BETWEEN 0 AND 1500", name="ck_p3dn_entries_bmp_range"),
        sa.CheckConstraint("tkdn BETWEEN 0 AND 10000", name="ck_p3dn_entries_tkdn_range"),
        sa.ForeignKeyConstraint(["policy_id"], ["p3dn_policies.id"], name="fk_p3dn_entries_policy_id"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_p3dn_entries_product_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_p3dn_entries_seller_id"),
        sa.ForeignKeyConstraint(["takes_back"], ["p3dn_entries.seq"], name="fk_p3dn_entries_takes_back"),
        sa.PrimaryKeyConstraint("seq", name="pk_p3dn_entries"),
        sa.UniqueConstraint("source", "reference", "line", name="uq_p3dn_entries_source_reference_line"),
    )
    op.create_index("ix_p3dn_entries_category", "p3dn_entries", ["category_id", "day", "seq"])
    op.create_index("ix_p3dn_entries_day", "p3dn_entries", ["day", "seq"])
    op.create_index("ix_p3dn_entries_kecamatan", "p3dn_entries", ["kecamatan_code", "day", "seq"])
    op.create_index("ix_p3dn_entries_seller", "p3dn_entries", ["seller_id", "day", "seq"])
    op.create_index(
        "ix_p3dn_entries_unit",
        "p3dn_entries",
        ["unit_code", "day", "seq"],
        postgresql_where=sa.text("unit_code <> ''"),
        postgresql_include=[
            "seller_id",
            "category_id",
            "channel",
            "kecamatan_code",
            "mentor",
            "local_class",
            "value_idr",
        ],
    )
    op.create_index(
        "ix_p3dn_entries_back",
        "p3dn_entries",
        ["source", "code", "line"],
        postgresql_where=sa.text("takes_back IS NOT NULL"),
    )
    op.create_index(
        "ix_p3dn_entries_unknown", "p3dn_entries", ["day", "seq"], postgresql_where=sa.text("local_class = 'UNKNOWN'")
    )
    op.create_table(
        "p3dn_statements",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("made_in", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("workers", sa.Text(), nullable=False),
        sa.Column("local_share", sa.Integer(), nullable=True),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("made_in IN ('indonesia', 'abroad', 'unsaid')", name="ck_p3dn_statements_made_in_known"),
        sa.CheckConstraint("workers IN ('all', 'part', 'none', 'unsaid')", name="ck_p3dn_statements_workers_known"),
        sa.CheckConstraint("local_share BETWEEN 0 AND 10000", name="ck_p3dn_statements_local_share_range"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_p3dn_statements_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_statements"),
        sa.UniqueConstraint("seq", name="uq_p3dn_statements_seq"),
    )
    op.create_index(
        "ix_p3dn_statements_product",
        "p3dn_statements",
        ["product_id", sa.literal_column("from_day DESC"), sa.literal_column("seq DESC")],
    )
    op.create_table(
        "p3dn_materials",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("origin IN ('indonesia', 'abroad')", name="ck_p3dn_materials_origin_known"),
        sa.CheckConstraint("share BETWEEN 0 AND 10000", name="ck_p3dn_materials_share_range"),
        sa.ForeignKeyConstraint(["statement_id"], ["p3dn_statements.id"], name="fk_p3dn_materials_statement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_materials"),
    )
    op.create_index("ix_p3dn_materials_statement", "p3dn_materials", ["statement_id", "position"])

    op.execute(
        "CREATE FUNCTION p3dn_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'what was stated and accepted stays as it was written'; END $$"
    )
    for table in GROWING:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION p3dn_only_grows()"
        )
    # The tick that shops have given their products so far is a statement from today on.
    op.execute(
        'INSERT INTO p3dn_statements (id, product_id, from_day, made_in, place, workers, "full", by, at)'
        " SELECT gen_random_uuid(), id, (now() AT TIME ZONE 'Asia/Jakarta')::date, 'indonesia', '', 'unsaid', false, 'system',"
        " now()"
        " FROM catalog_products WHERE domestic"
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION p3dn_only_grows()")
