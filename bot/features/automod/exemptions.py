"""Exemptions that hold for every rule of a guild: whom and what no rule is about."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import replace
from typing import TypeVar

from bot.acts import ActFailed, Gone
from bot.features.automod.model import Hit, RuleVerdict
from bot.features.automod.ports import AutomodPorts
from bot.features.automod.settings import AutomodSettings
from bot.message_content import MessageContent
from bot.texts import _

MOST_CODES = 2_000  # invites whose server is remembered
MOST_ASKED = 5  # invites of one message of which Discord is asked

Found = TypeVar("Found", bound=Collection[object])


class GuildExemptions:
    """What is asked only once a rule has found something."""

    def __init__(self, ports: AutomodPorts) -> None:
        self._ports = ports
        self._codes: OrderedDict[str, int | None] = OrderedDict()

    async def known(self, content: MessageContent) -> MessageContent | None:
        """With who they are here: of a large server not everybody is in memory.

        None where Discord does not say: it might be one of the staff.
        """
        acts, guild_id, user_id = self._ports.acts, content.guild_id, content.user_id
        if content.is_webhook:
            return content
        try:
            if acts.standing(guild_id, user_id) is None:
                await acts.meet(guild_id, user_id)
            member = None if content.is_known else await acts.member(guild_id, user_id)
        except ActFailed:
            return None
        standing = acts.standing(guild_id, user_id)
        if member is None or standing is None:
            return content
        is_bot = standing.account.is_bot
        return replace(content, role_ids=member.role_ids, is_bot=is_bot, is_known=True)

    def spared(self, content: MessageContent, settings: AutomodSettings) -> str | None:
        """Why no rule is about whoever wrote it; None where rules are.

        Whom the guild spares, and whoever stands above the bot: nothing could be done.
        """
        exempt = [one for one in settings.exempt_role_ids if one in content.role_ids]
        if exempt:
            return _("they have the exempt role <@&{role}> of /settings").format(role=exempt[0])
        acts, guild_id = self._ports.acts, content.guild_id
        standing, me = acts.standing(guild_id, content.user_id), acts.own_standing(guild_id)
        if me is None:
            return _("this server is out of my sight")
        if standing is None:
            return None
        if standing.is_owner:
            return _("they are the owner of the server")
        if settings.spare_staff and not content.is_bot and standing.may("manage_messages"):
            return _("they may delete others' messages: staff are spared")
        if standing.rank >= me.rank:
            return _("they stand as high as I do, or higher")
        return None

    async def without_own_invites(
        self, guild_id: int, judge: Callable[[Set[str]], Found], hits: Callable[[Found], list[Hit]]
    ) -> Found:
        """What is found when invites to this very server are looked through."""
        own = set[str]()
        found = judge(own)
        for _try in range(MOST_ASKED):
            codes = {hit.code for hit in hits(found) if hit.code is not None}
            leading = {code for code in codes if await self._leads_here(guild_id, code)}
            if not leading:
                return found
            own |= leading
            found = judge(own)
        # Nobody brings so many invites here: of what is left nobody knows that it leads here.
        return found

    async def explained(self, content: MessageContent) -> Sequence[RuleVerdict]:
        """The verdict of each rule on a text, with the exemption that would decide."""
        ports = self._ports
        ruleset = await ports.ruleset(content.guild_id)
        settings = await ports.chosen(content.guild_id)
        known = await self.known(content)
        if known is None:
            whole: str | None = _("Discord does not say who they are")
        else:
            content, whole = known, self.spared(known, settings)
        first = list(ruleset.explain(content))
        found = await self.without_own_invites(
            content.guild_id,
            lambda own: list(ruleset.explain(content, own)),
            lambda verdicts: [one.hit for one in verdicts if one.hit is not None],
        )
        ours = _("the invite leads to this server")
        return [
            replace(before, spared=ours)
            if now.hit is None and before.hit is not None
            else replace(now, spared=now.spared or whole)
            for before, now in zip(first, found, strict=True)
        ]

    async def _leads_here(self, guild_id: int, code: str) -> bool:
        """Whether that invite leads to this server; where Discord does not say, nothing is done."""
        if code not in self._codes:
            try:
                self._codes[code] = await self._ports.acts.invited_guild(code)
            except Gone:
                return False
            except ActFailed:
                return True
            while len(self._codes) > MOST_CODES:
                self._codes.popitem(last=False)
        return self._codes[code] == guild_id
