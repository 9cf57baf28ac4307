"""A server before its bot is there: what somebody chose, a webhook, money, a way in for a shop."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.acts import Actor
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.features.economy import ECONOMY
from bot.features.economy.model import EntryDraft, mint, pair, wallet
from bot.features.incoming import store
from bot.features.levels import rule_store
from bot.features.settings.service import SettingsService
from bot.wiring import FEATURES
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.emitter_setup import add_endpoint
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.receiver import Receiver

KEEPER = Actor(GUILD_ID, OWNER_ID, "keeper")
SECRET = "whsec_of_the_shop"
COINS = 1  # the number of the currency that there is at first
GRANTED = 1_000

Choices = Mapping[str, Mapping[str, Any]]
"""By the feature, what is chosen of it."""


async def choose(emitter: Emitter, choices: Choices, guild_id: int = GUILD_ID) -> None:
    """Somebody chooses these; what a running bot would refuse, too."""
    audit = AuditService(emitter.outbox, emitter.clock)
    models = [one.settings for one in FEATURES if one.settings is not None]
    settings = SettingsService(emitter.database, audit, models=models)
    keeper = Actor(guild_id, KEEPER.user_id, KEEPER.name)
    for feature, chosen in choices.items():
        for name, value in chosen.items():
            await settings.change(keeper, feature, name, value)


async def subscribe(emitter: Emitter, receiver: Receiver, *patterns: str) -> None:
    """These events go to the receiver; all, where none is named."""
    about: dict[str, Any] = {"guild_id": GUILD_ID, "secret": receiver.secret}
    await add_endpoint(emitter, receiver.url(), patterns=patterns or ("*",), **about)


async def endow(emitter: Emitter, user_ids: Collection[int]) -> None:
    """Each has some money, and level 2 has a role."""
    economy = features_on(emitter, emitter.clock, acts=FakeActs())[ECONOMY]
    assert (await economy.money.currency(GUILD_ID)).id == COINS
    mine = [pair(mint(COINS), wallet(one, COINS), GRANTED, operation="admin") for one in user_ids]
    async with emitter.database.transaction() as tx:
        await economy.ledger.post(tx, *(EntryDraft(GUILD_ID, "admin", legs) for legs in mine))
        await rule_store.put_role(tx, GUILD_ID, 2, FRIEND)


async def let_in(emitter: Emitter, *actions: str, rate: int = 30) -> str:
    """A shop may push these actions; the path of its address."""
    async with emitter.database.transaction() as tx:
        made = await store.add(
            tx,
            GUILD_ID,
            "shop",
            emitter.clock.now(),
            sealed_secret=emitter.vault.seal(SECRET),
            created_by_id=OWNER_ID,
            actions=actions,
            rate=rate,
        )
    return f"/in/{made.uuid}"
