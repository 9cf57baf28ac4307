"""What is true of money, levels and giveaways after lives that were killed."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.features.casino import store as casino_store
from bot.features.casino.model import RoundState
from bot.features.casino.tables import casino_round
from bot.features.casino.verification import verified
from bot.features.giveaways.tables import giveaway, winner
from bot.features.levels.model import level_of
from bot.features.levels.tables import level_member
from bot.features.trades.store import table as trade
from bot.outbox.tables import body
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.chaos.cases_bot import Orders
from tests.chaos.cases_life import once
from tests.chaos.preparation import COINS
from tests.integration.economy.books import HOUSE, WALLET, balanced
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.discord_server.room_server import RoomServer
from tests.support.ledger import sound
from tests.support.receiver import Receiver
from tests.support.rows import rows


async def judge(orders: Orders, server: RoomServer, receiver: Receiver) -> None:
    database = Database(orders.url)
    await database.open()
    events = [json.loads(one["bytes"]) for one in await rows(database, body)]
    vault = Vault(Path(orders.key_file).read_text(encoding="utf-8").split())
    await money_agrees(database, vault, events)
    await levels_agree(database, server, events)
    await giveaways_agree(database, server, events)
    await database.close()
    if orders.url.startswith("sqlite"):
        sound(orders.url.removeprefix("sqlite:///"))
    once(receiver, events)


def told(events: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in events if one["type"] == kind]


async def money_agrees(database: Database, vault: Vault, events: Sequence[dict[str, Any]]) -> None:
    """The books are in balance, each posting was told once, and each round and trade paid once."""
    books = await balanced(database, GUILD_ID)
    changes, sums = told(events, "economy.balance_changed"), Counter[int]()
    for one in changes:
        sums[int(one["user_id"])] += one["delta"]
        assert one["balance"] == sums[int(one["user_id"])]
    wallets = {owner: balance for (kind, _, owner), balance in books.items() if kind == WALLET}
    assert sums == Counter(wallets)
    async with database.reading() as reading:
        found = await reading.execute(select(casino_round))
        rounds = [casino_store.round_of(row, vault) for row in found]
    house = sum(one.gain for one in rounds if one.state is RoundState.SETTLED)
    assert books.get((HOUSE, COINS, 0), 0) == -house
    assert all(verified(one).agrees for one in rounds)
    assert len({one.number for one in rounds}) == len(rounds) <= 3
    assert sum(one["operation"] == "daily" for one in changes) <= 1
    done = [one["id"] for one in await rows(database, trade) if one["state"] == "completed"]
    assert [one["trade_id"] for one in told(events, "trade.completed")] == done


async def levels_agree(
    database: Database, server: RoomServer, events: Sequence[dict[str, Any]]
) -> None:
    """Each rise was told once, and Discord shows the role of whoever has reached its level."""
    ups = told(events, "xp.level_up")
    earned = {one["user_id"]: one["xp"] for one in await rows(database, level_member)}
    assert {int(one["user_id"]): one["total_xp"] for one in ups} == earned
    for user_id, member in server.guild.members.items():
        assert (str(FRIEND) in member["roles"]) is (level_of(earned.get(user_id, 0)) >= 2)
        assert sum(one["user_id"] == str(user_id) for one in ups) <= 1


async def giveaways_agree(
    database: Database, server: RoomServer, events: Sequence[dict[str, Any]]
) -> None:
    """Each was made, drawn and told once, and whoever won has one letter."""
    known = await rows(database, giveaway)
    ids = [one["id"] for one in known]
    assert [one["giveaway_id"] for one in told(events, "giveaway.created")] == ids
    assert sorted(one["giveaway_id"] for one in told(events, "giveaway.ended")) == ids
    winners = [one["user_id"] for one in await rows(database, winner)]
    named = [int(user) for one in told(events, "giveaway.ended") for user in one["winner_ids"]]
    assert sorted(named) == sorted(winners)
    cards = [one for one in server.guild.lines.values() if "oar" in json.dumps(one)]
    assert len(cards) == 2 * len(ids)  # and a call to the winners
    theirs = [one for who in winners for one in server.guild.written.get(who, [])]
    letters = [one for one in theirs if "oar" in json.dumps(one)]
    assert len(letters) == len(winners)
