"""What people read of a case: the letter to the person, the line in the moderation log."""

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.durations import in_words
from bot.features.cases.model import Case, CaseState, Told
from bot.texts import _, stamp
from bot.user_text import escaped

REASON = ControlId("case:reason", number=NUMBER)
TONES = {
    "ban": Tone.BAD,
    "tempban": Tone.BAD,
    "kick": Tone.BAD,
    "warn": Tone.WARNING,
    "timeout": Tone.WARNING,
    "mute": Tone.WARNING,
    "unban": Tone.GOOD,
    "untimeout": Tone.GOOD,
    "unmute": Tone.GOOD,
}


def title(case: Case) -> str:
    """The case's headline: "Case 12: quiet_otter was warned"."""
    text = _("Case {number}: {name} {done}")
    return text.format(number=case.number, name=escaped(case.username), done=_(case.kind.done))


def letter(case: Case, guild_name: str, appeal_url: str | None) -> Post:
    """The direct message; it names the server, the reason and the end, and the way to appeal."""
    sentences = {
        "ban": _("You were banned from {guild}."),
        "tempban": _("You were banned from {guild} for a time."),
        "kick": _("You were removed from {guild}. You may come back."),
        "warn": _("You were warned in {guild}."),
        "timeout": _("You cannot write or speak in {guild} for a time."),
        "mute": _("You were muted in {guild}."),
        "untimeout": _("You may write and speak again in {guild}."),
        "unmute": _("You are no longer muted in {guild}."),
    }
    fields: list[tuple[str, str]] = []
    if case.reason:
        fields.append((_("Reason"), escaped(case.reason)))
    if case.expires_at is not None:
        fields.append((_("Ends"), stamp(case.expires_at)))
    buttons = (Button(_("Appeal"), url=appeal_url),) if appeal_url else ()
    return Post(
        title=escaped(guild_name),
        text=sentences[case.type].format(guild=escaped(guild_name)),
        fields=tuple(fields),
        tone=TONES.get(case.type, Tone.PLAIN),
        buttons=buttons,
        once=f"letter:{case.id}",
    )


def entry(case: Case) -> Post:
    """The line in the moderation log."""
    fields = [
        (_("Person"), f"<@{case.user_id}> `{case.user_id}`"),
        (_("Moderator"), f"<@{case.moderator_id}>"),
        (_("Reason"), escaped(case.reason or _("none given"))),
    ]
    if case.expires_at is not None:
        lasts = in_words(case.expires_at - case.created_at)
        fields.append((_("Ends"), f"{stamp(case.expires_at)} ({lasts})"))
    if case.state in (CaseState.EXPIRED, CaseState.REVOKED):
        ended = _("over") if case.state is CaseState.EXPIRED else _("lifted")
        fields.append((_("State"), ended))
    if case.failure and case.state is CaseState.ACTIVE:
        fields.append((_("I cannot lift it"), escaped(case.failure)))
    if case.told in (Told.CLOSED, Told.LATE):
        fields.append((_("Direct message"), _("could not be delivered")))
    return Post(
        title=title(case),
        fields=tuple(fields),
        tone=TONES.get(case.type, Tone.PLAIN),
        buttons=(Button(_("Edit reason"), custom_id=REASON.of(number=case.number)),),
        at=case.created_at,
        once=f"case:{case.id}",
    )


def struck(number: int, by_id: int) -> Post:
    """What the line in the moderation log becomes once its case is deleted."""
    text = _("Case {number} is deleted").format(number=number)
    return Post(title=text, fields=((_("Moderator"), f"<@{by_id}>"),))
