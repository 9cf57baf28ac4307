"""Large guild: a database in which one guild has filled every book, written by SQL."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.claims import FAST
from bench.load import FIRST_GUILD, MOMENT
from bot.clock import to_ms

NOW = to_ms(MOMENT)
MINUTE = 60_000
HARD_WORKING = 20  # of so many entries one is of the first person
DOCUMENT: dict[str, Any] = {
    "name": "otter",
    "avatar": None,
    "is_bot": False,
    "reply_to": None,
    "is_system": False,
    "content": "Where is my boat? It lay in the **harbour** yesterday. ",
    "embeds": [],
    "reactions": {},
    "edits": [],
}

NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
PERSON = ":guild + 1 + i % :people"
CASES = f"""
{NUMBERS} INSERT INTO moderation_case (guild_id, number, type, user_id, username, moderator_id,
    moderator_name, reason, source, state, created_at, settled_at, repeats, details, sought)
SELECT :guild, i, CASE i % 4 WHEN 0 THEN 'ban' WHEN 1 THEN 'timeout' ELSE 'warn' END, {PERSON},
    'otter_' || i % :people, :guild + i % 20, 'harbour_master', 'Took a boat, number ' || i,
    'command', CASE WHEN i % 7 THEN 'active' ELSE 'expired' END, :now + i * 60, :now + i * 60, 0,
    '{{}}', 'otter_' || i % :people || char(10) || 'took a boat, number ' || i FROM n
"""
AUDIT = f"""
{NUMBERS} INSERT INTO audit_entry (guild_id, event_type, severity, source, actor_id, actor_name,
    target_id, target_type, summary, context, created_at, sought)
SELECT :guild, CASE i % 3 WHEN 0 THEN 'role.updated' ELSE 'settings.changed' END, 'info', 'bot',
    :guild + i % 20, 'harbour_master', {PERSON}, 'user', 'harbour_master changed number ' || i,
    '{{}}', :now + i * 60, 'harbour_master changed number ' || i FROM n
"""
CURRENCY = """
INSERT INTO money_currency (id, guild_id, name, name_key, symbol, decimals, is_default)
VALUES (1, :guild, 'Coins', 'coins', '¤', 0, 1)
"""
MINT = """
INSERT INTO money_account (id, guild_id, kind, currency_id, owner_id, balance)
VALUES (1, :guild, 4, 1, 0, -10 * :count)
"""
WALLETS = f"""
{NUMBERS} INSERT INTO money_account (id, guild_id, kind, currency_id, owner_id, balance)
SELECT i + 1, :guild, 1, 1, :guild + i, 10 * :entries / :count + i % 1000 FROM n
"""
ENTRIES = f"""
{NUMBERS} INSERT INTO money_entry (id, guild_id, source, created_at)
SELECT i, :guild, 'message_earn', :now + i FROM n
"""
POSTINGS = f"""
{NUMBERS} INSERT INTO money_posting (entry_id, account_id, delta, balance, operation)
SELECT i, CASE WHEN i % {HARD_WORKING} THEN 2 + i % :people ELSE 2 END, 10, 10 * i, 'message' FROM n
UNION ALL SELECT i, 1, -10, -10 * i, 'message' FROM n
"""
LEVELS = f"""
{NUMBERS} INSERT INTO level_member (guild_id, user_id, xp)
SELECT :guild, :guild + i, i * 7919 % 1000000 FROM n
"""
MESSAGES = f"""
{NUMBERS} INSERT INTO ticket_message (id, ticket_id, author_id, author_role, document, written_at)
SELECT :guild + i, :ticket, :guild + i % 2, CASE i % 2 WHEN 0 THEN 'opener' ELSE 'staff' END,
    :document, :now + i * 1000 FROM n
"""
EVENTS = f"""
{NUMBERS} INSERT INTO event (id, uuid, type, guild_id, created_at)
SELECT i, randomblob(16), 'member.joined', :guild, :now - i * 1000 FROM n
"""
DELIVERIES = f"""
{NUMBERS} INSERT INTO delivery (id, event_id, endpoint_id, state, attempt, due_at, settled_at)
SELECT i, i, 1, 2, 1, :now - i * 1000, :now - i * 1000 FROM n
"""
ATTEMPTS = f"""
{NUMBERS} INSERT INTO attempt (delivery_id, number, started_at, latency_ms, status)
SELECT i, 1, :now - i * 1000, i % 300, 200 FROM n
"""


@dataclass(frozen=True, slots=True)
class Books:
    """How much of everything there is."""

    cases: int
    entries: int  # of the ledger, with two postings each
    people: int
    messages: int  # of the ticket

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Each statement, with how many rows it makes, or twice as many."""
        cases, entries, people = self.cases, self.entries, self.people
        return (
            *((CASES, cases), (AUDIT, cases), (EVENTS, cases), (DELIVERIES, cases)),
            *((ATTEMPTS, cases), (CURRENCY, 1), (MINT, entries), (WALLETS, people)),
            *((ENTRIES, entries), (POSTINGS, entries), (LEVELS, people)),
            (MESSAGES, self.messages),
        )


def fill(file: Path, ticket_id: int, books: Books) -> None:
    """Into a migrated file with one endpoint, and with that ticket."""
    raw = sqlite3.connect(file)
    raw.executescript(FAST)
    fixed = {"guild": FIRST_GUILD, "people": books.people, "now": NOW, "entries": books.entries}
    fixed |= {"ticket": ticket_id, "document": json.dumps(DOCUMENT)}
    for statement, count in books.rows:
        raw.execute(statement, {**fixed, "count": count})
    raw.execute(
        "INSERT INTO case_counter (guild_id, last) VALUES (?, ?)", (FIRST_GUILD, books.cases)
    )
    raw.commit()
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
