"""Posts: every message that is owed to Discord; what was owed before is taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPROVING = sa.text("state = 'approving'")

# What is owed, or got no answer, may have been sent: the first try looks for it before.
TAKEN = """
INSERT INTO post (kind, subject_id, guild_id, channel_id, user_id, message_id,
    version, is_owed, owed_since, tries, outcome, failure, last)
"""
CASE_LETTERS = """
SELECT 'cases.letter', id, guild_id, NULL, user_id, NULL,
    0, told = 'owed', COALESCE(settled_at, created_at),
    CASE WHEN told IN ('owed', 'late') THEN 1 ELSE 0 END,
    CASE told WHEN 'sent' THEN 'sent' WHEN 'closed' THEN 'refused' WHEN 'late' THEN 'late' END,
    NULL, NULL
FROM moderation_case WHERE told <> 'none' ORDER BY id
"""
CASE_LINES = """
SELECT 'cases.log', id, guild_id, log_channel_id, NULL, log_message_id,
    0, logged = 'owed', COALESCE(settled_at, created_at),
    CASE WHEN logged IN ('owed', 'late') THEN 1 ELSE 0 END,
    CASE logged WHEN 'sent' THEN 'sent' WHEN 'closed' THEN 'refused' WHEN 'late' THEN 'late' END,
    NULL, NULL
FROM moderation_case WHERE logged <> 'none' ORDER BY id
"""
# Whose row is gone has no number any more: below zero there are none.
STRUCK_LINES = """
SELECT 'cases.log', -id, guild_id, channel_id, NULL, message_id,
    0, 1 = 1, created_at, 0, 'sent', NULL,
    '{"number": ' || number || ', "by_id": ' || by_id || '}'
FROM struck_line ORDER BY id
"""
APPEAL_LETTERS = """
SELECT 'appeals.letter', id, guild_id, NULL, user_id, NULL,
    0, told = 'owed', COALESCE(decided_at, created_at),
    CASE WHEN told IN ('owed', 'late') THEN 1 ELSE 0 END,
    CASE told WHEN 'sent' THEN 'sent' WHEN 'closed' THEN 'refused' WHEN 'late' THEN 'late' END,
    NULL, NULL
FROM appeal WHERE told <> 'none' ORDER BY id
"""
APPEAL_CARDS = """
SELECT 'appeals.card', appeal_id, guild_id, channel_id, NULL, message_id,
    version, state = 'owed', owed_since,
    CASE WHEN state IN ('owed', 'late') THEN 1 ELSE 0 END,
    CASE state WHEN 'sent' THEN 'sent' WHEN 'closed' THEN 'refused' WHEN 'late' THEN 'late' END,
    failure, NULL
FROM appeal_card WHERE appeal_id IS NOT NULL ORDER BY id
"""
LEFT_CARDS = """
SELECT 'appeals.card', -id, guild_id, channel_id, NULL, message_id,
    version, 1 = 1, owed_since, 0, 'sent', NULL, '{"number": ' || case_number || '}'
FROM appeal_card WHERE appeal_id IS NULL AND message_id IS NOT NULL ORDER BY id
"""
NOTICES = """
SELECT 'endpoints.notice', id, guild_id, NULL, NULL, NULL,
    0, 1 = 1, notice_owed_at, 1, NULL, NULL, NULL
FROM endpoint WHERE notice_owed_at IS NOT NULL AND state = 'auto_disabled' ORDER BY id
"""
NOTICES_TO = """
SELECT 'endpoints.notice_to', id, guild_id, NULL, created_by_id, NULL,
    0, 1 = 1, notice_owed_at, 1, NULL, NULL, NULL
FROM endpoint WHERE notice_owed_at IS NOT NULL AND state = 'auto_disabled' ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "post",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_owed", sa.Boolean(), nullable=False),
        sa.Column("owed_since", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("last", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("post_pkey")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("post_kind_subject_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "post_due",
        "post",
        ["id"],
        sqlite_where=sa.text("is_owed = 1"),
        postgresql_where=sa.text("is_owed"),
    )
    for taken in (
        CASE_LETTERS,
        CASE_LINES,
        STRUCK_LINES,
        APPEAL_LETTERS,
        APPEAL_CARDS,
        LEFT_CARDS,
        NOTICES,
        NOTICES_TO,
    ):
        # Its colons are JSON's: it is handed over as it is.
        op.get_bind().exec_driver_sql(TAKEN + taken)
    _drop()


def _drop() -> None:
    """What posts have taken the place of."""
    op.drop_index("moderation_case_owed", "moderation_case")
    for column in ("told", "logged", "log_channel_id", "log_message_id"):
        op.drop_column("moderation_case", column)
    op.drop_table("struck_line")
    op.drop_index("appeal_due", "appeal")
    op.drop_column("appeal", "told")
    op.create_index(
        "appeal_due", "appeal", ["look_at"], sqlite_where=APPROVING, postgresql_where=APPROVING
    )
    op.drop_table("appeal_card")
    op.drop_column("endpoint", "notice_owed_at")
