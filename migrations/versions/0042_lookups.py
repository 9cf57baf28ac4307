"""Lookups: indexes for what was found only by reading a table from end to end."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

# Replaced by others of the same rows.
GONE = {"appeal_due": "appeal", "network_report_about": "network_report"}


class Lookup(NamedTuple):
    """An index, of those rows for which `where` holds."""

    table: str
    columns: Sequence[str]
    where: str | None = None


LOOKUPS = {
    "appeal_of_person": Lookup("appeal", ["guild_id", "user_id"]),
    "appeal_approving": Lookup("appeal", ["id"], "state = 'approving'"),
    "audit_entry_actor": Lookup("audit_entry", ["guild_id", "actor_id"], "actor_id IS NOT NULL"),
    "audit_search_age": Lookup("audit_search", ["created_at"]),
    "level_up_of_person": Lookup("level_up", ["guild_id", "user_id"]),
    "level_week_of_person": Lookup("level_week", ["guild_id", "user_id"]),
    "log_remark_of_person": Lookup("log_remark", ["guild_id", "subject_id"]),
    "money_entry_of_actor": Lookup("money_entry", ["guild_id", "actor_id"], "actor_id IS NOT NULL"),
    "money_hold_currency": Lookup("money_hold", ["currency_id"]),
    "money_hold_of_person": Lookup("money_hold", ["guild_id", "user_id"]),
    "network_report_about": Lookup("network_report", ["user_id"]),
    "nuke_lasting": Lookup("nuke", ["last_at"]),
    "nuke_repair_moved": Lookup("nuke_repair", ["guild_id", "id"], "new_id IS NOT NULL"),
    "post_message": Lookup("post", ["message_id"], "message_id IS NOT NULL"),
    "post_of_person": Lookup("post", ["guild_id", "user_id"], "user_id IS NOT NULL"),
    "pushed_call_of_person": Lookup("pushed_call", ["guild_id", "user_id"], "user_id IS NOT NULL"),
    "sync_invite_age": Lookup("sync_invite", ["expires_at"]),
    "sync_share_of_person": Lookup("sync_share", ["guild_id", "user_id"]),
    "ticket_guest_target": Lookup("ticket_guest", ["target_id"]),
    "ticket_message_of_author": Lookup("ticket_message", ["author_id"]),
    "ticket_of_type": Lookup("ticket", ["type_id"]),
    "ticket_silenced": Lookup("ticket", ["close_at"], "state = 'open'"),
}


def upgrade() -> None:
    for name, table in GONE.items():
        op.drop_index(name, table)
    for name, one in LOOKUPS.items():
        where = None if one.where is None else sa.text(one.where)
        op.create_index(
            name, one.table, list(one.columns), sqlite_where=where, postgresql_where=where
        )
