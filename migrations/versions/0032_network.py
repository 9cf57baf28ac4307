"""Network: reports with their files, searches, hits, appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = "state IN ('open', 'approved')"


def upgrade() -> None:
    _reports()
    _searches()
    _hits()
    _appeals()


def _reports() -> None:
    op.create_table(
        "network_report",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("network_report_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("network_report_guild", "network_report", ["guild_id", "id"])
    op.create_index("network_report_ended", "network_report", ["ended_at"])
    _partial("network_report_live", "network_report", ["guild_id", "user_id"], LIVE, unique=True)
    _partial("network_report_about", "network_report", ["user_id"], "state = 'approved'")
    _partial("network_report_ageing", "network_report", ["created_at"], LIVE)
    op.create_table(
        "network_evidence",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("network_evidence_pkey")),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["network_report.id"],
            name=op.f("network_evidence_report_id_fkey"),
            ondelete="CASCADE",
        ),
    )


def _searches() -> None:
    op.create_table(
        "network_search",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("network_look_pkey")),
        sqlite_autoincrement=True,
    )


def _hits() -> None:
    op.create_table(
        "network_hit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reports_key", sa.Text(), nullable=False),
        sa.Column("trust_score", sa.Integer(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("top_category", sa.Text(), nullable=False),
        sa.Column("top_severity", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("reaction", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("network_hit_pkey")),
        sa.UniqueConstraint(
            "guild_id",
            "user_id",
            "reports_key",
            name=op.f("network_hit_guild_id_user_id_reports_key_key"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("network_hit_user", "network_hit", ["user_id"])
    op.create_index("network_hit_created", "network_hit", ["created_at"])
    _partial("network_hit_acting", "network_hit", ["id"], "state = 'acting'")
    is_due = "is_void AND state = 'done'"
    on_sqlite = "is_void = 1 AND state = 'done'"
    _partial("network_hit_void", "network_hit", ["id"], is_due, on_sqlite=on_sqlite)


def _appeals() -> None:
    op.create_table(
        "network_appeal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reports", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("network_appeal_pkey")),
        sqlite_autoincrement=True,
    )
    op.create_index("network_appeal_user", "network_appeal", ["user_id", "id"])
    op.create_index("network_appeal_decided", "network_appeal", ["decided_at"])
    _partial("network_appeal_open", "network_appeal", ["user_id"], "state = 'open'", unique=True)


def _partial(
    name: str,
    table: str,
    columns: list[str],
    where: str,
    *,
    on_sqlite: str | None = None,
    unique: bool = False,
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(on_sqlite or where),
        postgresql_where=sa.text(where),
    )
