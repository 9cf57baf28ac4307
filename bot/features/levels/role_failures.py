"""Role failures: why a level role cannot be given or taken, written down and told to staff once."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from bot.controls import Post, Tone
from bot.features.levels import rule_store
from bot.features.levels.model import CONTESTED, GONE, LevelRole
from bot.features.levels.ports import LevelsPorts
from bot.posts.payment import PostKind
from bot.posts.store import Addressee
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _

KIND = "levels.refused"
FRESH = timedelta(days=1)

WORDS: Mapping[str, str] = {
    GONE: N_("the role is gone"),
    CONTESTED: N_("somebody, or another bot, changes it again and again"),
}
REMEDIES: Mapping[str, str] = {
    GONE: N_(
        "The role of level {level} was deleted. Name another one with `/levels role add`, or take "
        "this one off the list with `/levels role remove`."
    ),
    CONTESTED: N_(
        "{role}, the role of level {level}, is given or taken by somebody else again and again, "
        "most likely by another bot. I leave it to them until somebody rises. See that only one "
        "of us gives it, then use `/levels sync`."
    ),
}
OUT_OF_REACH = N_(
    "I could not give or take {role}, the role of level {level}: {why}. Put my own role above "
    "it and see that I may manage roles, then use `/levels sync`: nobody is left out."
)


def words_of(failure: str) -> str:
    """What stands in a level role's row, for people."""
    return _(WORDS[failure]) if failure in WORDS else failure


class RoleFailures:
    """Level roles out of reach, by their rows' ids; each is told when it is news."""

    def __init__(self, ports: LevelsPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(KIND, self._draw, FRESH, channel=ports.settings.notice_channel))

    async def note(
        self,
        tx: Transaction,
        guild_id: int,
        failures: Mapping[int, str],
        *,
        done: Collection[int] = (),
        most: int | None = None,
    ) -> None:
        """Write down which are out of reach, and which, `done`, no more; tell of `most` of them."""
        news = [one for one, why in failures.items() if await rule_store.fail_role(tx, one, why)]
        mended = [one for one in set(done) - failures.keys() if await rule_store.mend_role(tx, one)]
        for one in mended:
            await self._ports.posts.drop(tx, KIND, one)
        for one in news[:most]:
            await self._ports.posts.owe(tx, KIND, one, Addressee(guild_id))
        if news or mended:
            await self._ports.ruled(tx, guild_id)

    async def forgive(self, guild_id: int) -> None:
        """The staff say that what was given and taken by others is settled."""
        rules = await self._ports.rules(guild_id)
        contested = [one.id for one in rules.roles if one.failure == CONTESTED]
        if not contested:
            return
        async with self._ports.database.transaction() as tx:
            for one in contested:
                if await rule_store.settle_role(tx, one):
                    await self._ports.posts.drop(tx, KIND, one)
            await self._ports.ruled(tx, guild_id)

    async def _draw(self, guild: GuildSeen, subject_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            role = await rule_store.role(reading, subject_id)
        return None if role is None or role.failure is None else told(role, role.failure)


def told(role: LevelRole, failure: str) -> Post:
    """What is wrong with a level role, and what to do."""
    text = _(REMEDIES.get(failure, OUT_OF_REACH))
    why = words_of(failure)
    return Post(
        title=_("A level role is out of my reach"),
        text=text.format(role=f"<@&{role.role_id}>", level=role.level, why=why),
        tone=Tone.WARNING,
    )
