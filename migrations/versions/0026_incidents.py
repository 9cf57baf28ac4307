"""Incidents: what protections found and did, how far it is undone, and who is in shadow."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("is_shadow", sa.Boolean(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        sa.Column("measures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("incident_guild", "incident", ["guild_id", "id"])
    op.create_index("incident_feature", "incident", ["guild_id", "feature", "id"])
    _measures()
    _shadows()


def _measures() -> None:
    op.create_table(
        "incident_measure",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_measure_pkey")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("incident_measure_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("incident_measure_incident", "incident_measure", ["incident_id", "id"])
    _partial("incident_measure_undoing", "incident_measure", "id", "state = 'undoing'")


def _shadows() -> None:
    op.create_table(
        "shadow",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("shadow_pkey")),
        sa.UniqueConstraint("guild_id", "feature", name=op.f("shadow_guild_id_feature_key")),
        sqlite_autoincrement=True,
    )
    _partial("shadow_over", "shadow", "ends_at", "NOT is_told", on_sqlite="is_told = 0")


def _partial(
    name: str, table: str, column: str, where: str, *, on_sqlite: str | None = None
) -> None:
    op.create_index(
        name,
        table,
        [column],
        sqlite_where=sa.text(on_sqlite or where),
        postgresql_where=sa.text(where),
    )
