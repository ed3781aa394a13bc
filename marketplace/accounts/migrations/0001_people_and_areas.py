"""People, sessions, grants, links, areas and organisations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts_people",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("email_proved_at", INSTANT),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_people"),
        sa.UniqueConstraint("email", name="uq_accounts_people_email"),
        sa.UniqueConstraint("phone", name="uq_accounts_people_phone"),
        sa.CheckConstraint(
            "email IS NOT NULL OR phone IS NOT NULL OR state = 'erased'", name="ck_accounts_people_reachable"
        ),
    )
    op.create_index("ix_accounts_people_state", "accounts_people", ["state"])
    op.create_table(
        "accounts_sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_sessions"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_sessions_person_id"),
        sa.UniqueConstraint("token_hash", name="uq_accounts_sessions_token_hash"),
    )
    op.create_index("ix_accounts_sessions_person_id", "accounts_sessions", ["person_id"])
    op.create_index("ix_accounts_sessions_seen_at", "accounts_sessions", ["seen_at"])
    op.create_table(
        "accounts_grants",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope_kind", sa.Text, nullable=False),
        sa.Column("scope_id", sa.Text, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT),
        sa.Column("granted_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_grants"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_grants_person_id"),
    )
    op.create_index("ix_accounts_grants_person_id", "accounts_grants", ["person_id"])
    op.create_index("ix_accounts_grants_scope", "accounts_grants", ["role", "scope_kind", "scope_id"])
    op.create_index(
        "uq_accounts_grants_open",
        "accounts_grants",
        ["person_id", "role", "scope_kind", "scope_id"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "accounts_links",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_links"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_links_person_id"),
        sa.UniqueConstraint("token_hash", name="uq_accounts_links_token_hash"),
    )
    op.create_index("ix_accounts_links_person_id", "accounts_links", ["person_id"])
    op.create_index("ix_accounts_links_expires_at", "accounts_links", ["expires_at"])
    op.create_table(
        "accounts_areas",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent_code", sa.Text),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("successor", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_accounts_areas"),
        sa.ForeignKeyConstraint(["parent_code"], ["accounts_areas.code"], name="fk_accounts_areas_parent_code"),
    )
    op.create_index("ix_accounts_areas_level", "accounts_areas", ["level"])
    op.create_index("ix_accounts_areas_parent_code", "accounts_areas", ["parent_code"])
    op.create_table(
        "accounts_organisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("area_code", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_organisations"),
        sa.ForeignKeyConstraint(["area_code"], ["accounts_areas.code"], name="fk_accounts_organisations_area_code"),
        sa.UniqueConstraint("code", name="uq_accounts_organisations_code"),
        sa.CheckConstraint("kind IN ('opd', 'ukpd', 'sudin', 'bumd')", name="ck_accounts_organisations_kind"),
    )
    op.create_index("ix_accounts_organisations_area_code", "accounts_organisations", ["area_code"])


def downgrade() -> None:
    for table in ("organisations", "areas", "links", "grants", "sessions", "people"):
        op.drop_table(f"accounts_{table}")
