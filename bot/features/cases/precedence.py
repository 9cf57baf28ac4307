"""Precedence of what people set: what the bot orders by itself never makes it weaker."""

from bot.features.cases import store
from bot.features.cases.difference import SAME_END
from bot.features.cases.model import Case
from bot.features.cases.ports import CasesPorts
from bot.features.cases.transitions import REPLACES
from bot.texts import _


async def weaker(ports: CasesPorts, case: Case) -> str | None:
    """Why it is not done, where what stands lasts as long, or for good; Discord is asked.

    What a moderator orders is a person's decision, and may be weaker than what was.
    """
    me = ports.acts.own_standing(case.guild_id)
    is_own = me is not None and me.account.user_id == case.moderator_id
    end = case.expires_at
    if not is_own or end is None or case.type not in REPLACES:
        return None
    async with ports.database.reading() as reading:
        active = await store.active(reading, *case.person, REPLACES[case.type])
    older = [one for one in active if one.id != case.id]
    if any(one.expires_at is None or one.expires_at >= end for one in older):
        return _("what stands already lasts longer")
    if await _stands_by_hand(ports, case, is_known=bool(older)):
        return _("what somebody did by hand already lasts longer")
    return None


async def _stands_by_hand(ports: CasesPorts, case: Case, *, is_known: bool) -> bool:
    """Whether Discord shows what no case has brought about, and what this one would cut short."""
    if case.type == "tempban":
        return case.details.was_banned and not is_known
    member = await ports.acts.member(*case.person)
    if member is None:
        return False
    if case.type == "mute":
        return not is_known and set(case.details.gives) <= member.role_ids
    until, end = member.timed_out_until, case.expires_at
    return until is not None and end is not None and until >= end - SAME_END
