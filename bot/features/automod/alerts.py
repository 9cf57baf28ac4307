"""Alerts: the call to the staff that a rule can ask for, with the words that it found."""

from datetime import timedelta

from bot.controls import Button, Post, Tone
from bot.features.automod import triggers
from bot.features.automod.ports import AutomodPorts
from bot.features.automod.triggers import Trigger
from bot.posts.payment import PostKind
from bot.snapshots import GuildSeen
from bot.texts import _
from bot.user_text import inline

ALERT = "automod.alert"
FRESH = timedelta(days=1)
SHOWN = 300  # characters


class AutomodAlerts:
    """Posts that call somebody; drawn from what was triggered."""

    def __init__(self, ports: AutomodPorts) -> None:
        self._ports = ports
        ports.posts.kind(PostKind(ALERT, self._draw, FRESH))

    async def _draw(self, guild: GuildSeen, trigger_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            trigger = await triggers.by_id(reading, trigger_id)
        if trigger is None:
            return None
        chosen = await self._ports.chosen(guild.guild_id)
        return alert(trigger, chosen.alert_role_id)


def alert(trigger: Trigger, role_id: int | None) -> Post:
    """Who, where, and what was found."""
    called = "" if role_id is None else f"<@&{role_id}> "
    lines = [f"{called}{trigger.plan.title}", f"<@{trigger.user_id}> (`{trigger.user_id}`)"]
    if trigger.plan.found:
        lines.append(_("Found: {found}").format(found=inline(trigger.plan.found, SHOWN)))
    links = list[Button]()
    if trigger.channel_id is not None:
        lines[1] += f" · <#{trigger.channel_id}>"
        place = f"{trigger.guild_id}/{trigger.channel_id}"
        if trigger.message_id is not None:
            place += f"/{trigger.message_id}"
        links.append(Button(_("Go there"), url=f"https://discord.com/channels/{place}"))
    return Post(
        title=_("Automod calls the staff"),
        text="\n".join(lines),
        tone=Tone.BAD,
        buttons=tuple(links),
        role_pings=() if role_id is None else (role_id,),
    )
