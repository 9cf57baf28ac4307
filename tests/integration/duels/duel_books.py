"""Books of duels: what everybody has, and is rated, follows from the duels as they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.features.duels import store
from bot.features.duels.model import RESULTS, Duel, DuelState
from bot.features.duels.ratings import START
from bot.features.duels.tables import duelist
from bot.features.economy.tables import hold
from tests.integration.duels.duels_env import DuelsEnv
from tests.integration.economy.books import WALLET, balanced
from tests.support.emitter_setup import GUILD

WON = (DuelState.WON, DuelState.FORFEITED)


async def agreed(env: DuelsEnv, given: Mapping[int, int], guild_id: int = GUILD) -> Sequence[Duel]:
    """Every duel of a guild, where wallets, holds, ratings and events all follow from them."""
    async with env.database.reading() as reading:
        query = select(store.table).where(store.table.c.guild_id == guild_id)
        duels = [store.duel_of(row) for row in await reading.execute(query)]
        people = select(duelist).where(duelist.c.guild_id == guild_id)
        rows = (await reading.execute(people)).all()
        stand = select(hold.c.id).where(hold.c.guild_id == guild_id, hold.c.state == "held")
        held = set((await reading.execute(stand)).scalars())
    accounts = await balanced(env.database, guild_id)
    wallets = {who: sum_ for (kind, _, who), sum_ in accounts.items() if kind == WALLET}
    assert wallets == {who: given[who] + moved(duels, who) for who in given}

    fought = [one for one in duels if one.state is DuelState.PLAYING]
    assert held == {hold_id for one in fought for hold_id in one.hold_ids}
    assert all(len(one.hold_ids) == 2 for one in fought)
    for one in duels:
        assert one.state in WON or one.winner_id is None
        assert (one.seed is None) is (one.sealed_seed is not None) is not one.state.has_ended

    told = [
        (data["duel_id"], data["winner_id"], data["loser_id"])
        for data in await env.told_in(guild_id, "duel.finished")
    ]
    won = [(one.id, str(one.winner_id), str(one.loser_id)) for one in duels if one.state in WON]
    assert sorted(told) == sorted(won)

    ratings, results = Counter[int](), Counter[int]()
    for one in duels:
        for sign, who in zip((1, -1), one.people, strict=True):
            ratings[who] += sign * (one.rating_change or 0)
            results[who] += one.state in RESULTS and one.state is not DuelState.SILENT
    for row in rows:
        assert row.rating == START + ratings[row.user_id]
        assert row.wins + row.losses + row.draws == results[row.user_id]
    return duels


def moved(duels: Sequence[Duel], who: int) -> int:
    """What duels have brought somebody, or taken."""
    total = 0
    for one in duels:
        if who in one.people and one.state is DuelState.PLAYING:
            total -= one.stake
        elif who in one.people and one.winner_id is not None:
            gained = one.won - one.stake
            total += gained if who == one.winner_id else -gained
    return total
