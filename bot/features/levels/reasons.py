"""Reasons why somebody earns nothing: for messages in a channel, and for the voice channel."""

from dataclasses import dataclass

from bot.activity import ChannelPath, VoiceActivity, VoicePerson
from bot.clock import from_ms, to_ms
from bot.features.levels.earnings import Diligence, Unpaid, XpEarnings
from bot.features.levels.model import worth
from bot.features.levels.ports import LevelChoices, LevelsPorts
from bot.features.levels.voice import COMPANY
from bot.texts import N_, _

LAST = {
    Unpaid.COOLDOWN: N_("it came too soon after one that earned"),
    Unpaid.CHANNEL: N_("nothing is earned in that channel"),
    Unpaid.ROLE: N_("one of your roles earns nothing"),
    Unpaid.SERVER: N_("the server gives nothing at the moment"),
    Unpaid.REPEAT: N_("you had written the same a moment before"),
    Unpaid.ONE_WORD: N_("it was one word over and over"),
    Unpaid.FLOOD: N_("it was one of many single words in a row"),
    Unpaid.ROW: N_("your next turn had not come"),
}


@dataclass(frozen=True, slots=True)
class Earner:
    """Earner of points, or of none: whoever asks, or is asked about, with their roles."""

    user_id: int
    is_bot: bool
    role_ids: frozenset[int]


class XpReasons:
    """Explains, from the guild's choices and from what is remembered."""

    def __init__(self, ports: LevelsPorts, earnings: XpEarnings) -> None:
        self._ports = ports
        self._earnings = earnings

    async def of(self, guild_id: int, person: Earner, place: ChannelPath) -> list[str]:
        """Sentences to that person: messages there first, then voice; never none."""
        choices = await self._ports.choices(guild_id)
        if not choices.settings.enabled:
            return [_("Levels are switched off in this server; its staff can switch them on.")]
        if person.is_bot:
            return [_("Bots earn no XP.")]
        return [
            *self._of_messages(guild_id, person, place, choices),
            *self._of_voice(guild_id, person, choices),
        ]

    def _of_messages(
        self, guild_id: int, person: Earner, place: ChannelPath, choices: LevelChoices
    ) -> list[str]:
        chosen, rules = choices.settings, choices.rules
        found = _ignored(choices, person, place)
        if not chosen.message_xp[1]:
            found.append(_("Messages earn nothing in this server."))
        last = self._earnings.last(guild_id, person.user_id)
        now = to_ms(self._ports.clock.now())
        if now < last.free_at:
            text = _("Your last message earned XP: the next one can {when}.")
            found.append(text.format(when=f"<t:{-(-last.free_at // 1_000)}:R>"))
        elif last.unpaid is not None:
            found.append(_last(last))
        if not found:
            low, high = chosen.message_xp
            percents = rules.of_channel(place), rules.of_roles(person.role_ids), chosen.percent
            text = _("A message here earns you {low} to {high} XP now.")
            found.append(text.format(low=worth(low, *percents), high=worth(high, *percents)))
        return found

    def _of_voice(self, guild_id: int, person: Earner, choices: LevelChoices) -> list[str]:
        if not choices.settings.voice_xp:
            return [_("Voice channels earn nothing in this server.")]
        for channel in self._ports.acts.voices(guild_id):
            for one in channel.people:
                if one.user_id == person.user_id:
                    return [_in_voice(channel, one, choices)]
        return [_("You are in no voice channel that I see.")]


def _last(last: Diligence) -> str:
    text = _("Your last message, in {channel} {when}, earned nothing: {why}.")
    assert last.unpaid is not None  # noqa: S101  that is what it is asked for
    when = f"<t:{from_ms(last.at).timestamp():.0f}:R>"
    return text.format(channel=f"<#{last.channel_id}>", when=when, why=_(LAST[last.unpaid]))


def _ignored(choices: LevelChoices, person: Earner | VoicePerson, place: ChannelPath) -> list[str]:
    """What the guild has ruled."""
    found = list[str]()
    rules = choices.rules
    if not rules.of_channel(place):
        found.append(_("Nothing is earned in <#{channel}>.").format(channel=place[0]))
    ignored = [one for one, percent in rules.by_role.items() if not percent]
    for role_id in sorted(person.role_ids.intersection(ignored)):
        found.append(_("Whoever has the role <@&{role}> earns nothing.").format(role=role_id))
    if not choices.settings.percent:
        found.append(_("The server gives nothing at the moment: its multiplier is 0."))
    return found


def _in_voice(channel: VoiceActivity, person: VoicePerson, choices: LevelChoices) -> str:
    where = f"<#{channel.channel_id}>"
    hearing = [one for one in channel.people if not one.is_bot and not one.is_deafened]
    if channel.is_afk:
        return _("{where} is for who is away: nothing is earned there.").format(where=where)
    if person.is_deafened:
        return _("You are deafened in {where}: switch your sound on.").format(where=where)
    if len(hearing) < COMPANY:
        text = _("In {where} nobody else hears you: it takes two people, and bots do not count.")
        return text.format(where=where)
    ignored = _ignored(choices, person, channel.place)
    if ignored:
        return " ".join(ignored)
    text = _("In {where} you earn XP each minute.")
    return text.format(where=where)
