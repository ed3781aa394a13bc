"""Reviews, reports and ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
VISIBLE = sa.text("state <> 'hidden'")


def upgrade() -> None:
    op.create_table(
        "reviews_reviews",
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("goods", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("name_shown", sa.Text, nullable=False),
        sa.Column("stars", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("picture_id", sa.Uuid),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("decided", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_reviews_reviews_stars_range"),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name="ck_reviews_reviews_answered"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_reviews_reviews_product_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_reviews_reviews_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews_reviews"),
        sa.UniqueConstraint("receipt", name="uq_reviews_reviews_receipt"),
    )
    for name, column in (("product", "product_id"), ("seller", "seller_id")):
        op.create_index(f"ix_reviews_reviews_{name}", "reviews_reviews", [column, "at", "id"], postgresql_where=VISIBLE)
    op.create_index(
        "ix_reviews_reviews_picture",
        "reviews_reviews",
        ["picture_id"],
        postgresql_where=sa.text("picture_id IS NOT NULL"),
    )
    op.create_index("ix_reviews_reviews_state", "reviews_reviews", ["state"])
    op.create_table(
        "reviews_reports",
        sa.Column("review_id", sa.Uuid, nullable=False),
        sa.Column("reporter", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews_reviews.id"], name="fk_reviews_reports_review_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews_reports"),
        sa.UniqueConstraint("review_id", "reporter", name="uq_reviews_reports_review_id_reporter"),
    )
    op.create_index("ix_reviews_reports_reporter", "reviews_reports", ["reporter"])
    op.create_table(
        "reviews_ratings",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.CheckConstraint("reviews >= 0", name="ck_reviews_ratings_reviews_range"),
        sa.CheckConstraint("stars BETWEEN reviews * 1 AND reviews * 5", name="ck_reviews_ratings_stars_range"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_reviews_ratings_product_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_reviews_ratings_seller_id"),
        sa.PrimaryKeyConstraint("product_id", name="pk_reviews_ratings"),
    )
    op.create_index("ix_reviews_ratings_seller_id", "reviews_ratings", ["seller_id"])


def downgrade() -> None:
    op.drop_table("reviews_ratings")
    op.drop_table("reviews_reports")
    op.drop_table("reviews_reviews")
