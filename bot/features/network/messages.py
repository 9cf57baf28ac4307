"""Messages to people in the network: before a server acts, and once an appeal is decided."""

from datetime import timedelta

from bot.clock import to_ms
from bot.controls import Post
from bot.features.network import appeal_store, drawings, hit_store
from bot.features.network.appeal_model import LINK_LASTS, Objection
from bot.features.network.hit_model import MemberHit
from bot.features.network.ports import NetworkPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction

WARNING, ANSWER = "network.warning", "network.answer"
FRESH = timedelta(days=1)


class PersonMessages:
    """Direct messages, each with the private link of whoever it is for."""

    def __init__(self, ports: NetworkPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(WARNING, self._warning, FRESH))
        ports.posts.kind(PostKind(ANSWER, self._answer, FRESH))

    async def owe_warning(self, tx: Transaction, hit: MemberHit) -> None:
        """Owe the word that something is done, and where they can appeal."""
        to = Addressee(hit.guild_id, user_id=hit.user_id)
        await self._ports.posts.owe(tx, WARNING, hit.id, to, soon=False)

    async def pay_warning(self, hit: MemberHit) -> None:
        """Send it now: whoever is out of the server takes no message of the bot's."""
        await self._ports.posts.pay(WARNING, hit.id)

    async def owe_answer(self, tx: Transaction, appeal: Objection, guild_id: int) -> None:
        """Owe the reviewers' decision, in the language of that guild."""
        to = Addressee(guild_id, user_id=appeal.user_id)
        await self._ports.posts.owe(tx, ANSWER, appeal.id, to)

    async def drop_hit(self, tx: Transaction, hit_id: int) -> None:
        """The hit goes; what was said of it stays."""
        await self._ports.posts.drop(tx, WARNING, hit_id)

    async def drop_appeal(self, tx: Transaction, appeal_id: int) -> None:
        """The appeal goes; what was said of it stays."""
        await self._ports.posts.drop(tx, ANSWER, appeal_id)

    def link(self, user_id: int) -> str | None:
        """The address of somebody's page, for a month; None where pages have no address."""
        ends_at = self._ports.clock.now() + LINK_LASTS
        return self._ports.links.url(user_id, to_ms(ends_at))

    async def _warning(self, guild: GuildSeen, hit_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            hit = await hit_store.by_id(reading, hit_id)
        if hit is None or hit.is_void:
            return None
        return drawings.warning(hit, guild.name, self.link(hit.user_id))

    async def _answer(self, _guild: GuildSeen, appeal_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            appeal = await appeal_store.by_id(reading, appeal_id)
        return None if appeal is None else drawings.answer(appeal, self.link(appeal.user_id))
