"""Words of raids: what the log says of one, and what is measured out to those who came."""

from datetime import timedelta

from bot.controls import Tone
from bot.durations import in_words
from bot.features.raids.ports import RAIDS
from bot.features.raids.records import Raid, RaidJoiner
from bot.features.raids.settings import RaidAction, RaidsSettings
from bot.incident import Finding, Measure, Why
from bot.sanctions import OwnReason
from bot.texts import N_, _, ngettext
from bot.user_text import inline

NAME_SHOWN = 80  # characters

SESSION, LOCKDOWN, INVITES = "raid", "lockdown", "invites"
"""Kinds of measures; a raid's number is what each is about."""

ACTIONS: dict[RaidAction, str] = {
    "quarantine": N_("Everyone who comes with the raid is put in quarantine"),
    "kick": N_("Everyone who comes with the raid is kicked"),
    "ban": N_("Everyone who comes with the raid is banned"),
    "alert": N_("Nothing is done about those who come: look at them"),
}


def found(
    guild_id: int,
    joins: int,
    chosen: RaidsSettings,
    *,
    by_id: int | None,
    is_shadow: bool,
) -> Finding:
    """What the log says when a raid begins."""
    if by_id is None:
        text = ngettext(
            "A raid: {count} person joined within {seconds} s",
            "A raid: {count} people joined within {seconds} s",
            joins,
        )
        title = text.format(count=joins, seconds=chosen.window_seconds)
    else:
        title = _("A raid, as <@{person}> says").format(person=by_id)
    return Finding(
        guild_id=guild_id,
        feature=RAIDS,
        title=title,
        why=_why(joins, chosen, by_id),
        is_shadow=is_shadow,
        tone=Tone.BAD,
    )


def _why(joins: int, chosen: RaidsSettings, by_id: int | None) -> Why:
    counted = _("Joins in {seconds} s").format(seconds=chosen.window_seconds)
    against = _("{count} of {limit}").format(count=joins, limit=chosen.joins)
    rule = _("So many joins within the window are a raid, and it lasts while others follow.")
    if by_id is not None:
        rule = _("<@{person}> started it by hand.").format(person=by_id)
    spared = list[str]()
    if chosen.account_days:
        text = _("accounts of {days} days and older were not counted")
        spared.append(text.format(days=chosen.account_days))
    if chosen.exempt_bots:
        spared.append(_("bots were not counted"))
    if chosen.exempt_returning:
        spared.append(_("returning members were not counted"))
    if chosen.invites:
        codes = ", ".join(sorted(chosen.invites))
        spared.append(_("who came by these invites was not counted: {codes}").format(codes=codes))
    return Why(rule, ((counted, against),), tuple(spared))


def session(raid: Raid) -> Measure:
    """That it lasts, and what is done while it does."""
    lasts = in_words(timedelta(seconds=raid.cooldown_seconds))
    text = _("{action}, until {time} pass without another join.")
    label = text.format(action=_(ACTIONS[raid.action]), time=lasts)
    return Measure(SESSION, raid.id, label)


def locks(raid: Raid, count: int) -> Measure:
    text = ngettext(
        "Lockdown of {count} channel: nobody without a role can write or speak there",
        "Lockdown of {count} channels: nobody without a role can write or speak there",
        count,
    )
    return Measure(LOCKDOWN, raid.id, text.format(count=count))


def lock_failed(raid: Raid, channel_id: int, failure: str) -> Measure:
    text = _("<#{channel}> was not locked: {reason}")
    return Measure("note", raid.id, text.format(channel=channel_id, reason=failure))


def restored(raid: Raid, count: int) -> Measure:
    text = ngettext(
        "The lockdown is over: {count} channel is as it was, but for what was changed by hand",
        "The lockdown is over: {count} channels are as they were, but for what was changed by hand",
        count,
    )
    return Measure("note", raid.id, text.format(count=count))


def paused(raid: Raid, failure: str | None = None) -> Measure:
    """That nobody can come by an invite, or why they still can."""
    if failure is not None:
        return Measure(
            "note", raid.id, _("Invites are not paused: {reason}").format(reason=failure)
        )
    until = raid.paused_until
    text = _("Invites are paused until {when}").format(
        when="" if until is None else f"<t:{int(until.timestamp())}:t>"
    )
    return Measure(INVITES, raid.id, text)


def is_over(raid: Raid, came: int) -> Measure:
    """That nobody more belongs to it."""
    text = ngettext(
        "The raid is over. {count} person had come with it",
        "The raid is over. {count} people had come with it",
        came,
    ).format(count=came)
    if raid.ended_by_id is not None:
        text = _("{text}; ended by <@{person}>").format(text=text, person=raid.ended_by_id)
    return Measure("note", raid.id, text)


def listed(joiner: RaidJoiner) -> Measure:
    """Somebody who came, about whom nothing was done."""
    text = _("<@{person}> ({name}) came with it")
    name = inline(joiner.username, NAME_SHOWN)
    return Measure("note", joiner.user_id, text.format(person=joiner.user_id, name=name))


def reason(raid: Raid) -> OwnReason:
    """Why somebody is put in quarantine, kicked or banned; people read it."""
    return OwnReason.of(N_("Joined with a raid (raid {number})"), number=raid.id)
